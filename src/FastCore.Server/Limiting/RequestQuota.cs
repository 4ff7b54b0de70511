// Hot file: may not allocate, lock, await or throw.
using FastCore.Protocol;
using FastCore.Server.Access;
using FastCore.Server.Fronts;

namespace FastCore.Server.Limiting;

/// <summary>
/// The limits of one connection and of the client behind it: requests a second, and requests in flight over all the
/// client's connections. The reader takes, the writer gives back.
/// </summary>
internal sealed class RequestQuota(AccessEntry entry, KeyUsage usage, ServerOptions options, CoarseClock clock)
{
    private readonly int _ownRate = options.RequestsPerSecondMax;
    private readonly int _keyRate = entry.RequestsPerSecondMax;
    private readonly int _keyInFlight = entry.InFlightMax;
    private RequestRate _rate;

    /// <summary>Takes the room of one request, or says which limit has none.</summary>
    public FrameStatus TryTake(out uint retryAfterMs)
    {
        retryAfterMs = 0;
        if (_keyInFlight > 0 && !usage.TryStart(_keyInFlight))
        {
            return FrameStatus.TooManyInFlight;
        }

        // The time is asked for only where a rate is set.
        long nowNs = (_ownRate | _keyRate) == 0 ? 0 : clock.ExactNs;
        if ((_ownRate > 0 && !_rate.TryTake(_ownRate, nowNs, out retryAfterMs))
            || (_keyRate > 0 && !usage.Rate.TryTake(_keyRate, nowNs, out retryAfterMs)))
        {
            GiveBack(1);
            return FrameStatus.Overloaded;
        }

        return FrameStatus.Ok;
    }

    /// <summary>Requests were answered, or not admitted after all.</summary>
    public void GiveBack(int requests)
    {
        if (_keyInFlight > 0 && requests > 0)
        {
            usage.End(requests);
        }
    }
}
