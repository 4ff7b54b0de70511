using FastCore.Client.Calls;
using FastCore.Client.Connections;
using FastCore.Protocol;
using FastCore.Protocol.Frames;

namespace FastCore.Client;

/// <summary>
/// A session with a FastCore server over one connection. Calls from any number of threads are pipelined, each completes
/// with a definite outcome or, when its reply was lost, with <see cref="FrameStatus.Unknown"/>; a lost connection is
/// made again in the background. No call throws for what the server or the network does.
/// </summary>
public sealed class FastCoreClient : IFastCoreSession
{
    private static readonly TimeSpan SweepPeriod = TimeSpan.FromMilliseconds(10);

    private readonly FastCoreClientOptions _options;
    private readonly CallTable _calls;
    private readonly LoopSignal _signal;
    private readonly Connector _connector;
    private readonly CancellationTokenSource _closing = new();
    private readonly TaskCompletionSource<ConnectOutcome> _firstOutcome =
        new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ITimer _sweeper;
    private readonly ITimer? _keepAlive;
    private readonly Task _running;
    private volatile ClientConnection? _connection;
    private volatile ClientState _state;
    private volatile Exception? _lastError;
    private int _sweeping;
    private int _armed;
    private int _disposed;

    private FastCoreClient(FastCoreClientOptions options)
    {
        _options = options.Validated();
        if (!HelloRequest.TryCreate(_options.ClientName, _options.ApiKey, out _))
        {
            throw new ArgumentException("ClientName may be 64 bytes at most, ApiKey 128.", nameof(options));
        }

        _signal = new LoopSignal(_options.Threads);
        _calls = new CallTable(_options.MaxInFlight, _options.Threads);
        _connector = new Connector(_options, Endpoint.Parse(_options.Endpoint), _calls, _signal);
        TimeProvider time = _options.Time;
        _sweeper = time.CreateTimer(
            static state => ((FastCoreClient)state!).Sweep(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        if (_options.KeepAliveMs > 0)
        {
            TimeSpan period = TimeSpan.FromMilliseconds(_options.KeepAliveMs / 2.0);
            _keepAlive = time.CreateTimer(static state => ((FastCoreClient)state!).KeepAlive(), this, period, period);
        }

        _running = _options.Threads.Start(RunAsync);
    }

    /// <summary>Where the client stands now.</summary>
    public ClientState State => _state;

    /// <summary>What the server said in its last Hello; all zero before the first.</summary>
    public HelloReply Server => _connection?.Hello ?? default;

    /// <summary>
    /// What ended the last connection or attempt to connect; null when the server closed it in order.
    /// </summary>
    public Exception? LastError => _lastError;

    /// <summary>Calls whose outcome is not known yet.</summary>
    public int InFlight => _calls.InFlight;

    /// <summary>Makes a client and waits for its first connection.</summary>
    /// <exception cref="ArgumentException">An option is not valid.</exception>
    /// <exception cref="FastCoreConnectException">The server was not reached, or refused.</exception>
    public static async Task<FastCoreClient> ConnectAsync(
        FastCoreClientOptions options, CancellationToken cancellation = default)
    {
        FastCoreClient client = Start(options);
        try
        {
            ConnectOutcome outcome = await client._firstOutcome.Task.WaitAsync(cancellation).ConfigureAwait(false);
            if (outcome.Status == FrameStatus.Ok)
            {
                return client;
            }

            throw new FastCoreConnectException(outcome.Status, outcome.Reason, outcome.Error);
        }
        catch
        {
            await client.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>
    /// Makes a client that connects in the background; calls made meanwhile wait for the connection until their
    /// deadline.
    /// </summary>
    /// <exception cref="ArgumentException">An option is not valid.</exception>
    public static FastCoreClient Start(FastCoreClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return new FastCoreClient(options);
    }

    /// <inheritdoc/>
    /// <remarks>
    /// <see cref="FrameStatus.DeadlineExceeded"/> is definite: the server said so, or the request never left this
    /// process. Exceptions are for wrong arguments only.
    /// </remarks>
    public ValueTask<Reply> SendAsync(
        Operation operation, ReadOnlyMemory<byte> body, Memory<byte> reply, SendOptions options = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.PriorityClass, FrameSeal.PriorityMask);
        FrameStatus refusal = CheckSizes(operation, body.Length, reply.Length);
        if (_connection is { } connection
            && body.Length > connection.Hello.RequestFrameSizeMax - Limits.FrameHeaderSize)
        {
            refusal = FrameStatus.FrameTooLarge;
        }

        if (refusal != FrameStatus.Ok)
        {
            return new ValueTask<Reply>(new Reply(refusal, 0, 0));
        }

        uint timeoutMs = options.TimeoutMs != 0 ? options.TimeoutMs : _options.TimeoutMs;
        long deadline = timeoutMs == 0 ? long.MaxValue : After(timeoutMs);
        PendingCall? call = _calls.TryAdd(operation, body, reply, options.PriorityClass, deadline, out refusal);
        if (call is null)
        {
            return new ValueTask<Reply>(new Reply(refusal, 0, 0));
        }

        _signal.Raise();
        Arm();

        // The call may be complete by now, but its object serves no other before this task was awaited.
        return call.Task;
    }

    /// <summary>Cuts the connection; calls in flight complete as <see cref="FrameStatus.Unknown"/>.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        _state = ClientState.Closed;
        _calls.Close(FrameStatus.ShuttingDown);
        await _options.Threads.CancelAsync(_closing).ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        await _sweeper.DisposeAsync().ConfigureAwait(false);
        if (_keepAlive is not null)
        {
            await _keepAlive.DisposeAsync().ConfigureAwait(false);
        }

        foreach (PendingCall call in _calls.TakeAll())
        {
            call.Complete(new Reply(call.Attempts == 0 ? FrameStatus.ShuttingDown : FrameStatus.Unknown, 0, 0));
        }

        _closing.Dispose();
    }

    /// <summary>
    /// Refuses what the server would refuse for its size, without sending it, and what would not fit the reply buffer,
    /// so that no durable write can end with results that nobody sees.
    /// </summary>
    private static FrameStatus CheckSizes(Operation operation, int bodyLength, int replyLength)
    {
        OperationShape? shape = OperationTable.Find(operation);
        if (shape is null || shape.Kind == OperationKind.Internal)
        {
            return FrameStatus.UnknownOperation;
        }

        int elements = bodyLength - shape.PrefixSize;
        if (shape.Kind == OperationKind.Session)
        {
            return bodyLength == 0 ? FrameStatus.Ok : FrameStatus.InvalidBodySize;
        }

        if (elements < 0 || elements % shape.ElementSize != 0 || bodyLength > Limits.RequestBodySizeMax)
        {
            return FrameStatus.InvalidBodySize;
        }

        if (shape.Kind != OperationKind.Query
            && replyLength < shape.ResultsOf(elements / shape.ElementSize) * shape.ResultSize)
        {
            throw new ArgumentException(
                $"The reply buffer of {replyLength} bytes is too small for {shape.Name}.", nameof(replyLength));
        }

        return FrameStatus.Ok;
    }

    private async Task RunAsync()
    {
        int failures = 0;
        while (!_closing.IsCancellationRequested)
        {
            ConnectOutcome outcome = await _connector.ConnectAsync(_closing.Token).ConfigureAwait(false);
            if (outcome.Connection is { } connection)
            {
                failures = await ServeAsync(connection, outcome).ConfigureAwait(false) ? 0 : failures + 1;
            }
            else
            {
                failures++;
                OnRefused(outcome);
            }

            if (!_closing.IsCancellationRequested)
            {
                await DelayAsync(failures).ConfigureAwait(false);
            }
        }

        _firstOutcome.TrySetCanceled();
    }

    /// <summary>Runs one connection to its end. True when the server answered something on it.</summary>
    private async Task<bool> ServeAsync(ClientConnection connection, ConnectOutcome outcome)
    {
        try
        {
            await using (connection.ConfigureAwait(false))
            {
                using CancellationTokenRegistration cut = _closing.Token.Register(connection.Cut);
                _connection = connection;
                _calls.Refuse(FrameStatus.Ok);
                SetUnlessClosed(ClientState.Connected);
                _firstOutcome.TrySetResult(outcome);
                await connection.RunAsync().ConfigureAwait(false);
                _connection = null;
                _lastError = connection.Error;
            }
        }
        catch (Exception error)
        {
            // Whatever a stream throws when it is closed, the calls that were cut need their outcome.
            _connection = null;
            _lastError = error;
        }

        SetUnlessClosed(ClientState.Connecting);
        bool retry = _options.RetryUnknown && !_closing.IsCancellationRequested;
        foreach (PendingCall call in _calls.TakeCut(retry))
        {
            call.Complete(new Reply(FrameStatus.Unknown, 0, 0));
        }

        return connection.RepliesRead > 0;
    }

    private void OnRefused(ConnectOutcome outcome)
    {
        _lastError = outcome.Error;
        _firstOutcome.TrySetResult(outcome);
        if (outcome.Status is not (FrameStatus.Unauthenticated or FrameStatus.VersionUnsupported) || _disposed != 0)
        {
            return;
        }

        _calls.Refuse(outcome.Status);
        SetUnlessClosed(ClientState.Refused);
        foreach (PendingCall call in _calls.TakeAll())
        {
            call.Complete(new Reply(call.Attempts == 0 ? outcome.Status : FrameStatus.Unknown, 0, 0));
        }
    }

    private void SetUnlessClosed(ClientState state)
    {
        if (_disposed == 0)
        {
            _state = state;
        }
    }

    /// <summary>Waits before the next attempt: doubled per failure up to the maximum, half of it random.</summary>
    private async Task DelayAsync(int failures)
    {
        double longest = _options.ReconnectDelayMinMs * Math.Pow(2, Math.Min(failures, 30));
        double delayMs =
            Math.Min(longest, _options.ReconnectDelayMaxMs) * _options.Draw(50, 101) / 100;
        try
        {
            await _options.Threads.DelayAsync(TimeSpan.FromMilliseconds(delayMs), _options.Time, _closing.Token)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Disposed while waiting.
        }
    }

    private long After(uint milliseconds) =>
        _options.Time.GetTimestamp() + (milliseconds * _options.Time.TimestampFrequency / 1000);

    /// <summary>Starts the sweeps when they stand still: an idle client costs no timer.</summary>
    private void Arm()
    {
        if (Volatile.Read(ref _armed) == 0 && Interlocked.Exchange(ref _armed, 1) == 0)
        {
            _sweeper.Change(SweepPeriod, SweepPeriod);
        }
    }

    /// <summary>Completes calls past their deadline. Sweeps never overlap.</summary>
    private void Sweep()
    {
        if (Interlocked.Exchange(ref _sweeping, 1) != 0)
        {
            return;
        }

        long now = _options.Time.GetTimestamp();
        int from = 0;
        bool queued = false;
        while (_calls.TakeExpired(now, ref from, ref queued) is { } call)
        {
            call.Complete(new Reply(call.Attempts == 0 ? FrameStatus.DeadlineExceeded : FrameStatus.Unknown, 0, 0));
        }

        if (queued)
        {
            _signal.Raise();
        }

        if (_calls.InFlight == 0)
        {
            // Disarmed before the second look: a call added in between either sees it and arms, or is seen here.
            _sweeper.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Interlocked.Exchange(ref _armed, 0);
            if (_calls.InFlight > 0)
            {
                Arm();
            }
        }

        Volatile.Write(ref _sweeping, 0);
    }

    private void KeepAlive()
    {
        if (_connection is not { } connection)
        {
            return;
        }

        TimeSpan silence = _options.Time.GetElapsedTime(connection.LastReceived);
        if (silence.TotalMilliseconds >= 2.0 * _options.KeepAliveMs)
        {
            connection.Cut();
        }
        else if (silence.TotalMilliseconds >= _options.KeepAliveMs)
        {
            connection.Ping();
        }
    }
}
