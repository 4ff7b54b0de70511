using System.Diagnostics;

namespace FastCore.Bench.Load.Callers;

/// <summary>Each caller is a thread. It locks both accounts, and waits for the commit.</summary>
internal sealed class ThreadCrowd(int count) : CallerCrowd(count)
{
    // Beyond it a machine with usual limits is in danger, not only this process.
    private const int ThreadsMax = 20_000;
    private const int StackBytes = 128 << 10;

    private readonly Lock[] _locks = [.. Enumerable.Range(0, CallerAccounts.Count).Select(_ => new Lock())];
    private readonly List<Thread> _threads = [];
    private readonly CommitLoop<ThreadBatch> _commits = new();

    /// <inheritdoc/>
    public override void Start()
    {
        if (Count > ThreadsMax)
        {
            throw new LoadException($"{Count} threads are not tried: {ThreadsMax} are the most.");
        }

        for (int i = 0; i < Count; i++)
        {
            int caller = i;
            Thread thread = new(() => Run(caller), StackBytes) { IsBackground = true };
            try
            {
                thread.Start();
            }
            catch (Exception e) when (e is OutOfMemoryException or ThreadStartException)
            {
                Stop();
                throw new LoadException($"The system gave {_threads.Count} threads of {Count}: {e.Message}");
            }

            _threads.Add(thread);
        }
    }

    /// <inheritdoc/>
    protected override void Join() => _threads.ForEach(thread => thread.Join());

    /// <inheritdoc/>
    protected override void Close() => _commits.Dispose();

    private void Run(int caller)
    {
        while (!IsStopped)
        {
            long start = Stopwatch.GetTimestamp();
            CallerRequest request = Next(caller);

            // Always the lower one first: two callers never wait for each other.
            lock (_locks[Math.Min(request.Debit, request.Credit)])
            {
                lock (_locks[Math.Max(request.Debit, request.Credit)])
                {
                    Accounts.Transfer(in request);
                }
            }

            _commits.Join().Wait();
            End(caller, start);
        }
    }
}
