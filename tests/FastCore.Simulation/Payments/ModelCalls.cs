using FastCore.Payments.Payments;
using FastCore.Protocol.Payments;

namespace FastCore.Simulation.Payments;

/// <summary>The calls to connectors that have no final answer, and what left the partition because of them.</summary>
internal sealed class ModelCalls(PaymentsState state)
{
    private const ulong NsPerMs = 1_000_000;

    private readonly ModelPlaces _places = new();
    private ulong _lastNumber;

    /// <summary>By number.</summary>
    public Dictionary<ulong, ModelCall> Open { get; } = [];

    /// <summary>What left, oldest first; whoever compares takes it out.</summary>
    public Queue<ConnectorCall> Left { get; } = [];

    /// <summary>Whether a request may open one more call.</summary>
    public bool HasRoom => Open.Count < state.Options.OpenCallsMax;

    /// <summary>Whether the undoing of a late approval may open one more call.</summary>
    public bool HasRoomForLateApproval => Open.Count < 2 * state.Options.OpenCallsMax;

    /// <summary>Asks the connector of the current attempt to approve.</summary>
    public void Authorize(ModelPayment payment)
    {
        ConnectorCall call = CallOf(payment, ConnectorCallKind.Authorize);
        call.Amount = payment.Record.Amount;
        call.Card = payment.Record.Card;
        call.Method = payment.Record.Method;
        call.IsSale = payment.IsManual ? (byte)0 : (byte)1;
        payment.OpenCall = Send(call, payment, null, isAutomatic: false);
    }

    /// <summary>Asks the connector to carry out an action.</summary>
    public ModelCall Act(ModelPayment payment, ModelAction action, ConnectorCallKind kind, bool isAutomatic = false)
    {
        ConnectorCall call = CallOf(payment, kind);
        call.Amount = action.Record.Amount;
        call.ActionId = action.Record.Id;
        call.Attempt = action.Record.Attempt;
        call.Connector = action.Record.Connector;
        return Send(call, payment, action, isAutomatic);
    }

    /// <summary>Tells the connector that what it still reserved has expired.</summary>
    public void ReleaseExpired(ModelPayment payment)
    {
        ConnectorCall call = CallOf(payment, ConnectorCallKind.Void);
        call.Amount = payment.Uncaptured;
        Send(call, payment, null, isAutomatic: true);
    }

    public void Close(ModelCall call)
    {
        Open.Remove(call.Sent.Call);
        _places.GiveBack(call.Place);
        SetAsidePlace(call, -1);
    }

    /// <summary>The outcome is unknown: it will be asked about, unless that was done as often as allowed.</summary>
    public bool TryAskLater(ModelCall call)
    {
        IReadOnlyList<uint> schedule = state.Options.SyncScheduleMs;
        if (call.IsAuthorization && call.Polls >= schedule.Count)
        {
            return false;
        }

        call.Step = CallStep.WillAsk;
        call.DueNs = DueIn(schedule[Math.Min(call.Polls, schedule.Count - 1)]);
        return true;
    }

    /// <summary>It surely was not done: it will be sent again.</summary>
    public void ResendLater(ModelCall call)
    {
        IReadOnlyList<uint> schedule = state.Options.SyncScheduleMs;
        call.Step = CallStep.WillResend;
        call.DueNs = DueIn(schedule[Math.Min(call.Resends, schedule.Count - 1)]);
        call.Resends++;
    }

    /// <summary>Asks, or sends again, what was to be asked or sent now.</summary>
    public void SendAgain(ModelCall call)
    {
        call.Sent.Send++;
        if (call.Step == CallStep.WillAsk)
        {
            call.Step = CallStep.AwaitsStatus;
            call.Sent.IsSync = 1;
            call.Polls++;
        }
        else
        {
            call.Step = CallStep.AwaitsDoing;
            call.Sent.IsSync = 0;
            call.LastDoing = call.Sent.Send;
        }

        call.DueNs = DueIn(state.Options.AnswerTimeoutMs);
        Left.Enqueue(call.Sent);
    }

    /// <summary>The partition was recovered: what awaits an answer leaves once more, marked.</summary>
    public void Resume()
    {
        foreach (ModelCall call in Open.Values.OrderBy(call => call.Place))
        {
            if (call.Step is CallStep.AwaitsDoing or CallStep.AwaitsStatus)
            {
                ConnectorCall again = call.Sent;
                again.IsResumed = 1;
                Left.Enqueue(again);
            }
        }
    }

    private static ConnectorCall CallOf(ModelPayment payment, ConnectorCallKind kind) => new()
    {
        PaymentId = payment.Record.Id,
        Merchant = payment.Record.Merchant,
        Currency = payment.Record.Currency,
        Attempt = payment.Record.Attempt,
        Connector = payment.Record.ConnectorUsed,
        Kind = kind,
        Send = 1,
    };

    private ModelCall Send(ConnectorCall sent, ModelPayment payment, ModelAction? action, bool isAutomatic)
    {
        sent.Call = ++_lastNumber;
        ModelCall call = new(sent, payment, action)
        {
            IsAutomatic = isAutomatic,
            Place = _places.Take(),
            DueNs = DueIn(state.Options.AnswerTimeoutMs),
        };
        Open.Add(sent.Call, call);
        SetAsidePlace(call, 1);
        Left.Enqueue(sent);
        return call;
    }

    // An approval without capture holds money, which nothing may refuse then: its place is kept from the beginning.
    private void SetAsidePlace(ModelCall call, int change)
    {
        if (call.IsAuthorization && call.Sent.IsSale == 0)
        {
            state.Books.SetAside(change);
        }
    }

    private ulong DueIn(uint milliseconds) => state.Time.EntryNs + (milliseconds * NsPerMs);
}
