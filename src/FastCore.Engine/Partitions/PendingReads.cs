// Hot file: partition thread only; no managed allocation on the way of a read.
using System.Runtime.InteropServices;

using FastCore.Engine.Ports;
using FastCore.Engine.Rings;
using FastCore.Engine.Sessions;

namespace FastCore.Engine.Partitions;

/// <summary>
/// Reads under way. A read gets its first slice right behind the batch it came with, straight from the ring; one that
/// needs more, or may not begin yet, is copied and goes on slice by slice between later batches, in turn with the
/// others.
/// </summary>
internal sealed unsafe class PendingReads
{
    private const int Max = 256;

    private readonly Job[] _jobs = new Job[Max];
    private readonly RequestEnvelope*[] _fresh = new RequestEnvelope*[Max];
    private int _count;
    private int _freshCount;
    private int _turn;

    public bool IsEmpty => _count == 0;

    public bool IsFull => _count + _freshCount == Max;

    public void Add(RequestEnvelope* request) => _fresh[_freshCount++] = request;

    /// <summary>Gives each read that came with this batch its first slice.</summary>
    public void RunFirstSlices(
        IStateMachine machine, PendingReplies replies, ulong sequence, PartitionCounters counters)
    {
        for (int i = 0; i < _freshCount; i++)
        {
            RequestEnvelope* request = _fresh[i];
            Job job = JobOf(request);
            if (!Step(ref job, machine, replies, sequence, counters))
            {
                Copy(ref job);
            }

            // Answered, or answered by the copy: what is left in the ring must not be answered again.
            request->Port = 0;
        }

        _freshCount = 0;
    }

    /// <summary>Gives a read that has waited its first slice. It is a copy, and freed when it is answered.</summary>
    public void Resume(
        RequestEnvelope* request, IStateMachine machine, PendingReplies replies, ulong sequence,
        PartitionCounters counters)
    {
        Job job = JobOf(request);
        if (Step(ref job, machine, replies, sequence, counters))
        {
            NativeMemory.AlignedFree(request);
        }
        else
        {
            _jobs[_count++] = job;
        }
    }

    /// <summary>Leaves the reads that came with this batch for <see cref="RunSlice"/>.</summary>
    public void Defer()
    {
        for (int i = 0; i < _freshCount; i++)
        {
            RequestEnvelope* request = _fresh[i];
            Job job = JobOf(request);
            Copy(ref job);
            request->Port = 0;
        }

        _freshCount = 0;
    }

    /// <summary>Gives the next read in turn a slice.</summary>
    public int RunSlice(IStateMachine machine, PendingReplies replies, ulong sequence, PartitionCounters counters)
    {
        if (_count == 0)
        {
            return 0;
        }

        _turn = _turn >= _count ? 0 : _turn;
        ref Job job = ref _jobs[_turn];
        if (!replies.HasRoom(PendingReplies.SizeOf(job.Request->ReplyMax)))
        {
            return 0;
        }

        if (Step(ref job, machine, replies, sequence, counters))
        {
            NativeMemory.AlignedFree(job.Request);
            _jobs[_turn] = _jobs[--_count];
            _jobs[_count] = default;
        }
        else
        {
            _turn++;
        }

        return 1;
    }

    /// <summary>
    /// Refuses everything under way (the partition stopped). Requests still in the ring are the caller's.
    /// </summary>
    public void RefuseAll(RefuseRead refuse)
    {
        for (int i = 0; i < _count; i++)
        {
            refuse(_jobs[i].Request);
            NativeMemory.AlignedFree(_jobs[i].Request);
            ReplyBufferPool.Return(_jobs[i].Reply);
            _jobs[i] = default;
        }

        _count = 0;
        _freshCount = 0;
    }

    /// <summary>Answers a read that will not be executed.</summary>
    public delegate void RefuseRead(RequestEnvelope* request);

    private static Job JobOf(RequestEnvelope* request) => new()
    {
        Request = request,
        Reply = request->ReplyMax > Sessions.ReplyPort.InlineMax ? ReplyBufferPool.Rent(request->ReplyMax) : null,
    };

    private void Copy(ref Job job)
    {
        job.Request = RequestMemory.CopyOf(job.Request);
        _jobs[_count++] = job;
    }

    private static bool Step(
        ref Job job, IStateMachine machine, PendingReplies replies, ulong sequence, PartitionCounters counters)
    {
        RequestEnvelope* request = job.Request;
        ReadOnlySpan<byte> body = RequestMemory.BodyOf(request);
        bool isSmall = request->ReplyMax <= Sessions.ReplyPort.InlineMax;
        byte* stack = stackalloc byte[isSmall && job.Reply == null ? request->ReplyMax : 0];
        Span<byte> reply = new(job.Reply != null ? job.Reply : stack, request->ReplyMax);
        if (!machine.Read(in request->Command, body, ref job.Cursor, reply, out int length))
        {
            if (job.Reply == null)
            {
                job.Reply = ReplyBufferPool.Rent(request->ReplyMax);
                reply.CopyTo(new Span<byte>(job.Reply, request->ReplyMax));
            }

            return false;
        }

        if (isSmall)
        {
            reply[..length].CopyTo(replies.Begin(request->Port, request->Ticket, request->ReplyMax));
            replies.End(sequence, length);
            ReplyBufferPool.Return(job.Reply);
        }
        else
        {
            replies.AddBuffer(request->Port, request->Ticket, job.Reply, length, sequence);
        }

        job.Reply = null;
        counters.Reads++;
        return true;
    }

    private struct Job
    {
        public RequestEnvelope* Request;
        public byte* Reply;
        public ReadCursor Cursor;
    }
}
