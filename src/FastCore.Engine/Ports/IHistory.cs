namespace FastCore.Engine.Ports;

/// <summary>
/// An append-only sequence of fixed-size rows in commit order. A row never changes once appended; its position is its
/// name. Rows fill blocks; a full block is checksummed, summarised and written once; the tail block is in memory and
/// travels in checkpoints.
/// </summary>
/// <typeparam name="TRow">The row, unmanaged, all bytes defined.</typeparam>
public interface IHistory<TRow> : IStatePart
    where TRow : unmanaged
{
    /// <summary>Rows appended; positions are 0 … Count − 1.</summary>
    long Count { get; }

    /// <summary>Rows per block, a power of two.</summary>
    int RowsPerBlock { get; }

    /// <summary>
    /// Appends a row and returns it zeroed for filling. The reference is valid until the next append.
    /// </summary>
    ref TRow Append();

    /// <summary>
    /// True while a row may lie on disk only, now or before the coming batch is executed, so that a
    /// <see cref="Prefetch"/> can have work to do. False: every <see cref="Get"/> of the batch finds memory.
    /// </summary>
    bool NeedsPrefetch { get; }

    /// <summary>
    /// Brings a row into memory and keeps it there for the batch, whatever the batch appends. May do I/O.
    /// </summary>
    void Prefetch(long position);

    /// <summary>A row. One that is on disk and was not prefetched is read synchronously (reads only).</summary>
    ref readonly TRow Get(long position);

    /// <summary>
    /// The rows of a block (the tail block: those appended so far). May do I/O. Valid until the next call.
    /// </summary>
    ReadOnlySpan<TRow> Block(long block);

    /// <summary>The summary of a full block, as the summarizer wrote it. Always in memory.</summary>
    ReadOnlySpan<byte> Summary(long block);

    /// <summary>Whether appending a batch's worth of rows will find memory and disk space.</summary>
    StorageState State { get; }
}

/// <summary>Sums up a full block, so that scans can skip it. Called once per block by the partition thread.</summary>
public interface IHistorySummarizer<TRow>
    where TRow : unmanaged
{
    /// <summary>Bytes of a summary; at most 3,072.</summary>
    int SummarySize { get; }

    /// <summary>Writes the summary of the rows of one block.</summary>
    void Summarize(ReadOnlySpan<TRow> rows, Span<byte> summary);
}
