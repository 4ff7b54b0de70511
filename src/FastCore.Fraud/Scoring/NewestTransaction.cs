using System.Buffers.Binary;
using FastCore.Engine.Ports;

namespace FastCore.Fraud.Scoring;

/// <summary>
/// The latest time that a transaction said it happened: what lies far before it is given back. Not the wall clock,
/// because a history may be replayed years later.
/// </summary>
internal sealed class NewestTransaction : IStatePart
{
    private ulong _marked;

    /// <summary>Unix nanoseconds; 0 = none was seen.</summary>
    public ulong TimeNs { get; private set; }

    /// <inheritdoc/>
    public string Name => "fraud-newest";

    /// <inheritdoc/>
    public uint Version => 1;

    /// <summary>A transaction was counted.</summary>
    public void Saw(ulong timeNs) => TimeNs = Math.Max(TimeNs, timeNs);

    /// <inheritdoc/>
    public void BeginCheckpoint() => _marked = TimeNs;

    /// <inheritdoc/>
    public bool WriteSlice(ISnapshotWriter writer, int bytesMax)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, _marked);
        writer.Write(bytes);
        return true;
    }

    /// <inheritdoc/>
    public void AbandonCheckpoint()
    {
        // The mark is a copy; there is nothing to release.
    }

    /// <inheritdoc/>
    public void Recover(ISnapshotReader reader, uint version)
    {
        Span<byte> bytes = stackalloc byte[8];
        reader.Read(bytes);
        TimeNs = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
    }
}
