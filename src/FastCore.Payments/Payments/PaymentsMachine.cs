using System.Runtime.InteropServices;
using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Protocol.Payments;
using LedgerCore = FastCore.Payments.Ledger.Ledger;

namespace FastCore.Payments.Payments;

/// <summary>
/// Payments of one partition: operations 200–210 and 900, on top of the ledger of the same partition. Register it after
/// the ledger's machine, whose state it posts into.
/// </summary>
public sealed class PaymentsMachine : IStateMachine, IDisposable
{
    private readonly PaymentStore _store;
    private readonly MerchantOperations _merchants;
    private readonly OrderOperations _orders;
    private readonly PaymentCreation _creation;
    private readonly PaymentActions _actions;
    private readonly PaymentReviews _reviews;
    private readonly ConnectorCalls _calls;
    private readonly ConnectorAnswers _answers;
    private readonly PaymentLookups _lookups;
    private readonly PaymentInvariants _invariants;
    private readonly PaymentPrefetch _prefetch;
    private readonly PaymentsAhead _ahead;
    private CreatePayment[] _payments = [];

    /// <summary>Makes the machine over empty state; recovery fills it.</summary>
    /// <param name="context">What it shares with the other domains of its partition.</param>
    /// <param name="ledger">The books it posts into.</param>
    /// <param name="options">Settings.</param>
    /// <param name="screen">Looks at payments before their money moves; null = nobody does.</param>
    public PaymentsMachine(
        PartitionContext context, LedgerCore ledger, PaymentsOptions options, IPaymentScreen? screen = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(ledger);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _store = new PaymentStore(context, ledger, options);
        PaymentPostings postings = new(ledger);
        _merchants = new MerchantOperations(_store, postings);
        _orders = new OrderOperations(_store);
        PaymentSteps steps = new(_store, postings, _orders);
        _calls = new ConnectorCalls(_store);
        _creation = new PaymentCreation(_store, postings, _orders, steps, _calls, screen);
        _reviews = new PaymentReviews(_store, steps, _orders, _calls);
        _actions = new PaymentActions(_store, postings, _orders, steps, _calls);
        _answers = new ConnectorAnswers(_store, postings, _orders, steps, _calls);
        _lookups = new PaymentLookups(_store);
        _invariants = new PaymentInvariants(_store);
        _prefetch = new PaymentPrefetch(_store, screen);
        _ahead = new PaymentsAhead(_store, ledger, screen);
    }

    /// <inheritdoc/>
    public ulong NextTimerNs => _store.Timers.NextDueNs;

    /// <inheritdoc/>
    public ulong TimerLimitNs(ulong timeNs, int timersMax) => _store.Timers.DueLimitNs(timeNs, timersMax);

    /// <inheritdoc/>
    public IReadOnlyList<IStatePart> Parts => _store.Parts;

    /// <inheritdoc/>
    public CommandKind KindOf(ushort operation) => (Operation)operation switch
    {
        >= Operation.CreateMerchants and <= Operation.RefundPayments => CommandKind.Write,
        Operation.FundMerchants or Operation.ConnectorAnswers or Operation.CreateObservedPayments => CommandKind.Write,
        >= Operation.LookupMerchants and <= Operation.LookupRefunds => CommandKind.Read,
        _ => CommandKind.Unknown,
    };

    /// <inheritdoc/>
    public void Prefetch(in CommandHeader command, ReadOnlySpan<byte> body) =>
        _prefetch.Begin((Operation)command.Operation, body);

    /// <inheritdoc/>
    public void CompletePrefetch() => _prefetch.Complete();

    /// <inheritdoc/>
    public void BeginBatch() => _prefetch.Clear();

    /// <inheritdoc/>
    public void FireTimers()
    {
        while (_store.Timers.TryTake(_store.Time.BatchNs, out bool isCall, out int slot))
        {
            if (isCall)
            {
                _answers.CallDue(slot);
            }
            else
            {
                _answers.WindowDue(slot);
            }
        }
    }

    /// <inheritdoc/>
    public int Execute(in CommandHeader command, ReadOnlySpan<byte> body, Span<byte> reply)
    {
        Span<PaymentResult> results = MemoryMarshal.Cast<byte, PaymentResult>(reply);
        switch ((Operation)command.Operation)
        {
            case Operation.CreatePayments:
                return CreatePayments(Elements<CreatePayment>(body), default, results);
            case Operation.CreateObservedPayments:
                return CreateObserved(Elements<ObservedPayment>(body), results);
            case Operation.CapturePayments:
            case Operation.VoidPayments:
            case Operation.RefundPayments:
            case Operation.FundMerchants:
                return Act((Operation)command.Operation, Elements<PaymentAction>(body), results);
            case Operation.CreateOrders:
                return CreateOrders(Elements<CreateOrder>(body), results);
            case Operation.CreateMerchants:
                return CreateMerchants(Elements<CreateMerchant>(body), results);
            case Operation.ConnectorAnswers:
                return ApplyAnswers(Elements<ConnectorAnswer>(body), results);
            default:
                throw new InvalidOperationException($"Operation {command.Operation} is not a write of payments.");
        }
    }

    /// <inheritdoc/>
    public bool Read(
        in CommandHeader command, ReadOnlySpan<byte> body, ref ReadCursor cursor, Span<byte> reply, out int length) =>
        _lookups.Read((Operation)command.Operation, body, ref cursor, reply, out length);

    /// <inheritdoc/>
    public void RebuildDerived() => new PaymentRecovery(_store, _orders, _calls).Rebuild();

    /// <inheritdoc/>
    public void ResumeEffects() => _calls.Resume();

    /// <inheritdoc/>
    public string? CheckInvariants() => _invariants.Check();

    /// <summary>
    /// Releases or voids a payment that is held for review. Part of the command that ends the review.
    /// </summary>
    /// <param name="merchant">Its merchant.</param>
    /// <param name="payment">Its id.</param>
    /// <param name="isApproved">Release it; false: void it.</param>
    public FraudStatus Resolve(ulong merchant, UInt128 payment, bool isApproved) =>
        _reviews.Resolve(merchant, payment, isApproved);

    /// <summary>Brings what <see cref="Resolve"/> will touch into memory.</summary>
    /// <param name="merchant">The merchant.</param>
    /// <param name="payment">The payment's id.</param>
    public void PrefetchReview(ulong merchant, UInt128 payment) => _prefetch.BeginReview(merchant, payment);

    /// <summary>Frees the tables. The histories belong to the storage.</summary>
    public void Dispose() => _store.Dispose();

    private static ReadOnlySpan<T> Elements<T>(ReadOnlySpan<byte> body)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(body);

    // Observed payments carry what the partitions of their cards handed over, if those are others.
    private int CreatePayments(
        ReadOnlySpan<CreatePayment> requests, ReadOnlySpan<ObservedPayment> observed, Span<PaymentResult> results)
    {
        CardFeatures none = default;
        _ahead.Begin();
        for (int i = 0; i < requests.Length; i++)
        {
            ref readonly CardFeatures card = ref observed.IsEmpty ? ref none : ref observed[i].Card;
            results[i] = _creation.Create(requests[i], card, _ahead.Next(requests, observed));
        }

        return requests.Length * PaymentResult.Size;
    }

    private int CreateObserved(ReadOnlySpan<ObservedPayment> observed, Span<PaymentResult> results)
    {
        if (_payments.Length < observed.Length)
        {
            // Grows to the largest request ever seen, then allocates no more.
            _payments = new CreatePayment[observed.Length];
        }

        for (int i = 0; i < observed.Length; i++)
        {
            _payments[i] = observed[i].Payment;
        }

        return CreatePayments(_payments.AsSpan(0, observed.Length), observed, results);
    }

    private int Act(Operation operation, ReadOnlySpan<PaymentAction> requests, Span<PaymentResult> results)
    {
        for (int i = 0; i < requests.Length; i++)
        {
            results[i] = operation switch
            {
                Operation.CapturePayments => _actions.Capture(requests[i]),
                Operation.VoidPayments => _actions.Void(requests[i]),
                Operation.RefundPayments => _actions.Refund(requests[i]),
                _ => _merchants.Fund(requests[i]),
            };
        }

        return requests.Length * PaymentResult.Size;
    }

    private int CreateOrders(ReadOnlySpan<CreateOrder> requests, Span<PaymentResult> results)
    {
        for (int i = 0; i < requests.Length; i++)
        {
            results[i] = _orders.Create(requests[i]);
        }

        return requests.Length * PaymentResult.Size;
    }

    private int CreateMerchants(ReadOnlySpan<CreateMerchant> requests, Span<PaymentResult> results)
    {
        for (int i = 0; i < requests.Length; i++)
        {
            results[i] = _merchants.Create(requests[i]);
        }

        return requests.Length * PaymentResult.Size;
    }

    private int ApplyAnswers(ReadOnlySpan<ConnectorAnswer> answers, Span<PaymentResult> results)
    {
        for (int i = 0; i < answers.Length; i++)
        {
            results[i] = _answers.Apply(answers[i]);
        }

        return answers.Length * PaymentResult.Size;
    }
}
