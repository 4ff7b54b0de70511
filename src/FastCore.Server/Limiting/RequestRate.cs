// Hot file: may not allocate, lock, await or throw.
namespace FastCore.Server.Limiting;

/// <summary>
/// So many requests a second, and after a quiet time a second's worth at once. One number, moved by compare and swap,
/// so that the connections of one key can share it: the time at which all that was admitted is paid for.
/// </summary>
internal struct RequestRate
{
    private const long BurstNs = 1_000_000_000;

    private long _paidAtNs;

    /// <summary>Takes one request, or says after how many milliseconds there is room for it.</summary>
    /// <param name="perSecond">Requests a second, at least 1.</param>
    /// <param name="nowNs">The time.</param>
    /// <param name="retryAfterMs">When refused, milliseconds after which one more is admitted, at least 1.</param>
    public bool TryTake(int perSecond, long nowNs, out uint retryAfterMs)
    {
        long costNs = Math.Max(1, BurstNs / perSecond);
        while (true)
        {
            // Acquire and release by the exchange below: two connections never pay with the same moment.
            long before = Volatile.Read(ref _paidAtNs);
            long after = Math.Max(before, nowNs) + costNs;
            long over = after - nowNs - BurstNs;
            if (over > 0)
            {
                retryAfterMs = (uint)((over + 999_999) / 1_000_000);
                return false;
            }

            if (Interlocked.CompareExchange(ref _paidAtNs, after, before) == before)
            {
                retryAfterMs = 0;
                return true;
            }
        }
    }
}
