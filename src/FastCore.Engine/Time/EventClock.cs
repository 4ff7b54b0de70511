using FastCore.Engine.Ports;

namespace FastCore.Engine.Time;

/// <summary>
/// The partition's own time: strictly rising nanosecond timestamps for everything that happens in it, derived from the
/// journaled time of the batch only, so that a replay assigns the same ones.
/// </summary>
public sealed class EventClock : IStatePart
{
    private ulong _last;
    private ulong _marked;

    /// <summary>The last timestamp assigned, or the floor set by the batch. State.</summary>
    public ulong Last => _last;

    /// <summary>The time of the current batch.</summary>
    public ulong BatchNs { get; private set; }

    /// <summary>Starts a batch. The partition guarantees that the time is above <see cref="Last"/>.</summary>
    public void BeginBatch(ulong timestampNs)
    {
        BatchNs = timestampNs;
        _last = timestampNs;
    }

    /// <summary>
    /// Assigns the next timestamp: unique and strictly rising in the partition, equal to commit order.
    /// </summary>
    public ulong Next() => ++_last;

    /// <inheritdoc/>
    public string Name => "event-clock";

    /// <inheritdoc/>
    public uint Version => 1;

    /// <inheritdoc/>
    public void BeginCheckpoint() => _marked = _last;

    /// <inheritdoc/>
    public bool WriteSlice(ISnapshotWriter writer, int bytesMax)
    {
        Span<byte> bytes = stackalloc byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(bytes, _marked);
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
        _last = System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        BatchNs = _last;
    }
}
