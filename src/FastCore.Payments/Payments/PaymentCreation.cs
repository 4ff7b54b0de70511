using FastCore.Protocol.Fraud;
using FastCore.Protocol.Payments;

namespace FastCore.Payments.Payments;

/// <summary>
/// Creates payments. Hot: an instant payment with automatic capture allocates nothing, reads the index once, writes it
/// once, posts three legs and appends one row.
/// </summary>
internal sealed class PaymentCreation(
    PaymentStore store, PaymentPostings postings, OrderOperations orders, PaymentSteps steps, ConnectorCalls calls,
    IPaymentScreen? screen)
{
    /// <summary>Creates a payment.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="card">What the partition of its card handed over for its screening.</param>
    /// <param name="merchantSlot">Slot of its merchant, or −1.</param>
    public PaymentResult Create(in CreatePayment request, in CardFeatures card, int merchantSlot)
    {
        PaymentStatus broken = PaymentRules.CheckEnvelope(request);
        if (broken != 0)
        {
            return PaymentAnswers.Refusal(broken);
        }

        if (merchantSlot < 0)
        {
            return PaymentAnswers.Refusal(PaymentStatus.MerchantNotFound);
        }

        if (store.TryFind(request.Id, RecordKinds.Payment, request.Merchant, out long position))
        {
            return Repeat(request, store.Payments.Get(position));
        }

        ref MerchantRow merchant = ref store.Merchants.Write(merchantSlot);
        broken = PaymentRules.CheckContent(request, merchant);
        if (broken != 0)
        {
            return PaymentAnswers.Refusal(broken);
        }

        ulong fee = FeeArithmetic.Fee(merchant, request.Amount);
        ulong tax = FeeArithmetic.Tax(merchant, fee);
        if (fee + tax > request.Amount)
        {
            return PaymentAnswers.Refusal(PaymentStatus.AmountBelowFee);
        }

        if (request.OrderId != 0)
        {
            broken = CheckOrder(request);
            if (broken != 0)
            {
                return PaymentAnswers.Refusal(broken);
            }
        }

        ushort connector = request.Connector == CreatePayment.MerchantRoute ? merchant.Connector : request.Connector;
        bool isScreened = screen is { IsActive: true };
        bool isManual = (request.Flags & PaymentFlags.ManualCapture) != 0 || isScreened;
        if (((isManual || connector != 0) && store.Open.IsFull)
            || (isManual && !store.Ledger.HasRoomForPending)
            || (connector != 0 && !store.HasRoomForCall))
        {
            return PaymentAnswers.Refusal(PaymentStatus.CapacityExceeded);
        }

        if (merchant.RatePerS != 0 && !MerchantRate.TryAcquire(ref merchant, store.Time.BatchNs, out ulong retryAtNs))
        {
            return new PaymentResult { Timestamp = retryAtNs, Code = PaymentStatus.RateLimited };
        }

        PaymentScreening screening = isScreened ? screen!.Screen(request, card) : PaymentScreening.Approve;
        if (screening == PaymentScreening.Refuse)
        {
            // A card's partition that did not take its share said why with a status of frames. Nothing is kept here,
            // and told so the client sends the payment again.
            return PaymentAnswers.Refusal(
                card.Code is not 0 and < FraudStatus.Ok
                    ? (PaymentStatus)card.Code
                    : PaymentStatus.ScoredWithDifferentContent);
        }

        // From here on it is recorded, approved or not.
        merchant.PaymentCount++;
        Begin(out PaymentRow payment, request);
        payment.Review = screening == PaymentScreening.Review ? ReviewState.Held : ReviewState.None;
        if (screening == PaymentScreening.Decline)
        {
            Decline(ref payment, DeclineCode.SuspectedFraud);
        }
        else if (connector != 0)
        {
            Send(ref payment, connector);
        }
        else if (payment.IsCapturedLater)
        {
            Reserve(ref merchant, ref payment);
        }
        else
        {
            CaptureAtOnce(ref merchant, ref payment, fee, tax);
        }

        return PaymentAnswers.Of(payment, PaymentStatus.Processing);
    }

    private static PaymentResult Repeat(in CreatePayment request, in PaymentRow known)
    {
        PaymentStatus broken = RequestComparison.Compare(request, known);
        return broken != 0
            ? PaymentAnswers.Refusal(broken, known.State)
            : PaymentAnswers.Repeated(PaymentAnswers.Of(known, PaymentStatus.InProgress));
    }

    // Field by field in place: an initializer fills a second row and copies it in pieces that the CPU has just written
    // in other sizes, so each piece waits for the writes before it.
    private static void Begin(out PaymentRow payment, in CreatePayment request)
    {
        payment = default;
        payment.Id = request.Id;
        payment.Merchant = request.Merchant;
        payment.Amount = request.Amount;
        payment.OrderId = request.OrderId;
        payment.Card = request.Card;
        payment.UserData64 = request.UserData64;
        payment.UserData128 = request.UserData128;
        payment.Currency = request.Currency;
        payment.CaptureWindowS = request.CaptureWindowS;
        payment.Flags = request.Flags;
        payment.Connector = request.Connector;
        payment.Method = request.Method;
        payment.EffectiveAt = request.EffectiveAt;
        payment.Terminal = request.Terminal;
        payment.Device = request.Device;
    }

    private PaymentStatus CheckOrder(in CreatePayment request) =>
        store.TryFind(request.OrderId, RecordKinds.Order, request.Merchant, out long position)
            ? orders.CheckPayable(store.Orders.Get(position), request.Amount)
            : PaymentStatus.OrderNotFound;

    private void CaptureAtOnce(ref MerchantRow merchant, ref PaymentRow payment, ulong fee, ulong tax)
    {
        payment.Fee = fee;
        payment.Tax = tax;
        if (!postings.TryCapture(merchant, payment))
        {
            Decline(ref payment, DeclineCode.InsufficientPrefund);
            return;
        }

        PaymentSteps.CountCapturedWhole(ref merchant, ref payment);
        store.CreatePayment(ref payment, PaymentState.Captured);
        orders.Tried(payment, 0, payment.Amount);
    }

    private void Reserve(ref MerchantRow merchant, ref PaymentRow payment)
    {
        if (!postings.TryReserve(merchant, payment, out long pendingPosition))
        {
            Decline(ref payment, DeclineCode.InsufficientPrefund);
            return;
        }

        steps.CountAuthorized(ref merchant, ref payment);
        store.CreatePayment(ref payment, PaymentState.Authorized);
        steps.OpenWindow(steps.Open(payment), payment, pendingPosition);
        orders.Tried(payment, payment.Amount, 0);
    }

    private void Decline(ref PaymentRow payment, DeclineCode reason)
    {
        payment.Fee = 0;
        payment.Tax = 0;
        payment.DeclineCode = reason;
        store.CreatePayment(ref payment, PaymentState.Failed);
        orders.Tried(payment, 0, 0);
    }

    private void Send(ref PaymentRow payment, ushort connector)
    {
        payment.ConnectorUsed = connector;
        payment.Attempt = 1;
        store.CreatePayment(ref payment, PaymentState.Created);
        int slot = steps.Open(payment);
        orders.Tried(payment, payment.Amount, 0);
        store.Open.Write(slot).OpenCall = calls.Authorize(payment);
    }
}
