using FastCore.Engine.Ports;

namespace FastCore.Payments.Ledger;

/// <summary>
/// Derives the record index and the timers from histories and tables, after a checkpoint was recovered.
/// </summary>
internal static class LedgerRebuild
{
    public static void Run(LedgerStore store)
    {
        IHistory<TransferRow> history = store.Transfers.History;
        int rowsPerBlock = history.RowsPerBlock;
        for (long block = 0; block * rowsPerBlock < history.Count; block++)
        {
            bool isFull = (block + 1) * rowsPerBlock <= history.Count;
            if (!isFull || TransferSummary.Header(history.Summary(block)).IndexedCount != 0)
            {
                IndexBlock(store.Ids, history.Block(block), block * rowsPerBlock);
            }
        }

        store.Pendings.RebuildTimers();
        store.Pendings.SetAside = 0;
    }

    private static void IndexBlock(TransferIds ids, ReadOnlySpan<TransferRow> rows, long position)
    {
        Span<RecordKey> burst = stackalloc RecordKey[RecordHints.Rows];
        while (!rows.IsEmpty)
        {
            Span<RecordKey> keys = burst[..Math.Min(burst.Length, rows.Length)];
            for (int i = 0; i < keys.Length; i++)
            {
                keys[i] = TransferIds.KeyOf(rows[i].Book, rows[i].Transfer.Id);
            }

            ids.Index.Hint(keys);
            for (int i = 0; i < keys.Length; i++)
            {
                IndexRow(ids, keys[i], rows[i], position++);
            }

            rows = rows[keys.Length..];
        }
    }

    private static void IndexRow(TransferIds ids, in RecordKey key, in TransferRow row, long position)
    {
        switch (row.Kind)
        {
            case TransferRowKind.Transfer:
                bool isPending = (row.Transfer.Flags & Protocol.Ledger.TransferFlags.Pending) != 0;
                ids.Set(key, new IdEntry(position, isPending ? IdState.Pending : IdState.Final));
                break;
            case TransferRowKind.Refusal:
                ids.Set(key, new IdEntry(position, IdState.Refused));
                break;
        }

        if (row.Kind != TransferRowKind.Refusal && row.PendingPosition != 0)
        {
            NoteResolution(ids, row);
        }
    }

    // The pending transfer lies before its resolution, so it is in the index already, unless it is a leg.
    private static void NoteResolution(TransferIds ids, in TransferRow row)
    {
        RecordKey key = TransferIds.KeyOf(row.Book, row.Transfer.PendingId);
        long position = row.PendingPosition - 1;
        if (!ids.TryGet(key, out IdEntry entry) || entry.Position != position)
        {
            return;
        }

        IdState state = row.Kind == TransferRowKind.Expiry ? IdState.Expired
            : (row.Transfer.Flags & Protocol.Ledger.TransferFlags.VoidPendingTransfer) != 0 ? IdState.Voided
            : IdState.Posted;
        ids.Set(key, new IdEntry(position, state));
    }
}
