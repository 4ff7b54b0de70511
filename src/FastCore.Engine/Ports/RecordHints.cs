namespace FastCore.Engine.Ports;

/// <summary>
/// For who looks up many keys one after the other: a lookup ends with the memory that it waits for, so the next one's
/// is asked for before.
/// </summary>
public static class RecordHints
{
    /// <summary>How many lookups before its own a key is hinted at: some hundred nanoseconds.</summary>
    public const int Distance = 12;

    /// <summary>
    /// Hints at the key that is looked up <see cref="Distance"/> places after this one, if there is one.
    /// </summary>
    /// <param name="index">Where they are looked up.</param>
    /// <param name="keys">All that are looked up, in their order.</param>
    /// <param name="at">Place of the one that is looked up now.</param>
    public static void HintAhead(this IRecordIndex index, ReadOnlySpan<RecordKey> keys, int at)
    {
        if (at + Distance < keys.Length)
        {
            index.Hint(keys[at + Distance]);
        }
    }
}
