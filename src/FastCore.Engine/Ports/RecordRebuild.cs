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
    /// <param name="keyOf">Their keys. Called twice for each row, so it must be cheap.</param>
    public static void SetAll<TRow>(this IRecordIndex index, IHistory<TRow> history, RecordKeyOf<TRow> keyOf)
        where TRow : unmanaged
    {
        for (long block = 0; block * history.RowsPerBlock < history.Count; block++)
        {
            ulong position = (ulong)(block * history.RowsPerBlock);
            ReadOnlySpan<TRow> rows = history.Block(block);
            for (int i = 0; i < rows.Length; i++)
            {
                if (i + RecordHints.Distance < rows.Length)
                {
                    index.Hint(keyOf(in rows[i + RecordHints.Distance]));
                }

                index.Set(keyOf(in rows[i]), position + (ulong)i);
            }
        }
    }
}
