using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Simulation.Disks;
using FastCore.Storage.Disk;
using FastCore.Storage.Journal;

namespace FastCore.Storage.Tests.Journal;

public sealed class JournalTests
{
    [Fact]
    public void EntryHeaderLayoutIsWhatTheDocumentSays()
    {
        Assert.Equal(96, Unsafe.SizeOf<JournalEntryHeader>());
        (string Name, int Offset)[] expected =
        [
            ("Magic", 0), ("Version", 8), ("Flags", 10), ("Partition", 12), ("Sequence", 16), ("TimestampNs", 24),
            ("CommandCount", 32), (
                "CommandBytes", 36), ("CommittedSequence", 40), ("DirectoryId", 48), ("PackedBytes", 56),
            ("Reserved", 60), ("PreviousHash", 64),
        ];
        foreach ((string name, int offset) in expected)
        {
            Assert.Equal(offset, (int)Marshal.OffsetOf<JournalEntryHeader>(name));
        }

        Assert.Equal("FCENTRY1"u8.ToArray(), BitConverter.GetBytes(JournalEntryHeader.MagicValue));
    }

    [Theory]
    [InlineData(JournalDurability.Fsync)]
    [InlineData(JournalDurability.Async)]
    public void EntriesComeBackAfterAClose(JournalDurability durability)
    {
        FaultyDisk disk = new();
        byte[] hash;
        using (FasterJournal journal = JournalRig.Open(disk, JournalRig.Options(durability)))
        {
            Assert.Equal(0ul, journal.TailSequence);
            for (int i = 0; i < 400; i++)
            {
                JournalRig.AppendNext(journal);
                if (i % 3 == 0)
                {
                    journal.StartCommit();
                }
            }

            journal.CommitAndWait();
            Assert.Equal(400ul, journal.CommittedSequence);
            Assert.Equal(400ul, JournalRig.Verify(journal));
            hash = journal.ChainHash.ToArray();
        }

        for (int round = 1; round <= 3; round++)
        {
            using FasterJournal again = JournalRig.Open(disk, JournalRig.Options(durability));
            Assert.Null(again.Cut);
            Assert.Equal(hash, again.ChainHash.ToArray());
            ulong tail = again.TailSequence;
            Assert.Equal(tail, JournalRig.Verify(again));
            for (int i = 0; i < 10; i++)
            {
                JournalRig.AppendNext(again);
            }

            again.CommitAndWait();
            Assert.Equal(tail + 10, JournalRig.Verify(again));
            hash = again.ChainHash.ToArray();
        }
    }

    [Theory]
    [InlineData(2, 117, 8)]
    [InlineData(5, 104, 4)]
    [InlineData(7, 95, 12)]
    [InlineData(0, 0, 4032)]
    public void AGapOfAnySizeBeforeAnOpeningIsAGap(int entries, int commands, int gap)
    {
        FaultyDisk disk = new();
        using (FasterJournal journal = JournalRig.Open(disk))
        {
            for (int i = 0; i < entries; i++)
            {
                Append(journal, i == 0 ? commands : 0);
            }

            journal.CommitAndWait();
            Assert.Equal(gap, AlignedBuffer.RoundUp(journal.TailAddress) - journal.TailAddress);
        }

        // The first entry behind the gap, alone and then with one behind it that says that it was committed.
        for (ulong opening = 1; opening <= 3; opening++)
        {
            using FasterJournal again = JournalRig.Open(disk);
            Assert.Null(again.Cut);
            Assert.Equal((ulong)entries + opening - 1, again.TailSequence);
            Append(again, 0);
            again.CommitAndWait();
        }

        using FasterJournal last = JournalRig.Open(disk, readOnly: true);
        Assert.Equal((ulong)entries + 3, last.TailSequence);
        using IJournalReader reader = last.Read(1);
        for (int i = 0; i < entries + 3; i++)
        {
            Assert.True(reader.MoveNext());
        }

        Assert.False(reader.MoveNext());
    }

    [Fact]
    public void AReaderGoesOnWithWhatBecameDurable()
    {
        FaultyDisk disk = new();
        using FasterJournal journal = JournalRig.Open(disk);
        using IJournalReader reader = journal.Read(1);
        Assert.False(reader.MoveNext());

        // Over the ends of pages and of files, and now and then asked for more than there is.
        for (int round = 0; round < 60; round++)
        {
            for (int i = 0; i < 5; i++)
            {
                JournalRig.AppendNext(journal);
            }

            journal.CommitAndWait();
            for (int i = 0; i < 5; i++)
            {
                Assert.True(reader.MoveNext());
                Assert.Equal((ulong)((5 * round) + i + 1), reader.Sequence);
                Assert.Equal(JournalRig.Commands(reader.Sequence), reader.Commands.ToArray());
            }

            Assert.True(round % 3 == 0 || !reader.MoveNext());
        }

        Assert.True(journal.TailAddress > 2 * JournalRig.Options().JournalSegmentBytes);
    }

    [Fact]
    public void WhatACheckpointVouchesForIsNotReadAgain()
    {
        FaultyDisk disk = new();
        JournalPoint point;
        using (FasterJournal journal = JournalRig.Open(disk))
        {
            for (int i = 0; i < 20; i++)
            {
                JournalRig.AppendNext(journal);
            }

            journal.CommitAndWait();
            point = new JournalPoint(journal.TailAddress, journal.TailSequence, journal.ChainHash.ToArray());
            for (int i = 0; i < 5; i++)
            {
                JournalRig.AppendNext(journal);
            }

            journal.CommitAndWait();
        }

        // Damage before the point, in the same file: who reads from behind it is not concerned, who reads it is told.
        disk.FlipBit(disk.Paths.Single(path => path.EndsWith("0.seg", StringComparison.Ordinal)), 200, 3);
        using FasterJournal again = JournalRig.Open(disk, readOnly: true, known: point);
        using IJournalReader behind = again.Read(point.Sequence + 1);
        for (int i = 0; i < 5; i++)
        {
            Assert.True(behind.MoveNext());
        }

        Assert.Equal(25UL, behind.Sequence);
        Assert.False(behind.MoveNext());
        using IJournalReader first = again.Read(1);
        Assert.Throws<CorruptStorageException>(() => first.MoveNext());
    }

    [Fact]
    public void RealFilesGiveTheEntriesBack()
    {
        string root = Directory.CreateTempSubdirectory("fastcore-journal-").FullName;
        try
        {
            FileDisk disk = new(root);
            disk.CreateDirectory(JournalRig.Folder);
            using (FasterJournal journal = JournalRig.Open(disk))
            {
                for (int i = 0; i < 300; i++)
                {
                    JournalRig.AppendNext(journal);
                    journal.StartCommit();
                }

                journal.CommitAndWait();
            }

            using FasterJournal again = JournalRig.Open(disk);
            Assert.Null(again.Cut);
            Assert.Equal(300ul, JournalRig.Verify(again));
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public void NothingIsCommittedBeforeItsWriteIsStable()
    {
        FaultyDisk disk = new();
        using ManualResetEventSlim asked = new();
        using ManualResetEventSlim go = new();
        using FasterJournal journal = JournalRig.Open(disk);
        using ManualResetEventSlim progressed = new();
        JournalRig.AppendNext(journal);
        journal.CommitAndWait();
        disk.BeforeStable = path =>
        {
            if (path.EndsWith(JournalPages.NameOf(0), StringComparison.Ordinal))
            {
                asked.Set();
                go.Wait();
            }
        };
        journal.OnProgress = progressed.Set;
        JournalRig.AppendNext(journal);
        JournalRig.AppendNext(journal);
        journal.StartCommit();
        asked.Wait();

        // The write is on its way and not stable: nothing may say that it is.
        Assert.Equal(1ul, journal.CommittedSequence);
        FaultyDisk lost = disk.AfterKill();
        go.Set();
        progressed.Wait();
        Assert.Equal(3ul, journal.CommittedSequence);
        disk.BeforeStable = null;

        using FasterJournal before = JournalRig.Open(lost);
        Assert.Equal(1ul, before.TailSequence);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    public void APowerCutAtAnyWriteLosesNothingAcknowledged(int seed)
    {
        long operations = RunUntilCut(new FaultyDisk(), out _).Operations;
        Assert.True(operations > 60);
        int cuts = 0;
        for (long at = 1; at <= operations; at += 1 + (seed % 3))
        {
            FaultyDisk disk = new() { CutAtOperation = at };
            RunUntilCut(disk, out ulong acknowledged);
            FaultyDisk after = disk.AfterPowerCut(seed + (int)at);
            if (!after.FileExists(JournalRig.Folder + "/" + JournalHead.FileName))
            {
                // The power went before the journal was there at all.
                Assert.Equal(0ul, acknowledged);
                continue;
            }

            ulong tail;
            using (FasterJournal journal = JournalRig.Open(after))
            {
                cuts += journal.Cut is null ? 0 : 1;
                tail = journal.TailSequence;
                Assert.True(tail >= acknowledged, $"acknowledged {acknowledged}, found {tail} after a cut at {at}");
                Assert.Equal(tail, JournalRig.Verify(journal));
                JournalRig.AppendNext(journal);
                journal.CommitAndWait();
            }

            using FasterJournal again = JournalRig.Open(after);
            Assert.Null(again.Cut);
            Assert.Equal(tail + 1, JournalRig.Verify(again));
        }

        Assert.True(cuts > 0, "no cut left a torn tail, so the test shows nothing about them");
    }

    // The writer reads entries where they are, in FasterLog's memory, while the next one is being written there.
    [Theory]
    [InlineData(JournalDurability.Fsync)]
    [InlineData(JournalDurability.Async)]
    public void AKillWhileEntriesAreAppendedFindsWholeWhatWasDurable(JournalDurability durability)
    {
        FaultyDisk disk = new();
        StorageOptions options = JournalRig.Options(durability);
        options.AsyncCommitIntervalMs = 0;
        using FasterJournal journal = JournalRig.Open(disk, options);
        for (int round = 0; round < 20; round++)
        {
            for (int i = 0; i < 300; i++)
            {
                JournalRig.AppendNext(journal);
                journal.StartCommit();
            }

            ulong durable = journal.DurableSequence;
            using FasterJournal after = JournalRig.Open(disk.AfterKill());
            Assert.True(JournalRig.Verify(after) >= durable, $"{durable} was durable, {after.TailSequence} is there");
        }
    }

    // The first thing after an opening is then a page that is left without an entry of this life in it.
    [Fact]
    public void AnOpeningInTheMiddleOfAPageMayGoOnInTheNext()
    {
        FaultyDisk disk = new();
        for (ulong round = 1; round <= 6; round++)
        {
            using FasterJournal journal = JournalRig.Open(disk);
            Append(journal, commands: 1);
            journal.CommitAndWait();
        }

        for (ulong round = 1; round <= 6; round++)
        {
            using FasterJournal journal = JournalRig.Open(disk);
            Append(journal, journal.CommandBytesMax / 32);
            journal.CommitAndWait();
            Assert.Equal(6 + round, journal.DurableSequence);
        }

        using FasterJournal again = JournalRig.Open(disk);
        Assert.Null(again.Cut);
        Assert.Equal(12ul, again.TailSequence);
        using IJournalReader reader = again.Read(1);
        ulong entries = 0;
        while (reader.MoveNext())
        {
            Assert.Equal(++entries, reader.Sequence);
        }

        Assert.Equal(12ul, entries);
    }

    private static FaultyDisk RunUntilCut(FaultyDisk disk, out ulong acknowledged)
    {
        acknowledged = 0;
        try
        {
            using FasterJournal journal = JournalRig.Open(disk);
            try
            {
                for (int i = 0; i < 150; i++)
                {
                    JournalRig.AppendNext(journal);
                    if (i % 4 == 0)
                    {
                        journal.StartCommit();
                    }
                    else if (i % 2 == 1)
                    {
                        journal.CommitAndWait();
                    }

                    acknowledged = journal.CommittedSequence;
                }

                journal.CommitAndWait();
            }
            finally
            {
                acknowledged = journal.CommittedSequence;
            }
        }
        catch (IOException) when (disk.IsCut)
        {
            // As planned.
        }

        return disk;
    }

    private static void Append(FasterJournal journal, int commands)
    {
        byte[] bytes = new byte[32 * commands];
        JournalRig.WaitReady(journal, bytes.Length);
        journal.Append((journal.TailSequence + 1) * 1000, commands, bytes);
    }
}
