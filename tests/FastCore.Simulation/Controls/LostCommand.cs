using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Testing;

namespace FastCore.Simulation.Controls;

/// <summary>Now and then the last command of a batch has its effect and does not get into the journal.</summary>
public sealed class LostCommand(SeededRandom random) : Control
{
    private protected override IPartitionStorage Wrap(IPartitionStorage storage) => new Storage(storage, random);

    private sealed class Storage(IPartitionStorage inner, SeededRandom random) : StorageTwin(inner)
    {
        public override IJournal Journal { get; } = new LosingJournal(inner.Journal, random);
    }

    private sealed class LosingJournal(IJournal inner, SeededRandom random) : JournalTwin(inner)
    {
        public override ulong Append(ulong timestampNs, int commandCount, ReadOnlySpan<byte> commands)
        {
            if (commandCount > 0 && random.OneIn(50))
            {
                commands = commands[..FirstCommands.BytesOf(commands, --commandCount)];
            }

            return base.Append(timestampNs, commandCount, commands);
        }
    }
}
