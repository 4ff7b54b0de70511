using System.Diagnostics;

namespace FastCore.Bench.Load.Callers;

/// <summary>
/// Each caller is a row of an array: two threads in all, whatever their number. The front hands requests over, the
/// partition owns the accounts and hands answers back; what does not fit into the queue waits in a list of the front's.
/// </summary>
internal sealed class PartitionCrowd : CallerCrowd
{
    private readonly ICallerQueue _requests;
    private readonly ICallerQueue _answers;
    private readonly long[] _starts;
    private readonly Queue<int> _waiting;
    private readonly Thread _front;
    private readonly Thread _partition;
    private volatile bool _isFrontDone;

    /// <summary>Makes the crowd.</summary>
    /// <param name="count">Callers.</param>
    /// <param name="queue">Makes what hands over.</param>
    public PartitionCrowd(int count, Func<ICallerQueue> queue)
        : base(count)
    {
        _requests = queue();
        _answers = queue();
        _starts = new long[count];
        _waiting = new Queue<int>(count);
        _front = new Thread(RunFront) { IsBackground = true, Name = "front" };
        _partition = new Thread(RunPartition) { IsBackground = true, Name = "partition" };
    }

    /// <inheritdoc/>
    public override void Start()
    {
        _partition.Start();
        _front.Start();
    }

    /// <inheritdoc/>
    protected override void Join()
    {
        _front.Join();
        _partition.Join();
    }

    /// <inheritdoc/>
    protected override void Close()
    {
        _requests.Dispose();
        _answers.Dispose();
    }

    private void RunFront()
    {
        for (int caller = 0; caller < Count; caller++)
        {
            Begin(caller);
        }

        int open = Count;
        while (open > 0)
        {
            int moved = 0;
            while (_answers.TryTake(out CallerRequest answer))
            {
                End(answer.Caller, _starts[answer.Caller]);
                moved++;
                if (IsStopped)
                {
                    open--;
                }
                else
                {
                    Begin(answer.Caller);
                }
            }

            _answers.Taken();
            while (_waiting.TryPeek(out int caller) && _requests.TryPut(Next(caller)))
            {
                _ = _waiting.Dequeue();
                moved++;
            }

            if (moved == 0)
            {
                Thread.Yield();
            }
        }

        _isFrontDone = true;
    }

    private void Begin(int caller)
    {
        _starts[caller] = Stopwatch.GetTimestamp();
        _waiting.Enqueue(caller);
    }

    private void RunPartition()
    {
        while (!_isFrontDone)
        {
            bool hasMoved = false;
            while (_requests.TryTake(out CallerRequest request))
            {
                hasMoved = true;
                Accounts.Transfer(in request);
                while (!_answers.TryPut(in request))
                {
                    Thread.Yield();
                }
            }

            _requests.Taken();
            if (!hasMoved)
            {
                Thread.Yield();
            }
        }
    }
}
