using FastCore.Engine.Ports;
using FastCore.Simulation.Disks;
using FastCore.Storage.Records;

namespace FastCore.Storage.Tests;

/// <summary>What stored things tell of memory, disk and lookups.</summary>
public sealed class StorageMemoryTests
{
    private const int IndexBytes = 128 << 10;

    [Fact]
    public void ASpilledRecordIndexCountsWhatItReadFromDisk()
    {
        FaultyDisk disk = new();
        using FasterRecordIndex index =
            new(disk, "scratch", new StorageOptions { RecordIndexMemoryBytes = IndexBytes });
        Assert.Equal((0, 0), LookupsOf(index, "records.memory"));
        const ulong Records = 20_000;
        Fill(index, Records);
        Assert.Equal((0, 0), LookupsOf(index, "records.memory"));

        // The newest are in memory.
        for (ulong i = Records - 100; i < Records; i++)
        {
            Assert.True(index.TryGet(new RecordKey(i, 0, 0), out _));
        }

        Assert.Equal((100, 0), LookupsOf(index, "records.memory"));
        Assert.Equal((0, 0), LookupsOf(index, "records.disk"));

        // The oldest are on disk only, and each read brings one back into memory.
        for (ulong i = 0; i < 50; i++)
        {
            Assert.True(index.TryGet(new RecordKey(i, 0, 0), out ulong value));
            Assert.Equal(i, value);
        }

        Assert.Equal((100, 50), LookupsOf(index, "records.memory"));
        Assert.Equal((50, 0), LookupsOf(index, "records.disk"));
        for (ulong i = 0; i < 50; i++)
        {
            Assert.True(index.TryGet(new RecordKey(i, 0, 0), out _));
        }

        Assert.Equal((150, 50), LookupsOf(index, "records.memory"));
        Assert.Equal((50, 0), LookupsOf(index, "records.disk"));
    }

    [Fact]
    public void APrefetchIsALookupToo()
    {
        FaultyDisk disk = new();
        using FasterRecordIndex index =
            new(disk, "scratch", new StorageOptions { RecordIndexMemoryBytes = IndexBytes });
        Fill(index, 20_000);
        for (ulong i = 0; i < 20; i++)
        {
            index.Prefetch(new RecordKey(i, 0, 0));
        }

        index.CompletePrefetch();
        Assert.Equal((0, 20), LookupsOf(index, "records.memory"));
        Assert.Equal((20, 0), LookupsOf(index, "records.disk"));
        for (ulong i = 0; i < 20; i++)
        {
            Assert.True(index.TryGet(new RecordKey(i, 0, 0), out _));
        }

        Assert.Equal((20, 20), LookupsOf(index, "records.memory"));
    }

    [Fact]
    public void AnIdThatIsKnownToBeAbsentSparesASecondRead()
    {
        FaultyDisk disk = new();
        using FasterRecordIndex index =
            new(disk, "scratch", new StorageOptions { RecordIndexMemoryBytes = IndexBytes });
        Fill(index, 20_000);
        (long found, long notFound) = (0, 0);
        for (ulong i = 0; i < 10_000; i++)
        {
            index.Prefetch(new RecordKey(1_000_000 + i, 0, 0));
            index.CompletePrefetch();
            (found, notFound) = LookupsOf(index, "records.disk");
            Assert.False(index.TryGet(new RecordKey(1_000_000 + i, 0, 0), out _));
            Assert.Equal((found, notFound), LookupsOf(index, "records.disk"));
        }

        // Ids that share a hash tag with some record look as if they were on disk.
        Assert.Equal(0, found);
        Assert.True(notFound > 0, "of ten thousand new ids some were meant to share a tag");
        Assert.Equal(notFound, LookupsOf(index, "records.absent").Hits);
    }

    [Fact]
    public void TheMemoryOfTheRecordIndexIsItsBudget()
    {
        FaultyDisk disk = new();
        using FasterRecordIndex index =
            new(disk, "scratch", new StorageOptions { RecordIndexMemoryBytes = IndexBytes });
        Fill(index, 20_000);

        // Pages are still on their way to the file.
        string path = Assert.Single(disk.Paths);
        MemoryUse stored = UseOf(index, "records.disk");
        SpinWait spin = default;
        while (disk.LengthOf(path) != stored.Bytes)
        {
            spin.SpinOnce();
            stored = UseOf(index, "records.disk");
        }

        MemoryUse memory = UseOf(index, "records.memory");
        Assert.Equal(64 << 10, memory.Bytes);
        Assert.InRange(memory.Count, 1, (64 << 10) / 40);
        Assert.InRange(memory.Count + stored.Count, 20_000, 20_500);
        Assert.InRange(UseOf(index, "records.index").Bytes, 32 << 10, 512 << 10);
    }

    [Fact]
    public void AHistoryTellsWhatItHadToReadAgain()
    {
        FaultyDisk disk = new();
        using StorageRig rig = new(disk);
        for (int step = 0; step < 400; step++)
        {
            rig.Step();
        }

        IMemoryUser history = (IMemoryUser)rig.Rows;
        MemoryUse rows = UseOf(history, "rows");
        MemoryUse stored = UseOf(history, "rows.disk");
        Assert.True(rows.Count < rig.Rows.Count, "some blocks were meant to have left memory");
        Assert.InRange(rows.Bytes - rows.FreeBytes, rows.BytesMax, rows.BytesMax + (8 << 10));
        Assert.InRange(stored.Count, 1, rig.Rows.Count);
        long before = rows.Hits + rows.Misses;
        for (long position = 0; position < rig.Rows.Count; position++)
        {
            TestRow.AssertIs(in rig.Rows.Get(position), position);
        }

        MemoryUse after = UseOf(history, "rows");
        Assert.Equal(before + rig.Rows.Count, after.Hits + after.Misses);
        long read = after.Misses - rows.Misses;
        Assert.InRange(read, 1, rig.Rows.Count / rig.Rows.RowsPerBlock);
        Assert.Equal(after.Misses, UseOf(history, "rows.disk").Hits);
    }

    [Fact]
    public void TheJournalTellsItsRingAndItsFiles()
    {
        FaultyDisk disk = new();
        using StorageRig rig = new(disk);
        for (int step = 0; step < 100; step++)
        {
            rig.Step();
        }

        rig.Journal.CommitAndWait();
        MemoryUse ring = UseOf(rig.Storage, "journal.memory");
        MemoryUse stored = UseOf(rig.Storage, "journal.disk");
        Assert.Equal((32 << 10, 0), (ring.Bytes, ring.Count));
        Assert.Equal(100, stored.Count);
        Assert.InRange(stored.Bytes, 1, disk.Paths.Where(path => path.EndsWith(".seg", StringComparison.Ordinal))
            .Sum(disk.LengthOf));
    }

    private static void Fill(FasterRecordIndex index, ulong records)
    {
        SpinWait spin = default;
        for (ulong i = 0; i < records; i++)
        {
            while (index.State == StorageState.Busy)
            {
                spin.SpinOnce();
            }

            index.Set(new RecordKey(i, 0, 0), i);
        }
    }

    private static (long Hits, long Misses) LookupsOf(IMemoryUser user, string name)
    {
        MemoryUse use = UseOf(user, name);
        return (use.Hits, use.Misses);
    }

    private static MemoryUse UseOf(IMemoryUser user, string name)
    {
        List<MemoryUse> uses = [];
        user.MeasureMemory(uses);
        return uses.Single(use => use.Name == name);
    }
}
