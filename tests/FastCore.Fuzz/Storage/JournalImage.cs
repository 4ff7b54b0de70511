using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FastCore.Storage.Journal;
using FastCore.Testing;

namespace FastCore.Fuzz.Storage;

/// <summary>
/// Writes journal entries the way docs/JOURNAL.md lays them out, without the code that reads them: frame {checksum u64,
/// length i32}, header, commands, SHA-256, zeros up to four bytes.
/// </summary>
internal static class JournalImage
{
    public const uint Partition = 3;
    public const ulong DirectoryId = 0x1234_5678_9ABC_DEF0;

    private const int FrameSize = 12;
    private const int HashSize = 32;

    public static int SizeOf(int commandBytes) =>
        FrameSize + JournalEntryHeader.Size + ((commandBytes + HashSize + 3) & ~3);

    /// <summary>
    /// Writes one entry, its commands as they are stored; returns the bytes it takes, and puts its hash into the place
    /// given.
    /// </summary>
    public static int Write(Span<byte> target, JournalEntryHeader header, ReadOnlySpan<byte> commands, Span<byte> hash)
    {
        if (header.Version == JournalEntryHeader.PlainVersion)
        {
            header.CommandBytes = (uint)commands.Length;
        }

        MemoryMarshal.Write(target[FrameSize..], in header);
        commands.CopyTo(target[(FrameSize + JournalEntryHeader.Size)..]);
        int length = JournalEntryHeader.Size + commands.Length + HashSize;
        MemoryMarshal.Write(target[8..], in length);
        Seal(target[..SizeOf(commands.Length)], length);
        target.Slice(FrameSize + length - HashSize, HashSize).CopyTo(hash);
        return SizeOf(commands.Length);
    }

    /// <summary>The header of entry number so and so.</summary>
    public static JournalEntryHeader Header(ulong sequence, ulong committed, ReadOnlySpan<byte> previousHash) => new()
    {
        Magic = JournalEntryHeader.MagicValue,
        Version = JournalEntryHeader.PlainVersion,
        Partition = Partition,
        Sequence = sequence,
        TimestampNs = sequence * 1000,
        CommandCount = 1,
        CommittedSequence = committed,
        DirectoryId = DirectoryId,
        PreviousHash = MemoryMarshal.Read<Hash256>(previousHash),
    };

    /// <summary>
    /// Makes hash and checksum of the entry at the start of the bytes right, when its lengths make sense. Returns the
    /// bytes it takes, 0 when there is none.
    /// </summary>
    public static int Mend(Span<byte> bytes, Span<byte> hash, bool chain, SeededRandom random)
    {
        if (bytes.Length < SizeOf(0))
        {
            return 0;
        }

        ref JournalEntryHeader header = ref MemoryMarshal.AsRef<JournalEntryHeader>(bytes[FrameSize..]);
        if (header.StoredBytes > (uint)(bytes.Length - SizeOf(0)))
        {
            return 0;
        }

        int size = SizeOf((int)header.StoredBytes);
        int length = JournalEntryHeader.Size + (int)header.StoredBytes + HashSize;
        if (size > bytes.Length)
        {
            return 0;
        }

        if (chain)
        {
            header.PreviousHash = MemoryMarshal.Read<Hash256>(hash);
        }

        if (!random.OneIn(8))
        {
            MemoryMarshal.Write(bytes[8..], in length);
        }

        Seal(bytes[..size], length);
        bytes.Slice(FrameSize + length - HashSize, HashSize).CopyTo(hash);
        return size;
    }

    private static void Seal(Span<byte> framed, int length)
    {
        Span<byte> entry = framed.Slice(FrameSize, length);
        SHA256.HashData(entry[..^HashSize], entry[^HashSize..]);
        framed[(FrameSize + length)..].Clear();

        // The exclusive or of the words from the length on, the last bytes one by one.
        ReadOnlySpan<byte> covered = framed.Slice(8, length + 4);
        ulong checksum = 0;
        for (; covered.Length >= 8; covered = covered[8..])
        {
            checksum ^= MemoryMarshal.Read<ulong>(covered);
        }

        foreach (byte rest in covered)
        {
            checksum ^= rest;
        }

        MemoryMarshal.Write(framed, in checksum);
    }
}
