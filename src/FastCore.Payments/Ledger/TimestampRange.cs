namespace FastCore.Payments.Ledger;

/// <summary>Timestamps that callers may name: 1 … 2^63 − 1 nanoseconds.</summary>
internal static class TimestampRange
{
    public const ulong Max = long.MaxValue;

    public static bool IsValid(ulong timestampNs) => timestampNs - 1 < Max;
}
