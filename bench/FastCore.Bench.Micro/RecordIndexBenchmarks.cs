using BenchmarkDotNet.Attributes;
using FastCore.Engine.Memory;
using FastCore.Engine.Ports;

namespace FastCore.Bench.Micro;

/// <summary>
/// "Seen before?" and "remember it" for ids that are nearly all new, over an index that holds a million already.
/// </summary>
[MemoryDiagnoser]
public class RecordIndexBenchmarks : IDisposable
{
    private const int Batch = 8_192;
    private const int Records = 1_000_000;

    private readonly RecordKey[] _batch = new RecordKey[Batch];
    private Dictionary<RecordKey, ulong> _dictionary = [];
    private MemoryRecordIndex _index = null!;
    private ulong _next;

    [IterationSetup]
    public void Setup()
    {
        _dictionary = [];
        _index = new MemoryRecordIndex();
        for (_next = 0; _next < Records; _next++)
        {
            _dictionary.Add(KeyOf(_next), _next);
            _index.Set(KeyOf(_next), _next);
        }

        for (int i = 0; i < Batch; i++)
        {
            _batch[i] = KeyOf(i % 10 == 0 ? _next / 2 : _next++);
        }
    }

    [IterationCleanup]
    public void Dispose()
    {
        _index.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Batch)]
    public int Dictionary()
    {
        int seen = 0;
        foreach (RecordKey key in _batch)
        {
            if (!_dictionary.TryAdd(key, 1))
            {
                seen++;
            }
        }

        return seen;
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public int MemoryRecordIndex()
    {
        foreach (RecordKey key in _batch)
        {
            _index.Prefetch(key);
        }

        int seen = 0;
        foreach (RecordKey key in _batch)
        {
            if (_index.TryGet(key, out _))
            {
                seen++;
            }
            else
            {
                _index.Set(key, 1);
            }
        }

        return seen;
    }

    // Ids as clients make them: a counter below, something like a time above.
    private static RecordKey KeyOf(ulong number) => new(number * 0x9E3779B97F4A7C15UL, number >> 10, 1UL << 56);
}
