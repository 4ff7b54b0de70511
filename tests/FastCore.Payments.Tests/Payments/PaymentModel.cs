using FastCore.Protocol.Payments;

namespace FastCore.Payments.Tests.Payments;

/// <summary>
/// The naive twin: what an accountant would note about each payment, in dictionaries, written from the rules and not
/// from the machine. It is told requests and connector answers in the same order and must agree on every code, state
/// and sum.
/// </summary>
internal sealed class PaymentModel
{
    private readonly Dictionary<(ulong, UInt128), ModelPayment> _payments = [];
    private readonly Dictionary<(ulong, string, UInt128), ModelAction> _actions = [];

    public Dictionary<ulong, ModelMerchant> Merchants { get; } = [];

    public IEnumerable<KeyValuePair<(ulong Merchant, UInt128 Id), ModelPayment>> Payments => _payments
        .Select(pair => KeyValuePair.Create((pair.Key.Item1, pair.Key.Item2), pair.Value));

    public static decimal FeeOf(ModelMerchant merchant, decimal captured) =>
        captured == 0
            ? 0
            : Math.Round(captured * merchant.FeePpm / 1_000_000m, MidpointRounding.ToEven) + merchant.FeeFixed;

    public static decimal TaxOf(ModelMerchant merchant, decimal fee) =>
        Math.Round(fee * merchant.TaxPpm / 1_000_000m, MidpointRounding.ToEven);

    public PaymentStatus Create(CreatePayment request, ulong nowNs, ulong windowNs)
    {
        ModelMerchant merchant = Merchants[request.Merchant];
        if (_payments.TryGetValue((request.Merchant, request.Id), out ModelPayment? known))
        {
            return known.Amount != request.Amount ? PaymentStatus.ExistsWithDifferentAmount
                : known.AnswerState == PaymentState.None ? PaymentStatus.InProgress
                : known.AnswerState == PaymentState.Failed ? PaymentStatus.Declined
                : PaymentStatus.Ok;
        }

        decimal fee = FeeOf(merchant, request.Amount);
        if (fee + TaxOf(merchant, fee) > request.Amount)
        {
            return PaymentStatus.AmountBelowFee;
        }

        bool isManual = (request.Flags & PaymentFlags.ManualCapture) != 0;
        ModelPayment payment = new() { Amount = request.Amount, IsManual = isManual, IsBank = merchant.IsBank };
        _payments.Add((request.Merchant, request.Id), payment);
        if (merchant.IsBank)
        {
            payment.State = PaymentState.Created;
            payment.Attempt = 1;
            return PaymentStatus.Processing;
        }

        if (merchant.Clearing - merchant.Reserved < request.Amount)
        {
            payment.Finish(PaymentState.Failed);
            return PaymentStatus.Declined;
        }

        Approve(merchant, payment, nowNs + windowNs);
        return PaymentStatus.Ok;
    }

    public PaymentStatus Capture(PaymentAction request)
    {
        if (Known("capture", request) is { } answer)
        {
            return answer;
        }

        if (!_payments.TryGetValue((request.Merchant, request.PaymentId), out ModelPayment? payment))
        {
            return PaymentStatus.PaymentNotFound;
        }

        if (!payment.IsOpen)
        {
            return PaymentStatus.StateNotAllowed;
        }

        if (payment.HasOpenAction)
        {
            return PaymentStatus.PaymentHasOpenAction;
        }

        decimal left = payment.Amount - payment.Captured;
        decimal amount = request.Amount == 0 ? left : request.Amount;
        if (amount > left)
        {
            return PaymentStatus.ExceedsAuthorized;
        }

        ModelMerchant merchant = Merchants[request.Merchant];
        decimal fee = FeeOf(merchant, payment.Captured + amount) - payment.Fee;
        decimal tax = TaxOf(merchant, payment.Fee + fee) - payment.Tax;
        if (fee + tax > amount)
        {
            return PaymentStatus.AmountBelowFee;
        }

        ModelAction action = Note("capture", request, amount);
        if (payment.IsBank)
        {
            payment.HasOpenAction = true;
            return PaymentStatus.Processing;
        }

        Capture(merchant, payment, action);
        return PaymentStatus.Ok;
    }

    public PaymentStatus Void(PaymentAction request)
    {
        if (Known("void", request) is { } answer)
        {
            return answer;
        }

        if (!_payments.TryGetValue((request.Merchant, request.PaymentId), out ModelPayment? payment))
        {
            return PaymentStatus.PaymentNotFound;
        }

        if (!payment.IsOpen)
        {
            return PaymentStatus.StateNotAllowed;
        }

        if (payment.HasOpenAction)
        {
            return PaymentStatus.PaymentHasOpenAction;
        }

        ModelAction action = Note("void", request, 0);
        if (payment.IsBank)
        {
            payment.HasOpenAction = true;
            return PaymentStatus.Processing;
        }

        Release(Merchants[request.Merchant], payment, PaymentState.Voided);
        action.State = RefundState.Processed;
        return PaymentStatus.Ok;
    }

    public PaymentStatus Refund(PaymentAction request)
    {
        if (Known("refund", request) is { } answer)
        {
            return answer;
        }

        if (!_payments.TryGetValue((request.Merchant, request.PaymentId), out ModelPayment? payment))
        {
            return PaymentStatus.PaymentNotFound;
        }

        if (payment.State is not PaymentState.Captured and not PaymentState.PartiallyCaptured
            and not PaymentState.PartiallyRefunded)
        {
            return PaymentStatus.StateNotAllowed;
        }

        decimal left = payment.Captured - payment.Refunded - payment.Refunding;
        decimal amount = request.Amount == 0 ? left : request.Amount;
        if (amount > left || left == 0)
        {
            return PaymentStatus.ExceedsCaptured;
        }

        ModelMerchant merchant = Merchants[request.Merchant];
        ModelAction action = Note("refund", request, amount);
        merchant.Payable -= amount;
        if (payment.IsBank)
        {
            payment.Refunding += amount;
            merchant.Refund += amount;
            return PaymentStatus.Processing;
        }

        payment.Refunded += amount;
        merchant.Clearing += amount;
        payment.SetClosedState();
        action.State = RefundState.Processed;
        return PaymentStatus.Ok;
    }

    /// <summary>A final answer (approved, declined or failed) to a call that was not answered finally before.</summary>
    public void Answer(ConnectorAnswer answer, ulong nowNs, ulong windowNs, int routeLength)
    {
        ModelMerchant merchant = Merchants[answer.Merchant];
        ModelPayment payment = _payments[(answer.Merchant, answer.PaymentId)];
        bool isApproved = answer.Outcome == ConnectorOutcome.Approved;
        if (answer.Kind == ConnectorCallKind.Authorize)
        {
            if (isApproved)
            {
                Approve(merchant, payment, nowNs + windowNs);
            }
            else if (answer.Outcome == ConnectorOutcome.Failed && payment.Attempt < routeLength)
            {
                payment.State = PaymentState.Created;
                payment.Attempt++;
            }
            else
            {
                payment.Finish(PaymentState.Failed);
            }

            return;
        }

        string kind = answer.Kind == ConnectorCallKind.Capture ? "capture"
            : answer.Kind == ConnectorCallKind.Void ? "void" : "refund";
        ModelAction action = _actions[(answer.Merchant, kind, answer.ActionId)];
        action.State = isApproved ? RefundState.Processed : RefundState.Failed;
        if (answer.Kind == ConnectorCallKind.Refund)
        {
            payment.Refunding -= action.Amount;
            merchant.Refund -= action.Amount;
            payment.Refunded += isApproved ? action.Amount : 0;
            merchant.Receivable -= isApproved ? action.Amount : 0;
            merchant.Payable += isApproved ? 0 : action.Amount;
            payment.SetClosedState();
            return;
        }

        payment.HasOpenAction = false;
        if (isApproved && answer.Kind == ConnectorCallKind.Capture)
        {
            Capture(merchant, payment, action);
        }
        else if (isApproved)
        {
            Release(merchant, payment, PaymentState.Voided);
        }
    }

    /// <summary>A call of unknown outcome.</summary>
    public void LoseTrack(ConnectorAnswer answer)
    {
        ModelPayment payment = _payments[(answer.Merchant, answer.PaymentId)];
        payment.State = payment.State == PaymentState.Created ? PaymentState.Processing : payment.State;
    }

    /// <summary>Everything whose window ended and that nothing is under way for expires.</summary>
    public void ExpireUntil(ulong nowNs)
    {
        foreach (((ulong merchant, _), ModelPayment payment) in Payments)
        {
            if (payment.IsOpen && payment.CaptureBefore <= nowNs && !payment.HasOpenAction)
            {
                Release(Merchants[merchant], payment, PaymentState.Expired);
            }
        }
    }

    private static void Approve(ModelMerchant merchant, ModelPayment payment, ulong captureBefore)
    {
        if (payment.IsManual)
        {
            merchant.Reserved += payment.IsBank ? 0 : payment.Amount;
            payment.CaptureBefore = captureBefore;
            payment.Finish(PaymentState.Authorized);
        }
        else
        {
            merchant.Reserved += payment.IsBank ? 0 : payment.Amount;
            Capture(merchant, payment, new ModelAction { Amount = payment.Amount });
            payment.AnswerState = PaymentState.Captured;
        }
    }

    private static void Capture(ModelMerchant merchant, ModelPayment payment, ModelAction action)
    {
        payment.Captured += action.Amount;
        decimal fee = FeeOf(merchant, payment.Captured) - payment.Fee;
        payment.Fee += fee;
        decimal tax = TaxOf(merchant, payment.Fee) - payment.Tax;
        payment.Tax += tax;
        merchant.Payable += action.Amount - fee - tax;
        merchant.Fee += fee;
        merchant.Tax += tax;
        merchant.Clearing -= payment.IsBank ? 0 : action.Amount;
        merchant.Reserved -= payment.IsBank ? 0 : action.Amount;
        merchant.Receivable += payment.IsBank ? action.Amount : 0;
        action.State = RefundState.Processed;
        payment.State = PaymentState.PartiallyCaptured;
        if (payment.Captured == payment.Amount)
        {
            payment.State = PaymentState.Captured;
            payment.SetClosedState();
        }
        else if (action.IsFinal)
        {
            Release(merchant, payment, PaymentState.Captured);
        }
    }

    private static void Release(ModelMerchant merchant, ModelPayment payment, PaymentState whenNothingCaptured)
    {
        merchant.Reserved -= payment.IsBank ? 0 : payment.Amount - payment.Captured;
        payment.State = payment.Captured == 0 ? whenNothingCaptured : PaymentState.Captured;
        payment.SetClosedState();
    }

    private PaymentStatus? Known(string kind, PaymentAction request)
    {
        if (!_actions.TryGetValue((request.Merchant, kind, request.Id), out ModelAction? action))
        {
            return null;
        }

        return action.Request.Flags != request.Flags ? PaymentStatus.ExistsWithDifferentFlags
            : action.Request.Amount != request.Amount ? PaymentStatus.ExistsWithDifferentAmount
            : action.Request.PaymentId != request.PaymentId ? PaymentStatus.ExistsWithDifferentPaymentId
            : action.State == RefundState.Pending ? PaymentStatus.InProgress
            : action.State == RefundState.Failed ? PaymentStatus.Declined
            : PaymentStatus.Ok;
    }

    private ModelAction Note(string kind, PaymentAction request, decimal amount)
    {
        ModelAction action = new()
        {
            Request = request,
            Amount = amount,
            IsFinal = (request.Flags & PaymentActionFlags.FinalCapture) != 0,
        };
        _actions.Add((request.Merchant, kind, request.Id), action);
        return action;
    }
}

/// <summary>A merchant in the model.</summary>
internal sealed class ModelMerchant
{
    public bool IsBank { get; init; }

    public uint FeePpm { get; init; }

    public uint FeeFixed { get; init; }

    public uint TaxPpm { get; init; }

    public decimal Clearing { get; set; }

    public decimal Reserved { get; set; }

    public decimal Receivable { get; set; }

    public decimal Payable { get; set; }

    public decimal Fee { get; set; }

    public decimal Tax { get; set; }

    public decimal Refund { get; set; }
}

/// <summary>A payment in the model.</summary>
internal sealed class ModelPayment
{
    public decimal Amount { get; init; }

    public bool IsManual { get; init; }

    public bool IsBank { get; init; }

    public int Attempt { get; set; }

    public PaymentState State { get; set; }

    public PaymentState AnswerState { get; set; }

    public ulong CaptureBefore { get; set; }

    public bool HasOpenAction { get; set; }

    public decimal Captured { get; set; }

    public decimal Refunded { get; set; }

    public decimal Refunding { get; set; }

    public decimal Fee { get; set; }

    public decimal Tax { get; set; }

    public bool IsOpen => State is PaymentState.Authorized or PaymentState.PartiallyCaptured;

    public void Finish(PaymentState state)
    {
        State = state;
        AnswerState = state;
    }

    public void SetClosedState()
    {
        if (!IsOpen && Captured != 0)
        {
            State = Refunded == 0 ? PaymentState.Captured
                : Refunded == Captured ? PaymentState.Refunded : PaymentState.PartiallyRefunded;
        }
    }
}

/// <summary>An action in the model.</summary>
internal sealed class ModelAction
{
    public PaymentAction Request { get; init; }

    public decimal Amount { get; init; }

    public bool IsFinal { get; init; }

    public RefundState State { get; set; } = RefundState.Pending;
}
