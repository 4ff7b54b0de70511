using System.Runtime.InteropServices;
using FastCore.Engine.Ports;

namespace FastCore.Fraud.Features;

/// <summary>The numbers of a history that are not in a table.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct HistoryNumbers
{
    public FeatureCounters Counters;

    public uint NextGeneration;
    public uint NextWaitingLabel;
    public int ReclaimSlot;
    public int Reserved;
}

/// <summary>
/// State part with the numbers of a history and the version of its features: what other features counted is of no use
/// to these, so a checkpoint of another version is refused.
/// </summary>
internal sealed class HistoryState(string name, byte[] featureHash) : IStatePart
{
    private HistoryNumbers _marked;

    public HistoryNumbers Numbers;

    public string Name => $"{name}-numbers";

    public uint Version => 1;

    public void BeginCheckpoint() => _marked = Numbers;

    public bool WriteSlice(ISnapshotWriter writer, int bytesMax)
    {
        writer.Write(featureHash);
        writer.Write(MemoryMarshal.AsBytes(new ReadOnlySpan<HistoryNumbers>(in _marked)));
        return true;
    }

    public void AbandonCheckpoint()
    {
        // The mark is a copy; there is nothing to release.
    }

    public void Recover(ISnapshotReader reader, uint version)
    {
        if (version != Version)
        {
            throw new CorruptStorageException(Name, 0, 0, $"version {version} is not known here, only {Version}");
        }

        Span<byte> hash = stackalloc byte[32];
        reader.Read(hash);
        if (!hash.SequenceEqual(featureHash))
        {
            throw new InvalidOperationException(
                $"The checkpoint holds state of the features {Convert.ToHexStringLower(hash)}, "
                + $"but the features here are {Convert.ToHexStringLower(featureHash)}.");
        }

        reader.Read(MemoryMarshal.AsBytes(new Span<HistoryNumbers>(ref Numbers)));
    }
}
