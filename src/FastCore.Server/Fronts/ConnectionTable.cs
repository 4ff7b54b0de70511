using System.Collections.Concurrent;

namespace FastCore.Server.Fronts;

/// <summary>The open connections: their limit, the sweep over their times, and their counters.</summary>
internal sealed class ConnectionTable : IDisposable
{
    /// <summary>Time between two sweeps; timeouts are exact to this.</summary>
    public static readonly TimeSpan SweepPeriod = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<long, FrontConnection> _connections = new();
    private readonly CoarseClock _clock;
    private readonly ITimer _sweeper;
    private readonly int _connectionsMax;
    private long _lastNumber;
    private int _count;
    private long _framesRead;
    private long _framesRefused;
    private long _connectionsRefused;

    public ConnectionTable(int connectionsMax, CoarseClock clock, TimeProvider time)
    {
        _connectionsMax = connectionsMax;
        _clock = clock;
        _sweeper = time.CreateTimer(
            static state => ((ConnectionTable)state!).Sweep(), this, SweepPeriod, SweepPeriod);
    }

    /// <summary>Connections open now, those that only linger included.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>Connections turned away because there were too many.</summary>
    public long ConnectionsRefused => Volatile.Read(ref _connectionsRefused);

    /// <summary>Whole frames read since the start.</summary>
    public long FramesRead =>
        Volatile.Read(ref _framesRead) + _connections.Values.Sum(connection => connection.FramesRead);

    /// <summary>Frames refused by the front since the start.</summary>
    public long FramesRefused =>
        Volatile.Read(ref _framesRefused) + _connections.Values.Sum(connection => connection.FramesRefused);

    /// <summary>
    /// Adds a connection. False when there are too many; it is swept all the same until it is removed.
    /// </summary>
    public bool TryAdd(FrontConnection connection)
    {
        connection.Number = Interlocked.Increment(ref _lastNumber);
        _connections.TryAdd(connection.Number, connection);
        if (Interlocked.Increment(ref _count) <= _connectionsMax)
        {
            return true;
        }

        Interlocked.Increment(ref _connectionsRefused);
        return false;
    }

    /// <summary>Removes a connection that ended.</summary>
    public void Remove(FrontConnection connection)
    {
        _connections.TryRemove(connection.Number, out _);
        Interlocked.Decrement(ref _count);
        Interlocked.Add(ref _framesRead, connection.FramesRead);
        Interlocked.Add(ref _framesRefused, connection.FramesRefused);
    }

    public void Dispose() => _sweeper.Dispose();

    private void Sweep()
    {
        _clock.Update();
        foreach (KeyValuePair<long, FrontConnection> entry in _connections)
        {
            entry.Value.CheckTime();
        }
    }
}
