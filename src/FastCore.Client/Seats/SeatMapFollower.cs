using FastCore.Protocol;
using FastCore.Protocol.Seats;

namespace FastCore.Client.Seats;

/// <summary>
/// Follows the seat map of a show over any session, embedded or remote: the whole map at a version, then every change
/// after it, without a gap and without a repetition. The question for changes waits at the server, so a change is seen
/// as soon as it is durable. One that has fallen too far behind says so and loads the map
/// again; it never leaves anything out in silence. It keeps one map and one answer, whatever happens, and survives
/// lost connections and restarts of the server, as all that it needs is the version of its map.
/// </summary>
/// <remarks>
/// One call at a time; the map changes during calls only. Nothing runs between calls, but for the question of one that
/// was cancelled, which the next call takes up.
/// </remarks>
public sealed class SeatMapFollower
{
    private readonly IFastCoreSession _session;
    private readonly ulong _show;
    private readonly SeatMapFollowerOptions _options;
    private readonly SeatChange[] _changes;
    private SeatMap? _loading;
    private SeatMapBlock[] _blocks = [];
    private bool _mustLoad = true;
    private bool _hasMissed;
    private long _askedAt;
    private TimeSpan _wait = TimeSpan.Zero;
    private Task<Reply>? _asked;
    private ulong _askedFrom;
    private int _isCalled;

    /// <summary>Makes a follower; the first call loads the map.</summary>
    /// <param name="session">Where to ask. It stays the caller's.</param>
    /// <param name="show">Number of the show.</param>
    /// <param name="options">Null = as they come.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of bounds.</exception>
    public SeatMapFollower(IFastCoreSession session, ulong show, SeatMapFollowerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(session);
        _session = session;
        _show = show;
        _options = (options ?? new SeatMapFollowerOptions()).Validated();
        _changes = new SeatChange[_options.ChangesMax];
    }

    /// <summary>The map, or null until one was loaded.</summary>
    public SeatMap? Map { get; private set; }

    /// <summary>Has the next call load the map again, also when nothing was missed.</summary>
    public void Reload() => _mustLoad = true;

    /// <summary>
    /// Waits until there is news. Never throws for what a server or a network does: that is news, too.
    /// </summary>
    /// <param name="cancellation">Ends the wait; the follower can be asked again.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="InvalidOperationException">Another call is under way.</exception>
    public async ValueTask<SeatMapUpdate> NextAsync(CancellationToken cancellation = default)
    {
        if (Interlocked.Exchange(ref _isCalled, 1) != 0)
        {
            throw new InvalidOperationException("A follower takes one call at a time.");
        }

        try
        {
            while (true)
            {
                if (_asked is null || _mustLoad)
                {
                    await WaitAsync(cancellation).ConfigureAwait(false);
                }

                SeatMapUpdate? news = _mustLoad ? await LoadAsync().ConfigureAwait(false)
                    : _hasMissed ? new SeatMapUpdate(SeatMapNews.MustReload, VersionOf(Map))
                    : await AskAsync(cancellation).ConfigureAwait(false);
                if (news is { } update)
                {
                    return update;
                }
            }
        }
        finally
        {
            Volatile.Write(ref _isCalled, 0);
        }
    }

    private static ulong VersionOf(SeatMap? map) => map?.Version ?? 0;

    // Until the time for the next question has come, as the last answer set it.
    private async ValueTask WaitAsync(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        TimeSpan left = _wait - _options.Time.GetElapsedTime(_askedAt);
        if (_wait > TimeSpan.Zero && left > TimeSpan.Zero)
        {
            await Task.Delay(left, _options.Time, cancellation).ConfigureAwait(false);
        }

        _askedAt = _options.Time.GetTimestamp();
        _wait = _options.Period;
    }

    private async ValueTask<SeatMapUpdate?> LoadAsync()
    {
        if (_loading is null)
        {
            SeatMapUpdate? failed = await LoadChartAsync().ConfigureAwait(false);
            if (failed is not null)
            {
                return failed;
            }
        }

        SeatFilter whole = new() { Limit = (uint)_blocks.Length };
        Reply reply = await _session.GetSeatMapAsync(_show, whole, _blocks, _options.Sending).ConfigureAwait(false);
        if (reply.Status != FrameStatus.Ok)
        {
            return Failed(reply);
        }

        if (!_loading!.TryLoad(_blocks.AsSpan(0, reply.CountOf<SeatMapBlock>())))
        {
            // Another server than the one that told the chart.
            _loading = null;
            return new SeatMapUpdate(SeatMapNews.NoShow, VersionOf(Map));
        }

        bool hasMissed = Map is not null;
        Map = _loading;
        _mustLoad = false;
        _hasMissed = false;
        return new SeatMapUpdate(SeatMapNews.Loaded, Map.Version, HasMissed: hasMissed);
    }

    // Which blocks are areas: their words are numbers. A show never changes its chart.
    private async ValueTask<SeatMapUpdate?> LoadChartAsync()
    {
        ShowRecord[] show = new ShowRecord[1];
        Reply reply = await _session.GetShowAsync(_show, show, _options.Sending).ConfigureAwait(false);
        if (reply.Status != FrameStatus.Ok || reply.Length == 0)
        {
            return reply.Status != FrameStatus.Ok ? Failed(reply) : new SeatMapUpdate(SeatMapNews.NoShow, 0);
        }

        ChartBlock[] chart = new ChartBlock[SeatLimits.BlocksPerChartMax];
        SeatFilter whole = new() { Limit = SeatLimits.BlocksPerChartMax };
        reply = await _session.GetChartAsync(show[0].Chart, whole, chart, _options.Sending).ConfigureAwait(false);
        if (reply.Status != FrameStatus.Ok)
        {
            return Failed(reply);
        }

        int count = reply.CountOf<ChartBlock>();
        _loading = new SeatMap(_show, chart.AsSpan(0, count));
        _blocks = new SeatMapBlock[Math.Max(count, 1)];
        return null;
    }

    private async ValueTask<SeatMapUpdate?> AskAsync(CancellationToken cancellation)
    {
        SeatMap map = Map!;
        Task<Reply> asked = _asked ??= Ask(map.Version);
        Reply reply;
        try
        {
            reply = await asked.WaitAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            _asked = asked.IsCompleted ? null : asked;
        }

        if (_askedFrom != map.Version)
        {
            // Of a map that was loaded again meanwhile.
            return null;
        }

        if (reply.Status != FrameStatus.Ok)
        {
            return Failed(reply);
        }

        int count = reply.CountOf<SeatChange>();
        for (int i = 0; i < count; i++)
        {
            if (!map.TryApply(_changes[i]))
            {
                return Missed(i);
            }
        }

        if (count == _changes.Length)
        {
            // There may be more, and whoever is behind should not fall further behind.
            _wait = TimeSpan.Zero;
        }

        return count == 0 ? null : new SeatMapUpdate(SeatMapNews.Changed, map.Version, _changes.AsMemory(0, count));
    }

    private Task<Reply> Ask(ulong version)
    {
        const uint AfterwardsMs = 10_000;
        AwaitSeatChanges request = new()
        {
            From = version,
            Limit = (uint)_changes.Length,
            AwaitMs = (uint)_options.Await.TotalMilliseconds,
        };
        SendOptions sending = request.AwaitMs == 0 ? _options.Sending : _options.Sending with
        {
            TimeoutMs = request.AwaitMs + (_options.Sending.TimeoutMs == 0 ? AfterwardsMs : _options.Sending.TimeoutMs),
        };
        _askedFrom = version;
        return _session.AwaitSeatChangesAsync(_show, request, _changes, sending).AsTask();
    }

    // What was applied before is told first.
    private SeatMapUpdate? Missed(int applied)
    {
        _hasMissed = true;
        _mustLoad = _options.ReloadsItself;
        _wait = TimeSpan.Zero;
        return applied == 0 ? null
            : new SeatMapUpdate(SeatMapNews.Changed, Map!.Version, _changes.AsMemory(0, applied));
    }

    private SeatMapUpdate Failed(in Reply reply)
    {
        TimeSpan asked = TimeSpan.FromMilliseconds(reply.RetryAfterMs);
        _wait = asked > _options.Period ? asked : _options.Period;
        return new SeatMapUpdate(SeatMapNews.Failed, VersionOf(Map), Status: reply.Status);
    }
}
