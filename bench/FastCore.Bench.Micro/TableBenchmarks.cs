using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using FastCore.Engine.Tables;

namespace FastCore.Bench.Micro;

/// <summary>
/// Updates of rows by key, a batch at a time, in random order: the off-heap table against a dictionary.
/// </summary>
[MemoryDiagnoser]
public class TableBenchmarks : IDisposable
{
    private const int Batch = 8_192;

    private readonly Dictionary<AccountKey, AccountRow> _dictionary = [];
    private OffHeapTable<AccountKey, AccountRow> _table = null!;
    private AccountKey[] _keys = [];
    private int _next;

    [Params(10_000, 1_000_000)]
    public int Rows { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        Random random = new(1);
        _table = new OffHeapTable<AccountKey, AccountRow>("accounts", 1, Rows);
        for (int i = 0; i < Rows; i++)
        {
            AccountKey key = new((ulong)i, 7);
            _table.Insert(key, out _).Id = key;
            _dictionary.Add(key, new AccountRow { Id = key });
        }

        // A ring of keys long enough that a batch is not in the cache because of the one before.
        _keys = new AccountKey[Batch * 64];
        for (int i = 0; i < _keys.Length; i++)
        {
            _keys[i] = new AccountKey((ulong)random.Next(Rows), 7);
        }
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _table.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Batch)]
    public void Dictionary()
    {
        foreach (AccountKey key in NextBatch())
        {
            CollectionsMarshal.GetValueRefOrNullRef(_dictionary, key).Balance++;
        }
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public void OffHeapTable()
    {
        foreach (AccountKey key in NextBatch())
        {
            _table.Write(_table.Find(key)).Balance++;
        }
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public void OffHeapTableWithPrefetch()
    {
        ReadOnlySpan<AccountKey> batch = NextBatch();
        foreach (AccountKey key in batch)
        {
            _table.Prefetch(key);
        }

        foreach (AccountKey key in batch)
        {
            _table.Write(_table.Find(key)).Balance++;
        }
    }

    private ReadOnlySpan<AccountKey> NextBatch()
    {
        _next = (_next + Batch) % _keys.Length;
        return _keys.AsSpan(_next, Batch);
    }

    private readonly record struct AccountKey(ulong Id, ulong Book) : ITableKey<AccountKey>
    {
        public ulong Hash64() => (Id ^ (Id >> 29) ^ (Book << 32)) * 0xBF58476D1CE4E5B9UL;
    }

    [StructLayout(LayoutKind.Sequential, Size = 128)]
    private struct AccountRow : ITableRow<AccountKey>
    {
        public AccountKey Id;
        public UInt128 Balance;

        public readonly AccountKey Key => Id;
    }
}
