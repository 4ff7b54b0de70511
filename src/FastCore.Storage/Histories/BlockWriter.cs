using FastCore.Engine.Ports;
using FastCore.Storage.Disk;

namespace FastCore.Storage.Histories;

// The work that writes the full blocks of all histories of a partition, keeps space reserved ahead of them and clears
// buffers for their next use. Each history says what it needs; a step goes once round.
internal sealed class BlockWriter : IDisposable
{
    private readonly object _working = new();
    private readonly List<HistoryBlocks> _histories = [];
    private readonly IBackgroundWork _work;
    private readonly int _retryMs;
    private AlignedBuffer? _packed;
    private volatile bool _stopping;

    public BlockWriter(string folder, StorageOptions options)
    {
        Background = options.Background;
        _retryMs = options.FullRetryMs;
        _work = Background.Start("history-write " + folder, Step);
    }

    public IBackground Background { get; }

    // Called by the writing work after it did something, so that a partition that was turned away looks again.
    public Action? OnProgress { get; set; }

    public void Add(HistoryBlocks history)
    {
        lock (_working)
        {
            _histories.Add(history);
        }
    }

    // Afterwards the work does not touch the history any more.
    public void Remove(HistoryBlocks history)
    {
        lock (_working)
        {
            _histories.Remove(history);
        }
    }

    public void Ask() => _work.Wake();

    // Room for one packed block of the size; the writing work's, until it asks again.
    public Span<byte> Packed(int blockBytes)
    {
        if (_packed is null || _packed.Size < blockBytes)
        {
            _packed?.Dispose();
            _packed = new AlignedBuffer(blockBytes);
        }

        return _packed.Span[..blockBytes];
    }

    public void Dispose()
    {
        _stopping = true;
        _work.Dispose();
        _packed?.Dispose();
    }

    private int Step()
    {
        bool again = false;
        bool isFull = false;
        for (int i = 0; !_stopping; i++)
        {
            lock (_working)
            {
                if (i >= _histories.Count)
                {
                    break;
                }

                again |= _histories[i].Work();
                isFull |= _histories[i].IsFull;
            }
        }

        if (_stopping)
        {
            return Timeout.Infinite;
        }

        if (again)
        {
            OnProgress?.Invoke();
        }

        // Whoever got no space tries again at a bounded pace.
        return again ? 0 : isFull ? _retryMs : Timeout.Infinite;
    }
}
