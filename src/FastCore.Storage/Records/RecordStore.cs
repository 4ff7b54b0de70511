using System.Numerics;
using System.Reflection;
using System.Runtime.Intrinsics.X86;
using FastCore.Engine.Ports;
using FASTER.core;

namespace FastCore.Storage.Records;

// FasterKV as the record index uses it. Making one costs milliseconds: whatever its settings are, FASTER takes eight
// megabytes for buckets that overflow. So a store that was used in memory only can be emptied and serve the next index.
internal sealed unsafe class RecordStore : IDisposable
{
    private const long LargeMemoryBytes = 128 << 20;

    // FASTER's first page of overflow buckets. Who has come to the second expects what only growing prepares.
    private const int OverflowPageBuckets = 1 << 16;
    private const BindingFlags Hidden = BindingFlags.NonPublic | BindingFlags.Instance;

    private readonly RecordStoreSizes _sizes;
    private readonly int _overflowUnused;
    private readonly Action? _initializeLog;
    private readonly Func<long, long>? _logAddress;
    private readonly object? _overflow;
    private readonly FieldInfo? _overflowCount;
    private readonly Func<long, long>? _overflowAddress;

    public RecordStore(RecordStoreSizes sizes)
    {
        _sizes = sizes;
        Store = new FasterKV<RecordKey, ulong>(
            sizes.Buckets,
            new LogSettings
            {
                LogDevice = Device,
                PageSizeBits = BitOperations.Log2((ulong)sizes.PageBytes),
                MemorySizeBits = BitOperations.Log2((ulong)sizes.MemoryBytes),
                SegmentSizeBits = BitOperations.Log2((ulong)ScratchFiles.SegmentBytes),

                // Pages that come as records come would be managed allocation on the way of a command.
                PreallocateLog = true,

                // What is mutable is never written ahead, so with few pages more of them must be left to the writer.
                MutableFraction = sizes.MemoryBytes >= LargeMemoryBytes ? 0.9 : 0.75,
                ReadCopyOptions = new ReadCopyOptions(ReadCopyFrom.Device, ReadCopyTo.MainLog),
            },
            new CheckpointSettings
            {
                CheckpointManager = new DeviceLogCommitCheckpointManager(
                    new NullNamedDeviceFactory(), new DefaultCheckpointNamingScheme("scratch"), removeOutdated: false),
            },
            comparer: new RecordComparer(),
            concurrencyControlMode: ConcurrencyControlMode.None);
        _overflowUnused = (int)Store.OverflowBucketCount;

        // FASTER has no public way to empty a store and keep its memory. If a later one hides these elsewhere, a store
        // serves one index only and nothing else changes.
        object? log = typeof(FasterKV<RecordKey, ulong>).GetField("hlog", Hidden)?.GetValue(Store);
        _initializeLog = log?.GetType().GetMethod("Initialize", Type.EmptyTypes)?.CreateDelegate<Action>(log);
        _logAddress = AddressIn(log);
        _overflow = typeof(FasterBase).GetField("overflowBucketsAllocator", Hidden)?.GetValue(Store);
        _overflowCount = _overflow?.GetType().GetField("count", Hidden);
        _overflowAddress = AddressIn(_overflow);
        Buckets = new BucketTable(Store, _overflowAddress);
    }

    public RecordStoreSizes Sizes => _sizes;

    public FasterKV<RecordKey, ulong> Store { get; }

    public ScratchDevice Device { get; } = new();

    public BucketTable Buckets { get; }

    // Empties the store, so that nothing tells it from a new one; false when it cannot, because something of it was
    // written to the disk or very much overflowed. No session may be open.
    public bool TryEmpty()
    {
        long taken = Store.OverflowBucketCount;
        if (Device.Files is not { IsUntouched: true } || taken > OverflowPageBuckets || _initializeLog is null
            || _logAddress is null || _overflowCount is null || _overflowAddress is null || !Buckets.TryClear())
        {
            return false;
        }

        // Buckets were taken one by one, and none was given back, as only threads that race do that.
        for (int bucket = _overflowUnused; bucket < taken; bucket++)
        {
            new Span<byte>((void*)_overflowAddress(bucket), BucketTable.BucketBytes).Clear();
        }

        _overflowCount.SetValue(_overflow, _overflowUnused);
        long tail = Store.Log.TailAddress;
        for (long page = 0; page < tail; page += _sizes.PageBytes)
        {
            new Span<byte>((void*)_logAddress(page), (int)_sizes.PageBytes).Clear();
        }

        _initializeLog();
        Device.Files = null;
        return true;
    }

    // Brings what lies at an address of the log's memory towards the CPU; where nobody knows how, does nothing.
    public void Prefetch(long address, int bytes)
    {
        if (_logAddress is not null && Sse.IsSupported)
        {
            byte* record = (byte*)_logAddress(address);
            Sse.Prefetch0(record);
            Sse.Prefetch0(record + bytes - 1);
        }
    }

    public void Dispose() => Store.Dispose();

    private static Func<long, long>? AddressIn(object? allocator) =>
        allocator?.GetType().GetMethod("GetPhysicalAddress", [typeof(long)])
            ?.CreateDelegate<Func<long, long>>(allocator);
}
