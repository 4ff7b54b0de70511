using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace FastCore.Storage.Journal;

// How FasterLog frames an entry: {checksum u64, length i32}, the entry, zeros up to a multiple of four. The checksum is
// the exclusive or of the little-endian words from the length to the end of the entry, the last bytes taken one by one.
internal static class JournalFrame
{
    public const int Size = 12;

    // FasterLog leaves the first bytes of the log unused.
    public const long FirstAddress = 64;

    // Bytes of an entry, and of its frame, by those between header and hash.
    public static int EntryBytes(int storedBytes) =>
        JournalEntryHeader.Size + storedBytes + JournalEntryHeader.HashSize;

    public static int FramedBytes(int storedBytes) => Size + ((EntryBytes(storedBytes) + 3) & ~3);

    // What is wrong with the frame at the start of the span, or null; then the entry's bytes are in entry.
    public static string? Parse(
        ReadOnlySpan<byte> page, uint partition, ulong directoryId, out ReadOnlySpan<byte> entry)
    {
        entry = default;
        if (page.Length < Size + EntryBytes(0))
        {
            return "bytes too few for an entry";
        }

        int length = MemoryMarshal.Read<int>(page[8..]);
        if (length < EntryBytes(0) || length > page.Length - Size || ((length + 3) & ~3) > page.Length - Size)
        {
            return "the length of the frame is impossible";
        }

        if (Checksum(page.Slice(8, length + 4)) != MemoryMarshal.Read<ulong>(page))
        {
            return "the checksum of the frame does not match";
        }

        if (page.Slice(Size + length, ((length + 3) & ~3) - length).ContainsAnyExcept((byte)0))
        {
            return "the padding of the frame is not zero";
        }

        string? wrong = CheckEntry(page.Slice(Size, length), partition, directoryId, out int entryLength);
        if (wrong is null && entryLength != length)
        {
            wrong = "the lengths of frame and entry differ";
        }

        if (wrong is null)
        {
            entry = page.Slice(Size, length);
        }

        return wrong;
    }

    // Checks an entry by itself: fields and hash, not its place in the chain.
    public static string? CheckEntry(ReadOnlySpan<byte> bytes, uint partition, ulong directoryId, out int length)
    {
        length = 0;
        if (bytes.Length < EntryBytes(0))
        {
            return "bytes too few for an entry";
        }

        ref readonly JournalEntryHeader header = ref MemoryMarshal.AsRef<JournalEntryHeader>(bytes);
        if (header.Magic != JournalEntryHeader.MagicValue)
        {
            return "the entry's magic is missing";
        }

        if (header.StoredBytes > (uint)(bytes.Length - EntryBytes(0)))
        {
            return "the entry is longer than its page";
        }

        length = EntryBytes((int)header.StoredBytes);
        Span<byte> hash = stackalloc byte[JournalEntryHeader.HashSize];
        SHA256.HashData(bytes[..(length - JournalEntryHeader.HashSize)], hash);
        if (!hash.SequenceEqual(bytes.Slice(length - JournalEntryHeader.HashSize, JournalEntryHeader.HashSize)))
        {
            return "the entry's hash does not match";
        }

        // From here on the bytes are what some writer wrote, so what differs now is a foreign or newer file.
        bool isPlain = header.Version == JournalEntryHeader.PlainVersion;
        return !isPlain && header.Version != JournalEntryHeader.PackedVersion
            ? $"the entry's version {header.Version} is unknown"
            : header.Flags != 0 || header.Reserved != 0 || (isPlain && header.PackedBytes != 0)
            ? "a reserved field is not zero"
            : header.Partition != partition ? $"the entry belongs to partition {header.Partition}"
            : header.DirectoryId != directoryId ? "the entry belongs to another data directory"
            : null;
    }

    private static ulong Checksum(ReadOnlySpan<byte> bytes)
    {
        ulong result = 0;
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (ulong word in words)
        {
            result ^= word;
        }

        foreach (byte rest in bytes[(words.Length * 8)..])
        {
            result ^= rest;
        }

        return result;
    }
}
