using FastCore.Payments.Payments;
using FastCore.Protocol;
using FastCore.Protocol.Payments;
using FastCore.Simulation.Domains;

namespace FastCore.Simulation.Payments;

/// <summary>Everything that the model knows, in plain dictionaries.</summary>
internal sealed class PaymentsState(PaymentsOptions options, IMerchantBooks books, ModelTime time)
{
    public PaymentsOptions Options { get; } = options;

    public IMerchantBooks Books { get; } = books;

    public ModelTime Time { get; } = time;

    public Dictionary<ulong, ModelMerchant> Merchants { get; } = [];

    public Dictionary<(ulong Merchant, UInt128 Id), ModelOrder> Orders { get; } = [];

    public Dictionary<(ulong Merchant, UInt128 Id), ModelPayment> Payments { get; } = [];

    public Dictionary<(ulong Merchant, Operation Operation, UInt128 Id), ModelAction> Actions { get; } = [];

    /// <summary>The undoings of late approvals, by payment and attempt: one each at most.</summary>
    public Dictionary<(ulong Merchant, UInt128 PaymentId, int Attempt), ModelAction> LateApprovals { get; } = [];

    /// <summary>Payments that something is expected of: a connector's answer, or their capture.</summary>
    public List<ModelPayment> Open { get; } = [];

    public ModelPlaces OpenPlaces { get; } = new();

    public ModelTransitions Transitions { get; } = new();

    public static PaymentResult Refusal(PaymentStatus code, PaymentState state = PaymentState.None) =>
        new() { Code = code, State = (byte)state };

    /// <summary>The answer to a repetition with the same content.</summary>
    public static PaymentResult Repeated(PaymentResult? final, PaymentResult waiting)
    {
        PaymentResult answer = final ?? waiting;
        answer.Flags = final is null ? PaymentResultFlags.None : PaymentResultFlags.Duplicate;
        answer.Code = final is null ? PaymentStatus.InProgress : answer.Code;
        return answer;
    }

    public void OpenPayment(ModelPayment payment)
    {
        payment.Place = OpenPlaces.Take();
        Open.Add(payment);
    }

    public void ClosePayment(ModelPayment payment)
    {
        OpenPlaces.GiveBack(payment.Place!.Value);
        Open.Remove(payment);
        payment.Place = null;
        payment.OpenCall = null;
        payment.Held = null;
    }

    /// <summary>A payment takes a state: its next version, and the first final answer once there is one.</summary>
    public void Note(ModelPayment payment, PaymentState state)
    {
        ref PaymentRecord record = ref payment.Record;
        Transitions.Note(record.State, state);
        record.State = state;
        record.Timestamp = Time.Next();
        record.CreatedAt = record.VersionNumber == 0 ? record.Timestamp : record.CreatedAt;
        record.VersionNumber = (ushort)Math.Min(record.VersionNumber + 1, ushort.MaxValue);
        if (payment.Answer is null && state is not (PaymentState.Created or PaymentState.Processing))
        {
            record.AnswerState = state;
            record.AnsweredAt = record.Timestamp;
            payment.Answer = new PaymentResult
            {
                Timestamp = record.Timestamp,
                Code = state == PaymentState.Failed ? PaymentStatus.Declined : PaymentStatus.Ok,
                State = (byte)state,
                DeclineCode = record.DeclineCode,
                Fee = record.Fee,
                Tax = record.Tax,
            };
        }
    }

    /// <summary>An action is accepted and waits for its connector.</summary>
    public void NoteWaiting(ModelAction action, PaymentState state)
    {
        action.Record.State = RefundState.Pending;
        action.Record.Timestamp = action.Record.CreatedAt = Time.Next();
        action.Waiting = new PaymentResult
        {
            Timestamp = action.Record.CreatedAt,
            Code = PaymentStatus.Processing,
            State = (byte)state,
        };
    }

    /// <summary>An action has its outcome.</summary>
    public void NoteDone(ModelAction action, PaymentState state, ulong fee = 0, ulong tax = 0)
    {
        action.Record.State = RefundState.Processed;
        NoteAnswered(action, new PaymentResult { Code = PaymentStatus.Ok, State = (byte)state, Fee = fee, Tax = tax });
    }

    /// <summary>An action was not done, and never will be.</summary>
    public void NoteFailed(ModelAction action, PaymentState state, DeclineCode reason)
    {
        action.Record.State = RefundState.Failed;
        action.Record.DeclineCode = reason;
        NoteAnswered(
            action, new PaymentResult { Code = PaymentStatus.Declined, State = (byte)state, DeclineCode = reason });
    }

    /// <summary>What an order has captured, has open, and how often it was tried changes.</summary>
    public void NoteOrder(ModelPayment payment, bool isTry, long openChange, ulong captured)
    {
        if (payment.Order is null)
        {
            return;
        }

        ref OrderRecord order = ref payment.Order.Record;
        order.Attempts += isTry ? 1u : 0u;
        order.AmountOpen = checked((ulong)((long)order.AmountOpen + openChange));
        order.AmountPaid = checked(order.AmountPaid + captured);
        order.AmountDue = checked(order.Amount - order.AmountPaid);
        order.PaymentId = captured != 0 ? payment.Record.Id : order.PaymentId;
        order.Timestamp = Time.Next();
    }

    private void NoteAnswered(ModelAction action, PaymentResult answer)
    {
        ulong nowNs = Time.Next();
        action.Record.CreatedAt = action.Record.CreatedAt == 0 ? nowNs : action.Record.CreatedAt;
        action.Record.AnsweredAt = action.Record.Timestamp = nowNs;
        answer.Timestamp = nowNs;
        action.Answer = answer;
    }
}
