using FastCore.Engine.Ports;
using FastCore.Simulation.Disks;
using FastCore.Storage.Records;

namespace FastCore.Storage.Tests.Records;

public sealed class RecordIndexTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(4, true)]
    [InlineData(5, true)]
    public void AgreesWithADictionaryWhileItSpills(int seed, bool isInBatches)
    {
        FaultyDisk disk = new();
        using FasterRecordIndex index = new(disk, "scratch", new StorageOptions { RecordIndexMemoryBytes = 128 << 10 });
        Dictionary<RecordKey, ulong> twin = [];
        Random random = new(seed);
        RecordKey[] batch = new RecordKey[64];
        for (int round = 0; round < 600; round++)
        {
            // In a batch that is not asked for beforehand the index waits for its disk by itself, both ways.
            bool prefetches = !isInBatches || random.Next(2) == 0;
            if (isInBatches)
            {
                index.BeginBatch();
            }
            else
            {
                Wait(index);
            }

            for (int i = 0; i < batch.Length; i++)
            {
                batch[i] = new RecordKey((ulong)random.Next(20_000), 5, (ulong)random.Next(2));
                if (prefetches)
                {
                    index.Prefetch(in batch[i]);
                }
            }

            index.CompletePrefetch();
            foreach (RecordKey key in batch)
            {
                bool expected = twin.TryGetValue(key, out ulong there);
                if (random.Next(4) != 0)
                {
                    Assert.Equal(expected, index.TryGet(in key, out ulong value));
                    Assert.Equal(there, value);
                }

                if (random.Next(3) != 0)
                {
                    ulong next = (ulong)random.NextInt64();
                    index.Set(in key, next);
                    twin[key] = next;
                }
            }

            index.EndBatch();
        }

        Assert.True(index.NeedsPrefetch, "the budget was meant to be too small");
        foreach ((RecordKey key, ulong value) in twin)
        {
            Assert.True(index.TryGet(in key, out ulong found));
            Assert.Equal(value, found);
        }
    }

    [Fact]
    public void ASpilledRecordThatChangedOnDiskIsNeverServed()
    {
        FaultyDisk disk = new();
        using FasterRecordIndex index = new(disk, "scratch", new StorageOptions { RecordIndexMemoryBytes = 128 << 10 });
        for (ulong i = 0; i < 10_000; i++)
        {
            Wait(index);
            index.Set(new RecordKey(i, 0, 0), i);
        }

        string path = Assert.Single(disk.Paths);
        for (long position = 64; position < 64 << 10; position += 512)
        {
            disk.FlipBit(path, position, 3);
        }

        int refused = 0;
        for (ulong i = 0; i < 1000; i++)
        {
            try
            {
                Assert.True(index.TryGet(new RecordKey(i, 0, 0), out ulong value));
                Assert.Equal(i, value);
            }
            catch (CorruptStorageException e)
            {
                Assert.Equal(path, e.File);
                refused++;
            }
        }

        Assert.True(refused > 0);
        Assert.Equal(StorageState.Failed, index.State);
        Assert.StartsWith(path, index.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AFullDiskIsSaidAndEndsByItself()
    {
        FaultyDisk disk = new() { Quota = 16 << 10 };
        using FasterRecordIndex index = new(
            disk, "scratch", new StorageOptions { RecordIndexMemoryBytes = 128 << 10, FullRetryMs = 1 });
        ulong count = 0;
        SpinWait spin = default;
        while (index.State != StorageState.Full)
        {
            if (index.State == StorageState.Ready)
            {
                index.Set(new RecordKey(count, 0, 0), count);
                count++;
            }

            spin.SpinOnce();
        }

        disk.Quota = long.MaxValue;
        Wait(index);
        for (ulong i = 0; i < count; i++)
        {
            Assert.True(index.TryGet(new RecordKey(i, 0, 0), out ulong value));
            Assert.Equal(i, value);
        }
    }

    [Fact]
    public void InMemoryOperationsAllocateNothing()
    {
        using FasterRecordIndex index =
            new(new FaultyDisk(), "scratch", new StorageOptions { RecordIndexMemoryBytes = 64 << 20 });
        Run(index, 0, 50_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Run(index, 20_000, 45_000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static void Run(FasterRecordIndex index, ulong from, ulong until)
    {
        for (ulong i = from; i < until; i++)
        {
            RecordKey key = new(i, 1, 2);
            index.Prefetch(in key);
            index.CompletePrefetch();
            index.TryGet(in key, out _);
            index.Set(in key, i);
        }
    }

    private static void Wait(FasterRecordIndex index)
    {
        SpinWait spin = default;
        while (index.State == StorageState.Busy)
        {
            spin.SpinOnce();
        }
    }
}
