using FastCore.Payments.Payments;
using FastCore.Protocol.Payments;

namespace FastCore.Node.Connectors;

/// <summary>
/// A bank that misbehaves on purpose, the same way for the same seed: slow, declining, failing, losing requests and
/// answers, answering late and twice. Its own books are always right, so a status question tells the truth, and the
/// same call is done once however often it comes.
/// </summary>
public sealed class SimulatedBank : IConnector
{
    private const int RedeliveryMs = 100;

    private readonly SimulatedBankOptions _options;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly Dictionary<CallIdentity, BankEntry> _entries = [];
    private ulong _lastReference;

    /// <summary>Makes a bank.</summary>
    /// <param name="number">Connector number, 1 … 255.</param>
    /// <param name="options">Its behaviour.</param>
    /// <param name="time">Time of its latencies.</param>
    public SimulatedBank(ushort number, SimulatedBankOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfZero(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, PaymentLimits.ConnectorMax);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.LatencyMinMs, options.LatencyMaxMs);
        Number = number;
        _options = options;
        _time = time ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    public ushort Number { get; }

    /// <inheritdoc/>
    public string Name => $"simulated-bank-{Number}";

    /// <inheritdoc/>
    public IConnectorListener? Listener { get; set; }

    /// <summary>What the payer of a payment has really been charged, refunds deducted, over all attempts.</summary>
    public long ChargedNet(ulong merchant, UInt128 paymentId)
    {
        lock (_gate)
        {
            return _entries
                .Where(pair => pair.Key.Merchant == merchant && pair.Key.PaymentId == paymentId)
                .Sum(pair => pair.Value.Charged);
        }
    }

    /// <summary>Charges that were made for a payment, over all attempts.</summary>
    public int ChargeCount(ulong merchant, UInt128 paymentId)
    {
        lock (_gate)
        {
            return _entries.Count(pair =>
                pair.Key.Merchant == merchant && pair.Key.PaymentId == paymentId && pair.Value.Charged > 0);
        }
    }

    /// <inheritdoc/>
    public ValueTask<ConnectorReply> AuthorizeAsync(ConnectorCall call, CancellationToken cancellationToken) =>
        DoAsync(call, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ConnectorReply> CaptureAsync(ConnectorCall call, CancellationToken cancellationToken) =>
        DoAsync(call, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ConnectorReply> VoidAsync(ConnectorCall call, CancellationToken cancellationToken) =>
        DoAsync(call, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<ConnectorReply> RefundAsync(ConnectorCall call, CancellationToken cancellationToken) =>
        DoAsync(call, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<ConnectorReply> SyncAsync(ConnectorCall call, CancellationToken cancellationToken)
    {
        BankEntry entry;
        BankDraws draws;
        lock (_gate)
        {
            entry = _entries.GetValueOrDefault(CallIdentity.Of(call));
            entry.Tries++;
            _entries[CallIdentity.Of(call)] = entry;
            draws = new BankDraws(_options.Seed, call, Number, entry.Tries);
        }

        int latencyMs = draws.Between(_options.LatencyMinMs, _options.LatencyMaxMs);
        await DelayAsync(latencyMs, cancellationToken).ConfigureAwait(false);
        return draws.Hits(_options.SyncUnknownPpm) ? new ConnectorReply(ConnectorOutcome.Unknown)
            : entry.Outcome == ConnectorOutcome.None ? new ConnectorReply(ConnectorOutcome.NotFound)
            : entry.Reply;
    }

    private async ValueTask<ConnectorReply> DoAsync(ConnectorCall call, CancellationToken cancellationToken)
    {
        BankDraws draws;
        ConnectorReply reply;
        int latencyMs;
        bool isLost;
        lock (_gate)
        {
            BankEntry entry = _entries.GetValueOrDefault(CallIdentity.Of(call));
            entry.Tries++;
            draws = new BankDraws(_options.Seed, call, Number, entry.Tries);
            latencyMs = draws.Between(_options.LatencyMinMs, _options.LatencyMaxMs);
            isLost = draws.Hits(_options.RequestLostPpm);
            bool isFailed = draws.Hits(_options.FailedPpm);
            if (entry.Outcome == ConnectorOutcome.None && !isLost && !isFailed)
            {
                Enter(call, ref entry, draws.Hits(_options.DeclinedPpm));
            }

            reply = entry.Outcome == ConnectorOutcome.None ? new ConnectorReply(ConnectorOutcome.Failed) : entry.Reply;
            _entries[CallIdentity.Of(call)] = entry;
        }

        if (isLost || draws.Hits(_options.ReplyLostPpm))
        {
            await DelayAsync(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
        }

        if (draws.Hits(_options.ReplyLatePpm))
        {
            _ = NotifyAsync(call, reply, _options.LateMs);
            await DelayAsync(Timeout.Infinite, cancellationToken).ConfigureAwait(false);
        }

        await DelayAsync(latencyMs, cancellationToken).ConfigureAwait(false);
        if (draws.Hits(_options.DuplicatePpm))
        {
            _ = NotifyAsync(call, reply, latencyMs);
        }

        return reply;
    }

    // The bank's books: one entry per call, with the money that it moved.
    private void Enter(in ConnectorCall call, ref BankEntry entry, bool declines)
    {
        bool isDeclined = declines && call.Kind == ConnectorCallKind.Authorize;
        entry.Outcome = isDeclined ? ConnectorOutcome.Declined : ConnectorOutcome.Approved;
        entry.DeclineCode = isDeclined ? DeclineCode.IssuerDoNotHonour : DeclineCode.None;
        entry.Reference = ++_lastReference;
        entry.Charged = isDeclined ? 0 : call.Kind switch
        {
            ConnectorCallKind.Authorize => call.IsSale != 0 ? (long)call.Amount : 0,
            ConnectorCallKind.Capture => (long)call.Amount,
            ConnectorCallKind.Refund => -(long)call.Amount,
            _ => 0,
        };
    }

    // A notification is sent again until it is taken, as webhooks are.
    private async Task NotifyAsync(ConnectorCall call, ConnectorReply reply, int afterMs)
    {
        await DelayAsync(afterMs, CancellationToken.None).ConfigureAwait(false);
        while (Listener is { } listener && !listener.TryAccept(call, reply))
        {
            await DelayAsync(RedeliveryMs, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private Task DelayAsync(int milliseconds, CancellationToken cancellationToken) =>
        milliseconds == 0
            ? Task.CompletedTask
            : Task.Delay(
                milliseconds < 0 ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(milliseconds),
                _time,
                cancellationToken);

    private struct BankEntry
    {
        public ConnectorOutcome Outcome;
        public DeclineCode DeclineCode;
        public ulong Reference;
        public long Charged;
        public int Tries;

        public readonly ConnectorReply Reply => new(Outcome, DeclineCode, Reference);
    }
}
