using System.Buffers;
using System.IO.Pipelines;
using System.Numerics;
using FastCore.Client.Calls;
using FastCore.Protocol;
using FastCore.Protocol.Frames;

namespace FastCore.Client.Connections;

/// <summary>
/// One live connection after its Hello: a sender that turns queued calls into frames, as many as fit per write, and a
/// reader that completes calls. Each is a pair: an outer method that owns errors and completion, an inner bare loop.
/// Nothing here allocates per call.
/// </summary>
internal sealed class ClientConnection : IAsyncDisposable
{
    private const int SendBufferSize = 256 * 1024;
    private const int SendBatchMax = 256;
    private const ulong PingCorrelation = ulong.MaxValue;

    private readonly Stream _stream;
    private readonly PipeReader _input;
    private readonly CallTable _calls;
    private readonly ReplyIntake _replies;
    private readonly LoopSignal _signal;
    private readonly TimeProvider _time;
    private readonly PendingCall[] _batch = new PendingCall[SendBatchMax];

    // Not disposed: a late cut from a timer must find it, and without a timer of its own it holds nothing.
    private readonly CancellationTokenSource _cut = new();
    private byte[] _sendBuffer = new byte[SendBufferSize];
    private long _lastReceived;
    private volatile bool _pingWanted;

    public ClientConnection(
        Stream stream, PipeReader input, HelloReply hello, CallTable calls, LoopSignal signal, TimeProvider time)
    {
        _stream = stream;
        _input = input;
        Hello = hello;
        _calls = calls;
        _replies = new ReplyIntake(calls, time);
        _signal = signal;
        _time = time;
        _lastReceived = time.GetTimestamp();
    }

    /// <summary>What the server said of itself.</summary>
    public HelloReply Hello { get; }

    /// <summary>Replies read, pings included; a connection that answered anything resets the reconnect delay.</summary>
    public long RepliesRead => _replies.Count;

    /// <summary>What ended the connection, when it was not the peer closing it in order.</summary>
    public Exception? Error { get; private set; }

    /// <summary>Timestamp of the last bytes received.</summary>
    public long LastReceived => Volatile.Read(ref _lastReceived);

    /// <summary>Runs until the connection is lost or cut. Never throws for what the peer does.</summary>
    public async Task RunAsync()
    {
        Task receiving = DoReceiveAsync();
        Task sending = DoSendAsync();
        await Task.WhenAny(receiving, sending).ConfigureAwait(false);
        Cut();
        await Task.WhenAll(receiving, sending).ConfigureAwait(false);
    }

    /// <summary>Ends the connection: both loops stop. Any thread.</summary>
    public void Cut()
    {
        _cut.Cancel();
        _signal.Raise();
    }

    /// <summary>Has the sender send a ping.</summary>
    public void Ping()
    {
        _pingWanted = true;
        _signal.Raise();
    }

    public async ValueTask DisposeAsync()
    {
        await _input.CompleteAsync().ConfigureAwait(false);
        await _stream.DisposeAsync().ConfigureAwait(false);
    }

    private async Task DoSendAsync()
    {
        try
        {
            await ProcessSendsAsync(_cut.Token).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Whatever streams and TLS throw means the same here; the cut decides the outcome of what was sent.
            Error ??= error;
        }
    }

    private async Task ProcessSendsAsync(CancellationToken cut)
    {
        while (!cut.IsCancellationRequested)
        {
            int length = FillSendBuffer();
            if (length == 0)
            {
                await _signal.WaitAsync().ConfigureAwait(false);
                continue;
            }

            await _stream.WriteAsync(_sendBuffer.AsMemory(0, length), cut).ConfigureAwait(false);
        }
    }

    /// <summary>Copies queued calls into the buffer, whole frames only; the one copy a request's bytes take.</summary>
    private int FillSendBuffer()
    {
        int length = 0;
        if (_pingWanted)
        {
            _pingWanted = false;
            FrameHeader ping = new() { Operation = Operation.Ping, Correlation = PingCorrelation };
            length = FrameSeal.Write(_sendBuffer, ref ping, default);
        }

        int count = _calls.TakeQueued(_batch, _sendBuffer.Length - length);
        if (count == 0)
        {
            return length;
        }

        if (length + Limits.FrameHeaderSize + _batch[0].Body.Length > _sendBuffer.Length)
        {
            GrowSendBuffer(length + Limits.FrameHeaderSize + _batch[0].Body.Length);
        }

        long now = _time.GetTimestamp();
        for (int i = 0; i < count; i++)
        {
            length += WriteCall(_batch[i], now, _sendBuffer.AsSpan(length));
        }

        _calls.MarkAwaiting(_batch.AsSpan(0, count));
        return length;
    }

    private int WriteCall(PendingCall call, long now, Span<byte> target)
    {
        FrameHeader header = new()
        {
            Operation = call.Operation,
            Correlation = call.Correlation,
            Flags = call.PriorityClass,
            TimeoutMs = RemainingMs(call.Deadline, now),
        };
        return FrameSeal.Write(target, ref header, call.Body.Span);
    }

    /// <summary>What is left of the deadline, at least a millisecond: zero would mean none.</summary>
    private uint RemainingMs(long deadline, long now)
    {
        if (deadline == long.MaxValue)
        {
            return 0;
        }

        double left = _time.GetElapsedTime(now, deadline).TotalMilliseconds;
        return (uint)Math.Clamp(left, 1, uint.MaxValue);
    }

    // Only the first frame of a batch can be larger than the buffer; no frame before it is lost, as they are copied.
    private void GrowSendBuffer(int size) =>
        Array.Resize(ref _sendBuffer, (int)BitOperations.RoundUpToPowerOf2((uint)size));

    private async Task DoReceiveAsync()
    {
        try
        {
            await ProcessReceivesAsync(_cut.Token).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            Error ??= error;
        }
    }

    private async Task ProcessReceivesAsync(CancellationToken cut)
    {
        while (true)
        {
            ReadResult result = await _input.ReadAsync(cut).ConfigureAwait(false);
            Volatile.Write(ref _lastReceived, _time.GetTimestamp());
            bool inStep = _replies.Take(result.Buffer, out SequencePosition consumed);
            _input.AdvanceTo(consumed, result.Buffer.End);
            if (result.IsCompleted || !inStep)
            {
                return;
            }
        }
    }
}
