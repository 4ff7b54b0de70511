// Hot file: nothing here may allocate, lock or throw per frame.
using System.Buffers;
using System.IO.Pipelines;
using FastCore.Protocol;
using FastCore.Protocol.Frames;
using FastCore.Server.Access;
using FastCore.Server.Audit;
using FastCore.Server.Limiting;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
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

    private readonly FrontServices _services;
    private readonly Guest _guest;
    private readonly Greeting _greeting;
    private readonly PipeReader _input;
    private readonly PipeWriter _output;
    private readonly ReplyWriter _replies;
    private readonly LoopSignal _work;
    private readonly LoopSignal _room;
    private readonly ConnectionWatch _watch;
    private readonly JoinedBody _joined = new();
    private AnswerRing _answers = null!;
    private RequestQuota _quota = null!;
    private AccessEntry _entry = null!;
    private IFrontDoor? _door;
    private volatile bool _isReaderDone;
    private volatile FrameStatus _refusal;
    private volatile bool _isEnding;

    public FrontConnection(ConnectionContext context, FrontServices services, Guest guest)
    {
        _services = services;
        _guest = guest;
        _input = context.Transport.Input;
        _output = context.Transport.Output;
        _replies = new ReplyWriter(_output);
        _watch = guest.Watch;
        _work = new LoopSignal(services.Threads);
        _room = new LoopSignal(services.Threads);
        _greeting = new Greeting(
            services, guest, context.Features.Get<ITlsConnectionFeature>()?.ClientCertificate, _replies);
    }

    /// <summary>Requests submitted and frames refused so far; read by the meters.</summary>
    public long FramesRead { get; private set; }

    /// <summary>Frames the front refused by itself.</summary>
    public long FramesRefused { get; private set; }

    // Set when the connection ends in order: what new requests are answered with meanwhile.
    private bool IsDraining => _refusal != FrameStatus.Ok;

    /// <summary>Runs the connection to its end. Never throws for what the peer does.</summary>
    public async Task RunAsync()
    {
        await DoGreetAsync().ConfigureAwait(false);
        if (_greeting.Entry is { } entry)
        {
            try
            {
                await ServeAsync(entry).ConfigureAwait(false);
            }
            finally
            {
                _greeting.Usage!.Disconnect();
            }
        }

        await DoLingerAsync().ConfigureAwait(false);
        _joined.Release();
    }

    /// <summary>
    /// Begins the graceful end: what is in flight is answered, new requests are refused with this status. Any thread.
    /// </summary>
    public void End(FrameStatus refusal)
    {
        _refusal = refusal;
        _input.CancelPendingRead();
        _work.Raise();
    }

    /// <summary>Acts on whatever took too long. Called by the sweeper, about ten times a second.</summary>
    public void CheckTime()
    {
        switch (_watch.Check(_services.Options, _door?.InFlight ?? 0, IsDraining))
        {
            case WatchVerdict.Abort when !_guest.IsCut:
                CutForTime();
                break;
            case WatchVerdict.End:
                _isEnding = true;
                _input.CancelPendingRead();
                break;
        }
    }

    private static bool IsPeerFailure(Exception error) =>
        error is IOException or OperationCanceledException;

    private void CutForTime()
    {
        if (_watch.Phase == WatchPhase.Hello)
        {
            Refusal refusal = new(FrameStatus.Unauthenticated, Operation.Hello, 0, "Hello took too long");
            _services.Audit.Add(_guest, in refusal);
        }

        ServerLog.ConnectionTimedOut(_services.Log, _guest.Id, _watch.Phase);
        _isEnding = true;
        _guest.Cut("The peer took too long.");
    }

    // Everything that only a client needs is made here, so that a stranger costs little.
    private async Task ServeAsync(AccessEntry entry)
    {
        _entry = entry;
        _answers = new AnswerRing();
        _quota = new RequestQuota(entry, _greeting.Usage!, _services.Options, _services.Clock);
        _watch.Open();
        using IFrontDoor door = _services.Doors.Open(entry.Grant, _work.Raise);
        _door = door;
        Task writing = DoWriteAsync(door);
        await DoReadAsync(door).ConfigureAwait(false);
        _isReaderDone = true;
        door.EndAwaiting();
        _work.Raise();
        await writing.ConfigureAwait(false);
    }

    private async Task DoGreetAsync()
    {
        try
        {
            await GreetAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (IsPeerFailure(error))
        {
            ServerLog.ConnectionFailed(_services.Log, error, _guest.Id);
        }
    }

    /// <summary>Waits for Hello and answers it, or says that there is no room.</summary>
    private async Task GreetAsync()
    {
        if (_services.Connections.IsFull)
        {
            _greeting.Refuse();
            await _output.FlushAsync().ConfigureAwait(false);
            return;
        }

        while (true)
        {
            ReadResult result = await _input.ReadAsync().ConfigureAwait(false);
            FrameRead read = _greeting.TryTake(result.Buffer, out SequencePosition consumed);
            _input.AdvanceTo(consumed, read == FrameRead.Incomplete ? result.Buffer.End : consumed);
            if (read != FrameRead.Incomplete)
            {
                await _output.FlushAsync().ConfigureAwait(false);
                return;
            }

            if (result.IsCompleted || IsDraining || _isEnding)
            {
                return;
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
            ServerLog.ConnectionFailed(_services.Log, error, _guest.Id);
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

            if (IsDraining)
            {
                door.EndAwaiting();
                if (door.InFlight == 0 && !isBlocked)
                {
                    return;
                }
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
            Refuse(in reader.Header, reader.Refusal, [], 0);
        }

        FramesRead += frames;
        consumed = reader.Consumed;
        _watch.OnRead(frames > 0, !isBlocked && reader.HasPartialFrame);
        return read;
    }

    private void TakeFrame(IFrontDoor door, ref FrameReader reader)
    {
        ref FrameHeader header = ref reader.Header;
        ReadOnlySpan<byte> body = _joined.Of(ref reader);
        FrameStatus status = FrontCheck(in header);
        if (status != FrameStatus.Ok)
        {
            Refuse(in header, status, body, 0);
        }
        else if (header.Operation == Operation.Ping && body.IsEmpty)
        {
            Answer(in header, FrameStatus.Ok, 0);
        }
        else if (header.Operation == Operation.Ping)
        {
            Refuse(in header, FrameStatus.InvalidBodySize, body, 0);
        }
        else
        {
            Submit(door, in header, body);
        }
    }

    private void Submit(IFrontDoor door, in FrameHeader header, ReadOnlySpan<byte> body)
    {
        FrameStatus status = _quota.TryTake(out uint retryAfterMs);
        if (status != FrameStatus.Ok)
        {
            _services.Audit.Add(_guest, new Refusal(status, header.Operation, 0, "more requests than its limit"));
            Answer(in header, status, retryAfterMs);
            return;
        }

        status = door.TrySubmit(in header, body, out retryAfterMs);
        if (status != FrameStatus.Ok)
        {
            _quota.GiveBack(1);
            Refuse(in header, status, body, retryAfterMs);
        }
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

        return _refusal;
    }

    private void Refuse(in FrameHeader header, FrameStatus status, ReadOnlySpan<byte> body, uint retryAfterMs)
    {
        if (RefusalAudit.IsAudited(status))
        {
            _services.Audit.Add(_guest, RefusalReason.Of(status, in header, body, _entry.Grant));
        }

        Answer(in header, status, retryAfterMs);
    }

    private void Answer(in FrameHeader header, FrameStatus status, uint retryAfterMs)
    {
        FramesRefused += status == FrameStatus.Ok ? 0 : 1;
        _answers.Add(in header, status, retryAfterMs);
        _work.Raise();
    }

    private async Task DoWriteAsync(IFrontDoor door)
    {
        try
        {
            await ProcessWritesAsync(door).ConfigureAwait(false);
        }
        catch (Exception error) when (IsPeerFailure(error))
        {
            ServerLog.ConnectionFailed(_services.Log, error, _guest.Id);
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
            _quota.GiveBack(replies);
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

            if (IsDraining && door.InFlight == 0)
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
            ServerLog.ConnectionFailed(_services.Log, error, _guest.Id);
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
