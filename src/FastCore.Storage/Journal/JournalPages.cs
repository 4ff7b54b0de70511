using System.Globalization;
using FastCore.Storage.Disk;

namespace FastCore.Storage.Journal;

// Reads the journal's address space page by page. Addresses are FasterLog's: segment number times segment size plus the
// position in the file. What lies behind the end of the last file reads as nothing.
internal sealed class JournalPages : IDisposable
{
    public const string Extension = ".seg";

    private readonly IDisk _disk;
    private readonly string _folder;
    private readonly long _segmentBytes;
    private readonly AlignedBuffer _buffer;
    private IDiskFile? _file;
    private int _fileSegment = -1;
    private long _page = -1;
    private int _pageLength;

    public JournalPages(IDisk disk, string folder, JournalHead head)
    {
        _disk = disk;
        _folder = folder;
        _segmentBytes = head.SegmentBytes;
        PageBytes = head.PageBytes;
        _buffer = new AlignedBuffer(head.PageBytes, isZeroed: false);
    }

    public int PageBytes { get; }

    public static string NameOf(int segment) => segment.ToString("D10", CultureInfo.InvariantCulture) + Extension;

    public static bool TryParse(string name, out int segment)
    {
        segment = -1;
        return name.EndsWith(Extension, StringComparison.Ordinal)
            && int.TryParse(
                name.AsSpan(0, name.Length - Extension.Length),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out segment)
            && NameOf(segment) == name;
    }

    public string FileOf(long address) => _folder + "/" + NameOf((int)(address / _segmentBytes));

    public long OffsetInFile(long address) => address % _segmentBytes;

    // The bytes from the address to the end of its page, as far as files reach. Valid until the next call.
    public Span<byte> From(long address)
    {
        long page = address / PageBytes;
        if (page != _page)
        {
            Fill(page);
        }

        int offset = (int)(address % PageBytes);
        return offset >= _pageLength ? default : _buffer.Span[offset.._pageLength];
    }

    // The next From reads the disk again.
    public void Forget() => _page = -1;

    public void Dispose()
    {
        _file?.Dispose();
        _buffer.Dispose();
    }

    private void Fill(long page)
    {
        long address = page * PageBytes;
        int segment = (int)(address / _segmentBytes);
        if (segment != _fileSegment)
        {
            _file?.Dispose();
            _file = null;
            string path = FileOf(address);
            _file = _disk.FileExists(path) ? _disk.Open(path, DiskFileMode.Read, DiskFileKind.Bulk) : null;
            _fileSegment = segment;
        }

        // A length that is no multiple of the sector is a crash while the file grew; nothing was ever written there.
        long present = _file is null ? 0 : AlignedBuffer.RoundDown(_file.Length) - OffsetInFile(address);
        int length = (int)Math.Clamp(present, 0, PageBytes);
        _pageLength = length == 0 ? 0 : _file!.Read(OffsetInFile(address), _buffer.Span[..length]);
        _page = page;
    }
}
