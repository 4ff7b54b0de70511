using System.Runtime.CompilerServices;
using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Tables;
using FastCore.Engine.Time;
using FastCore.Protocol.Payments;
using LedgerCore = FastCore.Payments.Ledger.Ledger;

namespace FastCore.Payments.Payments;

/// <summary>
/// The state of the payments of one partition and the few ways in which it changes. Rows of the histories never change:
/// a change appends a new version and moves the index to it.
/// </summary>
internal sealed class PaymentStore : IDisposable
{
    private readonly IStatePart[] _parts;

    public PaymentStore(PartitionContext context, LedgerCore ledger, PaymentsOptions options)
    {
        Options = options;
        Ledger = ledger;
        Time = context.Time;
        Effects = context.Effects;
        Index = context.Storage.Records;
        Payments = context.Storage.OpenHistory<PaymentRow>("payments");
        Orders = context.Storage.OpenHistory<OrderRow>("orders");
        Actions = context.Storage.OpenHistory<ActionRow>("payment-actions");
        Merchants = new("merchants", 1, options.MerchantsMax);
        Open = new("open-payments", 1, options.OpenPaymentsMax);

        // A second share is for undoing late approvals. What expires is released by a call that nothing can refuse, so
        // every open payment has a place: calls and open payments together never outgrow the table.
        Calls = new(
            "connector-calls", 1, (int)Math.Min(1 << 30, (2L * options.OpenCallsMax) + options.OpenPaymentsMax));
        _parts = [Merchants, Open, Calls, Numbers, Payments, Orders, Actions];
    }

    public PaymentsOptions Options { get; }

    public LedgerCore Ledger { get; }

    public EventClock Time { get; }

    public EffectQueue Effects { get; }

    public IRecordIndex Index { get; }

    public IHistory<PaymentRow> Payments { get; }

    public IHistory<OrderRow> Orders { get; }

    public IHistory<ActionRow> Actions { get; }

    public OffHeapTable<MerchantKey, MerchantRow> Merchants { get; }

    public OffHeapTable<PaymentKey, OpenPaymentRow> Open { get; }

    public OffHeapTable<CallKey, CallRow> Calls { get; }

    public CallNumbers Numbers { get; } = new();

    public PaymentTimers Timers { get; } = new();

    public IReadOnlyList<IStatePart> Parts => _parts;

    /// <summary>Whether a request may open one more connector call.</summary>
    public bool HasRoomForCall => Calls.Count < Options.OpenCallsMax;

    /// <summary>Whether the undoing of a late approval may open one more connector call.</summary>
    public bool HasRoomForLateApproval => Calls.Count < 2L * Options.OpenCallsMax;

    /// <summary>Finds the newest version of a record.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFind(UInt128 id, byte kind, ulong merchant, out long position)
    {
        bool found = Index.TryGet(RecordKey.Of(id, kind, merchant), out ulong value);
        position = (long)value;
        return found;
    }

    /// <summary>Appends the first version of a payment, filled in by the caller but for what versions need.</summary>
    public void CreatePayment(ref PaymentRow row, PaymentState state)
    {
        row.State = state;
        row.Previous = -1;
        row.CreatedAt = Time.Next();
        AppendPayment(ref row, PaymentState.None, PaymentEvent.Create, row.CreatedAt);
    }

    /// <summary>Appends the next version of a payment.</summary>
    /// <param name="row">The changed copy of the version at <paramref name="position"/>.</param>
    /// <param name="position">Where the version before lies.</param>
    /// <param name="previous">Its state.</param>
    /// <param name="happened">What changed it.</param>
    public void ChangePayment(ref PaymentRow row, long position, PaymentState previous, PaymentEvent happened)
    {
        row.Previous = position;
        AppendPayment(ref row, previous, happened, Time.Next());
    }

    /// <summary>Appends a version of an order; <paramref name="position"/> is −1 for the first.</summary>
    public void AppendOrder(ref OrderRow row, long position)
    {
        row.Previous = position;
        row.Record.Timestamp = Time.Next();
        if (position < 0)
        {
            row.Record.CreatedAt = row.Record.Timestamp;
        }

        ulong next = (ulong)Orders.Count;
        Orders.Append() = row;
        Index.Set(RecordKey.Of(row.Record.Id, RecordKinds.Order, row.Record.Merchant), next);
    }

    /// <summary>Appends a version of an action; <paramref name="position"/> is −1 for the first.</summary>
    public void AppendAction(ref ActionRow row, long position)
    {
        row.Previous = position;
        row.Timestamp = Time.Next();
        if (position < 0)
        {
            row.CreatedAt = row.Timestamp;
        }

        if (row.State != RefundState.Pending)
        {
            row.AnsweredAt = row.Timestamp;
        }

        ulong next = (ulong)Actions.Count;
        Actions.Append() = row;
        Index.Set(RecordKey.Of(row.Id, row.Kind, row.Merchant), next);
    }

    public void Dispose()
    {
        Merchants.Dispose();
        Open.Dispose();
        Calls.Dispose();
    }

    // The first version that is not waiting carries the answer that every repetition of the request gets.
    private void AppendPayment(ref PaymentRow row, PaymentState previous, PaymentEvent happened, ulong timestamp)
    {
        if (!PaymentTransitions.Allows(previous, happened, row.State))
        {
            throw new InvalidOperationException($"A payment would go from {previous} by {happened} to {row.State}.");
        }

        row.Timestamp = timestamp;
        row.VersionNumber = (ushort)Math.Min(row.VersionNumber + 1, ushort.MaxValue);
        if (row.AnswerState == PaymentState.None && row.State is not (PaymentState.Created or PaymentState.Processing))
        {
            row.AnswerState = row.State;
            row.AnsweredAt = timestamp;
        }

        ulong next = (ulong)Payments.Count;
        Payments.Append() = row;
        Index.Set(RecordKey.Of(row.Id, RecordKinds.Payment, row.Merchant), next);
    }
}
