using FastCore.Engine.Ports;
using FastCore.Testing;

namespace FastCore.Simulation.Controls;

/// <summary>Now and then an id that was seen before is taken for a new one.</summary>
public sealed class ForgottenIds(SeededRandom random) : Control
{
    private protected override IPartitionStorage Wrap(IPartitionStorage storage) => new Storage(storage, random);

    private sealed class Storage(IPartitionStorage inner, SeededRandom random) : StorageTwin(inner)
    {
        public override IRecordIndex Records { get; } = new Index(inner.Records, random);
    }

    private sealed class Index(IRecordIndex inner, SeededRandom random) : IRecordIndex
    {
        public bool NeedsPrefetch => inner.NeedsPrefetch;

        public StorageState State => inner.State;

        public void BeginBatch() => inner.BeginBatch();

        public void EndBatch() => inner.EndBatch();

        public bool MayContain(in RecordKey key) => inner.MayContain(in key);

        public void Prefetch(in RecordKey key) => inner.Prefetch(in key);

        public void Hint(in RecordKey key) => inner.Hint(in key);

        public void Hint(ReadOnlySpan<RecordKey> keys) => inner.Hint(keys);

        public void HintRecords(ReadOnlySpan<RecordKey> keys) => inner.HintRecords(keys);

        public void CompletePrefetch() => inner.CompletePrefetch();

        public bool TryGet(in RecordKey key, out ulong value)
        {
            bool found = inner.TryGet(in key, out value) && !random.OneIn(10);
            value = found ? value : 0;
            return found;
        }

        public void Set(in RecordKey key, ulong value) => inner.Set(in key, value);

        public void Dispose() => inner.Dispose();
    }
}
