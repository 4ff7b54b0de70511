using BenchmarkDotNet.Attributes;
using FastCore.Engine.Time;

namespace FastCore.Bench.Micro;

/// <summary>
/// Timers added a week ahead, most of them cancelled, the rest fired: the wheel against a priority queue, which cannot
/// cancel and so carries every timer to its end.
/// </summary>
[MemoryDiagnoser]
public class TimerBenchmarks
{
    private const int Batch = 10_000;
    private const ulong DayNs = 86_400UL * 1_000_000_000;

    private readonly PriorityQueue<ulong, ulong> _queue = new();
    private readonly TimerWheel _wheel = new();
    private readonly long[] _handles = new long[Batch];
    private readonly ulong[] _aheadNs = new ulong[Batch];
    private ulong _wheelNowNs = 20_000 * DayNs;
    private ulong _queueNowNs = 20_000 * DayNs;

    [Params(0, 1_000_000)]
    public int Waiting { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        Random random = new(2);
        _wheel.TryTake(_wheelNowNs, out _, out _);
        for (int i = 0; i < Waiting; i++)
        {
            ulong due = _wheelNowNs + (4_000 * DayNs) + (ulong)random.NextInt64((long)DayNs);
            _wheel.Add(due, (ulong)i);
            _queue.Enqueue((ulong)i, due);
        }

        for (int i = 0; i < Batch; i++)
        {
            _aheadNs[i] = (ulong)random.NextInt64(600L * 1_000_000_000);
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Batch)]
    public ulong PriorityQueue()
    {
        for (int i = 0; i < Batch; i++)
        {
            _queue.Enqueue((ulong)i, _queueNowNs + _aheadNs[i]);
        }

        _queueNowNs += 600UL * 1_000_000_000;
        ulong fired = 0;
        while (_queue.TryPeek(out _, out ulong due) && due <= _queueNowNs)
        {
            fired += _queue.Dequeue();
        }

        return fired;
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public ulong TimerWheel()
    {
        for (int i = 0; i < Batch; i++)
        {
            _handles[i] = _wheel.Add(_wheelNowNs + _aheadNs[i], (ulong)i);
        }

        return FireAll();
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public ulong TimerWheelMostCancelled()
    {
        for (int i = 0; i < Batch; i++)
        {
            _handles[i] = _wheel.Add(_wheelNowNs + _aheadNs[i], (ulong)i);
        }

        for (int i = 0; i < Batch; i++)
        {
            if (i % 10 != 0)
            {
                _wheel.Cancel(_handles[i]);
            }
        }

        return FireAll();
    }

    private ulong FireAll()
    {
        _wheelNowNs += 600UL * 1_000_000_000;
        ulong fired = 0;
        while (_wheel.TryTake(_wheelNowNs, out _, out ulong token))
        {
            fired += token;
        }

        return fired;
    }
}
