using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Storage.Disk;

namespace FastCore.Storage.Journal;

// The journal's directory: makes or opens it, finds the tail, reads entries, lets segments go. Between opening and
// appending stands the whole decision about torn tails, so that FasterLog only ever sees a clean end.
internal sealed class JournalFiles
{
    // Held while the head is replaced, which takes a few syncs; taken before the gate, which nobody waits for long.
    private readonly object _headGate = new();
    private readonly object _gate = new();
    private readonly IDisk _disk;
    private readonly bool _readOnly;
    private long _preparedUntil;
    private JournalPoint _recoveredFrom;

    private JournalFiles(IDisk disk, string folder, JournalHead head, bool readOnly)
    {
        _disk = disk;
        Folder = folder;
        Head = head;
        _readOnly = readOnly;
        Found = null!;
    }

    public string Folder { get; }

    public JournalHead Head { get; }

    public JournalMap Map { get; } = new();

    public JournalRecovery Found { get; private set; }

    public ulong BeginSequence
    {
        get
        {
            lock (_gate)
            {
                return Head.BeginSequence;
            }
        }
    }

    public byte[] BeginHash
    {
        get
        {
            lock (_gate)
            {
                return (byte[])Head.BeginHash.Clone();
            }
        }
    }

    // The known point is where a whole checkpoint's manifest says that an entry ended; null scans from the beginning.
    public static JournalFiles Open(
        IDisk disk, string folder,
            uint partition, ulong directoryId, StorageOptions options, JournalPoint? known, bool readOnly)
    {
        string headPath = folder + "/" + JournalHead.FileName;
        JournalHead head;
        if (disk.FileExists(headPath))
        {
            head = JournalHead.Read(disk, folder);
            if (head.Partition != partition || head.DirectoryId != directoryId)
            {
                throw new CorruptStorageException(
                    headPath, 0, 0, "the journal belongs to another partition or data directory");
            }
        }
        else
        {
            head = Create(disk, folder, partition, directoryId, options, known, readOnly);
        }

        JournalFiles files = new(disk, folder, head, readOnly);
        files.Recover(known);
        return files;
    }

    public JournalSegments OpenForWriting(StorageOptions options)
    {
        if (Head.IsOlder || Head.ReadyUntil < _preparedUntil)
        {
            // Made ready by a process that was killed before it could say so, or by an older version.
            MakeStable(Head.ReadyUntil, _preparedUntil);
            NoteReady(_preparedUntil);
        }

        return new(_disk, Folder, Head, _preparedUntil, options, NoteReady);
    }

    public JournalReader Read(ulong fromSequence, Func<ulong> untilSequence)
    {
        JournalPages pages = new(_disk, Folder, Head);
        lock (_gate)
        {
            JournalMap.Line? line = Map.Find(fromSequence);
            ulong begin = line?.Sequence ?? Head.BeginSequence;
            if (fromSequence < Head.BeginSequence && untilSequence() >= Head.BeginSequence)
            {
                pages.Dispose();
                throw new ArgumentOutOfRangeException(
                    nameof(fromSequence), fromSequence, $"The journal is kept from sequence {Head.BeginSequence} on.");
            }

            long address = AddressOf(line?.Segment ?? Head.BeginSegment);
            byte[] hash = begin == Head.BeginSequence ? Head.BeginHash : line!.PreviousHash;
            if (_recoveredFrom.Sequence >= begin && _recoveredFrom.Sequence < fromSequence)
            {
                // A whole checkpoint vouches for this place, so nothing before it has to be read to get there.
                (address, begin, hash) = (_recoveredFrom.Address, _recoveredFrom.Sequence + 1, _recoveredFrom.Hash);
            }

            JournalCursor cursor = new(pages, Head, address, EndAddress());
            cursor.ExpectAfter(begin - 1, hash);
            JournalRecovery.CheckLead(pages, address);
            return new JournalReader(this, cursor, fromSequence, untilSequence);
        }
    }

    public void TruncateBefore(JournalSegments segments, ulong sequence)
    {
        lock (_headGate)
            lock (_gate)
            {
                // The newest segment whose first entry is at or before the sequence stays, and all behind it.
                JournalMap.Line? first = Map.Find(sequence);
                if (first is null || first.Segment <= Head.BeginSegment)
                {
                    return;
                }

                CheckFirst(first);
                int begin = Head.BeginSegment;
                Head.BeginSegment = first.Segment;
                Head.BeginSequence = first.Sequence;
                first.PreviousHash.CopyTo(Head.BeginHash, 0);
                Head.Write(_disk, Folder);
                Map.RemoveBefore(first.Segment);
                segments.LetGo(Enumerable.Range(begin, first.Segment - begin));
            }
    }

    private void NoteReady(long address)
    {
        lock (_headGate)
        {
            Head.ReadyUntil = address;
            Head.Write(_disk, Folder);
        }
    }

    // Before files are deleted on its word, the entry that becomes the first is read and checked as a whole.
    private void CheckFirst(JournalMap.Line first)
    {
        using JournalPages pages = new(_disk, Folder, Head);
        using JournalCursor cursor = new(pages, Head, AddressOf(first.Segment), EndAddress());
        cursor.ExpectAfter(first.Sequence - 1, first.PreviousHash);
        if (cursor.Next(out _) != CursorStep.Entry)
        {
            throw new CorruptStorageException(
                pages.FileOf(cursor.Address), pages.OffsetInFile(cursor.Address), first.Sequence, cursor.Wrong);
        }
    }

    private static JournalHead Create(
        IDisk disk, string folder,
            uint partition, ulong directoryId, StorageOptions options, JournalPoint? known, bool readOnly)
    {
        bool hasEntries = disk.ListFiles(folder).Any(name => HoldsBytes(disk, folder, name));
        if (hasEntries || known is not null || readOnly)
        {
            throw new CorruptStorageException(folder + "/" + JournalHead.FileName, 0, 0, "the file is missing");
        }

        CheckGeometry(options);
        JournalHead head = new()
        {
            Partition = partition,
            DirectoryId = directoryId,
            SegmentBytes = options.JournalSegmentBytes,
            PageBytes = options.JournalPageBytes,
        };
        disk.CreateDirectory(folder);

        // The first file before the head: wherever there is a head, a file that is missing was taken away.
        disk.Open(folder + "/" + JournalPages.NameOf(0), DiskFileMode.Create, DiskFileKind.Small).Dispose();
        head.Write(disk, folder);
        return head;
    }

    private static bool HoldsBytes(IDisk disk, string folder, string name)
    {
        if (!JournalPages.TryParse(name, out _))
        {
            return false;
        }

        using IDiskFile file = disk.Open(folder + "/" + name, DiskFileMode.Read, DiskFileKind.Small);
        return file.Length > 0;
    }

    private static void CheckGeometry(StorageOptions options)
    {
        if (!JournalHead.IsGeometry(options.JournalSegmentBytes, options.JournalPageBytes))
        {
            throw new ArgumentException(
                "Journal segment and page sizes must be powers of two, the page at least 4096 and at most a segment.",
                nameof(options));
        }
    }

    private void Recover(JournalPoint? known)
    {
        List<int> present = ListSegments();
        _preparedUntil = MapSegments(present);
        JournalPages pages = new(_disk, Folder, Head);
        try
        {
            JournalPoint from = known is JournalPoint point && point.Sequence + 1 >= Head.BeginSequence
                ? point
                : new JournalPoint(AddressOf(Head.BeginSegment), Head.BeginSequence - 1, Head.BeginHash);
            if (known is not null && from.Address > _preparedUntil)
            {
                throw new CorruptStorageException(
                    pages.FileOf(from.Address), pages.OffsetInFile(
                        from.Address), from.Sequence, "the file is missing or too short");
            }

            _recoveredFrom = from;
            Found = new JournalRecovery(pages, Head, _preparedUntil);
            Found.Run(from, (address, header) =>
            {
                Map.Add(
                    (int)(address / Head.SegmentBytes),
                    header.Sequence,
                    header.TimestampNs,
                    MemoryMarshal.AsBytes(new ReadOnlySpan<Hash256>(in header.PreviousHash)));
            });
            Map.RemoveFrom(Math.Max(Head.BeginSegment, (int)((Found.TailAddress - 1) / Head.SegmentBytes)) + 1);
            if (!_readOnly)
            {
                Found.Wipe(_disk);
                MakeStable(from.Address, Found.TailAddress);
            }
        }
        finally
        {
            pages.Dispose();
        }
    }

    // What was found may be in a cache only: the process before may have ended in the middle of a write. The entries to
    // come name what was found as committed, so it has to be on stable storage before the first of them.
    private void MakeStable(long from, long tail)
    {
        long first = Math.Max(from / Head.SegmentBytes, Head.BeginSegment);
        for (long segment = first; segment <= (tail - 1) / Head.SegmentBytes; segment++)
        {
            string path = Folder + "/" + JournalPages.NameOf((int)segment);
            if (_disk.FileExists(path))
            {
                using IDiskFile file = _disk.Open(path, DiskFileMode.Write, DiskFileKind.Durable);
                file.Flush();
            }
        }

        _disk.SyncDirectory(Folder);
    }

    private List<int> ListSegments()
    {
        List<int> present = [];
        foreach (string name in _disk.ListFiles(Folder))
        {
            if (JournalPages.TryParse(name, out int segment))
            {
                if (segment >= Head.BeginSegment)
                {
                    present.Add(segment);
                }
                else if (!_readOnly)
                {
                    // The head was moved on, then came a crash: the file was on its way out.
                    _disk.Delete(Folder + "/" + name);
                }
            }
        }

        for (int i = 0; i < Math.Max(present.Count, 1); i++)
        {
            if (i >= present.Count || present[i] != Head.BeginSegment + i)
            {
                throw new CorruptStorageException(
                    Folder + "/" + JournalPages.NameOf(Head.BeginSegment + i), 0, 0, "the file is missing");
            }
        }

        return present;
    }

    // Notes the first sequence of each segment; returns the address behind the last one.
    private long MapSegments(List<int> present)
    {
        long until = AddressOfSegment(Head.BeginSegment);
        byte[] start = new byte[AlignedBuffer.Alignment];
        using AlignedBuffer buffer = new(AlignedBuffer.Alignment);
        for (int i = 0; i < present.Count; i++)
        {
            string path = Folder + "/" + JournalPages.NameOf(present[i]);
            using IDiskFile file = _disk.Open(path, DiskFileMode.Read, DiskFileKind.Bulk);
            long length = AlignedBuffer.RoundDown(file.Length);
            if (length > Head.SegmentBytes || (i < present.Count - 1 && length != Head.SegmentBytes))
            {
                throw new CorruptStorageException(path, length, 0, "the file has the wrong length");
            }

            until = AddressOfSegment(present[i]) + length;
            if (length > 0)
            {
                file.Read(0, buffer.Span);
                NoteFirst(present[i], buffer.Span);
            }
        }

        if (until < Head.ReadyUntil)
        {
            int segment = (int)(until / Head.SegmentBytes);
            throw new CorruptStorageException(
                Folder + "/" + JournalPages.NameOf(segment), until % Head.SegmentBytes, 0,
                $"the file is missing or was cut short: the journal had {Head.ReadyUntil - until} bytes more");
        }

        return until;
    }

    // Only the header is looked at here: it saves reading all of an old journal at each opening. What it says is
    // checked when the entries are read; a wrong guess leads to an exception there, never to other content. A sequence
    // before the first one kept is no guess: reading from there would end before it began.
    private void NoteFirst(int segment, ReadOnlySpan<byte> bytes)
    {
        int offset = (int)(AddressOf(segment) - AddressOfSegment(segment)) + JournalFrame.Size;
        ref readonly JournalEntryHeader header = ref MemoryMarshal.AsRef<JournalEntryHeader>(bytes[offset..]);
        if (header.Magic == JournalEntryHeader.MagicValue && segment != Head.BeginSegment
            && header.Sequence >= Head.BeginSequence)
        {
            Map.Add(
                segment,
                header.Sequence,
                header.TimestampNs,
                MemoryMarshal.AsBytes(new ReadOnlySpan<Hash256>(in header.PreviousHash)));
        }
        else if (segment == Head.BeginSegment)
        {
            Map.Add(segment, Head.BeginSequence, 0, Head.BeginHash);
        }
    }

    // Behind the newest file there is nothing to look for: an entry that should be there is missing.
    public long EndAddress()
    {
        lock (_gate)
        {
            int last = Head.BeginSegment;
            foreach (string name in _disk.ListFiles(Folder))
            {
                last = JournalPages.TryParse(name, out int segment) ? Math.Max(last, segment) : last;
            }

            return AddressOfSegment(last + 1);
        }
    }

    private long AddressOfSegment(int segment) => segment * Head.SegmentBytes;

    private long AddressOf(int segment) => segment == 0 ? JournalFrame.FirstAddress : AddressOfSegment(segment);
}
