using FastCore.Engine.Partitions;

namespace FastCore.Simulation.Controls;

// The first commands of an entry.
internal static class FirstCommands
{
    public static int BytesOf(ReadOnlySpan<byte> commands, int count)
    {
        int offset = 0;
        for (; count > 0; count--)
        {
            _ = PartitionRecovery.CommandAt(commands, offset, out _, out offset);
        }

        return offset;
    }
}
