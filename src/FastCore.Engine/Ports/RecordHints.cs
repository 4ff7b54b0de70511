namespace FastCore.Engine.Ports;

/// <summary>
/// For who looks up many keys one after the other: a lookup ends with the memory that it waits for, so the next ones'
/// is asked for before. In bursts: where a place's translation is not in the TLB, the CPU goes on only so far behind a
/// hint as it can remember what it does out of order, some hundred instructions; hints right behind each other share
/// that wait, and one among lookups has it for itself.
/// </summary>
public static class RecordHints
{
    /// <summary>Keys of a burst.</summary>
    public const int Burst = 16;

    /// <summary>Keys of a burst for who works out the keys of rows first, and then looks up all of them.</summary>
    public const int Rows = 64;

    /// <summary>
    /// At the first of a burst of keys, hints at its records, and at the places of the burst that comes after it; to be
    /// called before every lookup.
    /// </summary>
    /// <param name="index">Where they are looked up.</param>
    /// <param name="keys">All that are looked up, in their order.</param>
    /// <param name="at">Place of the one that is looked up now.</param>
    public static void HintAhead(this IRecordIndex index, ReadOnlySpan<RecordKey> keys, int at)
    {
        if (at % Burst == 0)
        {
            int first = at == 0 ? 0 : Math.Min(at + Burst, keys.Length);
            index.Hint(keys[first..Math.Min(at + (2 * Burst), keys.Length)]);
            index.HintRecords(keys[at..Math.Min(at + Burst, keys.Length)]);
        }
    }

    /// <summary>
    /// Starts bringing the records of keys into memory, and moves to the front, in their order, the keys that a record
    /// may have: of the ids of a batch few are known, and only for those there is more to be done.
    /// </summary>
    /// <param name="index">Where they are looked up.</param>
    /// <param name="keys">The keys; behind those that are kept lies anything afterwards.</param>
    /// <returns>How many are kept.</returns>
    public static int Prefetch(this IRecordIndex index, Span<RecordKey> keys)
    {
        int kept = 0;
        for (int i = 0; i < keys.Length; i++)
        {
            index.HintAhead(keys, i);
            RecordKey key = keys[i];
            if (index.MayContain(key))
            {
                index.Prefetch(key);
                keys[kept++] = key;
            }
        }

        return kept;
    }
}
