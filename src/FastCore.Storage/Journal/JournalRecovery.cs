using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Storage.Disk;

namespace FastCore.Storage.Journal;

/// <summary>The torn tail that opening a journal cut off: bytes of writes that never completed.</summary>
/// <param name="File">File in which the cut begins.</param>
/// <param name="Address">Journal address of the first byte cut.</param>
/// <param name="Bytes">Bytes from there to the last one that was not zero.</param>
/// <param name="AfterSequence">Last entry that is whole.</param>
/// <param name="Reason">What was wrong with the first entry cut.</param>
public sealed record JournalCut(string File, long Address, long Bytes, ulong AfterSequence, string Reason);

// Where a scan may begin: an entry known to be whole, by the begin of the journal or by a checkpoint's manifest.
internal readonly record struct JournalPoint(long Address, ulong Sequence, byte[] Hash);

// Finds the end of the journal and decides whether what lies behind the last whole entry is a torn tail or corruption.
// An entry names the sequence that was on stable storage when it was made. If any whole entry further on names the
// missing one, the missing one had been acknowledged: corruption. If none does, the writes never completed: torn tail.
internal sealed class JournalRecovery
{
    private static readonly byte[] MagicBytes = BitConverter.GetBytes(JournalEntryHeader.MagicValue);

    private readonly JournalPages _pages;
    private readonly JournalHead _head;
    private readonly long _endAddress;

    public JournalRecovery(JournalPages pages, JournalHead head, long endAddress)
    {
        _pages = pages;
        _head = head;
        _endAddress = endAddress;
    }

    public long TailAddress { get; private set; }

    public ulong TailSequence { get; private set; }

    public ulong TailTimestampNs { get; private set; }

    public byte[] TailHash { get; } = new byte[JournalEntryHeader.HashSize];

    public JournalCut? Cut { get; private set; }

    // Calls found for the first entry of each segment passed.
    public void Run(JournalPoint from, Action<long, JournalEntryHeader> found)
    {
        using JournalCursor cursor = new(_pages, _head, from.Address, _endAddress);
        cursor.ExpectAfter(from.Sequence, from.Hash);
        TailAddress = from.Address;
        CheckLead(_pages, from.Address);
        CursorStep step;
        while ((step = cursor.Next(out ReadOnlySpan<byte> entry)) == CursorStep.Entry)
        {
            JournalEntryHeader header = MemoryMarshal.Read<JournalEntryHeader>(entry);
            found(cursor.EntryAddress, header);
            TailTimestampNs = header.TimestampNs;
            TailAddress = cursor.Address;
        }

        TailSequence = cursor.Sequence;
        cursor.Hash.CopyTo(TailHash);
        if (step == CursorStep.Broken && cursor.IsNextWhole)
        {
            throw new CorruptStorageException(
                _pages.FileOf(TailAddress), _pages.OffsetInFile(TailAddress), TailSequence + 1, cursor.Wrong);
        }

        if (step == CursorStep.Broken)
        {
            Judge(cursor.Wrong);
        }
    }

    // FasterLog never uses the first bytes of the log.
    public static void CheckLead(JournalPages pages, long address)
    {
        if (address != JournalFrame.FirstAddress)
        {
            return;
        }

        ReadOnlySpan<byte> lead = pages.From(0);
        lead = lead[..Math.Min(lead.Length, (int)JournalFrame.FirstAddress)];
        int wrong = lead.IndexOfAnyExcept((byte)0);
        if (wrong >= 0)
        {
            throw new CorruptStorageException(
                pages.FileOf(0), wrong, 0, "bytes are not zero where nothing was written");
        }
    }

    private void Judge(string wrong)
    {
        ulong missing = TailSequence + 1;
        long lastUsed = TailAddress;
        long address = TailAddress;
        while (address < _endAddress)
        {
            ReadOnlySpan<byte> page = _pages.From(address);
            int last = page.LastIndexOfAnyExcept((byte)0);
            if (last >= 0)
            {
                lastUsed = address + last + 1;
                SearchPage(page[..(last + 1)], page, address, missing, wrong);
            }

            address = ((address / _pages.PageBytes) + 1) * _pages.PageBytes;
        }

        Cut = new JournalCut(_pages.FileOf(TailAddress), TailAddress, lastUsed - TailAddress, TailSequence, wrong);
    }

    private void SearchPage(ReadOnlySpan<byte> used, ReadOnlySpan<byte> page, long address, ulong missing, string wrong)
    {
        int at = 0;
        while (true)
        {
            int next = used[at..].IndexOf(MagicBytes);
            if (next < 0)
            {
                return;
            }

            at += next;
            ReadOnlySpan<byte> candidate = page[at..];
            if (JournalFrame.CheckEntry(candidate, _head.Partition, _head.DirectoryId, out _) is null)
            {
                ref readonly JournalEntryHeader header = ref MemoryMarshal.AsRef<JournalEntryHeader>(candidate);
                if (header.CommittedSequence >= missing || header.Sequence < missing)
                {
                    throw new CorruptStorageException(
                        _pages.FileOf(TailAddress),
                        _pages.OffsetInFile(TailAddress),
                        missing,
                        $"{wrong}, but the whole entry {header.Sequence} in {_pages.FileOf(address + at)} at "
                        + $"{_pages.OffsetInFile(address + at)} says that {header.CommittedSequence} was committed");
                }
            }

            at++;
        }
    }

    // Makes everything behind the tail zero again, so that a later entry can never be followed by a piece of an old
    // one.
    public void Wipe(IDisk disk)
    {
        if (Cut is null)
        {
            return;
        }

        long address = AlignedBuffer.RoundDown(TailAddress);
        long end = AlignedBuffer.RoundUp(TailAddress + Cut.Bytes);
        using AlignedBuffer buffer = new(_pages.PageBytes);
        while (address < end)
        {
            // The first sector keeps the bytes of the last whole entry as they are; whatever a crash leaves of this
            // write, those bytes are the same before and after it.
            long pageEnd = ((address / _pages.PageBytes) + 1) * _pages.PageBytes;
            int length = (int)(Math.Min(end, pageEnd) - address);
            Span<byte> bytes = buffer.Span[..length];
            bytes.Clear();
            int kept = (int)Math.Max(0, TailAddress - address);
            _pages.From(address)[..kept].CopyTo(bytes);
            using IDiskFile file = disk.Open(_pages.FileOf(address), DiskFileMode.Write, DiskFileKind.Durable);
            file.Write(_pages.OffsetInFile(address), bytes);
            address += length;
        }

        _pages.Forget();
    }
}
