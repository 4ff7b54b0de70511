using FastCore.Engine.Limiting;
using FastCore.Protocol;
using FastCore.Server.Fronts;
using Microsoft.Extensions.Logging;

namespace FastCore.Server.Audit;

/// <summary>
/// Counts every refusal and writes who was refused what, from where and why: so many lines a second and no more,
/// whatever strangers do. Clients with a key have a share of lines of their own, which a flood of strangers cannot use
/// up, and within its share each source has a rate, so that one source cannot hide another. What is not written is
/// counted, and that is written.
/// </summary>
internal sealed class RefusalAudit : IDisposable
{
    /// <summary>Lines that one source may cause at once; then one a second.</summary>
    public const int SourceBurst = 20;

    private const int SourcesMax = 4096;
    private const long ReportPeriodMs = 10_000;
    private const ulong SecondNs = 1_000_000_000;

    private readonly Lock _gate = new();
    private readonly ILogger _log;
    private readonly CoarseClock _clock;
    private readonly LimiterSettings _share;
    private readonly KeyedLimiter<TokenBucket> _sources;
    private readonly long[] _byStatus = new long[64];
    private LimiterState _known;
    private LimiterState _strangers;
    private long _suppressed;
    private long _suppressedReported;
    private long _lastReportMs;
    private bool _isDisposed;

    public RefusalAudit(ServerOptions options, CoarseClock clock, ILoggerFactory log)
    {
        _log = log.CreateLogger("FastCore.Server.Audit");
        _clock = clock;
        _share = Settings((uint)options.AuditLinesPerSecondMax, 10 * (uint)options.AuditLinesPerSecondMax);
        _sources = new KeyedLimiter<TokenBucket>("audit", SourcesMax, Settings(1, SourceBurst), failsOpen: true);
    }

    /// <summary>Refusals that were counted and not written.</summary>
    public long Suppressed => Volatile.Read(ref _suppressed);

    /// <summary>Every status that was ever refused with, and how often.</summary>
    public IEnumerable<(FrameStatus Status, long Count)> Counts => Enumerable.Range(0, _byStatus.Length)
        .Select(status => ((FrameStatus)status, Volatile.Read(ref _byStatus[status])))
        .Where(counted => counted.Item2 > 0);

    /// <summary>Refusals of every kind since the start.</summary>
    public long Total => Counts.Sum(counted => counted.Count);

    /// <summary>
    /// Whether the reason is the peer's doing. The node's own pressure (full, stopping) is counted with the refused
    /// frames and written by nobody: it says nothing about the peer.
    /// </summary>
    public static bool IsAudited(FrameStatus status) => status is not (FrameStatus.Ok or FrameStatus.Overloaded
        or FrameStatus.DeadlineExceeded or FrameStatus.StorageFull or FrameStatus.PartitionStopped
        or FrameStatus.ShuttingDown or FrameStatus.TooManyInFlight);

    /// <summary>Counts a refusal, and writes it if there is room. Any thread.</summary>
    public void Add(Guest guest, in Refusal refusal)
    {
        Interlocked.Increment(ref _byStatus[(int)refusal.Status & (_byStatus.Length - 1)]);
        if (!TryTakeLine(guest))
        {
            Interlocked.Increment(ref _suppressed);
            return;
        }

        ServerLog.Refused(
            _log, refusal.Status, guest.Who, guest.From, guest.Id, refusal.Operation, refusal.Book, refusal.Why);
    }

    /// <summary>Writes how many lines were left out lately, if any. Called by the sweeper.</summary>
    public void Report()
    {
        long now = _clock.NowMs;
        long suppressed = Suppressed;
        if (suppressed > _suppressedReported && now - _lastReportMs >= ReportPeriodMs)
        {
            ServerLog.RefusalsNotWritten(_log, suppressed - _suppressedReported, suppressed);
            _suppressedReported = suppressed;
            _lastReportMs = now;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            // Cut connections may still have something to say.
            _isDisposed = true;
            _sources.Dispose();
        }
    }

    private static LimiterSettings Settings(uint permits, uint burst) =>
        new() { Permits = permits, Burst = burst, PeriodNs = SecondNs };

    private bool TryTakeLine(Guest guest)
    {
        ulong nowNs = (ulong)_clock.NowMs * 1_000_000;
        lock (_gate)
        {
            if (_isDisposed)
            {
                return false;
            }

            ref LimiterState share = ref guest.Entry is null ? ref _strangers : ref _known;
            return _sources.TryAcquire(guest.Source, nowNs, 1, out _)
                && TokenBucket.TryAcquire(ref share, _share, nowNs, 1, out _);
        }
    }
}
