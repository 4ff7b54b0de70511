using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Simulation.Disks;
using FastCore.Storage.Checkpoints;
using FastCore.Storage.Disk;
using FastCore.Storage.Histories;
using FastCore.Storage.Journal;
using FastCore.Storage.Tests.Journal;

namespace FastCore.Storage.Tests;

/// <summary>
/// One bit of every byte of every file is flipped in turn; what is read then is refused or right, never other.
/// </summary>
public sealed class BitFlipTests
{
    private const ulong Entries = 60;

    private static readonly StorageOptions Tiny = new()
    {
        JournalSegmentBytes = 8 << 10,
        JournalPageBytes = 4 << 10,
        JournalMemoryBytes = 16 << 10,
        JournalAheadBytes = 4 << 10,
        HistoryBlockBytes = 4 << 10,
        HistorySegmentBytes = 16 << 10,
    };

    [Fact]
    public void EveryByteOfTheJournalIsCovered()
    {
        FaultyDisk disk = new();
        using (FasterJournal journal = JournalRig.Open(disk, Tiny))
        {
            while (journal.TailSequence < Entries)
            {
                JournalRig.WaitReady(journal, 96);
                journal.Append(journal.TailSequence + 1, 1, JournalCommands(journal.TailSequence + 1));
                journal.CommitAndWait();
            }

            // The seal that an idle partition writes: from here on the entry before it may not go missing.
            JournalRig.WaitReady(journal, 0);
            journal.Append(Entries + 1, 0, default);
            journal.CommitAndWait();
        }

        Assert.True(disk.Paths.Count >= 3);
        int refused = 0;
        int cut = 0;
        foreach (string path in disk.Paths)
        {
            int length = disk.Bytes(path).Length;
            for (int position = 0; position < length; position++)
            {
                disk.FlipBit(path, position, position % 8);
                try
                {
                    using FasterJournal journal = JournalRig.Open(disk, Tiny, readOnly: true);
                    Assert.NotNull(journal.Cut);
                    Assert.True(journal.TailSequence >= Entries, $"{path} at {position}: {journal.TailSequence}");
                    using IJournalReader reader = journal.Read(1);
                    while (reader.MoveNext())
                    {
                        Assert.Equal(reader.Sequence, reader.TimestampNs);
                        byte[] expected = reader.Sequence > Entries ? [] : JournalCommands(reader.Sequence);
                        Assert.True(expected.AsSpan().SequenceEqual(reader.Commands));
                    }

                    cut++;
                }
                catch (CorruptStorageException e)
                {
                    Assert.StartsWith(JournalRig.Folder, e.File, StringComparison.Ordinal);
                    refused++;
                }

                disk.FlipBit(path, position, position % 8);
            }
        }

        Assert.True(refused > 8000, $"{refused} refused");
        Assert.True(cut > 500, $"{cut} cut");
        using FasterJournal whole = JournalRig.Open(disk, Tiny, readOnly: true);
        Assert.Null(whole.Cut);
    }

    [Fact]
    public void EveryByteOfACheckpointIsCovered()
    {
        FaultyDisk disk = new();
        using (StorageRig rig = new StorageRig(disk).Recover())
        {
            for (int i = 0; i < 20; i++)
            {
                rig.Step();
            }

            rig.Journal.CommitAndWait();
            Assert.True(rig.Checkpoint(), rig.Failure);
        }

        string[] paths = [.. disk.Paths.Where(path => path.Contains("/checkpoint/", StringComparison.Ordinal))];
        Assert.Equal(2, paths.Length);
        ulong directoryId = BitConverter.ToUInt64(disk.Bytes("format"), 16);
        FasterJournal journal = new(
            JournalFiles.Open(disk, "p000/journal", 0, directoryId, StorageRig.Options(), null, readOnly: true),
            StorageRig.Options(),
            readOnly: true);
        Assert.Equal(20ul, OpenCheckpoint(disk, directoryId, journal, out int broken));
        Assert.Equal(0, broken);
        foreach (string path in paths)
        {
            int length = disk.Bytes(path).Length;
            for (int position = 0; position < length; position++)
            {
                disk.FlipBit(path, position, position % 8);
                Assert.Null(OpenCheckpoint(disk, directoryId, journal, out broken));
                Assert.Equal(1, broken);
                disk.FlipBit(path, position, position % 8);
            }
        }
    }

    [Theory]
    [InlineData(4096, false)]
    [InlineData(24576, true)]
    public void EveryByteOfAHistoryBlockIsCovered(int blockBytes, bool isPacked)
    {
        const int Blocks = 3;
        FaultyDisk disk = new();
        HistoryShape shape = new(
            "h", "rows", Unsafe.SizeOf<TestRow>(), 16, 0, 9, new StorageOptions { HistoryBlockBytes = blockBytes });
        Hash256 chain;
        using (BlockWriter writer = new("h", Tiny))
        {
            HistoryBlocks blocks = new(shape, disk, writer, Tiny, readOnly: false);
            FileHistory<TestRow> history = new("rows", shape, blocks, new TestSummarizer());
            for (long i = 0; i < Blocks * shape.RowsPerBlock; i++)
            {
                TestRow.Fill(ref history.Append(), i);
            }

            history.BeginCheckpoint();
            SpinWait.SpinUntil(() => blocks.TrySyncTo(Blocks));
            Assert.True(blocks.TryGetChain(Blocks, out chain));
        }

        using BlockWriter reading = new("h", Tiny);
        ReadAll(disk, shape, reading, Blocks, in chain);
        for (long block = 0; block < Blocks; block++)
        {
            string path = shape.FileOf(block);
            byte[] header = new byte[HistoryBlockHeader.Size];
            using (IDiskFile file = disk.Open(path, DiskFileMode.Read, DiskFileKind.Bulk))
            {
                Assert.Equal(header.Length, file.Read(shape.OffsetOf(block), header));
            }

            int packed = (int)MemoryMarshal.AsRef<HistoryBlockHeader>(header).PackedBytes;
            Assert.Equal(isPacked, packed != 0);
            for (int at = 0; at < shape.StoredBytesOf(packed); at++)
            {
                long position = shape.OffsetOf(block) + at;
                disk.FlipBit(path, position, at % 8);
                CorruptStorageException e = Assert.Throws<CorruptStorageException>(
                    () => ReadAll(disk, shape, reading, Blocks, in chain));
                Assert.Equal(path, e.File);
                Assert.Equal(shape.OffsetOf(block), e.Address);
                disk.FlipBit(path, position, at % 8);
            }
        }
    }

    [Theory]
    [InlineData(31)]
    public void AnyFlipAnywhereIsSeenByOpeningAndVerifyingAsAWhole(int seed)
    {
        FaultyDisk disk = new();
        using (StorageRig rig = new StorageRig(disk).Recover())
        {
            for (int i = 0; i < 120; i++)
            {
                rig.Step();
                if (i == 40 || i == 80)
                {
                    Assert.True(rig.Checkpoint(), rig.Failure);
                }
            }

            rig.Journal.CommitAndWait();
            rig.Step();
            rig.Journal.CommitAndWait();
        }

        Random random = new(seed);
        int seen = 0;
        string[] paths = [.. disk.Paths.Where(path =>
            path != "lock" && disk.Bytes(path).AsSpan().ContainsAnyExcept((byte)0))];
        for (int round = 0; round < 150; round++)
        {
            string path = paths[round % paths.Length];
            byte[] bytes = disk.Bytes(path);
            int used = bytes.AsSpan().LastIndexOfAnyExcept((byte)0) + 1;
            FaultyDisk damaged = disk.AfterKill();
            damaged.FlipBit(path, random.Next(used), random.Next(8));
            try
            {
                using StorageRig rig = new StorageRig(damaged).Recover();
                rig.Verify();
                rig.Storage.VerifyFiles();
                bool reported = rig.Storage.Cut is not null || rig.Storage.BrokenCheckpoints.Count != 0;
                seen += reported ? 1 : 0;
                Assert.True(rig.Executed >= 120);

                // What nobody reported is a block that the journal wrote anew, and its content is right (verified
                // above).
                Assert.True(reported || path.Contains("/history/", StringComparison.Ordinal), path);
            }
            catch (Exception e) when (e is CorruptStorageException or DataDirectoryException)
            {
                seen++;
            }
        }

        Assert.True(seen > 75, $"{seen} seen");
    }

    private static byte[] JournalCommands(ulong sequence)
    {
        byte[] bytes = new byte[32 * (1 + (int)(sequence % 3))];
        Array.Fill(bytes, (byte)(sequence + 1));
        return bytes;
    }

    private static ulong? OpenCheckpoint(FaultyDisk disk, ulong directoryId, FasterJournal journal, out int broken)
    {
        CheckpointStore store = new(disk, "p000/checkpoint", 0, 1, directoryId, StorageRig.Options(), readOnly: true)
        {
            Journal = journal,
        };
        using Snapshot? snapshot = store.TryOpen();
        broken = store.Broken.Count;
        return snapshot?.Sequence;
    }

    private static void ReadAll(FaultyDisk disk, HistoryShape shape, BlockWriter writer, int count, in Hash256 chain)
    {
        HistoryBlocks blocks = new(shape, disk, writer, Tiny, readOnly: true);
        try
        {
            blocks.Recover(count, in chain);
            for (long block = 0; block < count; block++)
            {
                unsafe
                {
                    ReadOnlySpan<TestRow> rows = new(blocks.Rows(block), shape.RowsPerBlock);
                    for (int i = 0; i < rows.Length; i++)
                    {
                        TestRow.AssertIs(in rows[i], (block * shape.RowsPerBlock) + i);
                    }
                }
            }
        }
        finally
        {
            writer.Remove(blocks);
            blocks.Dispose();
        }
    }
}
