using FastCore.Engine.Ports;
using FastCore.Simulation.Disks;
using FastCore.Storage.Records;

namespace FastCore.Storage.Tests.Records;

public sealed class RecordStoresTests
{
    // Not all fit into the first buckets, and all fit into memory.
    private const ulong Records = 9_000;
    private const long Budget = 3 << 18;

    private readonly RecordStores _stores = new();

    [Fact]
    public void AnIndexFindsNothingOfTheOneThatHadItsMemoryBefore()
    {
        RecordStoreSizes sizes = RecordStoreSizes.Of(Budget);
        RecordStore first = _stores.Take(sizes);
        long overflow = first.Store.OverflowBucketCount;
        Assert.True(_stores.TryKeep(Used(first)));
        Fill(first, overflow, offset: 0);

        // A third index after a second in the same memory, so that what is emptied once is emptied again.
        Fill(first, overflow, offset: 1_000_000);

        Assert.Same(first, _stores.Take(sizes));
        Assert.Equal(64, first.Store.Log.TailAddress);
        Assert.Equal(0, first.Store.EntryCount);
        Assert.Equal(overflow, first.Store.OverflowBucketCount);
    }

    [Fact]
    public void WhatHasLeftMemoryIsNotKept()
    {
        RecordStoreSizes sizes = RecordStoreSizes.Of(128 << 10);
        RecordStore first = _stores.Take(sizes);
        Assert.True(_stores.TryKeep(Used(first)));
        using (FasterRecordIndex index = Open(128 << 10))
        {
            for (ulong i = 0; i < 10_000; i++)
            {
                SpinWait.SpinUntil(() => index.State == StorageState.Ready);
                index.Set(new RecordKey(i, 0, 0), i);
            }
        }

        Assert.NotSame(first, _stores.Take(sizes));
    }

    [Fact]
    public void OtherSizesAreAnotherStore()
    {
        RecordStore small = _stores.Take(RecordStoreSizes.Of(128 << 10));
        Assert.True(_stores.TryKeep(Used(small)));

        Assert.NotSame(small, _stores.Take(RecordStoreSizes.Of(Budget)));
    }

    private static RecordStore Used(RecordStore store)
    {
        store.Device.Files = new ScratchFiles(new FaultyDisk(), "scratch", new StorageOptions());
        return store;
    }

    private FasterRecordIndex Open(long budget) => new(
        new FaultyDisk(), "scratch", new StorageOptions { RecordIndexMemoryBytes = budget, RecordStores = _stores });

    private void Fill(RecordStore store, long overflow, ulong offset)
    {
        using FasterRecordIndex index = Open(Budget);
        for (ulong i = 0; i < Records; i++)
        {
            // The numbers of the index before it, and its own.
            Assert.False(index.TryGet(new RecordKey(i, 7, 1), out _));
            Assert.False(index.TryGet(new RecordKey(offset + i, 7, 1), out _));
        }

        for (ulong i = 0; i < Records; i++)
        {
            index.Set(new RecordKey(offset + i, 7, 1), i);
        }

        for (ulong i = 0; i < Records; i++)
        {
            Assert.True(index.TryGet(new RecordKey(offset + i, 7, 1), out ulong value));
            Assert.Equal(i, value);
        }

        Assert.True(store.Store.OverflowBucketCount > overflow, "the store was meant to overflow");
    }
}
