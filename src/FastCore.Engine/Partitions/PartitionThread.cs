using System.Runtime.CompilerServices;
using FastCore.Engine.Rings;

namespace FastCore.Engine.Partitions;

/// <summary>Runs a partition's duty cycle on a thread of its own, pinned when asked, and parks it when idle.</summary>
public sealed class PartitionThread : IPartitionRunner
{
    private readonly Partition _partition;
    private readonly PartitionOptions _options;
    private readonly AutoResetEvent _wake = new(false);
    private readonly Thread _thread;
    private WakeFlag _parked;
    private volatile bool _stop;

    /// <summary>Makes the runner; <see cref="Start"/> begins.</summary>
    public PartitionThread(Partition partition, PartitionOptions options)
    {
        _partition = partition;
        _options = options;
        _thread = new Thread(Run)
        {
            Name = $"partition-{partition.Number}",
            IsBackground = true,
        };
    }

    /// <summary>Why the thread is not pinned although it was asked to; null when it is or need not be.</summary>
    public string? PinFailure { get; private set; }

    /// <inheritdoc/>
    public void Start() => _thread.Start();

    /// <inheritdoc/>
    public void Wake()
    {
        if (_parked.TryTake())
        {
            _ = _wake.Set();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_stop)
        {
            _stop = true;
            _ = _wake.Set();
            if (_thread.IsAlive)
            {
                _thread.Join();
            }

            // The event is left to the finalizer: a waker that saw us parked may be about to set it.
        }
    }

    // Called once and never returns: without this it would stay in the first tier for ever, counting its own rounds.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Run()
    {
        if (_options.PinToCore >= 0)
        {
            PinFailure = CoreAffinity.TryPin(_options.PinToCore);
        }

        IdleStrategy idle = new(_options.IdleSpins, _options.IdleYields);
        while (true)
        {
            if (_partition.DoWork() > 0)
            {
                idle.Reset();
                continue;
            }

            if (_stop && _partition.Inbox.IsEmpty)
            {
                // What was claimed before the ring closed is still executed; nothing can come after.
                if (_partition.Inbox.IsClosed)
                {
                    break;
                }

                _partition.Inbox.Close();
                continue;
            }

            if (idle.Idle(_partition.Knobs.Idle))
            {
                Park();
            }
        }

        _partition.Finish();
    }

    private void Park()
    {
        _parked.Raise();
        if (!_partition.HasWork && !_stop)
        {
            _partition.Counters.Parks++;
            long waitMs = Math.Clamp(_partition.ParkNsMax / 1_000_000, 1, 1_000);
            _ = _wake.WaitOne((int)waitMs);
        }

        _ = _parked.Lower();
    }
}
