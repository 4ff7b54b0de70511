using FastCore.Node.Connectors;
using FastCore.Payments.Payments;
using FastCore.Protocol.Payments;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace FastCore.Node.Flows;

/// <summary>
/// One connector behind its timeout and its circuit breaker. Says of every call what is known about it: a call that the
/// open circuit stopped was surely not made, a call that timed out or threw may have been.
/// </summary>
public sealed class ConnectorCircuit
{
    private readonly ResiliencePipeline<ConnectorReply> _pipeline;
    private readonly CircuitBreakerManualControl _manual = new();
    private readonly CircuitBreakerStateProvider _state = new();
    private readonly int _probes;
    private readonly TimeSpan _break;
    private int _probesPassed;

    internal ConnectorCircuit(IConnector connector, ConnectorFlowOptions options, TimeProvider time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BreakProbes, 1);
        Connector = connector;
        _probes = options.BreakProbes;
        _break = TimeSpan.FromMilliseconds(options.BreakMs);
        CircuitBreakerStrategyOptions<ConnectorReply> breaker = new()
        {
            FailureRatio = options.BreakRatio,
            SamplingDuration = TimeSpan.FromMilliseconds(options.BreakWindowMs),
            MinimumThroughput = options.BreakMinimumCalls,
            BreakDuration = _break,
            ManualControl = _manual,
            StateProvider = _state,
            ShouldHandle = arguments => ValueTask.FromResult(KeepsOpen(IsTrouble(arguments.Outcome))),
            BreakDurationGenerator = _ => ValueTask.FromResult(NextBreak()),
        };
        _pipeline = new ResiliencePipelineBuilder<ConnectorReply> { TimeProvider = time }
            .AddCircuitBreaker(breaker)
            .AddTimeout(TimeSpan.FromMilliseconds(options.CallTimeoutMs))
            .Build();
    }

    /// <summary>The connector.</summary>
    public IConnector Connector { get; }

    /// <summary>Where the circuit stands.</summary>
    public CircuitState State => _state.CircuitState;

    /// <summary>Lets no call through until <see cref="CloseAsync"/>.</summary>
    public Task IsolateAsync() => _manual.IsolateAsync();

    /// <summary>Lets calls through again.</summary>
    public Task CloseAsync() => _manual.CloseAsync();

    /// <summary>Makes a call.</summary>
    internal async ValueTask<ConnectorReply> CallAsync(ConnectorCall call, CancellationToken cancellationToken)
    {
        // A question that failed says nothing about the call that it asked about, and a call that may have been made
        // before the restart is not proven undone by a failure now.
        bool provesNothing = call.IsSync != 0 || call.IsResumed != 0;
        try
        {
            ConnectorReply reply = await _pipeline
                .ExecuteAsync(
                    static (state, token) => SendAsync(state.Connector, state.Call, token),
                    (Connector, Call: call),
                    cancellationToken)
                .ConfigureAwait(false);

            return provesNothing && reply.Outcome == ConnectorOutcome.Failed
                ? new ConnectorReply(ConnectorOutcome.Unknown)
                : reply;
        }
        catch (BrokenCircuitException)
        {
            return new ConnectorReply(provesNothing ? ConnectorOutcome.Unknown : ConnectorOutcome.Failed);
        }
        catch (TimeoutRejectedException)
        {
            return new ConnectorReply(ConnectorOutcome.Unknown);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            // Whatever a connector throws, the call may have been made.
            return new ConnectorReply(ConnectorOutcome.Unknown);
        }
    }

    // A decline is a healthy answer; only trouble on the way counts.
    private static bool IsTrouble(Outcome<ConnectorReply> outcome) => outcome.Exception is { } thrown
        ? thrown is not OperationCanceledException
        : outcome.Result.Outcome is ConnectorOutcome.Failed or ConnectorOutcome.Unknown;

    /// <summary>
    /// The breaker closes on the first probe that it is not told of as trouble. So a probe that passed but is not the
    /// last one opens it once more, for no time at all: the next call is the next probe.
    /// </summary>
    private bool KeepsOpen(bool isTrouble)
    {
        bool isPassedProbe = !isTrouble && _state.CircuitState == CircuitState.HalfOpen;
        if (isPassedProbe && Interlocked.Increment(ref _probesPassed) < _probes)
        {
            return true;
        }

        if (isTrouble || isPassedProbe)
        {
            Volatile.Write(ref _probesPassed, 0);
        }

        return isTrouble;
    }

    private TimeSpan NextBreak() => Volatile.Read(ref _probesPassed) > 0 ? TimeSpan.Zero : _break;

    private static ValueTask<ConnectorReply> SendAsync(
        IConnector connector, ConnectorCall call, CancellationToken token) =>
        call.IsSync != 0
            ? connector.SyncAsync(call, token)
            : call.Kind switch
            {
                ConnectorCallKind.Authorize => connector.AuthorizeAsync(call, token),
                ConnectorCallKind.Capture => connector.CaptureAsync(call, token),
                ConnectorCallKind.Void => connector.VoidAsync(call, token),
                ConnectorCallKind.Refund => connector.RefundAsync(call, token),
                _ => throw new InvalidOperationException($"A call of kind {call.Kind} has nothing to do."),
            };
}
