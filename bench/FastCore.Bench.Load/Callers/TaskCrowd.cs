using System.Diagnostics;

namespace FastCore.Bench.Load.Callers;

/// <summary>Each caller is a task. It awaits both accounts, and the commit.</summary>
internal sealed class TaskCrowd(int count) : CallerCrowd(count)
{
    private readonly SemaphoreSlim[] _locks =
        [.. Enumerable.Range(0, CallerAccounts.Count).Select(_ => new SemaphoreSlim(1, 1))];

    private readonly Task[] _tasks = new Task[count];
    private readonly CommitLoop<TaskBatch> _commits = new();

    /// <inheritdoc/>
    public override void Start()
    {
        for (int i = 0; i < Count; i++)
        {
            int caller = i;
            _tasks[i] = Task.Run(() => RunAsync(caller));
        }
    }

    /// <inheritdoc/>
    protected override void Join() => Task.WaitAll(_tasks);

    /// <inheritdoc/>
    protected override void Close() => _commits.Dispose();

    private async Task RunAsync(int caller)
    {
        while (!IsStopped)
        {
            long start = Stopwatch.GetTimestamp();
            CallerRequest request = Next(caller);

            // Always the lower one first: two callers never wait for each other.
            SemaphoreSlim first = _locks[Math.Min(request.Debit, request.Credit)];
            SemaphoreSlim second = _locks[Math.Max(request.Debit, request.Credit)];
            await first.WaitAsync();
            await second.WaitAsync();
            Accounts.Transfer(in request);
            second.Release();
            first.Release();
            await _commits.Join().Task;
            End(caller, start);
        }
    }
}
