using FastCore.Engine.Ports;
using FastCore.Simulation.Disks;
using FastCore.Storage.Records;

namespace FastCore.Storage.Tests.Records;

public sealed class BucketTableTests
{
    [Fact]
    public void EveryKeyThatIsThereMayBeThere_FromTheFirstToBucketsThatOverflow()
    {
        RecordStore store = new(RecordStoreSizes.Of(3 << 18));
        using FasterRecordIndex index = IndexOf(store, 3 << 18);

        // By reflection: says when a later FASTER has them elsewhere.
        Assert.True(store.Buckets.KnowsEntries);
        long overflow = store.Store.OverflowBucketCount;
        for (ulong i = 0; i < 9_000; i++)
        {
            index.Set(KeyOf(i), i);
            Assert.True(store.Buckets.MayContain(KeyOf(i).Hash64()));
        }

        Assert.True(store.Store.OverflowBucketCount > overflow, "some buckets were meant to overflow");
        for (ulong i = 0; i < 9_000; i++)
        {
            Assert.True(store.Buckets.MayContain(KeyOf(i).Hash64()));
        }
    }

    [Fact]
    public void OfKeysThatAreNotThereAlmostNoneMayBe()
    {
        RecordStore store = new(RecordStoreSizes.Of(4 << 20));
        using FasterRecordIndex index = IndexOf(store, 4 << 20);
        for (ulong i = 0; i < 20_000; i++)
        {
            index.Set(KeyOf(i), i);
        }

        // Two thousandths share a tag with one of their bucket.
        int maybe = Enumerable.Range(1_000_000, 100_000).Count(i => store.Buckets.MayContain(KeyOf((ulong)i).Hash64()));
        Assert.InRange(maybe, 1, 3_000);
        for (ulong i = 1_000_000; i < 1_100_000; i++)
        {
            Assert.False(index.TryGet(KeyOf(i), out ulong value));
            Assert.Equal(0UL, value);
        }
    }

    [Fact]
    public void OfKeysThatAreNotThereAlmostNoneMayBe_WhereBucketsOverflowSeveralTimes()
    {
        const int Buckets = 256;
        RecordStore store = new(RecordStoreSizes.Of(1 << 20));
        using FasterRecordIndex index = IndexOf(store, 1 << 20);
        RecordKey[] keys =
        [
            .. Enumerable.Range(0, int.MaxValue).Select(i => KeyOf((ulong)i))
                .Where(key => (key.Hash64() & (ulong)(store.Sizes.Buckets - 1)) < Buckets).Take(80 * Buckets),
        ];
        RecordKey[] known = keys[..(40 * Buckets)];
        foreach (RecordKey key in known)
        {
            index.Set(key, key.IdLow);
        }

        Assert.InRange(store.Store.OverflowBucketCount, 4 * Buckets, 7 * Buckets);
        Assert.All(known, key => Assert.True(store.Buckets.MayContain(key.Hash64())));
        int maybe = keys[known.Length..].Count(key => store.Buckets.MayContain(key.Hash64()));
        Assert.InRange(maybe, 1, 150);
    }

    private static FasterRecordIndex IndexOf(RecordStore store, long budget)
    {
        RecordStores stores = new();
        store.Device.Files = new ScratchFiles(new FaultyDisk(), "scratch", new StorageOptions());
        Assert.True(stores.TryKeep(store));
        return new FasterRecordIndex(
            new FaultyDisk(), "scratch",
            new StorageOptions { RecordIndexMemoryBytes = budget, RecordStores = stores });
    }

    private static RecordKey KeyOf(ulong i) => new(i, i * 7, 1);
}
