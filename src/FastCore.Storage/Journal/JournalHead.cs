using System.Numerics;
using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Storage.Disk;

namespace FastCore.Storage.Journal;

// The file journal/head: the journal's fixed geometry, where its kept part begins and how far its files reach at least.
// Written before the files that it no longer covers are let go, so that a missing file can be told from one that was
// let go, and before an entry is written to space that was made ready, so that a file cut short can be told from one
// that never grew.
internal sealed class JournalHead
{
    public const string FileName = "head";

    private const string NewFileName = "head.new";
    private const ulong Magic = 0x3144_4145_484A_4346; // "FCJHEAD1"
    private const uint Version = 3;

    // Does not say how far the files reach.
    private const uint PackedVersion = 2;

    // Without packed entries. Who knows only this one would take a packed entry for a torn tail, and cut it off.
    private const uint PlainVersion = 1;

    // Segments kept at the same time, far beyond what any disk holds.
    private const int SegmentsMax = 1 << 20;

    public required uint Partition { get; init; }

    public required ulong DirectoryId { get; init; }

    public required long SegmentBytes { get; init; }

    public required int PageBytes { get; init; }

    // Read from a file of an older version: to be written anew before an entry that such a version does not know.
    public bool IsOlder { get; private set; }

    public int BeginSegment { get; set; }

    public ulong BeginSequence { get; set; } = 1;

    public byte[] BeginHash { get; } = new byte[JournalEntryHeader.HashSize];

    // The files held every byte below this address when the head was written, and entries lie nowhere else.
    public long ReadyUntil { get; set; }

    // Powers of two, a page of whole sectors, a segment of whole pages.
    public static bool IsGeometry(long segmentBytes, int pageBytes) =>
        BitOperations.IsPow2(segmentBytes)
        && BitOperations.IsPow2(pageBytes)
        && pageBytes >= AlignedBuffer.Alignment
        && pageBytes <= segmentBytes;

    public static JournalHead Read(IDisk disk, string folder)
    {
        string path = folder + "/" + FileName;
        byte[] bytes = new byte[AlignedBuffer.Alignment];
        using (IDiskFile file = disk.Open(path, DiskFileMode.Read, DiskFileKind.Small))
        {
            if (file.Length != bytes.Length || file.Read(0, bytes) != bytes.Length)
            {
                throw new CorruptStorageException(path, 0, 0, "the file has the wrong length");
            }
        }

        Layout layout = MemoryMarshal.Read<Layout>(bytes);
        if (layout.Magic != Magic || layout.Checksum != ChecksumOf(bytes))
        {
            throw new CorruptStorageException(path, 0, 0, "the checksum does not match");
        }

        if (layout.Version is not (Version or PackedVersion or PlainVersion))
        {
            throw new DataDirectoryException(
                DataDirectoryError.UnknownVersion, path,
                $"version {layout.Version} is not known, only {PlainVersion} to {Version}");
        }

        bool reservedZero = layout.Reserved == 0 && (layout.Version == Version || layout.ReadyUntil == 0)
            && !bytes.AsSpan(Layout.Size).ContainsAnyExcept((byte)0);
        if (!reservedZero || !IsGeometry(layout.SegmentBytes, layout.PageBytes) || !IsBegin(in layout))
        {
            throw new CorruptStorageException(path, 0, 0, "its numbers are none that a journal can have");
        }

        JournalHead head = new()
        {
            Partition = layout.Partition,
            DirectoryId = layout.DirectoryId,
            SegmentBytes = layout.SegmentBytes,
            PageBytes = layout.PageBytes,
            BeginSegment = layout.BeginSegment,
            BeginSequence = layout.BeginSequence,
            ReadyUntil = layout.ReadyUntil,
            IsOlder = layout.Version != Version,
        };
        MemoryMarshal.AsBytes(new ReadOnlySpan<Hash256>(in layout.BeginHash)).CopyTo(head.BeginHash);
        return head;
    }

    public void Write(IDisk disk, string folder)
    {
        Layout layout = new()
        {
            Magic = Magic,
            Version = Version,
            Partition = Partition,
            DirectoryId = DirectoryId,
            SegmentBytes = SegmentBytes,
            PageBytes = PageBytes,
            BeginSegment = BeginSegment,
            BeginSequence = BeginSequence,
            ReadyUntil = ReadyUntil,
        };
        BeginHash.CopyTo(MemoryMarshal.AsBytes(new Span<Hash256>(ref layout.BeginHash)));
        byte[] bytes = new byte[AlignedBuffer.Alignment];
        MemoryMarshal.Write(bytes, in layout);
        layout.Checksum = ChecksumOf(bytes);
        MemoryMarshal.Write(bytes, in layout);
        SmallFile.Replace(disk, folder, FileName, NewFileName, bytes);
        IsOlder = false;
    }

    // Sequences begin at one, files hold whole sectors, and the addresses of the first segments are numbers.
    private static bool IsBegin(in Layout layout) =>
        layout.BeginSequence > 0
        && layout.ReadyUntil >= 0
        && layout.ReadyUntil % AlignedBuffer.Alignment == 0
        && layout.BeginSegment >= 0
        && layout.BeginSegment < (long.MaxValue / layout.SegmentBytes) - SegmentsMax
        && layout.BeginSegment < int.MaxValue - SegmentsMax;

    private static uint ChecksumOf(ReadOnlySpan<byte> bytes)
    {
        uint crc = Crc32C.Of(bytes[..Layout.ChecksumOffset]);
        crc = BitOperations.Crc32C(crc, 0u);
        return Crc32C.Of(bytes[(Layout.ChecksumOffset + 4)..], crc);
    }

    [StructLayout(LayoutKind.Explicit, Size = Size)]
    private struct Layout
    {
        public const int Size = 96;
        public const int ChecksumOffset = 12;

        [FieldOffset(0)] public ulong Magic;
        [FieldOffset(8)] public uint Version;
        [FieldOffset(ChecksumOffset)] public uint Checksum;
        [FieldOffset(16)] public ulong DirectoryId;
        [FieldOffset(24)] public long SegmentBytes;
        [FieldOffset(32)] public int PageBytes;
        [FieldOffset(36)] public uint Partition;
        [FieldOffset(40)] public ulong BeginSequence;
        [FieldOffset(48)] public int BeginSegment;
        [FieldOffset(52)] public uint Reserved;
        [FieldOffset(56)] public Hash256 BeginHash;
        [FieldOffset(88)] public long ReadyUntil;
    }
}
