using System.Buffers.Binary;
using FastCore.Engine.Ports;
using FastCore.Storage.Disk;
using FastCore.Storage.Journal;

namespace FastCore.Storage.Tests.Journal;

/// <summary>Opens journals on a test disk with small files, and knows what every entry must contain.</summary>
internal static class JournalRig
{
    public const string Folder = "p000/journal";
    public const ulong DirectoryId = 0x1234_5678_9ABC_DEF0;

    public static StorageOptions Options(JournalDurability durability = JournalDurability.Fsync) => new()
    {
        Durability = durability,
        JournalSegmentBytes = 64 << 10,
        JournalPageBytes = 16 << 10,
        JournalMemoryBytes = 64 << 10,
        JournalAheadBytes = 16 << 10,
        AsyncCommitIntervalMs = 1,
        FullRetryMs = 1,
    };

    public static FasterJournal Open(
        IDisk disk, StorageOptions? options =
            null, bool readOnly = false, JournalPoint? known = null, uint partition = 0)
    {
        StorageOptions used = options ?? Options();
        return new FasterJournal(
            JournalFiles.Open(disk, Folder, partition, DirectoryId, used, known, readOnly), used, readOnly);
    }

    public static byte[] Commands(ulong sequence)
    {
        int length = 32 * (int)(sequence * 7 % 40);
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i += 8)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(i), (sequence * 1_000_003) + (ulong)i);
        }

        return bytes;
    }

    public static void AppendNext(FasterJournal journal)
    {
        ulong sequence = journal.TailSequence + 1;
        byte[] commands = Commands(sequence);
        WaitReady(journal, commands.Length);
        ulong appended = journal.Append(sequence * 1000, commands.Length / 32, commands);
        Assert.Equal(sequence, appended);
    }

    public static void WaitReady(FasterJournal journal, int bytes)
    {
        SpinWait spin = default;
        StorageState state;
        while ((state = journal.CanAppend(bytes)) != StorageState.Ready)
        {
            if (state == StorageState.Failed)
            {
                throw new IOException("failed", journal.Error);
            }

            journal.StartCommit();
            spin.SpinOnce();
        }
    }

    /// <summary>Reads everything kept and compares it with what must be there; returns the last sequence.</summary>
    public static ulong Verify(FasterJournal journal)
    {
        ulong last = journal.BeginSequence - 1;
        using IJournalReader reader = journal.Read(journal.BeginSequence);
        while (reader.MoveNext())
        {
            Assert.Equal(last + 1, reader.Sequence);
            last = reader.Sequence;
            byte[] expected = Commands(last);
            Assert.Equal(last * 1000, reader.TimestampNs);
            Assert.Equal(expected.Length / 32, reader.CommandCount);
            Assert.True(expected.AsSpan().SequenceEqual(reader.Commands));
        }

        return last;
    }
}
