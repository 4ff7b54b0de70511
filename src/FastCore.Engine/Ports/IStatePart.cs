namespace FastCore.Engine.Ports;

/// <summary>
/// A part of a partition's state that goes into a checkpoint: an aggregate table, the tail of a history, a few
/// counters. A checkpoint is the state between two batches although it is written while later batches run: the part
/// copies what is about to change (copy-on-write), so no batch waits for the disk.
/// </summary>
public interface IStatePart
{
    /// <summary>Name in the snapshot file; unique, never changes its meaning.</summary>
    string Name { get; }

    /// <summary>Version of the part's byte layout.</summary>
    uint Version { get; }

    /// <summary>Marks the state of now as the one to write. Must take microseconds.</summary>
    void BeginCheckpoint();

    /// <summary>Writes the next piece of the marked state, at most about <paramref name="bytesMax"/> bytes.</summary>
    /// <returns>True when everything was written; the mark is then gone. A piece may have no bytes.</returns>
    bool WriteSlice(ISnapshotWriter writer, int bytesMax);

    /// <summary>Forgets the mark (the checkpoint failed), however long that takes.</summary>
    void AbandonCheckpoint();

    /// <summary>
    /// The same in pieces, for who may not stand still: each does about what writing so many bytes would.
    /// </summary>
    /// <returns>True when the mark is gone.</returns>
    bool AbandonSlice(int bytesMax)
    {
        AbandonCheckpoint();
        return true;
    }

    /// <summary>Replaces the part's state by what a checkpoint wrote.</summary>
    void Recover(ISnapshotReader reader, uint version);
}

/// <summary>Takes the bytes of a snapshot section in order.</summary>
public interface ISnapshotWriter
{
    /// <summary>Appends bytes. Copies; never blocks on the disk for longer than a buffer swap.</summary>
    void Write(ReadOnlySpan<byte> bytes);
}

/// <summary>Gives the bytes of a snapshot section in order. Its checksums were verified before.</summary>
public interface ISnapshotReader
{
    /// <summary>Bytes left in the section.</summary>
    long Remaining { get; }

    /// <summary>Fills the span; throws <see cref="CorruptStorageException"/> when the section is shorter.</summary>
    void Read(Span<byte> bytes);
}
