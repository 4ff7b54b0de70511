namespace FastCore.Server.Limiting;

/// <summary>What one client uses of its limits now, over all its connections.</summary>
internal sealed class KeyUsage
{
    private int _connections;
    private int _inFlight;

    /// <summary>Its rate, shared by its connections.</summary>
    public RequestRate Rate;

    /// <summary>Requests in flight of those connections for which they are limited.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Connections open.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>Counts one more connection unless there are too many; 0 = no limit.</summary>
    public bool TryConnect(int connectionsMax) => TryAdd(ref _connections, connectionsMax);

    /// <summary>A connection ended.</summary>
    public void Disconnect() => Interlocked.Decrement(ref _connections);

    /// <summary>Counts one more request in flight unless there are too many.</summary>
    public bool TryStart(int inFlightMax) => TryAdd(ref _inFlight, inFlightMax);

    /// <summary>Requests were answered, or refused after they had been counted.</summary>
    public void End(int requests) => Interlocked.Add(ref _inFlight, -requests);

    // Counted first and taken back, so that two at once never both get the last place.
    private static bool TryAdd(ref int count, int max)
    {
        if (Interlocked.Increment(ref count) <= max || max == 0)
        {
            return true;
        }

        Interlocked.Decrement(ref count);
        return false;
    }
}
