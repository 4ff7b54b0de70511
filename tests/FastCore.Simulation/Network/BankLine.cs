using FastCore.Node.Connectors;
using FastCore.Payments.Payments;
using FastCore.Protocol.Payments;
using FastCore.Testing;

namespace FastCore.Simulation.Network;

/// <summary>
/// The line between one node process and a bank. The bank errs in its own ways, answers late, twice or never; the line
/// adds those that no honest bank has: calls that end with an exception, and notifications that contradict an answer or
/// tell of calls that were never made. When the process is killed nothing comes through any more, in either direction.
/// </summary>
public sealed class BankLine : IConnector, IConnectorListener
{
    private const int Million = 1_000_000;
    private const int RedeliveryMs = 100;

    private readonly IConnector _bank;
    private readonly BankLineOptions _options;
    private readonly SeededRandom _random;
    private readonly TimeProvider _time;
    private bool _isCut;

    /// <summary>Makes the line of one process; the bank's notifications come by it from now on.</summary>
    /// <param name="bank">The bank, which outlives the process.</param>
    /// <param name="options">What goes wrong.</param>
    /// <param name="random">When it goes wrong.</param>
    /// <param name="time">The time of the world, not of the process.</param>
    public BankLine(IConnector bank, BankLineOptions options, SeededRandom random, TimeProvider time)
    {
        _bank = bank;
        _options = options;
        _random = random;
        _time = time;
        bank.Listener = this;
    }

    /// <inheritdoc/>
    public ushort Number => _bank.Number;

    /// <inheritdoc/>
    public string Name => _bank.Name;

    /// <inheritdoc/>
    public IConnectorListener? Listener { get; set; }

    /// <summary>The process is gone: calls under way never end, and the bank keeps its notifications.</summary>
    public void Cut() => _isCut = true;

    /// <inheritdoc/>
    public ValueTask<ConnectorReply> AuthorizeAsync(ConnectorCall call, CancellationToken cancellationToken) =>
        PassAsync(call, _bank.AuthorizeAsync, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ConnectorReply> CaptureAsync(ConnectorCall call, CancellationToken cancellationToken) =>
        PassAsync(call, _bank.CaptureAsync, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ConnectorReply> VoidAsync(ConnectorCall call, CancellationToken cancellationToken) =>
        PassAsync(call, _bank.VoidAsync, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ConnectorReply> RefundAsync(ConnectorCall call, CancellationToken cancellationToken) =>
        PassAsync(call, _bank.RefundAsync, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ConnectorReply> SyncAsync(ConnectorCall call, CancellationToken cancellationToken) =>
        PassAsync(call, _bank.SyncAsync, cancellationToken);

    /// <inheritdoc/>
    public bool TryAccept(in ConnectorCall call, ConnectorReply reply) =>
        !_isCut && Listener is { } listener && listener.TryAccept(call, reply);

    // The bank is not told when the caller gives up, and a call that is given up ends on the thread that gave it up.
    private async ValueTask<ConnectorReply> PassAsync(
        ConnectorCall call, Func<ConnectorCall, CancellationToken, ValueTask<ConnectorReply>> send,
        CancellationToken cancellationToken)
    {
        TaskCompletionSource<ConnectorReply> outcome = new();
        if (!_isCut)
        {
            _ = BringAsync(call, send(call, CancellationToken.None), outcome);
        }

        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource<ConnectorReply>)state!).TrySetCanceled(token), outcome);
        return await outcome.Task.ConfigureAwait(false);
    }

    private async Task BringAsync(
        ConnectorCall call, ValueTask<ConnectorReply> answer, TaskCompletionSource<ConnectorReply> outcome)
    {
        bool breaks = Hits(_options.BrokenPpm);
        bool contradicts = Hits(_options.ContradictedPpm);
        if (Hits(_options.UnaskedPpm))
        {
            _ = NotifyAsync(Unasked(call), new ConnectorReply(ConnectorOutcome.Approved));
        }

        ConnectorReply reply = await answer.ConfigureAwait(false);
        if (_isCut)
        {
            return;
        }

        if (contradicts)
        {
            _ = NotifyAsync(call, Opposite(reply));
        }

        if (breaks)
        {
            outcome.TrySetException(new IOException("The line broke before the answer came."));
        }
        else
        {
            outcome.TrySetResult(reply);
        }
    }

    // As the bank does, a line sends a notification again until it is taken, or the process is gone.
    private async Task NotifyAsync(ConnectorCall call, ConnectorReply reply)
    {
        int waitMs = _random.Between(1, _options.NotifiedMaxMs);
        do
        {
            await Task.Delay(TimeSpan.FromMilliseconds(waitMs), _time, CancellationToken.None).ConfigureAwait(false);
            waitMs = RedeliveryMs;
        }
        while (!_isCut && !TryAccept(call, reply));
    }

    private ConnectorCall Unasked(ConnectorCall call)
    {
        switch (_random.Below(4))
        {
            case 0:
                call.Call += (ulong)_random.Between(1, 1_000);
                break;
            case 1:
                call.PaymentId = _random.NextId();
                break;
            case 2:
                call.Merchant = _random.Skewed();
                break;
            default:
                call.Attempt++;
                break;
        }

        return call;
    }

    private ConnectorReply Opposite(ConnectorReply reply) => reply.Outcome switch
    {
        ConnectorOutcome.Approved when _random.OneIn(2) =>
            new ConnectorReply(ConnectorOutcome.Declined, DeclineCode.IssuerDoNotHonour, reply.Reference),
        ConnectorOutcome.Approved => new ConnectorReply(ConnectorOutcome.Failed),
        _ => new ConnectorReply(ConnectorOutcome.Approved, DeclineCode.None, _random.Next()),
    };

    private bool Hits(int ppm) => _random.Below(Million) < ppm;
}
