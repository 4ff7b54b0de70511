namespace FastCore.Fraud.Features;

/// <summary>The raw values that come from the transaction alone; they lead the vector.</summary>
internal static class TransactionRaw
{
    /// <summary>Always 1: what a formula multiplies or divides by when it has no second value.</summary>
    public const int One = 0;

    public const int Amount = 1;
    public const int Weekend = 2;
    public const int Night = 3;
    public const int Length = 4;

    private const ulong DayS = 86_400;

    public static void Write(in FeatureTransaction transaction, Span<long> raw)
    {
        ulong seconds = transaction.TimeNs / FeatureLimits.Second;

        // Day 0 was a Thursday; Monday is 0 here. "Night" is hour ≤ 6, as published, not < 6 as its prose says.
        raw[Night] = seconds % DayS / 3_600 <= 6 ? 1 : 0;
        raw[Weekend] = ((seconds / DayS) + 3) % 7 >= 5 ? 1 : 0;
        raw[Amount] = transaction.Amount;
        raw[One] = 1;
    }
}
