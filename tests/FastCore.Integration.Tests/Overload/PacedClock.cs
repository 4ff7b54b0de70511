using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;

namespace FastCore.Integration.Tests.Overload;

/// <summary>
/// A clock that slows down the partition that looks at it, once per duty cycle: each look takes its turn at a steady
/// beat. The capacity is then a property of the test and not of the machine. A thread that came late may catch up a
/// little, so that other load on the machine does not change the beat.
/// </summary>
internal sealed class PacedClock(long beatNs) : IClock, IDisposable
{
    private const long CatchUpNs = 100_000_000;

    private readonly ManualResetEventSlim _open = new(true);
    private readonly AutoResetEvent _never = new(false);
    private readonly DateTime _start = DateTime.UtcNow;
    private readonly long _startNs = Partition.MonotonicNs();
    private long _turnNs;

    /// <inheritdoc/>
    public ulong NowNs
    {
        get
        {
            _open.Wait();
            long now = Partition.MonotonicNs();
            long turn = Math.Max(_turnNs, now - CatchUpNs);
            while ((now = Partition.MonotonicNs()) < turn)
            {
                _ = turn - now > 1_000_000 ? _never.WaitOne(1) : Thread.Yield();
            }

            _turnNs = turn + beatNs;
            return (ulong)((_start - DateTime.UnixEpoch).Ticks * 100) + (ulong)(now - _startNs);
        }
    }

    /// <summary>Time stands still, and with it the partition.</summary>
    public void Stop() => _open.Reset();

    /// <summary>Goes on.</summary>
    public void Go() => _open.Set();

    /// <inheritdoc/>
    public void Dispose()
    {
        _open.Dispose();
        _never.Dispose();
    }
}
