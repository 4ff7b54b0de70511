using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Engine.Tables;
using FastCore.Testing;
using Xunit;

namespace FastCore.Engine.Tests.Tables;

public sealed class OffHeapTableTests
{
    [Theory]
    [InlineData(1, 100, 60_000)]
    [InlineData(2, 5_000, 60_000)]
    [InlineData(3, 40_000, 120_000)]
    public void MatchesNaiveTwin_MixedKeys(ulong seed, int rowsMax, int steps)
    {
        MatchNaiveTwin<MixedKey, SmallRow<MixedKey>>(seed, rowsMax, steps);
        MatchNaiveTwin<MixedKey, WideRow<MixedKey>>(seed, rowsMax, steps);
    }

    [Theory]
    [InlineData(4, 30_000, 100_000)]
    public void MatchesNaiveTwin_PlainKeys(ulong seed, int rowsMax, int steps) =>
        MatchNaiveTwin<PlainKey, SmallRow<PlainKey>>(seed, rowsMax, steps);

    [Theory]
    [InlineData(5, 4_000, 12_000)]
    public void MatchesNaiveTwin_CollidingKeys(ulong seed, int rowsMax, int steps) =>
        MatchNaiveTwin<CollidingKey, SmallRow<CollidingKey>>(seed, rowsMax, steps);

    [Fact]
    public void Grows_ToAMillionRows_AndFindsAll()
    {
        using OffHeapTable<MixedKey, SmallRow<MixedKey>> table = new("t", 1, 1_000_000);
        for (ulong i = 0; i < 1_000_000; i++)
        {
            ref SmallRow<MixedKey> row = ref table.Insert(new MixedKey(i), out int slot);
            row.Id = new MixedKey(i);
            row.Value = i * 3;
            Assert.Equal((int)i, slot);
        }

        Assert.True(table.IsFull);
        for (ulong i = 0; i < 1_000_000; i++)
        {
            table.Prefetch(new MixedKey(i));
            Assert.Equal((int)i, table.Find(new MixedKey(i)));
            Assert.Equal(i * 3, table.Read((int)i).Value);
        }

        Assert.Equal(-1, table.Find(new MixedKey(1_000_000)));
        Assert.Throws<InvalidOperationException>(() => table.Insert(new MixedKey(1_000_000), out _));
    }

    [Fact]
    public void Prefetch_NamesTheSlotOfAKey_OrNone()
    {
        using OffHeapTable<MixedKey, SmallRow<MixedKey>> table = new("t", 1, 10);
        table.Insert(new MixedKey(7), out _).Id = new MixedKey(7);
        table.Insert(new MixedKey(8), out int slot).Id = new MixedKey(8);
        Assert.Equal(System.Runtime.Intrinsics.X86.Sse.IsSupported ? slot : -1, table.Prefetch(new MixedKey(8)));
        table.Remove(slot);
        Assert.Equal(-1, table.Prefetch(new MixedKey(8)));
    }

    [Fact]
    public void MayContain_IsTrueOfEveryKeyThatIsThere_AndOfKeysThatShareItsHash()
    {
        using OffHeapTable<MixedKey, SmallRow<MixedKey>> table = new("t", 1, 10_000);
        for (ulong i = 0; i < 10_000; i++)
        {
            Assert.False(table.MayContain(new MixedKey(i)));
            table.Insert(new MixedKey(i), out _).Id = new MixedKey(i);
        }

        for (ulong i = 0; i < 10_000; i++)
        {
            Assert.True(table.MayContain(new MixedKey(i)));
            table.Remove(table.Find(new MixedKey(i)));
            Assert.False(table.MayContain(new MixedKey(i)));
        }

        using OffHeapTable<CollidingKey, SmallRow<CollidingKey>> colliding = new("t", 1, 10);
        colliding.Insert(new CollidingKey(1), out _).Id = new CollidingKey(1);
        Assert.True(colliding.MayContain(new CollidingKey(2)));
    }

    [Fact]
    public void TableWithoutAnIndex_GoesBySlots_ThroughACheckpointToo()
    {
        using OffHeapTable<MixedKey, WideRow<MixedKey>> table = new("t", 1, 200_000, isIndexed: false);
        using OffHeapTable<MixedKey, WideRow<MixedKey>> recovered = new("t", 1, 200_000, isIndexed: false);

        // More than one chunk of pages, half the rows gone, and keys that repeat.
        for (ulong i = 0; i < 200_000; i++)
        {
            table.Insert(new MixedKey(i % 7), out _).Id = new MixedKey(i % 7);
        }

        for (int slot = 0; slot < 200_000; slot += 2)
        {
            table.Remove(slot);
        }

        Assert.Throws<InvalidOperationException>(() => table.Find(new MixedKey(1)));
        byte[] section = SnapshotBytes.Of(table);
        for (int round = 0; round < 2; round++)
        {
            recovered.Recover(new SnapshotBytes(section), 1);
            Assert.Equal((100_000, 200_000), (recovered.Count, recovered.SlotsUsed));
            Assert.Equal(section, SnapshotBytes.Of(recovered));
        }

        table.Insert(new MixedKey(3), out int expected);
        recovered.Insert(new MixedKey(3), out int actual);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Misuse_IsRefused()
    {
        using OffHeapTable<MixedKey, SmallRow<MixedKey>> table = new("t", 1, 10);
        table.Insert(new MixedKey(7), out int slot).Id = new MixedKey(7);
        Assert.Throws<InvalidOperationException>(() => table.Insert(new MixedKey(7), out _));
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Read(1).Value);
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Read(-1).Value);
        Assert.Throws<ArgumentOutOfRangeException>(() => table.Write(1).Value = 1);
        table.Remove(slot);
        Assert.Throws<InvalidOperationException>(() => table.Remove(slot));
        Assert.Throws<InvalidOperationException>(() => table.WriteSlice(new SnapshotBytes(), 1));
        table.BeginCheckpoint();
        Assert.Throws<InvalidOperationException>(table.BeginCheckpoint);
    }

    [Fact]
    public void AbandonedCheckpoint_LeavesNoTrace()
    {
        using OffHeapTable<MixedKey, WideRow<MixedKey>> table = new("t", 1, 10_000);
        NaiveTable<MixedKey, WideRow<MixedKey>> naive = new(10_000);
        SeededRandom random = new(11);
        Fill(table, naive, random, 5_000);
        table.BeginCheckpoint();
        table.WriteSlice(new SnapshotBytes(), 70_000);
        ChangeRandomRows(table, naive, random, 3_000);
        table.AbandonCheckpoint();
        Assert.Equal(naive.Snapshot(), SnapshotBytes.Of(table));
    }

    [Fact]
    public void CheckpointAbandonedInPieces_LeavesNoTraceAndGivesItsMemoryBack()
    {
        using OffHeapTable<MixedKey, WideRow<MixedKey>> table = new("t", 1, 100_000);
        NaiveTable<MixedKey, WideRow<MixedKey>> naive = new(100_000);
        SeededRandom random = new(13);
        Fill(table, naive, random, 50_000);
        long before = BytesOf(table);
        table.BeginCheckpoint();
        table.WriteSlice(new SnapshotBytes(), 70_000);
        ChangeRandomRows(table, naive, random, 40_000);
        int pieces = 1;
        while (!table.AbandonSlice(64 << 10))
        {
            // Rows of pages that are not reached yet are still saved meanwhile.
            ChangeRandomRows(table, naive, random, 100);
            pieces++;
        }

        Assert.InRange(pieces, 10, 1_000);

        // At most the reserve of 64 chunks stays of what was saved.
        Assert.InRange(BytesOf(table) - before, 0, 80 * 64 << 10);
        Assert.Equal(naive.Snapshot(), SnapshotBytes.Of(table));
    }

    [Fact]
    public void RecoveredTable_GoesOnExactlyLikeTheOriginal()
    {
        using OffHeapTable<MixedKey, SmallRow<MixedKey>> table = new("t", 1, 20_000);
        using OffHeapTable<MixedKey, SmallRow<MixedKey>> recovered = new("t", 1, 20_000);
        NaiveTable<MixedKey, SmallRow<MixedKey>> naive = new(20_000);
        SeededRandom random = new(12);
        Fill(recovered, new NaiveTable<MixedKey, SmallRow<MixedKey>>(20_000), new SeededRandom(99), 15_000);
        Fill(table, naive, random, 9_000);
        RemoveRandomRows(table, naive, random, 2_000);
        SnapshotBytes.Recover(recovered, SnapshotBytes.Of(table));

        for (int i = 0; i < 5_000; i++)
        {
            SmallRow<MixedKey> row = new() { Id = new MixedKey(1_000_000 + (ulong)i), Value = random.Next() };
            table.Insert(row.Id, out int slot) = row;
            recovered.Insert(row.Id, out int slotRecovered) = row;
            Assert.Equal(slot, slotRecovered);
        }

        Assert.Equal(StateHashes.Of([table]), StateHashes.Of([recovered]));
    }

    [Fact]
    public void EveryDamagedHeaderOrBitmapBit_IsRefusedOrSeen()
    {
        using OffHeapTable<MixedKey, SmallRow<MixedKey>> table = new("t", 1, 200);
        NaiveTable<MixedKey, SmallRow<MixedKey>> naive = new(200);
        SeededRandom random = new(13);
        Fill(table, naive, random, 150);
        RemoveRandomRows(table, naive, random, 40);
        byte[] section = SnapshotBytes.Of(table);

        // Row bytes are covered by the checksums of the snapshot file; what could break the structure is checked here.
        for (int bit = 0; bit < 20 * 8; bit++)
        {
            byte[] damaged = [.. section];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            using OffHeapTable<MixedKey, SmallRow<MixedKey>> other = new("t", 1, 200);
            Assert.ThrowsAny<Exception>(() => SnapshotBytes.Recover(other, damaged));
        }

        byte[] live = [.. section];
        live[32] ^= 1;
        using OffHeapTable<MixedKey, SmallRow<MixedKey>> third = new("t", 1, 200);
        Assert.Throws<CorruptStorageException>(() => SnapshotBytes.Recover(third, live));
        Assert.Throws<CorruptStorageException>(() => third.Recover(new SnapshotBytes(section), 2));
    }

    [Fact]
    public void SteadyState_AllocatesNothing()
    {
        using OffHeapTable<MixedKey, WideRow<MixedKey>> table = new("t", 1, 50_000);
        for (ulong i = 0; i < 40_000; i++)
        {
            table.Insert(new MixedKey(i), out _).Id = new MixedKey(i);
        }

        StateHash hash = new();
        ulong next = 40_000;
        long bytes = Allocations.Of(() =>
        {
            table.BeginCheckpoint();
            for (ulong i = 0; i < 20_000; i++)
            {
                int slot = table.Find(new MixedKey(next - 40_000));
                table.Write(slot).Value++;
                table.Remove(slot);
                table.Insert(new MixedKey(next), out _).Id = new MixedKey(next);
                next++;
                if (i % 100 == 0)
                {
                    _ = i < 19_000 && table.WriteSlice(hash, 20_000) && Mark(table);
                }
            }

            while (!table.WriteSlice(hash, 1 << 20))
            {
            }
        });
        Assert.Equal(0, bytes);
    }

    private static bool Mark(OffHeapTable<MixedKey, WideRow<MixedKey>> part)
    {
        part.BeginCheckpoint();
        return true;
    }

    private static void MatchNaiveTwin<TKey, TRow>(ulong seed, int rowsMax, int steps)
        where TKey : unmanaged, ITestKey<TKey>
        where TRow : unmanaged, ITableRow<TKey>
    {
        using OffHeapTable<TKey, TRow> table = new("t", 1, rowsMax, 16);
        NaiveTable<TKey, TRow> naive = new(rowsMax);
        SeededRandom random = new(seed);
        SnapshotBytes? section = null;
        byte[] expected = [];
        for (int step = 0; step < steps; step++)
        {
            ulong number = random.Below((ulong)rowsMax * 3 / 2);
            TKey key = TKey.Of(number);
            int slot = table.Find(key);
            Assert.Equal(naive.Find(key), slot);
            switch (random.Below(10))
            {
                case < 5 when slot < 0 && !naive.IsFull:
                    TRow inserted = RandomRow<TKey, TRow>(number, random);
                    ref TRow fresh = ref table.Insert(key, out int at);
                    Assert.True(IsZero(fresh));
                    fresh = inserted;
                    Assert.Equal(naive.Insert(inserted), at);
                    break;
                case < 7 when slot >= 0:
                    TRow changed = RandomRow<TKey, TRow>(number, random);
                    table.Write(slot) = changed;
                    naive.Write(slot, changed);
                    break;
                case < 9 when slot >= 0:
                    table.Remove(slot);
                    naive.Remove(slot);
                    break;
                default:
                    table.Prefetch(key);
                    break;
            }

            if (section is null && random.OneIn(800))
            {
                section = new SnapshotBytes();
                expected = naive.Snapshot();
                table.BeginCheckpoint();
            }

            if (section is not null && random.OneIn(20) && table.WriteSlice(section, random.Between(1, 100_000)))
            {
                Assert.Equal(expected, section.ToArray());
                section = null;
            }
        }

        Assert.Equal(naive.Count, table.Count);
        Assert.Equal(naive.SlotsUsed, table.SlotsUsed);
        for (int slot = 0; slot < naive.SlotsUsed; slot++)
        {
            Assert.Equal(naive.IsLive(slot), table.IsLive(slot));
            if (naive.IsLive(slot))
            {
                Assert.Equal(naive.Read(slot), table.Read(slot));
            }
        }
    }

    private static TRow RandomRow<TKey, TRow>(ulong number, SeededRandom random)
        where TKey : unmanaged, ITestKey<TKey>
        where TRow : unmanaged, ITableRow<TKey>
    {
        TRow row = default;
        Span<byte> bytes = MemoryMarshal.AsBytes(new Span<TRow>(ref row));
        random.Fill(bytes[8..16]);
        random.Fill(bytes[^8..]);
        MemoryMarshal.Write(bytes, TKey.Of(number));
        return row;
    }

    private static bool IsZero<TRow>(in TRow row)
        where TRow : unmanaged =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<TRow>(in row)).IndexOfAnyExcept((byte)0) < 0;

    private static void Fill<TKey, TRow>(
        OffHeapTable<TKey, TRow> table, NaiveTable<TKey, TRow> naive, SeededRandom random, int rows)
        where TKey : unmanaged, ITestKey<TKey>
        where TRow : unmanaged, ITableRow<TKey>
    {
        for (int i = 0; i < rows; i++)
        {
            TRow row = RandomRow<TKey, TRow>((ulong)i, random);
            table.Insert(row.Key, out _) = row;
            naive.Insert(row);
        }
    }

    private static void ChangeRandomRows<TKey, TRow>(
        OffHeapTable<TKey, TRow> table, NaiveTable<TKey, TRow> naive, SeededRandom random, int changes)
        where TKey : unmanaged, ITestKey<TKey>
        where TRow : unmanaged, ITableRow<TKey>
    {
        for (int i = 0; i < changes; i++)
        {
            int slot = random.Below(table.SlotsUsed);
            TRow row = table.Read(slot);
            MemoryMarshal.AsBytes(new Span<TRow>(ref row))[8]++;
            table.Write(slot) = row;
            naive.Write(slot, row);
        }
    }

    private static void RemoveRandomRows<TKey, TRow>(
        OffHeapTable<TKey, TRow> table, NaiveTable<TKey, TRow> naive, SeededRandom random, int rows)
        where TKey : unmanaged, ITestKey<TKey>
        where TRow : unmanaged, ITableRow<TKey>
    {
        for (int removed = 0; removed < rows;)
        {
            int slot = random.Below(table.SlotsUsed);
            if (table.IsLive(slot))
            {
                table.Remove(slot);
                naive.Remove(slot);
                removed++;
            }
        }
    }

    private static long BytesOf(OffHeapTable<MixedKey, WideRow<MixedKey>> table)
    {
        List<MemoryUse> uses = [];
        table.MeasureMemory(uses);
        return uses[0].Bytes;
    }
}
