using System.Collections.Concurrent;
using FastCore.Protocol;
using FastCore.Server.Access;
using FastCore.Server.Audit;

namespace FastCore.Server.Fronts;

/// <summary>
/// The connections: those that have shown a key, and those that have not (half-open), each kind with a limit of its
/// own, so that strangers never take the place of clients. When strangers fill theirs, the one that has waited longest
/// goes: a flood can be outrun by whoever says Hello at once. Also the sweep over all times and keys, and the counters.
/// </summary>
internal sealed class ConnectionTable : IDisposable
{
    /// <summary>Time between two sweeps; timeouts are exact to this.</summary>
    public static readonly TimeSpan SweepPeriod = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly LinkedList<Guest> _halfOpen = new();
    private readonly ConcurrentDictionary<long, Guest> _guests = new();
    private readonly ServerOptions _options;
    private readonly AccessControl _access;
    private readonly RefusalAudit _audit;
    private readonly CoarseClock _clock;
    private readonly ITimer _sweeper;
    private long _lastNumber;
    private int _admitted;
    private long _framesRead;
    private long _framesRefused;
    private long _connectionsRefused;
    private long _cutHalfOpen;

    public ConnectionTable(
        ServerOptions options, AccessControl access, RefusalAudit audit, CoarseClock clock, TimeProvider time)
    {
        _options = options;
        _access = access;
        _audit = audit;
        _clock = clock;
        _sweeper = time.CreateTimer(
            static state => ((ConnectionTable)state!).Sweep(), this, SweepPeriod, SweepPeriod);
    }

    /// <summary>Connections now, those that only linger included.</summary>
    public int Count => _guests.Count;

    /// <summary>Connections that have not shown a key (yet).</summary>
    public int HalfOpen
    {
        get
        {
            lock (_gate)
            {
                return _halfOpen.Count;
            }
        }
    }

    /// <summary>Whether no more connections can be admitted now.</summary>
    public bool IsFull => Volatile.Read(ref _admitted) >= _options.ConnectionsMax;

    /// <summary>Connections turned away because there were too many.</summary>
    public long ConnectionsRefused => Volatile.Read(ref _connectionsRefused);

    /// <summary>Half-open connections cut to make room for newer ones.</summary>
    public long CutHalfOpen => Volatile.Read(ref _cutHalfOpen);

    /// <summary>Whole frames read since the start.</summary>
    public long FramesRead => Volatile.Read(ref _framesRead) + Fronts.Sum(front => front.FramesRead);

    /// <summary>Frames refused by the front since the start.</summary>
    public long FramesRefused => Volatile.Read(ref _framesRefused) + Fronts.Sum(front => front.FramesRefused);

    private IEnumerable<FrontConnection> Fronts =>
        _guests.Values.Select(guest => guest.Front).OfType<FrontConnection>();

    /// <summary>Adds a connection that was accepted, half-open.</summary>
    public void Add(Guest guest)
    {
        guest.Number = Interlocked.Increment(ref _lastNumber);
        _guests.TryAdd(guest.Number, guest);
        Guest? oldest = null;
        lock (_gate)
        {
            guest.HalfOpen = _halfOpen.AddLast(guest);
            if (_halfOpen.Count > _options.HalfOpenMax)
            {
                oldest = _halfOpen.First!.Value;
                Leave(oldest);
            }
        }

        if (oldest is not null)
        {
            Interlocked.Increment(ref _cutHalfOpen);
            _audit.Add(oldest, new Refusal(
                FrameStatus.Overloaded, Operation.Hello, 0, "too many connections had not said Hello"));
            oldest.Cut("Too many connections have not said Hello.");
        }
    }

    /// <summary>
    /// Counts a connection among those that have shown a key. False when there are too many of them, or when it was cut
    /// meanwhile.
    /// </summary>
    public bool TryAdmit(Guest guest)
    {
        lock (_gate)
        {
            if (guest.HalfOpen is not { List: not null } || _admitted >= _options.ConnectionsMax)
            {
                return false;
            }

            Leave(guest);
            guest.IsAdmitted = true;
            _admitted++;
            return true;
        }
    }

    /// <summary>A connection was turned away because there are too many.</summary>
    public void CountRefused() => Interlocked.Increment(ref _connectionsRefused);

    /// <summary>Removes a connection that ended.</summary>
    public void Remove(Guest guest)
    {
        _guests.TryRemove(guest.Number, out _);
        lock (_gate)
        {
            Leave(guest);
            _admitted -= guest.IsAdmitted ? 1 : 0;
        }

        Interlocked.Add(ref _framesRead, guest.Front?.FramesRead ?? 0);
        Interlocked.Add(ref _framesRefused, guest.Front?.FramesRefused ?? 0);
    }

    public void Dispose() => _sweeper.Dispose();

    private void Leave(Guest guest)
    {
        if (guest.HalfOpen is { List: not null } node)
        {
            _halfOpen.Remove(node);
        }
    }

    private void Sweep()
    {
        _clock.Update();
        foreach (KeyValuePair<long, Guest> entry in _guests)
        {
            CheckTime(entry.Value);
            CheckAccess(entry.Value);
        }

        _audit.Report();
    }

    private void CheckTime(Guest guest)
    {
        if (guest.Front is { } front)
        {
            front.CheckTime();
        }
        else if (!guest.IsCut && guest.Watch.Check(_options, 0, isDraining: false) == WatchVerdict.Abort)
        {
            guest.TlsProblem = "TLS took too long";
            guest.Cut("TLS took too long.");
        }
    }

    /// <summary>A key that is gone takes its connections with it; one that changed has them made anew.</summary>
    private void CheckAccess(Guest guest)
    {
        // In this order: the table is never older than the one that the entry was found in.
        if (guest.Entry is not { } entry || _access.Current is not { } table
            || ReferenceEquals(guest.CheckedAgainst, table))
        {
            return;
        }

        guest.CheckedAgainst = table;
        switch (table.Compare(entry))
        {
            case AccessChange.Removed:
                guest.Front?.End(FrameStatus.Unauthenticated);
                break;
            case AccessChange.Changed:
                guest.Front?.End(FrameStatus.ShuttingDown);
                break;
        }
    }
}
