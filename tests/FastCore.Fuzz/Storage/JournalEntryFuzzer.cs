using System.Runtime.InteropServices;
using FastCore.Fuzz.Core;
using FastCore.Storage.Journal;
using FastCore.Testing;

namespace FastCore.Fuzz.Storage;

/// <summary>One framed journal entry at the start of a page.</summary>
public sealed class JournalEntryFuzzer : Fuzzer
{
    private readonly byte[] _page = new byte[1024];
    private readonly byte[] _encoded = new byte[1024];
    private readonly byte[] _hash = new byte[JournalEntryHeader.HashSize];

    /// <inheritdoc/>
    public override string Name => "journal-entry";

    /// <inheritdoc/>
    public override string Summary => "JournalFrame: one entry with its frame and its hash.";

    /// <inheritdoc/>
    public override int InputSizeMax => 1024;

    /// <inheritdoc/>
    public override long AllocationMax => 512;

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds()
    {
        SeededRandom random = new(7);
        foreach (int commandBytes in (int[])[0, 32, 64, 200, 800, 3, 17])
        {
            byte[] commands = new byte[commandBytes];
            random.Fill(commands);
            JournalEntryHeader header = JournalImage.Header((ulong)commandBytes + 5, 4, new byte[32]);
            byte[] entry = new byte[JournalImage.SizeOf(commandBytes)];
            JournalImage.Write(entry, header, commands, _hash);
            yield return entry;
            yield return [.. entry, .. new byte[64]];
            header.Version = JournalEntryHeader.PackedVersion;
            header.PackedBytes = (uint)commandBytes;
            header.CommandBytes = 4 * (uint)commandBytes;
            JournalImage.Write(entry, header, commands, _hash);
            yield return entry[..];
        }
    }

    /// <inheritdoc/>
    public override void Mend(Span<byte> input, SeededRandom random) =>
        JournalImage.Mend(input, _hash, chain: false, random);

    /// <inheritdoc/>
    public override Verdict Run(ReadOnlySpan<byte> input)
    {
        input.CopyTo(_page);
        Span<byte> page = _page.AsSpan(0, input.Length);
        string? wrong = JournalFrame.Parse(
            page, JournalImage.Partition, JournalImage.DirectoryId, out ReadOnlySpan<byte> entry);
        if (wrong is not null)
        {
            BrokenPropertyException.Unless(entry.IsEmpty, "bytes of an entry that was refused");
            return Verdict.Refused(wrong);
        }

        JournalEntryHeader header = MemoryMarshal.Read<JournalEntryHeader>(entry);
        int storedBytes = (int)header.StoredBytes;
        _encoded.AsSpan().Clear();
        int size = JournalImage.Write(
            _encoded, header, entry.Slice(JournalEntryHeader.Size, storedBytes), _hash);
        BrokenPropertyException.Unless(
            size <= page.Length && page[..size].SequenceEqual(_encoded.AsSpan(0, size)),
            "an entry is encoded to other bytes");
        BrokenPropertyException.Unless(
            header.Partition == JournalImage.Partition && header.DirectoryId == JournalImage.DirectoryId
            && header.Version is JournalEntryHeader.PlainVersion or JournalEntryHeader.PackedVersion
            && header.Flags == 0 && header.Reserved == 0,
            "a foreign entry, or one of another version");
        Checksums.FlipOne(page[..size], MemoryMarshal.Read<uint>(page));
        BrokenPropertyException.Unless(
            JournalFrame.Parse(page, JournalImage.Partition, JournalImage.DirectoryId, out _) is not null,
            "a flipped bit was not noticed");
        return Verdict.Accepted(Verdict.SizeClass(storedBytes), storedBytes & 7);
    }
}
