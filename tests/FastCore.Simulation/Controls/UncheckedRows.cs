using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Testing;

namespace FastCore.Simulation.Controls;

/// <summary>
/// Now and then a row of a history is read with a bit turned over, as if no checksum had been looked at.
/// </summary>
public sealed class UncheckedRows(SeededRandom random) : Control
{
    private protected override IPartitionStorage Wrap(IPartitionStorage storage) => new Storage(storage, random);

    private sealed class Storage(IPartitionStorage inner, SeededRandom random) : StorageTwin(inner)
    {
        public override IHistory<TRow> OpenHistory<TRow>(string name, IHistorySummarizer<TRow>? summarizer = null) =>
            new History<TRow>(base.OpenHistory(name, summarizer), random);
    }

    private sealed class History<TRow>(IHistory<TRow> inner, SeededRandom random) : IHistory<TRow>
        where TRow : unmanaged
    {
        private readonly TRow[] _damaged = new TRow[1];

        public string Name => inner.Name;

        public uint Version => inner.Version;

        public long Count => inner.Count;

        public int RowsPerBlock => inner.RowsPerBlock;

        public bool NeedsPrefetch => inner.NeedsPrefetch;

        public StorageState State => inner.State;

        public ref TRow Append() => ref inner.Append();

        public void Prefetch(long position) => inner.Prefetch(position);

        public ref readonly TRow Get(long position)
        {
            if (!random.OneIn(50))
            {
                return ref inner.Get(position);
            }

            _damaged[0] = inner.Get(position);
            Span<byte> bytes = MemoryMarshal.AsBytes(_damaged.AsSpan());
            bytes[random.Below(bytes.Length)] ^= (byte)(1 << random.Below(8));
            return ref _damaged[0];
        }

        public ReadOnlySpan<TRow> Block(long block) => inner.Block(block);

        public ReadOnlySpan<byte> Summary(long block) => inner.Summary(block);

        public void BeginCheckpoint() => inner.BeginCheckpoint();

        public bool WriteSlice(ISnapshotWriter writer, int bytesMax) => inner.WriteSlice(writer, bytesMax);

        public void AbandonCheckpoint() => inner.AbandonCheckpoint();

        public void Recover(ISnapshotReader reader, uint version) => inner.Recover(reader, version);
    }
}
