// Hot file: partition thread only; no managed allocation once the list has grown.
using System.Runtime.InteropServices;

using FastCore.Engine.Ports;
using FastCore.Engine.Rings;
using FastCore.Engine.Sessions;

namespace FastCore.Engine.Partitions;

/// <summary>
/// Reads that wait until there is something to tell, their time is over, or nobody waits for them any more. Each is
/// looked at once after every batch, so many in one duty cycle at most: a batch never waits for those who only look on.
/// They are no part of the state; a restart forgets them, and who waited asks again.
/// </summary>
/// <param name="max">How many at most.</param>
internal sealed unsafe class AwaitingReads(int max)
{
    private const int LooksMax = 256;
    private const int AnswersMax = 32;

    private Job[] _jobs = [];
    private int _count;
    private int _turn;
    private int _left;
    private long _dueNs = long.MaxValue;
    private long _dueSeenNs = long.MaxValue;
    private bool _isEnding;

    public int Count => _count;

    public bool IsFull => _count == max;

    /// <summary>Whether some were not looked at since the last batch.</summary>
    public bool HasWork => _left > 0;

    /// <summary>Monotonic time before which no wait is over.</summary>
    public long DueNs => _dueNs;

    /// <summary>Takes a copy of a request; the caller sees to it that there is room.</summary>
    public void Add(RequestEnvelope* request, long dueNs)
    {
        if (_count == _jobs.Length)
        {
            Array.Resize(ref _jobs, Math.Min(Math.Max(_count * 2, 16), max));
        }

        _jobs[_count++] = new Job { Request = RequestMemory.CopyOf(request), DueNs = dueNs };
        _dueNs = Math.Min(_dueNs, dueNs);
        _dueSeenNs = Math.Min(_dueSeenNs, dueNs);

        // It was looked at when it came; in a round that is under way one more has its turn.
        _left += _left > 0 ? 1 : 0;
    }

    /// <summary>The state may be another one: all are looked at, from here on.</summary>
    public void LookAgain() => _left = _count;

    /// <summary>The partition ends: all are answered with what there is.</summary>
    public void End()
    {
        _isEnding = true;
        LookAgain();
    }

    /// <summary>Looks at some, and answers those that need not wait any longer.</summary>
    /// <returns>How many were looked at.</returns>
    public int Run(
        IStateMachine machine, PortRegistry ports, PendingReads reads, PendingReplies replies, ulong sequence,
        long nowNs, PartitionCounters counters)
    {
        if (_left == 0 && _dueNs <= nowNs)
        {
            LookAgain();
        }

        int looks = 0;
        for (int answers = 0; _left > 0 && looks < LooksMax && answers < AnswersMax; looks++)
        {
            _turn = _turn < _count ? _turn : 0;
            Job job = _jobs[_turn];
            if (!_isEnding && job.DueNs > nowNs && Awaits(machine, ports, job.Request))
            {
                _dueSeenNs = Math.Min(_dueSeenNs, job.DueNs);
                _turn++;
                _left--;
            }
            else if (reads.IsFull || !replies.HasRoom(PendingReplies.SizeOf(job.Request->ReplyMax)))
            {
                break;
            }
            else
            {
                // The last one comes to this place, and may have been looked at already: it is looked at once more.
                _jobs[_turn] = _jobs[--_count];
                _jobs[_count] = default;
                _left = Math.Min(_left, _count);
                reads.Resume(job.Request, machine, replies, sequence, counters);
                answers++;
            }
        }

        if (_left == 0 && looks != 0)
        {
            // A whole round: what was seen is all there is.
            _dueNs = _dueSeenNs;
            _dueSeenNs = long.MaxValue;
        }

        return looks;
    }

    /// <summary>Refuses all (the partition stopped).</summary>
    public void RefuseAll(PendingReads.RefuseRead refuse)
    {
        for (int i = 0; i < _count; i++)
        {
            refuse(_jobs[i].Request);
            NativeMemory.AlignedFree(_jobs[i].Request);
            _jobs[i] = default;
        }

        _count = 0;
        _left = 0;
        _dueNs = long.MaxValue;
    }

    /// <summary>Whether a request has to wait: there is nothing to tell, and somebody waits for it.</summary>
    public static bool Awaits(IStateMachine machine, PortRegistry ports, RequestEnvelope* request) =>
        machine.AwaitMs(in request->Command, RequestMemory.BodyOf(request)) != 0
        && ports.Find(request->Port) is { AwaitsNothing: false };

    /// <summary>
    /// Monotonic time at which its wait is over: what it asked for, from its admission on, or its deadline if that is
    /// earlier.
    /// </summary>
    public static long DueOf(IStateMachine machine, RequestEnvelope* request)
    {
        uint awaitMs = machine.AwaitMs(in request->Command, RequestMemory.BodyOf(request));
        long dueNs = request->AdmittedNs + (awaitMs * 1_000_000L);
        return request->DeadlineNs == 0 ? dueNs : Math.Min(dueNs, request->DeadlineNs);
    }

    private struct Job
    {
        public RequestEnvelope* Request;
        public long DueNs;
    }
}
