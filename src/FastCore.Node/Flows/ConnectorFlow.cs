using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Threading.Channels;
using FastCore.Engine.Ports;
using FastCore.Node.Connectors;
using FastCore.Payments.Payments;
using FastCore.Protocol;
using FastCore.Protocol.Frames;
using FastCore.Protocol.Payments;

namespace FastCore.Node.Flows;

/// <summary>
/// Takes the connector calls that leave the partitions after their commit, makes them on bounded workers, and brings
/// every answer back as an internal command. Holds no state of its own: what is lost in a crash the payments machine
/// emits again, and what it repeats the connectors recognise. That a sending failed is believed only of a call that
/// this process sent first: another one's may have been done, whatever a later or an earlier failure says.
/// </summary>
public sealed class ConnectorFlow : IEffectSink, IConnectorListener, IAsyncDisposable
{
    private readonly ISubmitInternal _partitions;
    private readonly ConnectorFlowOptions _options;
    private readonly TimeProvider _time;
    private readonly LoopThreads _threads;
    private readonly Dictionary<ushort, ConnectorCircuit> _circuits;
    private readonly WorkerPool<ConnectorCall> _workers;
    private readonly Channel<ConnectorAnswer> _answers;
    private readonly Task _submitter;
    private readonly CancellationTokenSource _stopped = new();
    private readonly ulong _run = BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong)));
    private long _callsMade;
    private long _answersSubmitted;
    private long _answersRefused;

    /// <summary>Starts the flow.</summary>
    /// <param name="connectors">The connectors by their numbers.</param>
    /// <param name="partitions">The way back.</param>
    /// <param name="options">Knobs.</param>
    /// <param name="time">Time of timeouts, breakers and retries.</param>
    /// <param name="threads">Where calls and answers go on.</param>
    public ConnectorFlow(
        IEnumerable<IConnector> connectors,
        ISubmitInternal partitions,
        ConnectorFlowOptions options,
        TimeProvider? time = null,
        LoopThreads threads = LoopThreads.Pool)
    {
        ArgumentNullException.ThrowIfNull(connectors);
        ArgumentNullException.ThrowIfNull(partitions);
        ArgumentNullException.ThrowIfNull(options);
        _partitions = partitions;
        _options = options;
        _time = time ?? TimeProvider.System;
        _threads = threads;
        _circuits = connectors.ToDictionary(
            connector => connector.Number, connector => new ConnectorCircuit(connector, options, _time));
        foreach (ConnectorCircuit circuit in _circuits.Values)
        {
            circuit.Connector.Listener = this;
        }

        _answers = Channel.CreateBounded<ConnectorAnswer>(new BoundedChannelOptions(options.AnswerCapacity)
        {
            SingleReader = true,
            AllowSynchronousContinuations = threads == LoopThreads.Caller,
        });
        _submitter = threads.Start(SubmitAnswersAsync);
        _workers = new WorkerPool<ConnectorCall>(
            options.Workers, options.QueueCapacity, options.WhenFull, CallAsync, call => AnswerUnsent(call), _time,
            threads);
    }

    /// <summary>Calls made, status questions included.</summary>
    public long CallsMade => Interlocked.Read(ref _callsMade);

    /// <summary>Answers brought back.</summary>
    public long AnswersSubmitted => Interlocked.Read(ref _answersSubmitted);

    /// <summary>
    /// Answers for which there was no room, or that no partition would take; their calls are asked about when the
    /// machine's timer fires.
    /// </summary>
    public long AnswersRefused => Interlocked.Read(ref _answersRefused);

    /// <summary>Calls that wait for a worker.</summary>
    public int Waiting => _workers.Waiting;

    /// <summary>The connectors, each behind its circuit.</summary>
    public IReadOnlyDictionary<ushort, ConnectorCircuit> Circuits => _circuits;

    /// <inheritdoc/>
    public bool TryAccept(int partition, in Effect effect)
    {
        if (effect.Kind != ConnectorCall.EffectKind || effect.Length != ConnectorCall.Size)
        {
            throw new ArgumentException($"An effect of kind {effect.Kind} is no connector call.", nameof(effect));
        }

        Effect copy = effect;
        ConnectorCall call = Unsafe.As<EffectPayload, ConnectorCall>(ref copy.Payload);
        return _workers.Offer(call) switch
        {
            OfferOutcome.Taken => true,
            OfferOutcome.Busy => false,
            _ => AnswerUnsent(call),
        };
    }

    /// <inheritdoc/>
    public bool TryAccept(in ConnectorCall call, ConnectorReply reply) =>
        (reply.Outcome == ConnectorOutcome.Failed && (call.Run != _run || call.IsResumed != 0))
        || TryAnswer(call, reply);

    /// <summary>Takes no more calls, lets those under way end, and brings their answers back.</summary>
    public async Task StopAsync()
    {
        await _workers.StopAsync(TimeSpan.FromMilliseconds(_options.DrainMs)).ConfigureAwait(false);
        _answers.Writer.TryComplete();
        try
        {
            await _submitter.WaitAsync(TimeSpan.FromMilliseconds(_options.DrainMs), _time).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            await _threads.CancelAsync(_stopped).ConfigureAwait(false);
            await _submitter.ConfigureAwait(false);
        }
    }

    /// <summary>Stops and releases.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        await _workers.DisposeAsync().ConfigureAwait(false);
        _stopped.Dispose();
    }

    private static ConnectorAnswer AnswerOf(in ConnectorCall call, ConnectorReply reply) => new()
    {
        PaymentId = call.PaymentId,
        Merchant = call.Merchant,
        Amount = call.Amount,
        ActionId = call.ActionId,
        Call = call.Call,
        Reference = reply.Reference,
        Send = call.Send,
        Attempt = call.Attempt,
        Connector = call.Connector,
        DeclineCode = reply.DeclineCode,
        Kind = call.Kind,
        Outcome = reply.Outcome,
    };

    private async ValueTask CallAsync(ConnectorCall call, CancellationToken cancellationToken)
    {
        ConnectorReply reply;
        if (_circuits.TryGetValue(call.Connector, out ConnectorCircuit? circuit))
        {
            Interlocked.Increment(ref _callsMade);
            call.Run = _run;
            reply = await circuit.CallAsync(call, cancellationToken).ConfigureAwait(false);
            if (reply.Outcome == ConnectorOutcome.Failed && call.IsResumed != 0)
            {
                reply = new ConnectorReply(ConnectorOutcome.Unknown);
            }
        }
        else
        {
            reply = Unsent(call);
        }

        // A channel wakes writers that wait for room on the thread pool, whatever it was asked for.
        ConnectorAnswer answer = AnswerOf(call, reply);
        while (!_answers.Writer.TryWrite(answer))
        {
            await RetryDelayAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private bool AnswerUnsent(in ConnectorCall call) => TryAnswer(call, Unsent(call));

    private static ConnectorReply Unsent(in ConnectorCall call) =>
        new(call.IsSync != 0 || call.IsResumed != 0 ? ConnectorOutcome.Unknown : ConnectorOutcome.Failed);

    private bool TryAnswer(in ConnectorCall call, ConnectorReply reply)
    {
        bool taken = _answers.Writer.TryWrite(AnswerOf(call, reply));
        if (!taken)
        {
            Interlocked.Increment(ref _answersRefused);
        }

        return taken;
    }

    private async Task SubmitAnswersAsync()
    {
        try
        {
            await foreach (ConnectorAnswer answer in _answers.Reader.ReadAllAsync(_stopped.Token).ConfigureAwait(false))
            {
                bool? taken;
                while ((taken = TrySubmit(answer)) == false)
                {
                    await RetryDelayAsync(_stopped.Token).ConfigureAwait(false);
                }

                Interlocked.Increment(ref taken is null ? ref _answersRefused : ref _answersSubmitted);
            }
        }
        catch (OperationCanceledException) when (_stopped.IsCancellationRequested)
        {
            // The machine asks about unanswered calls after the next start.
        }
    }

    private Task RetryDelayAsync(CancellationToken cancellationToken) =>
        _threads.DelayAsync(TimeSpan.FromMilliseconds(_options.SubmitRetryMs), _time, cancellationToken);

    // False: there is no room now. Null: this answer is refused for good.
    private bool? TrySubmit(ConnectorAnswer answer)
    {
        try
        {
            return _partitions.TrySubmit(
                answer.Merchant,
                Operation.ConnectorAnswers,
                MemoryMarshal.AsBytes(new ReadOnlySpan<ConnectorAnswer>(in answer)));
        }
        catch (Exception)
        {
            // A connector tells what it likes; an answer that is none must not keep the others from coming back.
            return null;
        }
    }
}
