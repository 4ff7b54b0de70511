using System.Runtime.InteropServices;
using FastCore.Payments.Payments;
using FastCore.Protocol;
using FastCore.Protocol.Payments;
using FastCore.Simulation.Domains;

namespace FastCore.Simulation.Payments;

/// <summary>
/// The naive twin of payments (docs/PAYMENTS.md, docs/PROTOCOL.md): what each request and each connector's answer makes
/// of merchants, orders, payments and refunds, and which calls must leave for the connectors.
/// </summary>
/// <remarks>
/// Whoever drives it begins an entry in the shared <see cref="ModelTime"/>, then in the ledger's model, then here.
/// </remarks>
public sealed class PaymentsModel : IModel, IEffectModel
{
    private readonly PaymentsState _state;
    private readonly ModelCalls _calls;
    private readonly MerchantRules _merchants;
    private readonly OrderRules _orders;
    private readonly PaymentRules _payments;
    private readonly ActionRules _actions;
    private readonly AnswerRules _answers;
    private readonly PaymentsInvariants _invariants;

    /// <summary>Makes the model of an empty partition.</summary>
    /// <param name="options">The settings of the engine's machine.</param>
    /// <param name="books">The books of the merchants.</param>
    /// <param name="time">The partition's time, shared with the books.</param>
    public PaymentsModel(PaymentsOptions options, IMerchantBooks books, ModelTime time)
    {
        _state = new PaymentsState(options, books, time);
        _calls = new ModelCalls(_state);
        PaymentSteps steps = new(_state);
        _merchants = new MerchantRules(_state);
        _orders = new OrderRules(_state);
        _payments = new PaymentRules(_state, _orders, steps, _calls);
        _actions = new ActionRules(_state, steps, _calls);
        _answers = new AnswerRules(_state, steps, _calls);
        _invariants = new PaymentsInvariants(_state, _merchants);
    }

    /// <inheritdoc/>
    public Queue<ConnectorCall> CallsLeft => _calls.Left;

    /// <inheritdoc/>
    public int CallsOpen => _calls.Open.Count;

    /// <inheritdoc/>
    public IEnumerable<ExpectedCharge> Charges =>
        _state.Payments.Values.Where(payment => !payment.IsInstant).Select(payment =>
        {
            // After the last question an authorization is given up, whether it was made or not.
            PaymentRecord record = payment.Record;
            long net = (long)(record.AmountCaptured - record.AmountRefunded);
            bool isGivenUp = record.DeclineCode == DeclineCode.ConnectorTimeout && !payment.IsManual
                && !_state.LateApprovals.ContainsKey((record.Merchant, record.Id, record.Attempt));
            return new ExpectedCharge(record.Merchant, record.Id, net, isGivenUp ? (long)record.Amount : net);
        });

    /// <summary>The payments of a merchant, as they are looked up.</summary>
    public IEnumerable<PaymentRecord> PaymentsOf(ulong merchant) =>
        _state.Payments.Values.Select(payment => payment.Record).Where(record => record.Merchant == merchant);

    /// <summary>The changes of state that payments have gone through.</summary>
    public ModelTransitions Transitions => _state.Transitions;

    /// <inheritdoc/>
    public bool Knows(Operation operation) => operation
        is (>= Operation.CreateMerchants and <= Operation.FundMerchants) or Operation.ConnectorAnswers;

    /// <inheritdoc/>
    public void BeginEntry(ulong timestampNs) => _answers.FireDue();

    /// <inheritdoc/>
    public void Resume() => _calls.Resume();

    /// <inheritdoc/>
    public byte[] Execute(Operation operation, ulong key, ReadOnlySpan<byte> body) => operation switch
    {
        Operation.CreateMerchants => Each<CreateMerchant>(body, _merchants.Create),
        Operation.CreateOrders => Each<CreateOrder>(body, _orders.Create),
        Operation.CreatePayments => Each<CreatePayment>(body, _payments.Create),
        Operation.FundMerchants => Each<PaymentAction>(body, _merchants.Fund),
        Operation.ConnectorAnswers => Each<ConnectorAnswer>(body, _answers.Apply),
        _ => Each<PaymentAction>(body, request => _actions.Apply(operation, request)),
    };

    /// <inheritdoc/>
    public byte[] Read(Operation operation, ReadOnlySpan<byte> body)
    {
        ulong book = MemoryMarshal.Read<BookPrefix>(body).Book;
        ReadOnlySpan<byte> asked = body[BookPrefix.Size..];
        return operation switch
        {
            Operation.LookupMerchants => Found<ulong, MerchantRecord>(
                asked,
                id => id == book && _state.Merchants.TryGetValue(id, out ModelMerchant? merchant)
                    ? _merchants.RecordOf(merchant)
                    : null),
            Operation.LookupOrders => Found<UInt128, OrderRecord>(
                asked, id => _state.Orders.GetValueOrDefault((book, id))?.RecordAt(_state.Time.EntryNs)),
            Operation.LookupPayments => Found<UInt128, PaymentRecord>(
                asked, id => _state.Payments.GetValueOrDefault((book, id))?.Record),
            _ => Found<UInt128, RefundRecord>(asked, id => RefundOf(book, id)?.Record),
        };
    }

    /// <inheritdoc/>
    public string? CheckInvariants() => _invariants.Check();

    // What started by itself has no id of a client: it is found under the payment's, that of the newest attempt.
    private ModelAction? RefundOf(ulong merchant, UInt128 id) =>
        _state.Actions.GetValueOrDefault((merchant, Operation.RefundPayments, id))
        ?? Enumerable.Range(1, PaymentLimits.RouteMax).Reverse()
            .Select(attempt => _state.LateApprovals.GetValueOrDefault((merchant, id, attempt)))
            .FirstOrDefault(undoing => undoing is not null);

    private static byte[] Each<T>(ReadOnlySpan<byte> body, Func<T, PaymentResult> execute)
        where T : unmanaged
    {
        List<PaymentResult> results = [];
        foreach (T element in MemoryMarshal.Cast<byte, T>(body))
        {
            results.Add(execute(element));
        }

        return MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(results)).ToArray();
    }

    private static byte[] Found<TId, TRecord>(ReadOnlySpan<byte> asked, Func<TId, TRecord?> find)
        where TId : unmanaged
        where TRecord : unmanaged
    {
        List<TRecord> records = [];
        foreach (TId id in MemoryMarshal.Cast<byte, TId>(asked))
        {
            if (find(id) is { } record)
            {
                records.Add(record);
            }
        }

        return MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(records)).ToArray();
    }
}
