using FastCore.Engine.Ports;

namespace FastCore.Simulation.Controls;

// Storage that does what another does; what differs is overridden.
internal class StorageTwin(IPartitionStorage inner) : IPartitionStorage
{
    public int Partition => inner.Partition;

    public virtual IJournal Journal => inner.Journal;

    public virtual IRecordIndex Records => inner.Records;

    public virtual IHistory<TRow> OpenHistory<TRow>(string name, IHistorySummarizer<TRow>? summarizer = null)
        where TRow : unmanaged => inner.OpenHistory(name, summarizer);

    public StorageState CanAccept(int commandBytes) => inner.CanAccept(commandBytes);

    public Exception? Error => inner.Error;

    public virtual ISnapshot? TryOpenSnapshot() => inner.TryOpenSnapshot();

    public ISnapshotFile BeginSnapshot(ulong sequence, ulong timestampNs, ReadOnlySpan<byte> chainHash) =>
        inner.BeginSnapshot(sequence, timestampNs, chainHash);

    public void MeasureMemory(ICollection<MemoryUse> uses) => inner.MeasureMemory(uses);

    public void Dispose() => inner.Dispose();
}
