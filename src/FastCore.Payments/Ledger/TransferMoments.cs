using FastCore.Engine.Ports;

namespace FastCore.Payments.Ledger;

/// <summary>
/// Whether a transfer of a book has a timestamp: asked, rarely, for an account imported behind transfers. Blocks whose
/// summary excludes the moment are skipped. What full blocks say never changes, so the answer can be looked for while
/// the batch is prefetched; executing it then looks only at the rows that came after.
/// </summary>
internal sealed class TransferMoments(StagedHistory<TransferRow> transfers)
{
    private readonly Dictionary<(ulong Book, ulong TimestampNs), bool> _known = [];
    private long _blocksKnown;

    /// <summary>Forgets what was looked for, before a batch.</summary>
    public void Clear()
    {
        if (_known.Count != 0)
        {
            _known.Clear();
        }
    }

    /// <summary>Looks through the full blocks ahead of <see cref="IsTaken"/>. May read from the disk.</summary>
    public void Prefetch(ulong book, ulong timestampNs)
    {
        // Nothing is appended between the first and the last prefetch of a batch.
        _blocksKnown = transfers.History.Count / transfers.History.RowsPerBlock;
        _known[(book, timestampNs)] = IsInBlocks(book, timestampNs, 0, _blocksKnown);
    }

    /// <summary>Whether a transfer of the book has the timestamp.</summary>
    public bool IsTaken(ulong book, ulong timestampNs)
    {
        IHistory<TransferRow> history = transfers.History;
        bool isKnown = _known.TryGetValue((book, timestampNs), out bool isTaken);
        long fullBlocks = history.Count / history.RowsPerBlock;
        if (isTaken || IsInBlocks(book, timestampNs, isKnown ? _blocksKnown : 0, fullBlocks))
        {
            return true;
        }

        for (long position = fullBlocks * history.RowsPerBlock; position < transfers.Count; position++)
        {
            ref readonly TransferRow row = ref transfers.Get(position);
            if (row.IsTransfer && row.Book == book && row.Transfer.Timestamp == timestampNs)
            {
                return true;
            }
        }

        return false;
    }

    private bool IsInBlocks(ulong book, ulong timestampNs, long from, long until)
    {
        IHistory<TransferRow> history = transfers.History;
        for (long block = from; block < until; block++)
        {
            if (TransferSummary.MayHold(history.Summary(block), book, timestampNs)
                && IsAmong(history.Block(block), book, timestampNs))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsAmong(ReadOnlySpan<TransferRow> rows, ulong book, ulong timestampNs)
    {
        foreach (ref readonly TransferRow row in rows)
        {
            if (row.Transfer.Timestamp == timestampNs && row.IsTransfer && row.Book == book)
            {
                return true;
            }
        }

        return false;
    }
}
