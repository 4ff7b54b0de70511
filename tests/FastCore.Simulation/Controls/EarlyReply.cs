using FastCore.Engine.Ports;

namespace FastCore.Simulation.Controls;

/// <summary>Replies leave before their entry is on stable storage.</summary>
public sealed class EarlyReply : Control
{
    private protected override IPartitionStorage Wrap(IPartitionStorage storage) => new Storage(storage);

    private sealed class Storage(IPartitionStorage inner) : StorageTwin(inner)
    {
        public override IJournal Journal { get; } = new EarlyJournal(inner.Journal);
    }

    private sealed class EarlyJournal(IJournal inner) : JournalTwin(inner)
    {
        public override ulong CommittedSequence => TailSequence;
    }
}
