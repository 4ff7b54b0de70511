using FastCore.Storage.Disk;

namespace FastCore.Storage.Histories;

// A block on its way into memory before anybody asked for it.
internal sealed class ReadAhead(Func<AlignedBuffer> read) : IThreadPoolWorkItem
{
    private readonly TaskCompletionSource<AlignedBuffer> _done =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Execute()
    {
        try
        {
            _done.SetResult(read());
        }
        catch (Exception e)
        {
            // Whoever asks for the block is told.
            _done.SetException(e);
        }
    }

    // Waits for the read; throws what it threw.
    public AlignedBuffer Result() => _done.Task.GetAwaiter().GetResult();
}
