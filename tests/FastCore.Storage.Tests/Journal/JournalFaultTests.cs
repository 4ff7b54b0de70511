using System.Globalization;
using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Simulation.Disks;
using FastCore.Storage.Disk;
using FastCore.Storage.Journal;

namespace FastCore.Storage.Tests.Journal;

public sealed class JournalFaultTests
{
    [Fact]
    public void AFullDiskIsSaidBeforeTheAppendAndEndsByItself()
    {
        FaultyDisk disk = new() { Quota = 200 << 10 };
        ulong acknowledged;
        using (FasterJournal journal = JournalRig.Open(disk))
        {
            SpinWait spin = default;
            StorageState state;
            while ((state = journal.CanAppend(1280)) != StorageState.Full)
            {
                Assert.NotEqual(StorageState.Failed, state);
                if (state == StorageState.Ready)
                {
                    JournalRig.AppendNext(journal);
                }

                journal.StartCommit();
                spin.SpinOnce();
            }

            // What was appended needs no more space, so it can still be committed and acknowledged.
            journal.CommitAndWait();
            acknowledged = journal.CommittedSequence;
            Assert.Equal(journal.TailSequence, acknowledged);
            using (FasterJournal other = JournalRig.Open(disk.AfterKill()))
            {
                Assert.Equal(acknowledged, JournalRig.Verify(other));
            }

            using ManualResetEventSlim progressed = new();
            journal.OnProgress = progressed.Set;
            Assert.Equal(StorageState.Full, journal.CanAppend(1280));
            disk.Quota = long.MaxValue;

            // The partition that was turned away is told, and may go on.
            progressed.Wait();
            for (int i = 0; i < 100; i++)
            {
                JournalRig.AppendNext(journal);
            }

            journal.CommitAndWait();
        }

        using FasterJournal again = JournalRig.Open(disk);
        Assert.Equal(acknowledged + 100, JournalRig.Verify(again));
    }

    [Theory]
    [InlineData(JournalDurability.Fsync)]
    [InlineData(JournalDurability.Async)]
    public void AShutdownDoesNotWaitForASpaceThatNeverComes(JournalDurability durability)
    {
        FaultyDisk disk = new();
        StorageOptions options = JournalRig.Options(durability);
        options.FullGiveUpMs = 20;
        using (FasterJournal journal = JournalRig.Open(disk, options))
        {
            JournalRig.AppendNext(journal);
            journal.CommitAndWait();
            disk.FullFor = JournalPages.Extension;
            JournalRig.AppendNext(journal);
            IOException e = Assert.Throws<IOException>(journal.CommitAndWait);
            Assert.Contains("stayed full", e.Message, StringComparison.Ordinal);
            Assert.Equal(1ul, journal.DurableSequence);
        }

        disk.FullFor = null;
        using FasterJournal again = JournalRig.Open(disk);
        Assert.Equal(1ul, JournalRig.Verify(again));
    }

    [Fact]
    public void AFailedDeviceAcknowledgesNothingMore()
    {
        FaultyDisk disk = new();
        using FasterJournal journal = JournalRig.Open(disk);
        JournalRig.AppendNext(journal);
        journal.CommitAndWait();
        disk.FailWritesOf = JournalPages.Extension;
        JournalRig.AppendNext(journal);
        string file = JournalRig.Folder + "/" + JournalPages.NameOf(0);
        Assert.StartsWith(file, Assert.Throws<IOException>(journal.CommitAndWait).Message, StringComparison.Ordinal);
        Assert.Equal(1ul, journal.CommittedSequence);
        Assert.Equal(StorageState.Failed, journal.CanAppend(0));
        Assert.StartsWith(file, journal.Error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnEntryThatWasCommittedMayNotGoMissing()
    {
        FaultyDisk disk = new();
        long[] ends = new long[31];
        using (FasterJournal journal = JournalRig.Open(disk))
        {
            for (int i = 1; i <= 30; i++)
            {
                JournalRig.AppendNext(journal);
                journal.CommitAndWait();
                ends[i] = journal.TailAddress;
            }
        }

        string path = JournalRig.Folder + "/" + JournalPages.NameOf(0);
        byte[] bytes = disk.Bytes(path);
        bytes.AsSpan((int)ends[10], (int)(ends[11] - ends[10])).Clear();
        disk.Put(path, bytes);
        CorruptStorageException e = Assert.Throws<CorruptStorageException>(() => JournalRig.Open(disk));
        Assert.Equal(path, e.File);
        Assert.Equal(11ul, e.Sequence);
    }

    // A process is killed when its last write has reached the file but not the disk. The next one finds the entry,
    // names it as committed, and writes on in the next segment; then the power goes.
    [Fact]
    public void AnEntryFoundAfterAKillIsStableBeforeTheNextOne()
    {
        FaultyDisk disk = new();
        string path = JournalRig.Folder + "/" + JournalPages.NameOf(0);
        long begin = 0;
        ulong last;
        using (FasterJournal journal = JournalRig.Open(disk))
        {
            long segmentBytes = JournalRig.Options().JournalSegmentBytes;
            while (journal.TailAddress < segmentBytes - AlignedBuffer.Alignment)
            {
                begin = journal.TailAddress;
                JournalRig.AppendNext(journal);
                journal.CommitAndWait();
            }

            Assert.True(journal.TailAddress < segmentBytes, "no entry ended in the last sector of the segment");
            last = journal.TailSequence;
        }

        byte[] written = disk.Bytes(path);
        byte[] stable = [.. written];
        stable.AsSpan((int)begin).Clear();
        disk.Put(path, stable);
        using (IDiskFile file = disk.Open(path, DiskFileMode.Write, DiskFileKind.Small))
        {
            file.Write(begin, written.AsSpan((int)begin));
        }

        using (FasterJournal journal = JournalRig.Open(disk))
        {
            Assert.Equal(last, journal.TailSequence);
            JournalRig.AppendNext(journal);
            journal.CommitAndWait();
        }

        for (int seed = 1; seed <= 20; seed++)
        {
            using FasterJournal after = JournalRig.Open(disk.AfterPowerCut(seed));
            Assert.Equal(last + 1, JournalRig.Verify(after));
        }
    }

    [Fact]
    public void AMissingFileIsNotTakenForAShortJournal()
    {
        FaultyDisk disk = new();
        using (FasterJournal journal = JournalRig.Open(disk))
        {
            for (int i = 0; i < 400; i++)
            {
                JournalRig.AppendNext(journal);
            }

            journal.CommitAndWait();
        }

        string[] files = [.. disk.Paths.Where(path => path.EndsWith(JournalPages.Extension, StringComparison.Ordinal))];
        Assert.True(files.Length >= 3);
        foreach (string file in files[..^2])
        {
            FaultyDisk without = disk.AfterKill();
            without.Delete(file);
            CorruptStorageException e = Assert.Throws<CorruptStorageException>(() => JournalRig.Open(without));
            Assert.Equal(file, e.File);
        }
    }

    [Fact]
    public void ReadingChangesNoFile()
    {
        FaultyDisk disk = new();
        using (FasterJournal journal = JournalRig.Open(disk))
        {
            for (int i = 0; i < 50; i++)
            {
                JournalRig.AppendNext(journal);
            }

            journal.CommitAndWait();
        }

        // A torn tail, so that there would be something to repair.
        string path = JournalRig.Folder + "/" + JournalPages.NameOf(0);
        long used = disk.Bytes(path).AsSpan().LastIndexOfAnyExcept((byte)0);
        disk.FlipBit(path, used + 40, 1);
        long before = disk.Operations;
        byte[] bytes = disk.Bytes(path);
        using (FasterJournal reading = JournalRig.Open(disk, readOnly: true))
        {
            Assert.NotNull(reading.Cut);
            Assert.Equal(50ul, reading.Cut.AfterSequence);
            Assert.Equal(50ul, JournalRig.Verify(reading));
            Assert.Equal(StorageState.Failed, reading.CanAppend(0));
        }

        Assert.Equal(before, disk.Operations);
        Assert.Equal(bytes, disk.Bytes(path));

        // Writing repairs it.
        using (FasterJournal writing = JournalRig.Open(disk))
        {
            Assert.NotNull(writing.Cut);
        }

        using FasterJournal again = JournalRig.Open(disk);
        Assert.Null(again.Cut);
    }

    [Fact]
    public void AnotherPartitionsJournalIsRefused()
    {
        FaultyDisk disk = new();
        JournalRig.Open(disk).Dispose();
        Assert.Throws<CorruptStorageException>(() => JournalRig.Open(disk, partition: 1));
    }

    [Fact]
    public void TheAsyncModeWritesByItselfWithinItsInterval()
    {
        FaultyDisk disk = new();
        using FasterJournal journal = JournalRig.Open(disk, JournalRig.Options(JournalDurability.Async));
        JournalRig.AppendNext(journal);
        Assert.Equal(1ul, journal.CommittedSequence);
        using ManualResetEventSlim written = new();
        journal.OnProgress = written.Set;
        journal.StartCommit();
        written.Wait();
        Assert.Equal(1ul, journal.DurableSequence);
        using FasterJournal other = JournalRig.Open(disk.AfterKill());
        Assert.Equal(1ul, JournalRig.Verify(other));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(30)]
    public void WhatLooksLikeAnEntryInAFileBehindTheLastOneLeadsNoReaderThere(ulong sequence)
    {
        FaultyDisk disk = Filled(20);
        Pretend(disk, 1, sequence);
        using (FasterJournal reading = JournalRig.Open(disk, readOnly: true))
        {
            Assert.NotNull(reading.Cut);
            VerifyFromEach(reading, 20);
        }

        // And when entries of this journal come to stand in that file, it is found by their sequences.
        using FasterJournal journal = JournalRig.Open(disk);
        while (journal.TailAddress < 3 * JournalRig.Options().JournalSegmentBytes)
        {
            JournalRig.AppendNext(journal);
        }

        journal.CommitAndWait();
        VerifyFromEach(journal, journal.TailSequence);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(7)]
    public void AWrongHeaderInAFileThatOpeningNeedNotReadStopsTheReaderThatComesThere(ulong sequence)
    {
        FaultyDisk disk = Filled(400);
        JournalPoint point;
        using (FasterJournal whole = JournalRig.Open(disk, readOnly: true))
        {
            point = new JournalPoint(whole.TailAddress, whole.TailSequence, whole.ChainHash.ToArray());
        }

        Pretend(disk, 1, sequence);
        using FasterJournal journal = JournalRig.Open(disk, readOnly: true, known: point);
        CorruptStorageException e = Assert.Throws<CorruptStorageException>(() => JournalRig.Verify(journal));
        Assert.EndsWith(JournalPages.NameOf(1), e.File, StringComparison.Ordinal);
    }

    // Whatever a cut leaves: whole entries, a part of one, whole pages, nothing at all, or fewer files.
    [Theory]
    [InlineData(0)]
    [InlineData(4_096)]
    [InlineData(20_001)]
    [InlineData(32 << 10)]
    [InlineData((64 << 10) - 512)]
    [InlineData(-1)]
    public void AFileCutShortIsNoTornTail(int length)
    {
        foreach (bool isLast in (bool[])[true, false])
        {
            FaultyDisk disk = Filled(400);
            string[] files = [.. disk.Paths.Where(
                path => path.EndsWith(JournalPages.Extension, StringComparison.Ordinal)).Order()];
            Assert.True(files.Length > 2);
            string path = isLast ? files[^1] : files[0];
            if (length < 0)
            {
                disk.Remove(path);
            }
            else
            {
                disk.Put(path, disk.Bytes(path)[..length]);
            }

            foreach (bool readOnly in (bool[])[true, false])
            {
                CorruptStorageException e =
                    Assert.Throws<CorruptStorageException>(() => JournalRig.Open(disk, readOnly: readOnly));
                Assert.Equal(path, e.File);
            }
        }
    }

    [Fact]
    public void AJournalOfOneCutToNothingIsNotANewOne()
    {
        FaultyDisk disk = Filled(1);
        disk.Put(JournalRig.Folder + "/" + JournalPages.NameOf(0), []);
        Assert.Throws<CorruptStorageException>(() => JournalRig.Open(disk));
    }

    // Killed while a file grew: it reaches further than the head says. Before an entry is written there, the head must.
    [Fact]
    public void SpaceMadeReadyByAProcessThatWasKilledIsNamedBeforeItIsUsed()
    {
        FaultyDisk disk = Filled(400);
        string path = disk.Paths.Last(name => name.EndsWith(JournalPages.Extension, StringComparison.Ordinal));
        int segment = int.Parse(Path.GetFileNameWithoutExtension(path), CultureInfo.InvariantCulture) + 1;
        string grown = JournalRig.Folder + "/" + JournalPages.NameOf(segment);
        disk.Put(grown, new byte[8_192]);
        long reach = (segment * JournalRig.Options().JournalSegmentBytes) + 8_192;
        Assert.True(JournalHead.Read(disk, JournalRig.Folder).ReadyUntil < reach);
        using (FasterJournal journal = JournalRig.Open(disk, readOnly: true))
        {
            Assert.Equal(400ul, JournalRig.Verify(journal));
        }

        JournalRig.Open(disk).Dispose();
        Assert.True(JournalHead.Read(disk, JournalRig.Folder).ReadyUntil >= reach);
        disk.Remove(grown);
        Assert.Throws<CorruptStorageException>(() => JournalRig.Open(disk));
    }

    private static FaultyDisk Filled(int entries)
    {
        FaultyDisk disk = new();
        using FasterJournal journal = JournalRig.Open(disk);
        for (int i = 0; i < entries; i++)
        {
            JournalRig.AppendNext(journal);
        }

        journal.CommitAndWait();
        return disk;
    }

    // The head of a segment file says that an entry of the sequence is there.
    private static void Pretend(FaultyDisk disk, int segment, ulong sequence)
    {
        string path = JournalRig.Folder + "/" + JournalPages.NameOf(segment);
        long size = JournalRig.Options().JournalSegmentBytes;
        byte[] bytes = disk.Paths.Contains(path) ? disk.Bytes(path) : new byte[size];
        JournalEntryHeader header = MemoryMarshal.Read<JournalEntryHeader>(bytes.AsSpan(JournalFrame.Size));
        header.Magic = JournalEntryHeader.MagicValue;
        header.Sequence = sequence;
        MemoryMarshal.Write(bytes.AsSpan(JournalFrame.Size), in header);
        disk.Put(path, bytes);
        string first = JournalRig.Folder + "/" + JournalPages.NameOf(0);
        byte[] whole = new byte[size];
        disk.Bytes(first).CopyTo(whole, 0);
        disk.Put(first, whole);
    }

    private static void VerifyFromEach(FasterJournal journal, ulong tail)
    {
        Assert.Equal(tail, JournalRig.Verify(journal));
        for (ulong from = 1; from <= tail; from++)
        {
            using IJournalReader reader = journal.Read(from);
            Assert.True(reader.MoveNext());
            Assert.Equal(from, reader.Sequence);
        }
    }
}
