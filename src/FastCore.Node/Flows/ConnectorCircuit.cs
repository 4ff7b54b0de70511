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

    internal ConnectorCircuit(IConnector connector, ConnectorFlowOptions options, TimeProvider time)
    {
        Connector = connector;
        CircuitBreakerStrategyOptions<ConnectorReply> breaker = new()
        {
            FailureRatio = options.BreakRatio,
            SamplingDuration = TimeSpan.FromMilliseconds(options.BreakWindowMs),
            MinimumThroughput = options.BreakMinimumCalls,
            BreakDuration = TimeSpan.FromMilliseconds(options.BreakMs),
            ManualControl = _manual,
            StateProvider = _state,

            // A decline is a healthy answer; only trouble on the way counts.
            ShouldHandle = static arguments => ValueTask.FromResult(arguments.Outcome.Exception is { } thrown
                ? thrown is not OperationCanceledException
                : arguments.Outcome.Result.Outcome is ConnectorOutcome.Failed or ConnectorOutcome.Unknown),
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
