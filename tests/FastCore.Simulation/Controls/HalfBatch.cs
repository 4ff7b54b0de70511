using FastCore.Engine.Ports;

namespace FastCore.Simulation.Controls;

/// <summary>Of the journal's last entry a recovery applies the first half only, as if it had been torn.</summary>
public sealed class HalfBatch : Control
{
    private protected override IPartitionStorage Wrap(IPartitionStorage storage) => new Storage(storage);

    private sealed class Storage(IPartitionStorage inner) : StorageTwin(inner)
    {
        public override IJournal Journal { get; } = new TornJournal(inner.Journal);
    }

    private sealed class TornJournal(IJournal inner) : JournalTwin(inner)
    {
        public override IJournalReader Read(ulong fromSequence) => new Reader(base.Read(fromSequence), TailSequence);
    }

    private sealed class Reader(IJournalReader inner, ulong last) : IJournalReader
    {
        public ulong Sequence => inner.Sequence;

        public ulong TimestampNs => inner.TimestampNs;

        public int CommandCount => inner.Sequence == last ? inner.CommandCount / 2 : inner.CommandCount;

        public ReadOnlySpan<byte> Commands =>
            inner.Commands[..FirstCommands.BytesOf(inner.Commands, CommandCount)];

        public ReadOnlySpan<byte> Hash => inner.Hash;

        public bool MoveNext() => inner.MoveNext();

        public void Dispose() => inner.Dispose();
    }
}
