using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FastCore.Engine.Memory;
using FastCore.Engine.Ports;
using FastCore.Testing;
using Xunit;

namespace FastCore.Engine.Tests.Memory;

public sealed class MemoryStorageTests
{
    [Theory]
    [InlineData(1, 400_000, 0UL)]
    [InlineData(2, 3_000, ulong.MaxValue)]
    public void RecordIndex_MatchesDictionary(ulong seed, int steps, ulong idMask)
    {
        // With the mask only ids, then only scopes differ; the zero key is a key like any other.
        using MemoryRecordIndex index = new();
        Dictionary<RecordKey, ulong> naive = [];
        SeededRandom random = new(seed);
        index.Set(default, 77);
        naive.Add(default, 77);
        for (int step = 0; step < steps; step++)
        {
            ulong number = random.Below((ulong)steps);
            RecordKey key = idMask == 0 ? new(number, random.Below(2UL), 1) : new(0, number & idMask, number % 7);
            index.Prefetch(key);
            Assert.Equal(naive.TryGetValue(key, out ulong expected), index.TryGet(key, out ulong value));
            Assert.Equal(expected, value);
            if (random.OneIn(2))
            {
                ulong fresh = random.Next();
                index.Set(key, fresh);
                naive[key] = fresh;
            }

            Assert.Equal(naive.Count, index.Count);
        }

        foreach ((RecordKey key, ulong expected) in naive)
        {
            Assert.True(index.TryGet(key, out ulong value));
            Assert.Equal(expected, value);
        }

        index.Clear();
        Assert.Equal(0, index.Count);
        Assert.False(index.TryGet(default, out _));
    }

    [Fact]
    public void RecordIndex_AllocatesNothing()
    {
        using MemoryRecordIndex index = new();
        ulong next = 0;
        long bytes = Allocations.Of(() =>
        {
            for (int i = 0; i < 100_000; i++)
            {
                RecordKey key = new(next++, 0, 5);
                index.TryGet(key, out _);
                index.Set(key, next);
            }
        });
        Assert.Equal(0, bytes);
        Assert.Equal(500_000, index.Count);
    }

    [Fact]
    public void History_MatchesList_WithCheckpointsInBetween()
    {
        using MemoryHistory<Fact24> history = new("facts", new MaximumSummarizer());
        List<Fact24> naive = [];
        SeededRandom random = new(3);
        Dictionary<long, byte[]> sections = [];
        SnapshotBytes? section = null;
        long marked = 0;
        for (int step = 0; step < 30_000; step++)
        {
            Assert.Equal(naive.Count, history.Count);
            ref Fact24 row = ref history.Append();
            Assert.Equal(default, row);
            row = new Fact24(random.Next(), random.Next(), random.Next());
            naive.Add(row);
            int at = random.Below(naive.Count);
            history.Prefetch(at);
            Assert.Equal(naive[at], history.Get(at));
            if (section is null && random.OneIn(500))
            {
                history.BeginCheckpoint();
                section = new SnapshotBytes();
                marked = history.Count;
            }

            if (section is not null && random.OneIn(30) && history.WriteSlice(section, random.Between(1, 40_000)))
            {
                sections[marked] = section.ToArray();
                section = null;
            }
        }

        Assert.True(sections.Count > 10);
        foreach ((long count, byte[] bytes) in sections)
        {
            // A history that only ever had the marked rows must write the same bytes.
            using MemoryHistory<Fact24> twin = new("facts");
            for (int i = 0; i < count; i++)
            {
                twin.Append() = naive[i];
            }

            Assert.Equal(SnapshotBytes.Of(twin), bytes);
        }

        int perBlock = history.RowsPerBlock;
        for (long block = 0; block <= naive.Count / perBlock; block++)
        {
            ReadOnlySpan<Fact24> rows = history.Block(block);
            List<Fact24> expected = naive.Skip((int)block * perBlock).Take(perBlock).ToList();
            Assert.Equal(expected, rows.ToArray());
            if (expected.Count == perBlock)
            {
                ulong maximum = expected.Max(fact => fact.A);
                Assert.Equal(maximum, BinaryPrimitives.ReadUInt64LittleEndian(history.Summary(block)));
            }
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => history.Get(naive.Count));
        Assert.Throws<ArgumentOutOfRangeException>(() => history.Get(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => history.Summary(naive.Count / perBlock));
    }

    [Fact]
    public void Journal_KeepsAChain_AndFindsEveryDamagedBit()
    {
        using MemoryJournal journal = new();
        SeededRandom random = new(4);
        List<byte[]> bodies = [];
        for (int i = 0; i < 20; i++)
        {
            byte[] body = new byte[random.Below(5) * 32];
            random.Fill(body);
            bodies.Add(body);
            Assert.Equal((ulong)i + 1, journal.Append((ulong)i * 10, i, body));
        }

        byte[] head = journal.ChainHash.ToArray();
        using (IJournalReader reader = journal.Read(1))
        {
            for (int i = 0; i < 20; i++)
            {
                Assert.True(reader.MoveNext());
                Assert.Equal(
                    ((ulong)i + 1, (ulong)i * 10, i), (reader.Sequence, reader.TimestampNs, reader.CommandCount));
                Assert.Equal(bodies[i], reader.Commands.ToArray());
            }

            Assert.Equal(head, reader.Hash.ToArray());
            Assert.False(reader.MoveNext());
        }

        for (ulong sequence = 1; sequence <= 20; sequence++)
        {
            for (int bit = 0; bit < (64 + bodies[(int)sequence - 1].Length) * 8; bit++)
            {
                journal.Damage(sequence, bit / 8, (byte)(1 << (bit % 8)));
                Assert.Throws<CorruptStorageException>(() => ReadAll(journal, 1));
                journal.Damage(sequence, bit / 8, (byte)(1 << (bit % 8)));
            }
        }

        Assert.Equal(20, ReadAll(journal, 1));
        Assert.Equal(6, ReadAll(journal, 15));
        Assert.Equal(0, ReadAll(journal, 21));
    }

    [Fact]
    public void Journal_CommitsWhenAsked_AndKeepsOnlyThatInACrash()
    {
        using MemoryPartitionStorage storage = new(0);
        MemoryJournal journal = storage.MemoryJournal;
        int progress = 0;
        journal.OnProgress = () => progress++;
        journal.Append(1, 1, new byte[32]);
        Assert.Equal(0UL, journal.CommittedSequence);
        journal.StartCommit();
        Assert.Equal((1UL, 1), (journal.CommittedSequence, progress));
        byte[] hash = journal.ChainHash.ToArray();
        journal.HoldsCommits = true;
        journal.Append(2, 1, new byte[64]);
        journal.StartCommit();
        Assert.Equal(1UL, journal.CommittedSequence);
        journal.HoldsCommits = false;
        Assert.Equal((2UL, 2), (journal.CommittedSequence, progress));
        journal.HoldsCommits = true;
        journal.Append(3, 1, new byte[64]);
        journal.StartCommit();
        Assert.NotEqual(hash, journal.ChainHash.ToArray());
        using (IJournalReader reader = journal.Read(2))
        {
            Assert.True(reader.MoveNext());
            hash = reader.Hash.ToArray();
        }

        storage.SimulateCrash();
        Assert.Equal((2UL, 2UL), (journal.TailSequence, journal.CommittedSequence));
        Assert.Equal(hash, journal.ChainHash.ToArray());
        Assert.Equal(3UL, journal.Append(4, 0, []));
        Assert.Equal(3, ReadAll(journal, 1));
    }

    [Fact]
    public void Journal_LetsWholeBlocksGo()
    {
        using MemoryJournal journal = new();
        byte[] body = new byte[400_000];
        for (int i = 0; i < 20; i++)
        {
            journal.Append((ulong)i, 1, body);
        }

        journal.TruncateBefore(10);
        Assert.InRange(journal.BeginSequence, 2UL, 10UL);
        Assert.Equal((int)(21 - journal.BeginSequence), ReadAll(journal, 1));
        Assert.Equal(3, ReadAll(journal, 18));
    }

    [Fact]
    public void JournalWithoutEntries_CountsOnly_AndAllocatesNothing()
    {
        using MemoryPartitionStorage storage = new(3, keepJournal: false);
        byte[] body = new byte[4096];
        long bytes = Allocations.Of(() =>
        {
            for (int i = 0; i < 1_000; i++)
            {
                storage.Journal.Append(1, 1, body);
                storage.Journal.StartCommit();
            }
        });
        Assert.Equal(0, bytes);
        Assert.Equal(storage.Journal.TailSequence, storage.Journal.CommittedSequence);
        Assert.Throws<InvalidOperationException>(() => storage.Journal.Read(1));
    }

    [Fact]
    public void Storage_RecoversFromItsCheckpoint_AfterACrash()
    {
        using MemoryPartitionStorage storage = new(0);
        IHistory<Fact24> history = storage.OpenHistory<Fact24>("facts", new MaximumSummarizer());
        Assert.Null(storage.TryOpenSnapshot());
        for (ulong i = 0; i < 10_000; i++)
        {
            history.Append() = new Fact24(i, i, i);
        }

        storage.Journal.Append(5, 1, new byte[32]);
        storage.Records.Set(new RecordKey(1, 2, 3), 4);
        Publish(storage, history, out ISnapshotFile file);
        Assert.Null(file.Published);
        Assert.Null(storage.TryOpenSnapshot());
        storage.Journal.StartCommit();
        Assert.True(file.Published);
        for (ulong i = 10_000; i < 30_000; i++)
        {
            history.Append() = new Fact24(i, i, i);
        }

        // This one never gets published: its journal entry is lost in the crash.
        storage.Journal.Append(6, 1, new byte[32]);
        Publish(storage, history, out _);
        storage.SimulateCrash();

        Assert.Equal(0, ((MemoryRecordIndex)storage.Records).Count);
        IHistory<Fact24> again = storage.OpenHistory<Fact24>("facts", new MaximumSummarizer());
        Assert.Equal(0, again.Count);
        using ISnapshot snapshot = storage.TryOpenSnapshot()!;
        Assert.Equal((1UL, 1UL), (snapshot.Sequence, storage.Journal.TailSequence));
        Assert.Null(snapshot.TryOpenSection("nothing", out _));
        again.Recover(snapshot.TryOpenSection("facts", out uint version)!, version);
        Assert.Equal(10_000, again.Count);
        for (ulong i = 10_000; i < 20_000; i++)
        {
            again.Append() = new Fact24(i, i + 1, i);
        }

        for (int i = 0; i < 20_000; i++)
        {
            Assert.Equal(new Fact24((ulong)i, (ulong)i + (i < 10_000 ? 0UL : 1UL), (ulong)i), again.Get(i));
        }

        Assert.Equal(8_191UL, BinaryPrimitives.ReadUInt64LittleEndian(again.Summary(1)));
    }

    [Fact]
    public void Storage_SaysTheWorstState_AndReportsAFailedPublication()
    {
        using MemoryPartitionStorage storage = new(0);
        MemoryHistory<Fact24> history = (MemoryHistory<Fact24>)storage.OpenHistory<Fact24>("facts");
        Assert.Throws<InvalidOperationException>(() => storage.OpenHistory<Fact24>("facts"));
        Assert.Equal(StorageState.Ready, storage.CanAccept(100));
        history.State = StorageState.Full;
        storage.MemoryJournal.State = StorageState.Busy;
        Assert.Equal(StorageState.Full, storage.CanAccept(100));
        Assert.Throws<InvalidOperationException>(() => storage.Journal.Append(1, 1, []));
        storage.PublishFailure = "no space";
        Publish(storage, history, out ISnapshotFile file);
        Assert.False(file.Published);
        Assert.Equal("no space", file.Failure);
        Assert.Null(storage.TryOpenSnapshot());
    }

    private static void Publish(MemoryPartitionStorage storage, IStatePart part, out ISnapshotFile file)
    {
        file = storage.BeginSnapshot(storage.Journal.TailSequence, 5, storage.Journal.ChainHash);
        file.BeginSection(part.Name, part.Version);
        part.BeginCheckpoint();
        while (!part.WriteSlice(file, 1000))
        {
        }

        file.Publish(123);
    }

    private static int ReadAll(MemoryJournal journal, ulong from)
    {
        using IJournalReader reader = journal.Read(from);
        int entries = 0;
        while (reader.MoveNext())
        {
            entries++;
        }

        return entries;
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Fact24(ulong A, ulong B, ulong C);

    private sealed class MaximumSummarizer : IHistorySummarizer<Fact24>
    {
        public int SummarySize => 8;

        public void Summarize(ReadOnlySpan<Fact24> rows, Span<byte> summary)
        {
            ulong maximum = 0;
            foreach (ref readonly Fact24 row in rows)
            {
                maximum = Math.Max(maximum, row.A);
            }

            BinaryPrimitives.WriteUInt64LittleEndian(summary, maximum);
        }
    }
}
