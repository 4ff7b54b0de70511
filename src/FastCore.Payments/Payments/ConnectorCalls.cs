using FastCore.Protocol.Payments;

namespace FastCore.Payments.Payments;

/// <summary>
/// The open calls to connectors: each is a row until it has a final answer, and an effect whenever it has to leave. A
/// call may leave more than once; its identity (merchant, payment, attempt, kind, action) never changes, so a connector
/// that keeps its promises does it once.
/// </summary>
internal sealed class ConnectorCalls(PaymentStore store)
{
    private const ulong NsPerMs = 1_000_000;

    /// <summary>Asks the payment's connector to approve its current attempt.</summary>
    /// <returns>The number of the call.</returns>
    public ulong Authorize(in PaymentRow payment)
    {
        CallRow call = new()
        {
            Merchant = payment.Merchant,
            PaymentId = payment.Id,
            Amount = payment.Amount,
            Kind = ConnectorCallKind.Authorize,
            IsSale = IsSale(payment),
            Connector = payment.ConnectorUsed,
            Attempt = payment.Attempt,
        };
        return Send(ref call, payment);
    }

    /// <summary>Asks the connector to carry out an action on a payment.</summary>
    public ulong Act(in PaymentRow payment, in ActionRow action, ConnectorCallKind kind)
    {
        CallRow call = new()
        {
            Merchant = payment.Merchant,
            PaymentId = payment.Id,
            ActionId = action.Id,
            ActionKind = action.Kind,
            Amount = action.Amount,
            Kind = kind,
            Connector = action.Connector,
            Attempt = action.Attempt,
        };
        return Send(ref call, payment);
    }

    /// <summary>Tells the connector that an authorization (or its rest) expired; nobody waits for the answer.</summary>
    public void ReleaseExpired(in PaymentRow payment)
    {
        CallRow call = new()
        {
            Merchant = payment.Merchant,
            PaymentId = payment.Id,
            Amount = payment.Amount - payment.AmountCaptured,
            Kind = ConnectorCallKind.Void,
            Connector = payment.ConnectorUsed,
            Attempt = payment.Attempt,
        };
        Send(ref call, payment);
    }

    /// <summary>The open call that an answer belongs to, or −1 when it was closed before (or never was).</summary>
    public int Find(in ConnectorAnswer answer)
    {
        int slot = store.Calls.Find(new CallKey(answer.Call));
        if (slot < 0)
        {
            return -1;
        }

        ref readonly CallRow call = ref store.Calls.Read(slot);
        return call.Merchant == answer.Merchant && call.PaymentId == answer.PaymentId
            && call.ActionId == answer.ActionId && call.Kind == answer.Kind && call.Attempt == answer.Attempt
            ? slot
            : -1;
    }

    /// <summary>The call has its final answer.</summary>
    public void Close(int slot)
    {
        store.Timers.CancelCall(slot);
        SetAsidePending(store.Calls.Read(slot), -1);
        store.Calls.Remove(slot);
    }

    /// <summary>The outcome is unknown: asks for the status later.</summary>
    /// <returns>False when it was asked for as often as allowed.</returns>
    public bool TrySchedulePoll(int slot)
    {
        IReadOnlyList<uint> schedule = store.Options.SyncScheduleMs;
        ref CallRow call = ref store.Calls.Write(slot);
        if (call.Kind == ConnectorCallKind.Authorize && call.Polls >= schedule.Count)
        {
            return false;
        }

        call.Phase = CallPhase.PollScheduled;
        SetDue(slot, ref call, schedule[Math.Min(call.Polls, schedule.Count - 1)]);
        return true;
    }

    /// <summary>It surely was not done: sends it again later.</summary>
    public void ScheduleResend(int slot)
    {
        IReadOnlyList<uint> schedule = store.Options.SyncScheduleMs;
        ref CallRow call = ref store.Calls.Write(slot);
        call.Phase = CallPhase.ResendScheduled;
        SetDue(slot, ref call, schedule[Math.Min(call.Resends, schedule.Count - 1)]);
        call.Resends = (ushort)Math.Min(call.Resends + 1, ushort.MaxValue);
    }

    /// <summary>The scheduled poll or resend is due.</summary>
    public void SendScheduled(int slot)
    {
        ref CallRow call = ref store.Calls.Write(slot);
        bool isPoll = call.Phase == CallPhase.PollScheduled;
        call.Phase = isPoll ? CallPhase.PollSent : CallPhase.Sent;
        call.Polls = isPoll ? (ushort)Math.Min(call.Polls + 1, ushort.MaxValue) : call.Polls;
        call.Sends++;
        call.LastDoing = isPoll ? call.LastDoing : call.Sends;
        SetDue(slot, ref call, store.Options.AnswerTimeoutMs);
        Emit(call, PaymentOf(call), isResumed: 0);
    }

    /// <summary>After a recovery: what was sent and not answered leaves once more.</summary>
    public void Resume()
    {
        for (int slot = 0; slot < store.Calls.SlotsUsed; slot++)
        {
            if (store.Calls.IsLive(slot) && store.Calls.Read(slot).Phase is CallPhase.Sent or CallPhase.PollSent)
            {
                ref readonly CallRow call = ref store.Calls.Read(slot);
                Emit(call, PaymentOf(call), isResumed: 1);
            }
        }
    }

    /// <summary>
    /// An approval that is captured later opens a reservation, which nothing may refuse by then: as long as the call is
    /// open the ledger keeps a place for it.
    /// </summary>
    public void SetAsidePending(in CallRow call, int change)
    {
        if (call.Kind == ConnectorCallKind.Authorize && call.IsSale == 0)
        {
            store.Ledger.SetAsidePending(change);
        }
    }

    /// <summary>1 when an approval of the payment charges it at once.</summary>
    public static byte IsSale(in PaymentRow payment) =>
        payment.IsCapturedLater ? (byte)0 : (byte)1;

    private ulong Send(ref CallRow call, in PaymentRow payment)
    {
        call.Call = store.Numbers.Next();
        call.Sends = 1;
        call.LastDoing = 1;
        ref CallRow row = ref store.Calls.Insert(new CallKey(call.Call), out int slot);
        row = call;
        SetAsidePending(call, 1);
        SetDue(slot, ref row, store.Options.AnswerTimeoutMs);
        Emit(call, payment, isResumed: 0);
        return call.Call;
    }

    private void SetDue(int slot, ref CallRow call, uint afterMs)
    {
        call.DueNs = store.Time.BatchNs + (afterMs * NsPerMs);
        store.Timers.SetCall(slot, call.DueNs);
    }

    private PaymentRow PaymentOf(in CallRow call) =>
        store.TryFind(call.PaymentId, RecordKinds.Payment, call.Merchant, out long position)
            ? store.Payments.Get(position)
            : throw new InvalidOperationException("The payment of an open call is not in the index.");

    private void Emit(in CallRow call, in PaymentRow payment, byte isResumed)
    {
        bool isAuthorize = call.Kind == ConnectorCallKind.Authorize;
        ConnectorCall effect = new()
        {
            PaymentId = call.PaymentId,
            Merchant = call.Merchant,
            Amount = call.Amount,
            ActionId = call.ActionId,
            Call = call.Call,
            Card = isAuthorize ? payment.Card : 0,
            Currency = payment.Currency,
            Attempt = call.Attempt,
            Connector = call.Connector,
            Kind = call.Kind,
            IsSync = call.Phase == CallPhase.PollSent ? (byte)1 : (byte)0,
            IsSale = call.IsSale,
            IsResumed = isResumed,
            Send = call.Sends,
            Method = isAuthorize ? payment.Method : (ushort)0,
        };
        store.Effects.Add(ConnectorCall.EffectKind, effect);
    }
}
