using System.Runtime.InteropServices;
using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;

namespace FastCore.Testing;

/// <summary>Batches made by hand: what a partition does around the commands of one.</summary>
public static class HandBatch
{
    /// <summary>Adds a command to an entry as the journal keeps it: header, body, padding.</summary>
    public static void Add(List<byte> entry, in CommandHeader header, ReadOnlySpan<byte> body)
    {
        entry.AddRange(MemoryMarshal.AsBytes(new ReadOnlySpan<CommandHeader>(in header)));
        entry.AddRange(body);
        entry.AddRange(new byte[-entry.Count & (CommandHeader.Alignment - 1)]);
    }

    /// <summary>An entry of one command, or of none when its operation is 0.</summary>
    public static byte[] EntryOf(in CommandHeader header, ReadOnlySpan<byte> body)
    {
        List<byte> entry = [];
        if (header.Operation != 0)
        {
            Add(entry, header, body);
        }

        return [.. entry];
    }

    /// <summary>What comes before a batch is executed: stamp, prefetch, fire.</summary>
    public static void Prepare(
        PartitionContext context, IStateMachine machine, ulong timestampNs, ReadOnlySpan<byte> entry)
    {
        context.Time.BeginBatch(timestampNs);
        machine.BeginBatch();
        for (int offset = 0; offset < entry.Length;)
        {
            CommandHeader header =
                PartitionRecovery.CommandAt(entry, offset, out ReadOnlySpan<byte> body, out int next);
            machine.Prefetch(header, body);
            offset = next;
        }

        machine.CompletePrefetch();
        machine.FireTimers();
    }
}
