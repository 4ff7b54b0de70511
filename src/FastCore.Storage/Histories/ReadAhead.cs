using System.Runtime.ExceptionServices;
using FastCore.Storage.Disk;

namespace FastCore.Storage.Histories;

// A read on its way into memory before anybody asked for it. Used again and again, so that reading block after block
// allocates nothing: one begins when the result of the one before was taken.
internal sealed class ReadAhead(ReadAhead.Reader read) : IThreadPoolWorkItem
{
    private readonly object _gate = new();
    private bool _isDone;
    private AlignedBuffer? _buffer;
    private ExceptionDispatchInfo? _failure;

    // Reads from a block on into the buffer; when it fails, the buffer is the reader's to give back.
    public delegate void Reader(long block, AlignedBuffer buffer);

    // The block that is read, or the first of them.
    public long Block { get; private set; }

    // To be posted after it; nothing may be under way.
    public void Begin(long block, AlignedBuffer buffer)
    {
        Block = block;
        _buffer = buffer;
        _failure = null;
        _isDone = false;
    }

    public void Execute()
    {
        try
        {
            read(Block, _buffer!);
        }
        catch (Exception e)
        {
            // Whoever asks for the block is told.
            _failure = ExceptionDispatchInfo.Capture(e);
        }

        lock (_gate)
        {
            _isDone = true;
            Monitor.PulseAll(_gate);
        }
    }

    // Waits for the read; throws what it threw.
    public AlignedBuffer Result()
    {
        lock (_gate)
        {
            while (!_isDone)
            {
                Monitor.Wait(_gate);
            }
        }

        _failure?.Throw();
        return _buffer!;
    }
}
