using System.Collections.Concurrent;
using FastCore.Node.Access;
using FastCore.Protocol;
using FastCore.Server.Fronts;

namespace FastCore.Integration.Tests.Fronts;

/// <summary>A node that admits and answers what a test says.</summary>
internal sealed class ScriptedDoorSource : IFrontDoorSource
{
    private readonly TaskCompletionSource<ScriptedDoor> _opened =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public UInt128 NodeId => 4711;

    /// <summary>What submissions get; null = admitted.</summary>
    public Func<FrameHeader, FrameStatus>? Admission { get; set; }

    /// <summary>Whether admitted requests are answered at once.</summary>
    public bool AnswersAtOnce { get; set; } = true;

    /// <summary>The first door that was opened.</summary>
    public Task<ScriptedDoor> Opened => _opened.Task;

    public Grant? LastGrant { get; private set; }

    public IFrontDoor Open(Grant grant, Action onRepliesReady)
    {
        LastGrant = grant;
        ScriptedDoor door = new(this, onRepliesReady);
        _opened.TrySetResult(door);
        return door;
    }
}

/// <summary>One scripted door. Answers carry the body of their request.</summary>
internal sealed class ScriptedDoor(ScriptedDoorSource source, Action onRepliesReady) : IFrontDoor
{
    private readonly ConcurrentQueue<(FrameHeader Header, byte[] Body)> _waiting = new();
    private readonly ConcurrentQueue<(FrameHeader Header, byte[] Body)> _ready = new();
    private readonly TaskCompletionSource _disposed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _inFlight;

    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Completes when the connection gave the door back.</summary>
    public Task Disposed => _disposed.Task;

    public FrameStatus TrySubmit(in FrameHeader header, ReadOnlySpan<byte> body, out uint retryAfterMs)
    {
        FrameStatus status = source.Admission?.Invoke(header) ?? FrameStatus.Ok;
        retryAfterMs = status == FrameStatus.Overloaded ? 17u : 0;
        if (status == FrameStatus.Ok && source.AnswersAtOnce)
        {
            Interlocked.Increment(ref _inFlight);
            _ready.Enqueue((header, body.ToArray()));
            onRepliesReady();
        }
        else if (status == FrameStatus.Ok)
        {
            // It waits before it counts: a test that saw the count may answer all at once.
            _waiting.Enqueue((header, body.ToArray()));
            Interlocked.Increment(ref _inFlight);
        }

        return status;
    }

    /// <summary>Answers everything that waits.</summary>
    public void AnswerAll()
    {
        while (_waiting.TryDequeue(out (FrameHeader, byte[]) request))
        {
            _ready.Enqueue(request);
        }

        onRepliesReady();
    }

    /// <summary>Whether the connection said that it ends.</summary>
    public bool AwaitsNothing { get; private set; }

    public void EndAwaiting() => AwaitsNothing = true;

    public bool HasMore { get; private set; }

    /// <summary>Most bytes of replies that one drain wrote.</summary>
    public long DrainedBytesMax { get; private set; }

    public int Drain(ReplyWriter writer, long bytesMax)
    {
        int count = 0;
        long bytes = 0;
        while (bytes < bytesMax && _ready.TryDequeue(out (FrameHeader Header, byte[] Body) request))
        {
            writer.OnReply(request.Header.Correlation, request.Header.Operation, FrameStatus.Ok, 0, request.Body);
            Interlocked.Decrement(ref _inFlight);
            bytes += request.Body.Length;
            count++;
        }

        HasMore = bytes >= bytesMax;
        DrainedBytesMax = Math.Max(DrainedBytesMax, bytes);
        return count;
    }

    public void Dispose()
    {
        Assert.Equal(0, InFlight);
        _disposed.TrySetResult();
    }
}
