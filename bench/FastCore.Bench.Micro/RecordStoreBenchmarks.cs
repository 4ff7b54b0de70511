using BenchmarkDotNet.Attributes;
using FastCore.Engine.Ports;
using FastCore.Storage;

namespace FastCore.Bench.Micro;

/// <summary>
/// The record index as it stands below a node, FasterKV in memory of a budget, with ids nearly all of which are new: a
/// batch is asked for, looked up and set, beside a dictionary that has no budget and no disk.
/// </summary>
[MemoryDiagnoser]
public class RecordStoreBenchmarks : IDisposable
{
    private const int Batch = 8_192;
    private const int Records = 200_000;

    private readonly Dictionary<RecordKey, ulong> _dictionary = [];
    private readonly RecordKey[] _batch = new RecordKey[Batch];
    private string _path = "";
    private DataDirectory _directory = null!;
    private PartitionStorage _storage = null!;
    private ulong _next;

    [GlobalSetup]
    public void Open()
    {
        _path = Directory.CreateTempSubdirectory("fastcore-micro-").FullName;
        _directory = DataDirectory.Open(
            Path.Combine(_path, "data"), new DataDirectoryOptions { Partitions = 1, NewId = 1 });
        _storage = _directory.OpenPartition(0, new StorageOptions { RecordIndexMemoryBytes = 512L << 20 });
        for (_next = 0; _next < Records; _next++)
        {
            _dictionary.Add(KeyOf(_next), _next);
            _storage.Records.Set(KeyOf(_next), _next);
        }
    }

    [IterationSetup]
    public void NextBatch()
    {
        for (int i = 0; i < Batch; i++)
        {
            _batch[i] = KeyOf(i % 10 == 0 ? _next / 2 : _next++);
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Batch)]
    public int Dictionary()
    {
        int seen = 0;
        foreach (RecordKey key in _batch)
        {
            seen += _dictionary.TryAdd(key, 1) ? 0 : 1;
        }

        return seen;
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public int RecordIndex()
    {
        IRecordIndex records = _storage.Records;
        foreach (RecordKey key in _batch)
        {
            records.Prefetch(key);
        }

        int seen = 0;
        foreach (RecordKey key in _batch)
        {
            if (records.TryGet(key, out _))
            {
                seen++;
            }
            else
            {
                records.Set(key, 1);
            }
        }

        return seen;
    }

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _storage.Dispose();
        _directory.Dispose();
        Directory.Delete(_path, recursive: true);
        GC.SuppressFinalize(this);
    }

    private static RecordKey KeyOf(ulong number) => new(number * 0x9E3779B97F4A7C15UL, number >> 10, 1UL << 56);
}
