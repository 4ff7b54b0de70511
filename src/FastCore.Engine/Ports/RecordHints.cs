namespace FastCore.Engine.Ports;

/// <summary>
/// For who looks up many keys one after the other: a lookup ends with the memory that it waits for, so the next ones'
/// is asked for before. Keys are hinted at in bursts: a hint is not over before its page is found, and whoever does
/// other work between two hints waits for each page by itself, while those of a burst are looked for together.
/// </summary>
public static class RecordHints
{
    /// <summary>Keys of a burst: about as many as a CPU looks for at a time.</summary>
    public const int Burst = 16;

    /// <summary>How many lookups before its own a key is hinted at, where there are no bursts.</summary>
    public const int Distance = 12;

    /// <summary>
    /// Hints at the burst of keys that is looked up after the next one, when a burst begins with this key.
    /// </summary>
    /// <param name="index">Where they are looked up.</param>
    /// <param name="keys">All that are looked up, in their order.</param>
    /// <param name="at">Place of the one that is looked up now; all places from zero on are named once.</param>
    public static void HintAhead(this IRecordIndex index, ReadOnlySpan<RecordKey> keys, int at)
    {
        if ((at & (Burst - 1)) == 0)
        {
            HintBurst(index, keys, at == 0 ? 0 : at + Burst, at + (2 * Burst));
        }
    }

    private static void HintBurst(IRecordIndex index, ReadOnlySpan<RecordKey> keys, int from, int until)
    {
        until = Math.Min(until, keys.Length);
        for (int i = from; i < until; i++)
        {
            index.Hint(keys[i]);
        }
    }
}
