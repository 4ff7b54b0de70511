using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Fuzz.Core;
using FastCore.Storage;
using FastCore.Storage.Disk;
using FastCore.Storage.Journal;
using FastCore.Testing;

namespace FastCore.Fuzz.Storage;

/// <summary>
/// The files of a journal with small pages: opening it, deciding about its tail, reading every entry. The input is the
/// first segment file, and what is longer the second.
/// </summary>
public sealed class JournalScanFuzzer : Fuzzer
{
    private const string Folder = "journal";
    private const int PageBytes = 4096;
    private const int SegmentBytes = 8192;

    private readonly ByteDisk _disk = new(2_000);
    private readonly StorageOptions _options = new();
    private readonly List<byte[]> _entries = [];
    private readonly byte[] _bytes = new byte[2 * SegmentBytes];
    private readonly byte[] _hash = new byte[JournalEntryHeader.HashSize];

    /// <summary>The head is always the same.</summary>
    public JournalScanFuzzer()
    {
        JournalHead head = new()
        {
            Partition = JournalImage.Partition,
            DirectoryId = JournalImage.DirectoryId,
            SegmentBytes = SegmentBytes,
            PageBytes = PageBytes,
        };
        head.Write(_disk, Folder);
    }

    /// <inheritdoc/>
    public override string Name => "journal-scan";

    /// <inheritdoc/>
    public override string Summary => "JournalFiles, JournalPages, JournalRecovery: a journal's files from end to end.";

    /// <inheritdoc/>
    public override int InputSizeMax => SegmentBytes + PageBytes;

    /// <inheritdoc/>
    public override long AllocationMax => 64 << 10;

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds()
    {
        yield return new byte[PageBytes];
        yield return Filled(1, PageBytes, 40, 0);
        yield return Filled(9, PageBytes, 150, 1);
        yield return Filled(60, SegmentBytes, 33, 4);
        yield return Filled(60, SegmentBytes + PageBytes, 400, 2);
        yield return Filled(90, SegmentBytes + PageBytes, 8, 90);
    }

    /// <inheritdoc/>
    public override void Mend(Span<byte> input, SeededRandom random)
    {
        Span<byte> hash = stackalloc byte[JournalEntryHeader.HashSize];
        hash.Clear();
        bool chain = !random.OneIn(4);
        int at = 64;
        while (at < input.Length)
        {
            int pageEnd = Math.Min(input.Length, (at / PageBytes * PageBytes) + PageBytes);
            ReadOnlySpan<byte> rest = input[at..pageEnd];
            int used = rest.IndexOfAnyExcept((byte)0);
            int size = used is < 0 or >= 12 ? 0 : JournalImage.Mend(input[at..pageEnd], hash, chain, random);
            at = size > 0 ? at + size : pageEnd;
        }
    }

    /// <inheritdoc/>
    public override Verdict Run(ReadOnlySpan<byte> input)
    {
        Place(input);
        _entries.Clear();
        try
        {
            string? cut = ReadAll(_entries);
            if (_entries.Count > 0)
            {
                FlipOne(input, cut is null);
            }

            return _entries.Count == 0 && cut is not null
                ? Verdict.Refused(cut)
                : Verdict.Accepted(Verdict.SizeClass(_entries.Count), cut is null ? 0 : cut.Length);
        }
        catch (CorruptStorageException refused)
        {
            return Verdict.Refused(refused.Message.AsSpan()[..Math.Min(90, refused.Message.Length)].ToString());
        }
    }

    private void Place(ReadOnlySpan<byte> bytes)
    {
        string second = Folder + "/" + JournalPages.NameOf(1);
        _disk.Put(Folder + "/" + JournalPages.NameOf(0), bytes[..Math.Min(bytes.Length, SegmentBytes)]);
        if (bytes.Length > SegmentBytes)
        {
            _disk.Put(second, bytes[SegmentBytes..]);
        }
        else
        {
            _disk.Remove(second);
        }
    }

    // What opening found is there to be read: so many entries, in order, and not one more, from the begin and from any
    // sequence. Only opening may refuse: it read every entry that there is.
    private string? ReadAll(List<byte[]> hashes)
    {
        JournalFiles files = JournalFiles.Open(
            _disk, Folder, JournalImage.Partition, JournalImage.DirectoryId, _options, null, readOnly: true);
        ulong tail = files.Found.TailSequence;
        try
        {
            ReadFrom(files, 1, hashes);
            if (tail > 1)
            {
                ReadFrom(files, 2 + (BitConverter.ToUInt64(hashes[0]) % (tail - 1)), hashes);
            }
        }
        catch (CorruptStorageException)
        {
            throw new BrokenPropertyException("opening found what cannot be read");
        }

        BrokenPropertyException.Unless((ulong)hashes.Count == tail, "the tail is behind the last entry");
        BrokenPropertyException.Unless(
            files.Found.TailAddress <= SegmentBytes + PageBytes, "the tail is behind the files");
        return files.Found.Cut?.Reason;
    }

    // Adds the hashes of the entries from the sequence on, or compares those that are there already.
    private static void ReadFrom(JournalFiles files, ulong from, List<byte[]> hashes)
    {
        ulong tail = files.Found.TailSequence;
        using JournalReader reader = files.Read(from, () => tail);
        ulong sequence = from;
        for (; reader.MoveNext(); sequence++)
        {
            BrokenPropertyException.Unless(reader.Sequence == sequence, "entries out of order");
            if ((ulong)hashes.Count < sequence)
            {
                hashes.Add(reader.Hash.ToArray());
            }

            BrokenPropertyException.Unless(
                reader.Hash.SequenceEqual(hashes[(int)sequence - 1]), "from its middle the journal reads otherwise");
        }

        BrokenPropertyException.Unless(sequence == tail + 1, "the tail is behind the last entry");
    }

    // One bit anywhere in the entries: found, or the journal ends before it; never read as anything else. In a journal
    // that ends at damage the bit can be the damaged one: then entries behind it come back.
    private void FlipOne(ReadOnlySpan<byte> input, bool isWhole)
    {
        Span<byte> flipped = _bytes.AsSpan(0, input.Length);
        input.CopyTo(flipped);
        // What is behind the last whole sector of a file belongs to nothing.
        int end = input[..(int)AlignedBuffer.RoundDown(input.Length)].LastIndexOfAnyExcept((byte)0) + 1;
        Checksums.FlipOne(flipped[..end], MemoryMarshal.Read<uint>(_entries[^1]));
        Place(flipped);
        List<byte[]> left = [];
        try
        {
            BrokenPropertyException.Unless(ReadAll(left) is not null || !isWhole, "a flipped bit was not noticed");
        }
        catch (CorruptStorageException)
        {
            // Noticed. What was read until then must still be what was there.
        }

        BrokenPropertyException.Unless(
            left.Count <= _entries.Count || !isWhole, "a flipped bit made more entries");
        for (int i = 0; i < Math.Min(left.Count, _entries.Count); i++)
        {
            BrokenPropertyException.Unless(left[i].AsSpan().SequenceEqual(_entries[i]), "another entry was served");
        }
    }

    // Entries as the writer lays them out: none crosses the end of a page.
    private byte[] Filled(int entries, int length, int commandBytes, ulong committed)
    {
        SeededRandom random = new((ulong)commandBytes);
        byte[] bytes = new byte[length];
        Array.Clear(_hash);
        int at = 64;
        for (ulong sequence = 1; sequence <= (ulong)entries; sequence++)
        {
            byte[] commands = new byte[random.Below(commandBytes + 1)];
            random.Fill(commands);
            int size = JournalImage.SizeOf(commands.Length);
            if ((at % PageBytes) + size > PageBytes)
            {
                at = (at / PageBytes * PageBytes) + PageBytes;
            }

            if (at + size > length)
            {
                break;
            }

            JournalEntryHeader header = JournalImage.Header(sequence, Math.Min(sequence - 1, committed), _hash);
            at += JournalImage.Write(bytes.AsSpan(at), header, commands, _hash);
        }

        return bytes;
    }
}
