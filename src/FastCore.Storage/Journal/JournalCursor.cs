using System.Runtime.InteropServices;
using FastCore.Storage.Disk;
using FastCore.Storage.Packing;

namespace FastCore.Storage.Journal;

internal enum CursorStep
{
    Entry,
    End,
    Broken,
}

// Walks over the entries of the journal in order and accepts only the entry that must come next: right frame, right
// hash, right sequence, right previous hash. Between entries there may be zeros up to the end of the page (the next
// entry did not fit) or up to the next sector (the journal was opened anew there), and nothing else.
internal sealed class JournalCursor : IDisposable
{
    private readonly JournalPages _pages;
    private readonly uint _partition;
    private readonly ulong _directoryId;
    private readonly byte[] _hash = new byte[JournalEntryHeader.HashSize];
    private readonly AlignedBuffer _commands;
    private int _commandBytes;
    private long _endAddress;

    public JournalCursor(JournalPages pages, JournalHead head, long address, long endAddress)
    {
        _pages = pages;
        _partition = head.Partition;
        _directoryId = head.DirectoryId;
        _commands = new AlignedBuffer(pages.PageBytes, isZeroed: false);
        _endAddress = endAddress;
        Address = address;
    }

    // Where the next entry is looked for.
    public long Address { get; private set; }

    // Where the current entry's frame begins.
    public long EntryAddress { get; private set; }

    public ulong Sequence { get; private set; }

    public ReadOnlySpan<byte> Hash => _hash;

    // Those of the current entry. A copy, because they may be packed, and because the log aligns entries to four bytes
    // only and commands are read in place.
    public ReadOnlySpan<byte> Commands => _commands.Span[.._commandBytes];

    public string Wrong { get; private set; } = "";

    // Whether the walk broke at the entry that must come next, and whole by its hash: no write was torn there.
    public bool IsNextWhole { get; private set; }

    public JournalPages Pages => _pages;

    public void ExpectAfter(ulong sequence, ReadOnlySpan<byte> hash)
    {
        Sequence = sequence;
        hash.CopyTo(_hash);
    }

    // More was written: what is read from here on is not what was read before.
    public void MoveEnd(long address)
    {
        _endAddress = address;
        _pages.Forget();
    }

    // The entry is valid until the next call.
    public CursorStep Next(out ReadOnlySpan<byte> entry)
    {
        entry = default;
        while (Address < _endAddress)
        {
            Span<byte> rest = _pages.From(Address);
            if (rest.IsEmpty)
            {
                // Nothing there on disk; a later page can only exist if a file is cut in its middle.
                Address = NextPage(Address);
                continue;
            }

            int used = rest.IndexOfAnyExcept((byte)0);
            if (used < 0)
            {
                Address = NextPage(Address);
                continue;
            }

            // A frame may begin with zeros (its checksum), so a gap counts only if the frame's length is zero too.
            if (used >= JournalFrame.Size)
            {
                long sector = AlignedBuffer.RoundDown(Address + used);
                if (sector > Address)
                {
                    Address = sector;
                    continue;
                }

                return Break("bytes are not zero where nothing was written");
            }

            // A gap shorter than that shows its zeros where the checksum of a frame would be, and a checksum may begin
            // with zeros: only what is no entry at all can be a gap.
            int toSector = (int)(AlignedBuffer.RoundUp(Address) - Address);
            if (toSector > 0 && toSector <= used
                && JournalFrame.Parse(rest, _partition, _directoryId, out _) is not null)
            {
                Address += toSector;
                continue;
            }

            return Accept(rest, out entry);
        }

        return CursorStep.End;
    }

    // The pages are the caller's.
    public void Dispose() => _commands.Dispose();

    private CursorStep Accept(ReadOnlySpan<byte> page, out ReadOnlySpan<byte> entry)
    {
        string? wrong = JournalFrame.Parse(page, _partition, _directoryId, out entry);
        if (wrong is not null)
        {
            return Break(wrong);
        }

        ref readonly JournalEntryHeader header = ref MemoryMarshal.AsRef<JournalEntryHeader>(entry);
        if (header.Sequence != Sequence + 1)
        {
            return Break($"the entry has sequence {header.Sequence}");
        }

        if (!MemoryMarshal.AsBytes(new ReadOnlySpan<Hash256>(in header.PreviousHash)).SequenceEqual(_hash))
        {
            return Break("the hash chain does not continue");
        }

        if (header.CommittedSequence >= header.Sequence)
        {
            return Break("the entry names a later sequence as committed");
        }

        if (!TryTakeCommands(in header, entry.Slice(JournalEntryHeader.Size, (int)header.StoredBytes)))
        {
            IsNextWhole = true;
            return Break("the packed commands cannot be unpacked");
        }

        Sequence = header.Sequence;
        entry[^JournalEntryHeader.HashSize..].CopyTo(_hash);
        EntryAddress = Address;
        Address += JournalFrame.FramedBytes((int)header.StoredBytes);
        return CursorStep.Entry;
    }

    private bool TryTakeCommands(ref readonly JournalEntryHeader header, ReadOnlySpan<byte> stored)
    {
        if (header.CommandBytes > (uint)_commands.Span.Length)
        {
            return false;
        }

        _commandBytes = (int)header.CommandBytes;
        if (header.Version == JournalEntryHeader.PackedVersion)
        {
            return CommandPacking.TryUnpack(stored, _commands.Span[.._commandBytes], GroupPacking.Best);
        }

        stored.CopyTo(_commands.Span);
        return true;
    }

    private CursorStep Break(string wrong)
    {
        Wrong = wrong;
        return CursorStep.Broken;
    }

    private long NextPage(long address) => ((address / _pages.PageBytes) + 1) * _pages.PageBytes;
}
