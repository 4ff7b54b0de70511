using System.Diagnostics;
using System.Threading.Channels;
using System.Threading.Tasks.Sources;

namespace FastCore.Bench.Load.Callers;

/// <summary>
/// Each caller is a task that writes its request to a bounded channel and awaits the answer of the one reader, which
/// owns the accounts. The answer's place is used again, so a request allocates nothing.
/// </summary>
internal sealed class ChannelCrowd(int count) : CallerCrowd(count)
{
    private const int Capacity = 8_192;

    private readonly Channel<(CallerRequest Request, Answer Answer)> _requests =
        Channel.CreateBounded<(CallerRequest, Answer)>(new BoundedChannelOptions(Capacity) { SingleReader = true });

    private readonly Task[] _tasks = new Task[count];
    private Task _owner = Task.CompletedTask;

    /// <inheritdoc/>
    public override void Start()
    {
        _owner = Task.Run(OwnAsync);
        for (int i = 0; i < Count; i++)
        {
            int caller = i;
            _tasks[i] = Task.Run(() => RunAsync(caller));
        }
    }

    /// <inheritdoc/>
    protected override void Join()
    {
        Task.WaitAll(_tasks);
        _requests.Writer.Complete();
        _owner.Wait();
    }

    /// <inheritdoc/>
    protected override void Close()
    {
        // The collector's.
    }

    private async Task OwnAsync()
    {
        while (await _requests.Reader.WaitToReadAsync())
        {
            while (_requests.Reader.TryRead(out (CallerRequest Request, Answer Answer) call))
            {
                Accounts.Transfer(in call.Request);
                call.Answer.Set();
            }
        }
    }

    private async Task RunAsync(int caller)
    {
        Answer answer = new();
        while (!IsStopped)
        {
            long start = Stopwatch.GetTimestamp();
            await _requests.Writer.WriteAsync((Next(caller), answer));
            await answer.Task;
            End(caller, start);
        }
    }

    private sealed class Answer : IValueTaskSource
    {
        private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };

        public ValueTask Task => new(this, _core.Version);

        public void Set() => _core.SetResult(true);

        public void GetResult(short token)
        {
            _core.GetResult(token);
            _core.Reset();
        }

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(
            Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            _core.OnCompleted(continuation, state, token, flags);
    }
}
