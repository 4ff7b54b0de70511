using System.Runtime.CompilerServices;
using FastCore.Engine.Memory;
using FastCore.Engine.Ports;
using FastCore.Engine.Tables;
using FastCore.Testing;
using Xunit;

namespace FastCore.Engine.Tests.Tables;

/// <summary>What tables and twins say of the memory that they hold, and of the lookups that they answered.</summary>
public sealed class TableMemoryTests
{
    private const int FirstEntries = 64;
    private const int SegmentEntries = 4096;

    // A page has at most 64 KiB and a power of two of rows; in front of them, two bits for each.
    private const int RowsPerPage = 256;
    private const int PageBytes = 64 + (RowsPerPage * 192);

    [Fact]
    public void A_small_table_holds_exactly_its_pages_and_its_index()
    {
        using OffHeapTable<MixedKey, WideRow<MixedKey>> table = new("rows", 1, 10_000);
        Assert.Equal(192, Unsafe.SizeOf<WideRow<MixedKey>>());
        (MemoryUse rows, MemoryUse index) = Measure(table);
        int pages = (10_000 + RowsPerPage - 1) / RowsPerPage;
        Assert.Equal(pages * sizeof(long), rows.Bytes);
        Assert.Equal((0, 10_000), (rows.Count, rows.CountMax));
        Assert.Equal(IndexBytes(FirstEntries, 1), index.Bytes);

        for (ulong i = 0; i < 3 * RowsPerPage; i++)
        {
            table.Insert(new MixedKey(i), out _).Id = new MixedKey(i);
        }

        (rows, index) = Measure(table);
        Assert.Equal((pages * sizeof(long)) + (3L * PageBytes), rows.Bytes);
        Assert.Equal((3L * 64) + ((pages - 3L) * sizeof(long)), rows.FreeBytes);
        Assert.Equal(3 * RowsPerPage, rows.Count);
        Assert.Equal((3 * RowsPerPage, 1024), (index.Count, index.CountMax));
        Assert.Equal((1024 - (3L * RowsPerPage)) * sizeof(ulong), index.FreeBytes);

        table.Remove(0);
        Assert.Equal(rows.FreeBytes + 192, Measure(table).Rows.FreeBytes);
    }

    [Fact]
    public void The_list_of_pages_grows_with_them()
    {
        const int RowCount = 150 * RowsPerPage;
        using OffHeapTable<MixedKey, WideRow<MixedKey>> table = new("rows", 1, 1 << 30);
        Assert.Equal(64 * sizeof(long), Measure(table).Rows.Bytes);
        for (ulong i = 0; i < RowCount; i++)
        {
            table.Insert(new MixedKey(i), out _).Id = new MixedKey(i);
        }

        // Beyond some pages memory comes in larger chunks.
        long pages = (256L * sizeof(long)) + (150L * PageBytes);
        Assert.InRange(Measure(table).Rows.Bytes, pages, 2 * pages);
        for (ulong i = 0; i < RowCount; i += 7)
        {
            Assert.Equal(new MixedKey(i), table.Read(table.Find(new MixedKey(i))).Id);
        }
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(50_000)]
    public void The_index_tells_its_size_however_it_grew(int count)
    {
        Check<MixedKey>(count);
        Check<PlainKey>(count);

        // These share one tag, so their segment doubles instead of being split.
        Check<CollidingKey>(Math.Min(count, 4_000));
    }

    [Fact]
    public void What_a_checkpoint_saves_is_told_while_it_lasts()
    {
        using OffHeapTable<MixedKey, WideRow<MixedKey>> table = new("rows", 1, 10_000);
        for (ulong i = 0; i < 1_000; i++)
        {
            table.Insert(new MixedKey(i), out _).Id = new MixedKey(i);
        }

        long before = Measure(table).Rows.Bytes;
        table.BeginCheckpoint();
        for (int slot = 0; slot < 1_000; slot++)
        {
            table.Write(slot).Value++;
        }

        long during = Measure(table).Rows.Bytes;
        Assert.True(during >= before + (1_000 * 192), $"{before} before the mark, {during} with all rows saved");
    }

    [Fact]
    public void Found_and_not_found_are_the_lookups_made()
    {
        using OffHeapTable<MixedKey, WideRow<MixedKey>> table = new("rows", 1, 10_000);
        SeededRandom random = new(5);
        long hits = 0;
        long misses = 0;
        for (int i = 0; i < 20_000; i++)
        {
            MixedKey key = new((ulong)random.Below(5_000));
            int slot = table.Find(key);
            hits += slot >= 0 ? 1 : 0;
            misses += slot < 0 ? 1 : 0;
            if (slot < 0)
            {
                // What an insert looks up for itself is nobody's lookup.
                table.Insert(key, out _).Id = key;
            }
        }

        MemoryUse rows = Measure(table).Rows;
        Assert.Equal((hits, misses), (rows.Hits, rows.Misses));
    }

    [Fact]
    public void The_twins_in_memory_tell_theirs()
    {
        using MemoryPartitionStorage storage = new(0);
        MemoryHistory<ulong> history = (MemoryHistory<ulong>)storage.OpenHistory<ulong>("numbers");
        for (ulong i = 0; i < 5_000; i++)
        {
            history.Append() = i;
            storage.Records.Set(RecordKey.Of(i, 1, 2), i);
        }

        int found = 0;
        for (ulong i = 4_000; i < 6_000; i++)
        {
            if (storage.Records.TryGet(RecordKey.Of(i, 1, 2), out ulong position))
            {
                found++;
                Assert.Equal(position, history.Get((long)position));
            }
        }

        _ = storage.Journal.Append(1, 1, new byte[64]);
        List<MemoryUse> uses = [];
        storage.MeasureMemory(uses);
        history.MeasureMemory(uses);
        MemoryUse records = uses.Single(use => use.Name == "records.memory");
        Assert.Equal((1_000, 1_000), (records.Hits, records.Misses));
        Assert.Equal(5_000, records.Count);
        Assert.True(records.Bytes - records.FreeBytes == 5_000 * 33);
        MemoryUse numbers = uses.Single(use => use.Name == "numbers");
        Assert.Equal(found, numbers.Hits);
        Assert.Equal(2 * 4_096 * sizeof(ulong), numbers.Bytes);
        Assert.Equal((2 * 4_096 - 5_000) * sizeof(ulong), numbers.FreeBytes);
        MemoryUse journal = uses.Single(use => use.Name == "journal.memory");
        Assert.Equal((1, 1 << 20), (journal.Count, journal.Bytes));
    }

    [Fact]
    public void Finding_a_row_allocates_nothing()
    {
        using OffHeapTable<MixedKey, WideRow<MixedKey>> table = new("rows", 1, 10_000);
        table.Insert(new MixedKey(1), out _).Id = new MixedKey(1);
        Assert.Equal(0, Allocations.Of(() => _ = table.Find(new MixedKey(1)) + table.Find(new MixedKey(2))));
    }

    private static void Check<TKey>(int count)
        where TKey : unmanaged, ITestKey<TKey>
    {
        using OffHeapTable<TKey, SmallRow<TKey>> table = new("rows", 1, 100_000);
        for (int i = 0; i < count; i++)
        {
            table.Insert(TKey.Of((ulong)i), out _).Id = TKey.Of((ulong)i);
        }

        List<MemoryUse> uses = [];
        table.MeasureMemory(uses);
        MemoryUse index = uses.Single(use => use.Kind == MemoryUseKind.Index);
        Assert.Equal(count, index.Count);
        Assert.InRange(index.CountMax, count * 4 / 3, count * 16);
        Assert.InRange(
            index.Bytes, IndexBytes(index.CountMax, 1), IndexBytes(index.CountMax, 1 + (64 * index.CountMax)));
        Assert.Equal((index.CountMax - count) * sizeof(ulong), index.FreeBytes);
    }

    private static long IndexBytes(long entries, long directory) =>
        (entries * sizeof(ulong)) + (Math.Max(1, entries / SegmentEntries) * 64) + (directory * sizeof(ulong));

    private static (MemoryUse Rows, MemoryUse Index) Measure(OffHeapTable<MixedKey, WideRow<MixedKey>> table)
    {
        List<MemoryUse> uses = [];
        table.MeasureMemory(uses);
        return (
            uses.Single(use => use.Kind == MemoryUseKind.Table), uses.Single(use => use.Kind == MemoryUseKind.Index));
    }
}
