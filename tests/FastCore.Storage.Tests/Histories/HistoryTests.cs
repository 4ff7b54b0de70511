using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Simulation.Disks;
using FastCore.Storage.Histories;

namespace FastCore.Storage.Tests.Histories;

public sealed class HistoryTests
{
    [Fact]
    public void BlockHeaderLayoutIsWhatTheDocumentSays()
    {
        Assert.Equal(4096, Unsafe.SizeOf<HistoryBlockHeader>());
        (string Name, int Offset)[] expected =
        [
            ("Magic", 0), ("Version", 8), ("HeaderChecksum", 12), ("RowSize", 16), ("RowCount", 20), ("Block", 24),
            ("DirectoryId", 32), ("Partition", 40), ("NameChecksum", 44), ("RowChecksums", 48), ("PreviousChain", 64),
            ("SummarySize", 96), ("PackedBytes", 100), ("Reserved", 104), ("Summary", 1024),
        ];
        foreach ((string name, int offset) in expected)
        {
            Assert.Equal(offset, (int)Marshal.OffsetOf<HistoryBlockHeader>(name));
        }

        Assert.Equal("FCBLOCK1"u8.ToArray(), BitConverter.GetBytes(HistoryBlockHeader.MagicValue));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void AgreesWithAListWhileBlocksComeAndGo(int seed)
    {
        FaultyDisk disk = new();
        using StorageRig rig = new(disk);
        IHistory<TestRow> history = rig.Rows;
        Random random = new(seed);
        SpinWait spin = default;
        for (int batch = 0; batch < 300; batch++)
        {
            while (history.State != StorageState.Ready)
            {
                spin.SpinOnce();
            }

            long[] wanted = new long[8];
            for (int i = 0; i < wanted.Length && history.Count > 0; i++)
            {
                wanted[i] = random.NextInt64(history.Count);
                history.Prefetch(wanted[i]);
            }

            for (int i = random.Next(200); i > 0; i--)
            {
                long position = history.Count;
                ref TestRow row = ref history.Append();
                TestRow zero = default;
                Assert.Equal(zero, row);
                TestRow.Fill(ref row, position);
            }

            for (int i = 0; i < wanted.Length && history.Count > 0; i++)
            {
                TestRow.AssertIs(in history.Get(wanted[i]), wanted[i]);
            }
        }

        for (long position = history.Count - 1; position >= 0; position -= 7)
        {
            TestRow.AssertIs(in history.Get(position), position);
        }

        long next = 0;
        for (long block = 0; next < history.Count; block++)
        {
            foreach (ref readonly TestRow row in history.Block(block))
            {
                TestRow.AssertIs(in row, next++);
            }
        }
    }

    [Fact]
    public void TheNewestBlocksStayInMemory_WhateverIsReadAndAppendedBeside()
    {
        StorageOptions options = StorageRig.Options();
        options.HistoryMemoryBytes = 512 << 10;
        options.BatchRowsMax = 128;
        using StorageRig rig = new(new FaultyDisk(), options);
        IHistory<TestRow> history = rig.Rows;
        SpinWait spin = default;
        for (int block = 0; block < 200; block++)
        {
            while (history.State != StorageState.Ready)
            {
                spin.SpinOnce();
            }

            Append(history, history.RowsPerBlock);
        }

        // Of 64 blocks in memory more than 10 are kept for being new; reading goes through more than all of them.
        long young = history.Count - (10 * history.RowsPerBlock);
        history.Prefetch(young);
        for (long old = 0; old < history.Count - (50 * history.RowsPerBlock); old += history.RowsPerBlock)
        {
            TestRow.AssertIs(in history.Get(old), old);
        }

        Append(history, options.BatchRowsMax);
        long loads = LoadsOf(history);
        TestRow.AssertIs(in history.Get(young), young);
        TestRow.AssertIs(in history.Get(young + 1), young + 1);
        Assert.Equal(loads, LoadsOf(history));
        TestRow.AssertIs(in history.Get(1), 1);
        Assert.Equal(loads + 1, LoadsOf(history));
    }

    [Fact]
    public void AppendingAllocatesNothingButBlockTables()
    {
        using StorageRig rig =
            new(new FaultyDisk(), new StorageOptions { JournalSegmentBytes = 32 << 10, JournalPageBytes = 8 << 10 });
        Append(rig.Rows, 30_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Append(rig.Rows, 20_000);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(allocated < 20_000 / rig.Rows.RowsPerBlock * 1000, $"{allocated} bytes");
    }

    private static long LoadsOf(IHistory<TestRow> history)
    {
        List<MemoryUse> uses = [];
        ((IMemoryUser)history).MeasureMemory(uses);
        return uses.Single(use => use.Name == "rows").Misses;
    }

    private static void Append(IHistory<TestRow> rows, int count)
    {
        for (int i = 0; i < count; i++)
        {
            long position = rows.Count;
            TestRow.Fill(ref rows.Append(), position);
        }
    }
}
