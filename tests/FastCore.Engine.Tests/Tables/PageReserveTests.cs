using FastCore.Engine.Tables;
using Xunit;

namespace FastCore.Engine.Tests.Tables;

/// <summary>Tables that take their pages from memory taken ahead.</summary>
public sealed class PageReserveTests
{
    private const int HugePageBytes = 2 << 20;

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, HugePageBytes)]
    [InlineData(HugePageBytes, HugePageBytes)]
    public void Is_rounded_up_to_huge_pages(long asked, long taken)
    {
        using PageReserve reserve = new(asked);
        Assert.Equal((taken, taken), (reserve.Bytes, reserve.FreeBytes));
    }

    [Fact]
    public void A_table_that_outgrows_it_goes_on_with_memory_of_the_system()
    {
        using PageReserve reserve = new(HugePageBytes);
        using OffHeapTable<MixedKey, WideRow<MixedKey>> table = new("rows", 1, 1_000_000);
        reserve.Serve([table]);
        Fill(table, 0, 100_000);
        Assert.InRange(reserve.FreeBytes, 0, HugePageBytes / 2);
        Check(table, 100_000);
    }

    [Fact]
    public void What_a_table_had_serves_the_next_one_and_reads_as_new()
    {
        using PageReserve reserve = new(HugePageBytes);
        long left;
        using (OffHeapTable<MixedKey, WideRow<MixedKey>> first = new("first", 1, 10_000))
        {
            reserve.Serve([first]);
            Fill(first, 0, 5_000);
            left = reserve.FreeBytes;
        }

        Assert.Equal(HugePageBytes, reserve.FreeBytes);
        using OffHeapTable<MixedKey, WideRow<MixedKey>> second = new("second", 1, 10_000);
        reserve.Serve([second]);
        Fill(second, 0, 5_000);
        Assert.Equal(left, reserve.FreeBytes);
        Check(second, 5_000);
    }

    [Fact]
    public unsafe void The_segments_of_an_index_come_from_it_too()
    {
        const int Rows = 30_000;
        using PageReserve reserve = new(4 * HugePageBytes);
        using OffHeapTable<MixedKey, WideRow<MixedKey>> table = new("rows", 1, Rows);
        reserve.Serve([table]);
        Fill(table, 0, Rows);
        long rowsAndEntries = Rows * (sizeof(WideRow<MixedKey>) + sizeof(ulong));
        Assert.InRange(reserve.Bytes - reserve.FreeBytes, rowsAndEntries, 2 * rowsAndEntries);
        Check(table, Rows);
    }

    [Fact]
    public void Pages_from_before_the_reserve_stay_where_they_are()
    {
        using PageReserve reserve = new(HugePageBytes);
        using (OffHeapTable<MixedKey, WideRow<MixedKey>> table = new("rows", 1, 10_000))
        {
            Fill(table, 0, 1_000);
            reserve.Serve([table]);
            Fill(table, 1_000, 4_000);
            Assert.True(reserve.FreeBytes < HugePageBytes);
            Check(table, 4_000);
        }

        Assert.Equal(HugePageBytes, reserve.FreeBytes);
    }

    private static void Fill(OffHeapTable<MixedKey, WideRow<MixedKey>> table, int from, int until)
    {
        for (int i = from; i < until; i++)
        {
            ref WideRow<MixedKey> row = ref table.Insert(new MixedKey((ulong)i), out _);
            Assert.Equal((0UL, UInt128.Zero), (row.Value, row.K));
            row.Id = new MixedKey((ulong)i);
            row.Value = (ulong)i * 3;
            row.K = (UInt128)i;
        }
    }

    private static void Check(OffHeapTable<MixedKey, WideRow<MixedKey>> table, int rows)
    {
        for (int i = 0; i < rows; i++)
        {
            int slot = table.Find(new MixedKey((ulong)i));
            Assert.Equal(((ulong)i * 3, (UInt128)i), (table.Read(slot).Value, table.Read(slot).K));
        }
    }
}
