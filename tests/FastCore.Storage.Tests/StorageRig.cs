using System.Buffers.Binary;
using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Storage.Disk;

namespace FastCore.Storage.Tests;

/// <summary>
/// A partition with the smallest useful state machine on real storage: each batch appends rows to a history, sets their
/// keys in the index and journals how many rows it made. Everything it must contain follows from the sequence.
/// </summary>
internal sealed class StorageRig : IDisposable
{
    private readonly DataDirectory _directory;

    public StorageRig(IDisk disk, StorageOptions? options = null, bool readOnly = false)
    {
        _directory =
            DataDirectory.Open(disk, new DataDirectoryOptions { Partitions = readOnly ? 0 : 1, ReadOnly = readOnly });
        try
        {
            Storage = _directory.OpenPartition(0, options ?? Options());
            Rows = Storage.OpenHistory("rows", new TestSummarizer());
        }
        catch
        {
            Storage?.Dispose();
            _directory.Dispose();
            throw;
        }
    }

    public PartitionStorage Storage { get; }

    public IHistory<TestRow> Rows { get; }

    public IJournal Journal => Storage.Journal;

    public ulong RecoveredFrom { get; private set; }

    public ulong Executed { get; private set; }

    public static StorageOptions Options() => new()
    {
        JournalSegmentBytes = 32 << 10,
        JournalPageBytes = 8 << 10,
        JournalMemoryBytes = 32 << 10,
        JournalAheadBytes = 8 << 10,
        RecordIndexMemoryBytes = 1 << 20,
        HistoryMemoryBytes = 64 << 10,
        HistorySegmentBytes = 256 << 10,
        HistoryBlockBytes = 4 << 10,
        FullRetryMs = 1,
        AsyncCommitIntervalMs = 1,
    };

    public static RecordKey Key(long position) => new((ulong)position * 3, (ulong)position ^ 0xFFFF, 1);

    public static int RowsOf(ulong sequence) => (int)(sequence * 5 % 23);

    /// <summary>Recovers as a node does: checkpoint, derived state, journal.</summary>
    public StorageRig Recover()
    {
        using (ISnapshot? snapshot = Storage.TryOpenSnapshot())
        {
            if (snapshot is not null)
            {
                ISnapshotReader? section = snapshot.TryOpenSection(Rows.Name, out uint version);
                Assert.NotNull(section);
                Rows.Recover(section, version);
                Assert.Equal(0, section.Remaining);
                RecoveredFrom = snapshot.Sequence;
                Assert.Equal(snapshot.StateHash, StateHashNow());
            }
        }

        for (long position = 0; position < Rows.Count; position++)
        {
            Storage.Records.Set(Key(position), (ulong)position);
        }

        Executed = RecoveredFrom;
        using IJournalReader reader = Journal.Read(RecoveredFrom + 1);
        while (reader.MoveNext())
        {
            WaitReady(() => Storage.CanAccept(0), acceptReadOnly: true);
            Assert.Equal(BinaryPrimitives.ReadInt32LittleEndian(reader.Commands), RowsOf(reader.Sequence));
            Execute(reader.Sequence);
        }

        Assert.Equal(Journal.TailSequence, Executed);
        return this;
    }

    public void Step()
    {
        ulong sequence = Journal.TailSequence + 1;
        Span<byte> commands = stackalloc byte[32];
        commands.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(commands, RowsOf(sequence));
        WaitReady(() => Storage.CanAccept(32), acceptReadOnly: false);
        Execute(sequence);
        Assert.Equal(sequence, Journal.Append(sequence * 1000, 1, commands));
        Journal.StartCommit();
    }

    /// <summary>Writes and publishes a checkpoint; batches may go on while it is written.</summary>
    public bool Checkpoint(int stepsBetweenSlices = 0)
    {
        ulong sequence = Journal.TailSequence;
        using ISnapshotFile file = Storage.BeginSnapshot(sequence, sequence * 1000, Journal.ChainHash);
        Rows.BeginCheckpoint();
        StateHash hash = new();
        Tee tee = new(file, hash);
        file.BeginSection(Rows.Name, Rows.Version);
        hash.BeginSection(Rows.Name, Rows.Version);
        SpinWait spin = default;
        while (!Rows.WriteSlice(tee, 512))
        {
            for (int i = 0; i < stepsBetweenSlices; i++)
            {
                Step();
            }

            spin.SpinOnce();
        }

        file.Publish(hash.Value);
        while (file.Published is null)
        {
            Journal.StartCommit();
            spin.SpinOnce();
        }

        Failure = file.Failure;
        return file.Published.Value;
    }

    public string? Failure { get; private set; }

    public ulong StateHashNow()
    {
        StateHash hash = new();
        Rows.BeginCheckpoint();
        hash.BeginSection(Rows.Name, Rows.Version);
        SpinWait spin = default;
        while (!Rows.WriteSlice(hash, 1 << 20))
        {
            spin.SpinOnce();
        }

        return hash.Value;
    }

    /// <summary>Checks rows, index and kept journal against what the sequence says they must be.</summary>
    public void Verify()
    {
        long rows = 0;
        for (ulong sequence = 1; sequence <= Executed; sequence++)
        {
            rows += RowsOf(sequence);
        }

        Assert.Equal(rows, Rows.Count);
        long position = 0;
        for (long block = 0; position < rows; block++)
        {
            foreach (ref readonly TestRow row in Rows.Block(block))
            {
                TestRow.AssertIs(in row, position++);
            }
        }

        for (long block = 0; block < rows / Rows.RowsPerBlock; block++)
        {
            ReadOnlySpan<ulong> summary = MemoryMarshal.Cast<byte, ulong>(Rows.Summary(block));
            Assert.Equal((ulong)(block * Rows.RowsPerBlock), summary[0]);
            Assert.Equal((ulong)(((block + 1) * Rows.RowsPerBlock) - 1), summary[1]);
        }

        for (long i = 0; i < rows; i++)
        {
            Assert.True(Storage.Records.TryGet(Key(i), out ulong value));
            Assert.Equal((ulong)i, value);
        }

        Assert.False(Storage.Records.TryGet(Key(rows), out _));
        ulong last = Journal.BeginSequence - 1;
        using IJournalReader reader = Journal.Read(Journal.BeginSequence);
        while (reader.MoveNext())
        {
            Assert.Equal(++last, reader.Sequence);
            Assert.Equal(last * 1000, reader.TimestampNs);
            Assert.Equal(RowsOf(last), BinaryPrimitives.ReadInt32LittleEndian(reader.Commands));
        }
    }

    public void Dispose()
    {
        Storage.Dispose();
        _directory.Dispose();
    }

    private static void WaitReady(Func<StorageState> state, bool acceptReadOnly)
    {
        SpinWait spin = default;
        StorageState now;
        while ((now = state()) != StorageState.Ready)
        {
            if (now == StorageState.Failed)
            {
                if (acceptReadOnly)
                {
                    return;
                }

                throw new IOException("The storage failed.");
            }

            spin.SpinOnce();
        }
    }

    private void Execute(ulong sequence)
    {
        for (int i = RowsOf(sequence); i > 0; i--)
        {
            long position = Rows.Count;
            TestRow.Fill(ref Rows.Append(), position);
            Storage.Records.Set(Key(position), (ulong)position);
        }

        Executed = sequence;
    }

    private sealed class Tee(ISnapshotWriter first, ISnapshotWriter second) : ISnapshotWriter
    {
        public void Write(ReadOnlySpan<byte> bytes)
        {
            first.Write(bytes);
            second.Write(bytes);
        }
    }
}
