// Hot file: nothing here may allocate, lock or throw per frame.
using System.Buffers;
using System.IO.Pipelines;
using FastCore.Node.Access;
using FastCore.Protocol;
using FastCore.Protocol.Frames;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace FastCore.Server.Fronts;

/// <summary>
/// One connection: Hello, then a reader that submits every whole frame it finds and a writer that flushes once per
/// drain. Each is a pair, an outer method that owns errors and completion around a bare loop. A connection ends when
/// the peer is done, when it must be refused, or when the server drains it; what was admitted is always drained from
/// the node.
/// </summary>
internal sealed class FrontConnection
{
    // Replies that a drain writes before it is flushed, about: what a slow peer can make the output hold.
    private const long DrainBytesMax = 1 << 20;

    private readonly ConnectionContext _context;
    private readonly FrontServices _services;
    private readonly PipeReader _input;
    private readonly PipeWriter _output;
    private readonly ReplyWriter _replies;
    private readonly AnswerRing _answers = new();
    private readonly LoopSignal _work;
    private readonly LoopSignal _room;
    private readonly ConnectionWatch _watch;
    private IFrontDoor? _door;
    private byte[] _joined = [];
    private volatile bool _isReaderDone;
    private volatile bool _isDraining;
    private volatile bool _isEnding;

    public FrontConnection(ConnectionContext context, FrontServices services)
    {
        _context = context;
        _services = services;
        _input = context.Transport.Input;
        _output = context.Transport.Output;
        _replies = new ReplyWriter(_output);
        _watch = new ConnectionWatch(services.Clock);
        _work = new LoopSignal(services.Threads);
        _room = new LoopSignal(services.Threads);
    }

    /// <summary>Number of the connection in its table, from 1.</summary>
    public long Number { get; set; }

    /// <summary>Requests submitted and frames refused so far; read by the meters.</summary>
    public long FramesRead { get; private set; }

    /// <summary>Frames the front refused by itself.</summary>
    public long FramesRefused { get; private set; }

    /// <summary>Runs the connection to its end. Never throws for what the peer does.</summary>
    public async Task RunAsync()
    {
        Grant? grant = await DoGreetAsync().ConfigureAwait(false);
        if (grant is not null)
        {
            _watch.Open();
            _door = _services.Doors.Open(grant, _work.Raise);
            try
            {
                Task writing = DoWriteAsync(_door);
                await DoReadAsync(_door).ConfigureAwait(false);
                _isReaderDone = true;
                _work.Raise();
                await writing.ConfigureAwait(false);
            }
            finally
            {
                _door.Dispose();
            }
        }

        await DoLingerAsync().ConfigureAwait(false);
        if (_joined.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_joined);
        }
    }

    /// <summary>Says that there is no room, instead of a Hello.</summary>
    public async Task RefuseAsync()
    {
        FrameHeader hello = new() { Operation = Operation.Hello };
        _replies.OnReply(hello.Correlation, hello.Operation, FrameStatus.Overloaded, 1000, default);
        try
        {
            await _output.FlushAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (IsPeerFailure(error))
        {
            ServerLog.ConnectionFailed(_services.Log, error, _context.ConnectionId);
        }

        await DoLingerAsync().ConfigureAwait(false);
    }

    /// <summary>Begins the graceful end: what is in flight is answered, new requests are refused. Any thread.</summary>
    public void Drain()
    {
        _isDraining = true;
        _input.CancelPendingRead();
        _work.Raise();
    }

    /// <summary>Acts on whatever took too long. Called by the sweeper, about ten times a second.</summary>
    public void CheckTime()
    {
        switch (_watch.Check(_services.Options, _door?.InFlight ?? 0))
        {
            case WatchVerdict.Abort:
                ServerLog.ConnectionTimedOut(_services.Log, _context.ConnectionId, _watch.Phase);
                _isEnding = true;
                _context.Abort(new ConnectionAbortedException("The peer took too long."));
                break;
            case WatchVerdict.End:
                _isEnding = true;
                _input.CancelPendingRead();
                break;
        }
    }

    private static bool IsPeerFailure(Exception error) =>
        error is IOException or OperationCanceledException;

    private async Task<Grant?> DoGreetAsync()
    {
        try
        {
            return await GreetAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (IsPeerFailure(error))
        {
            ServerLog.ConnectionFailed(_services.Log, error, _context.ConnectionId);
            return null;
        }
    }

    /// <summary>
    /// Waits for Hello and answers it; null when the connection must end. Looks at 256 bytes at most.
    /// </summary>
    private async Task<Grant?> GreetAsync()
    {
        while (true)
        {
            ReadResult result = await _input.ReadAsync().ConfigureAwait(false);
            FrameRead read = Greeting.TryTake(
                result.Buffer, _services, _replies, out SequencePosition consumed, out Grant? grant, out string who);
            _input.AdvanceTo(consumed, read == FrameRead.Incomplete ? result.Buffer.End : consumed);
            if (read != FrameRead.Incomplete)
            {
                await _output.FlushAsync().ConfigureAwait(false);
                ServerLog.Greeted(_services.Log, _context.ConnectionId, who, grant is not null);
                return grant;
            }

            if (result.IsCompleted || _isDraining || _isEnding)
            {
                return null;
            }
        }
    }

    private async Task DoReadAsync(IFrontDoor door)
    {
        try
        {
            await ProcessReadsAsync(door).ConfigureAwait(false);
        }
        catch (Exception error) when (IsPeerFailure(error))
        {
            ServerLog.ConnectionFailed(_services.Log, error, _context.ConnectionId);
        }
    }

    private async Task ProcessReadsAsync(IFrontDoor door)
    {
        while (true)
        {
            ReadResult result = await _input.ReadAsync().ConfigureAwait(false);
            FrameRead read = TakeFrames(door, result.Buffer, out SequencePosition consumed, out bool isBlocked);

            // Blocked on the answers: what is left was not looked at, so that the next read returns at once.
            _input.AdvanceTo(consumed, isBlocked ? consumed : result.Buffer.End);
            if (read == FrameRead.Refused || _isEnding || (result.IsCompleted && !isBlocked))
            {
                return;
            }

            if (_isDraining && door.InFlight == 0 && !isBlocked)
            {
                return;
            }

            if (isBlocked)
            {
                await _room.WaitAsync().ConfigureAwait(false);
            }
        }
    }

    private FrameRead TakeFrames(
        IFrontDoor door, in ReadOnlySequence<byte> buffer, out SequencePosition consumed, out bool isBlocked)
    {
        FrameReader reader = new(buffer, _services.Options.RequestFrameSizeMax);
        FrameRead read = FrameRead.Incomplete;
        isBlocked = false;
        long frames = 0;
        while (!_isEnding && !(isBlocked = !_answers.HasRoom) && (read = reader.Read()) == FrameRead.Complete)
        {
            frames++;
            TakeFrame(door, ref reader);
        }

        if (read == FrameRead.Refused)
        {
            Answer(in reader.Header, reader.Refusal, 0);
        }

        FramesRead += frames;
        consumed = reader.Consumed;
        _watch.OnRead(frames > 0, !isBlocked && reader.HasPartialFrame);
        return read;
    }

    private void TakeFrame(IFrontDoor door, ref FrameReader reader)
    {
        ref FrameHeader header = ref reader.Header;
        FrameStatus status = FrontCheck(in header);
        uint retryAfterMs = 0;
        if (status == FrameStatus.Ok)
        {
            if (header.Operation == Operation.Ping)
            {
                status = header.Length == Limits.FrameHeaderSize ? FrameStatus.Ok : FrameStatus.InvalidBodySize;
                Answer(in header, status, 0);
                return;
            }

            ReadOnlySpan<byte> body = reader.IsContiguous ? reader.Body : Join(ref reader);
            status = door.TrySubmit(in header, body, out retryAfterMs);
            if (status == FrameStatus.Ok)
            {
                return;
            }
        }

        Answer(in header, status, retryAfterMs);
    }

    private FrameStatus FrontCheck(in FrameHeader header)
    {
        if (!FrameSeal.IsRequestReservedZero(in header))
        {
            return FrameStatus.ReservedNotZero;
        }

        if (header.Operation == Operation.Hello)
        {
            _isEnding = true;
            return FrameStatus.HelloExpected;
        }

        return _isDraining ? FrameStatus.ShuttingDown : FrameStatus.Ok;
    }

    private void Answer(in FrameHeader header, FrameStatus status, uint retryAfterMs)
    {
        FramesRefused += status == FrameStatus.Ok ? 0 : 1;
        _answers.Add(in header, status, retryAfterMs);
        _work.Raise();
    }

    /// <summary>Copies a body that straddles segments into one piece; the buffer is kept for the next.</summary>
    private ReadOnlySpan<byte> Join(ref FrameReader reader)
    {
        int length = (int)reader.Header.Length - Limits.FrameHeaderSize;
        if (_joined.Length < length)
        {
            if (_joined.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_joined);
            }

            _joined = ArrayPool<byte>.Shared.Rent(length);
        }

        reader.CopyBodyTo(_joined);
        return _joined.AsSpan(0, length);
    }

    private async Task DoWriteAsync(IFrontDoor door)
    {
        try
        {
            await ProcessWritesAsync(door).ConfigureAwait(false);
        }
        catch (Exception error) when (IsPeerFailure(error))
        {
            ServerLog.ConnectionFailed(_services.Log, error, _context.ConnectionId);
        }

        if (_replies.Discards || !_isReaderDone || door.InFlight > 0)
        {
            // The peer is gone. The reader is stopped, and what was admitted is taken from the node all the same.
            _replies.Discard();
            _isEnding = true;
            _input.CancelPendingRead();
            _room.Raise();
            await ProcessWritesAsync(door).ConfigureAwait(false);
        }
    }

    private async Task ProcessWritesAsync(IFrontDoor door)
    {
        while (true)
        {
            // Looked at first: what the reader still added before it ended is drained below.
            bool isReaderDone = _isReaderDone;
            int replies = door.Drain(_replies, DrainBytesMax);
            int answers = _answers.Drain(_replies);
            if (answers > 0)
            {
                _room.Raise();
            }

            if (replies + answers > 0 && !_replies.Discards)
            {
                _watch.BeginFlush();
                FlushResult flushed = await _output.FlushAsync().ConfigureAwait(false);
                _watch.EndFlush();
                if (flushed.IsCompleted)
                {
                    return;
                }

                continue;
            }

            if (isReaderDone && door.InFlight == 0)
            {
                return;
            }

            if (door.HasMore)
            {
                // Replies are dropped, so there was nothing to flush.
                continue;
            }

            if (_isDraining && door.InFlight == 0)
            {
                // The reader waits for bytes that nobody needs any more.
                _input.CancelPendingRead();
            }

            await _work.WaitAsync().ConfigureAwait(false);
        }
    }

    private async Task DoLingerAsync()
    {
        if (_replies.Discards || _services.Options.LingerTimeoutMs == 0)
        {
            return;
        }

        try
        {
            await LingerAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (IsPeerFailure(error))
        {
            ServerLog.ConnectionFailed(_services.Log, error, _context.ConnectionId);
        }
    }

    // Closing a socket with unread bytes resets it, and a reset can destroy the last reply on its way.
    private async Task LingerAsync()
    {
        _watch.Linger();
        _isEnding = false;
        while (true)
        {
            ReadResult result = await _input.ReadAsync().ConfigureAwait(false);
            _input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted || _isEnding)
            {
                return;
            }
        }
    }
}
