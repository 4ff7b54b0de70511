namespace FastCore.Server.Fronts;

/// <summary>What the sweeper shall do with a connection.</summary>
internal enum WatchVerdict
{
    /// <summary>Nothing.</summary>
    Fine,

    /// <summary>Let it end by itself.</summary>
    End,

    /// <summary>Cut it.</summary>
    Abort,
}

/// <summary>Where a connection stands.</summary>
internal enum WatchPhase
{
    /// <summary>Its Hello is awaited.</summary>
    Hello,

    /// <summary>It serves requests.</summary>
    Open,

    /// <summary>It ends; what still comes is swallowed.</summary>
    Linger,
}

/// <summary>
/// The time of one connection: how long Hello, a frame, a flush and silence last. The loops only store the coarse time;
/// the sweeper compares.
/// </summary>
internal sealed class ConnectionWatch
{
    private const long Never = long.MaxValue;

    private readonly CoarseClock _clock;
    private long _phaseSince;
    private long _lastFrame;
    private long _partialSince = Never;
    private long _flushSince = Never;
    private int _phase;

    public ConnectionWatch(CoarseClock clock)
    {
        _clock = clock;
        _phaseSince = clock.NowMs;
        _lastFrame = _phaseSince;
    }

    public WatchPhase Phase => (WatchPhase)Volatile.Read(ref _phase);

    public void Open() => Enter(WatchPhase.Open);

    public void Linger() => Enter(WatchPhase.Linger);

    /// <summary>The reader took what came.</summary>
    /// <param name="tookFrames">At least one whole frame.</param>
    /// <param name="hasPartial">Some bytes of a further frame are there.</param>
    public void OnRead(bool tookFrames, bool hasPartial)
    {
        long now = _clock.NowMs;
        if (tookFrames)
        {
            Volatile.Write(ref _lastFrame, now);
        }

        if (!hasPartial)
        {
            Volatile.Write(ref _partialSince, Never);
        }
        else if (tookFrames || _partialSince == Never)
        {
            Volatile.Write(ref _partialSince, now);
        }
    }

    public void BeginFlush() => Volatile.Write(ref _flushSince, _clock.NowMs);

    public void EndFlush() => Volatile.Write(ref _flushSince, Never);

    /// <summary>Compares with the limits.</summary>
    /// <param name="options">The limits.</param>
    /// <param name="inFlight">Requests without an answer.</param>
    /// <param name="isDraining">The connection ends in order, and somebody waits for that.</param>
    public WatchVerdict Check(ServerOptions options, int inFlight, bool isDraining)
    {
        long now = _clock.NowMs;
        int writeTimeoutMs =
            isDraining ? Math.Min(options.DrainTimeoutMs, options.WriteTimeoutMs) : options.WriteTimeoutMs;
        switch (Phase)
        {
            case WatchPhase.Hello:
                return IsOver(ref _phaseSince, options.HelloTimeoutMs) ? WatchVerdict.Abort : WatchVerdict.Fine;
            case WatchPhase.Linger:
                return IsOver(ref _phaseSince, options.LingerTimeoutMs) ? WatchVerdict.End : WatchVerdict.Fine;
        }

        if (IsOver(ref _partialSince, options.FrameTimeoutMs) || IsOver(ref _flushSince, writeTimeoutMs))
        {
            return WatchVerdict.Abort;
        }

        return inFlight == 0 && IsOver(ref _lastFrame, options.IdleTimeoutMs) ? WatchVerdict.End : WatchVerdict.Fine;

        bool IsOver(ref long since, int limitMs)
        {
            long from = Volatile.Read(ref since);
            return from != Never && now - from >= limitMs;
        }
    }

    private void Enter(WatchPhase phase)
    {
        long now = _clock.NowMs;
        Volatile.Write(ref _phaseSince, now);
        Volatile.Write(ref _lastFrame, now);
        Volatile.Write(ref _phase, (int)phase);
    }
}

/// <summary>
/// Milliseconds since the server started, moved on by the sweeper, so that no frame has to ask for the time.
/// </summary>
internal sealed class CoarseClock(TimeProvider time)
{
    private readonly long _start = time.GetTimestamp();
    private long _nowMs;

    public long NowMs => Volatile.Read(ref _nowMs);

    /// <summary>Nanoseconds since the server started, asked for anew.</summary>
    public long ExactNs => time.GetElapsedTime(_start).Ticks * TimeSpan.NanosecondsPerTick;

    public void Update() => Volatile.Write(ref _nowMs, (long)time.GetElapsedTime(_start).TotalMilliseconds);
}
