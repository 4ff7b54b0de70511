using FastCore.Engine.Ports;
using FastCore.Storage.Disk;

namespace FastCore.Storage.Histories;

// The headers of a history's blocks, from the first on. They lie far apart, so each is a read of its own that a disk
// answers in a tenth of a millisecond, and a hundred million rows have fifty thousand: several reads are under way.
internal sealed class HeadersAhead(long blocks, HeadersAhead.Reader read, IBackground background) : IDisposable
{
    private const int ReadsAhead = 8;
    private const int HeadersPerRead = 32;

    private readonly Queue<ReadAhead> _reads = new();
    private AlignedBuffer? _current;
    private int _offset;
    private long _asked;

    // Fills the span with the headers of blocks one after the other.
    public delegate void Reader(long first, Span<byte> headers);

    // The next header; valid until the next call. Throws what its read threw.
    public ReadOnlySpan<byte> Next()
    {
        if (_current is null || _offset == _current.Size)
        {
            while (_asked < blocks && _reads.Count < ReadsAhead)
            {
                Ask();
            }

            _current?.Dispose();
            _current = null;
            _current = _reads.Dequeue().Result();
            _offset = 0;
        }

        _offset += HistoryBlockHeader.Size;
        return _current.Span[(_offset - HistoryBlockHeader.Size).._offset];
    }

    // Waits for the reads that are under way.
    public void Dispose()
    {
        _current?.Dispose();
        foreach (ReadAhead late in _reads)
        {
            try
            {
                late.Result().Dispose();
            }
            catch (Exception e) when (e is CorruptStorageException or IOException)
            {
                // Nobody asked for those any more: an earlier one was broken already.
            }
        }
    }

    private void Ask()
    {
        long first = _asked;
        int count = (int)Math.Min(HeadersPerRead, blocks - first);
        _asked += count;
        AlignedBuffer buffer = new(count * HistoryBlockHeader.Size, isZeroed: false);
        ReadAhead ahead = new(Read);
        ahead.Begin(first, buffer);
        _reads.Enqueue(ahead);
        background.Post(ahead);
    }

    private void Read(long first, AlignedBuffer buffer)
    {
        try
        {
            read(first, buffer.Span);
        }
        catch
        {
            buffer.Dispose();
            throw;
        }
    }
}
