using System.Globalization;
using FastCore.Engine.Ports;
using FastCore.Simulation.Disks;

namespace FastCore.Simulation.Controls;

/// <summary>Recovery takes the older of two checkpoints for the newer one.</summary>
public sealed class OlderCheckpoint : Control
{
    private const string Extension = ".manifest";

    private readonly Dictionary<int, ulong> _hidden = [];

    internal override void BeforeOpen(FaultyDisk disk)
    {
        _hidden.Clear();
        for (int partition = 0; partition < 8; partition++)
        {
            string folder = $"p{partition:D3}/checkpoint";
            string[] manifests = [.. disk.ListFiles(folder).Where(name => name.EndsWith(Extension))];
            if (manifests.Length > 1)
            {
                _hidden[partition] = ulong.Parse(
                    Path.GetFileNameWithoutExtension(manifests[^1]), CultureInfo.InvariantCulture);
                disk.Remove($"{folder}/{manifests[^1]}");
            }
        }
    }

    private protected override IPartitionStorage Wrap(IPartitionStorage storage) =>
        _hidden.TryGetValue(storage.Partition, out ulong sequence) ? new Storage(storage, sequence) : storage;

    private sealed class Storage(IPartitionStorage inner, ulong sequence) : StorageTwin(inner)
    {
        public override ISnapshot? TryOpenSnapshot() =>
            base.TryOpenSnapshot() is { } older ? new Snapshot(older, sequence) : null;
    }

    private sealed class Snapshot(ISnapshot inner, ulong sequence) : ISnapshot
    {
        public ulong Sequence => sequence;

        public ulong TimestampNs => inner.TimestampNs;

        public ulong StateHash => inner.StateHash;

        public ISnapshotReader? TryOpenSection(string name, out uint version) =>
            inner.TryOpenSection(name, out version);

        public void Dispose() => inner.Dispose();
    }
}
