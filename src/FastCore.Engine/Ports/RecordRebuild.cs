namespace FastCore.Engine.Ports;

/// <summary>The key by which a row of a history is found in the record index.</summary>
/// <typeparam name="TRow">The row.</typeparam>
public delegate RecordKey RecordKeyOf<TRow>(in TRow row)
    where TRow : unmanaged;

/// <summary>Fills a record index from histories, as a recovery does.</summary>
public static class RecordRebuild
{
    /// <summary>
    /// Points at the position of every row of a history, in order: of rows with one key the last one stays. A hundred
    /// million of them are most of a restart, so the places of the next ones are asked for ahead.
    /// </summary>
    /// <param name="index">What is filled.</param>
    /// <param name="history">The rows.</param>
    /// <param name="keyOf">Their keys.</param>
    public static void SetAll<TRow>(this IRecordIndex index, IHistory<TRow> history, RecordKeyOf<TRow> keyOf)
        where TRow : unmanaged
    {
        Span<RecordKey> burst = stackalloc RecordKey[RecordHints.Rows];
        for (long block = 0; block * history.RowsPerBlock < history.Count; block++)
        {
            ulong position = (ulong)(block * history.RowsPerBlock);
            ReadOnlySpan<TRow> rows = history.Block(block);
            while (!rows.IsEmpty)
            {
                Span<RecordKey> keys = burst[..Math.Min(burst.Length, rows.Length)];
                for (int i = 0; i < keys.Length; i++)
                {
                    keys[i] = keyOf(in rows[i]);
                }

                index.Hint(keys);
                foreach (ref readonly RecordKey key in keys)
                {
                    index.Set(key, position++);
                }

                rows = rows[keys.Length..];
            }
        }
    }
}
