using FastCore.Payments.Ledger;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;

namespace FastCore.Payments.Payments;

/// <summary>Opens merchants and funds them.</summary>
internal sealed class MerchantOperations(PaymentStore store, PaymentPostings postings)
{
    public PaymentResult Create(in CreateMerchant request)
    {
        PaymentStatus broken = PaymentRules.CheckEnvelope(request);
        if (broken != 0)
        {
            return PaymentAnswers.Refusal(broken);
        }

        int existing = store.Merchants.Find(new MerchantKey(request.Merchant));
        if (existing >= 0)
        {
            ref readonly MerchantRow row = ref store.Merchants.Read(existing);
            broken = RequestComparison.Compare(request, row);
            return broken != 0
                ? PaymentAnswers.Refusal(broken)
                : PaymentAnswers.Repeated(new PaymentResult { Timestamp = row.CreatedAt, Code = PaymentStatus.Ok });
        }

        broken = PaymentRules.CheckContent(request);
        if (broken != 0)
        {
            return PaymentAnswers.Refusal(broken);
        }

        if (store.Merchants.IsFull)
        {
            return PaymentAnswers.Refusal(PaymentStatus.CapacityExceeded);
        }

        MerchantRow merchant = RowOf(request);
        if (!TryOpenAccounts(ref merchant))
        {
            return PaymentAnswers.Refusal(PaymentStatus.CapacityExceeded);
        }

        if (request.Prefund != 0)
        {
            UInt128 id = MerchantAccountId.Of(MerchantAccount.Clearing);
            postings.Fund(merchant, id, request.Prefund, request.UserData64);
        }

        merchant.CreatedAt = store.Time.Next();
        store.Merchants.Insert(new MerchantKey(request.Merchant), out _) = merchant;
        return new PaymentResult { Timestamp = merchant.CreatedAt, Code = PaymentStatus.Ok };
    }

    public PaymentResult Fund(in PaymentAction request)
    {
        PaymentStatus broken = PaymentRules.CheckEnvelope(request, PaymentActionFlags.None);
        if (broken != 0)
        {
            return PaymentAnswers.Refusal(broken);
        }

        int slot = store.Merchants.Find(new MerchantKey(request.Merchant));
        if (slot < 0)
        {
            return PaymentAnswers.Refusal(PaymentStatus.MerchantNotFound);
        }

        if (store.TryFind(request.Id, RecordKinds.Fund, request.Merchant, out long position))
        {
            ref readonly ActionRow known = ref store.Actions.Get(position);
            broken = RequestComparison.Compare(request, known);
            return broken != 0
                ? PaymentAnswers.Refusal(broken)
                : PaymentAnswers.Repeated(PaymentAnswers.Of(known, PaymentStatus.InProgress));
        }

        if (request.PaymentId != 0)
        {
            return PaymentAnswers.Refusal(PaymentStatus.PaymentIdMustBeZero);
        }

        if (request.Amount == 0)
        {
            return PaymentAnswers.Refusal(PaymentStatus.AmountMustNotBeZero);
        }

        ref readonly MerchantRow merchant = ref store.Merchants.Read(slot);
        UInt128 funded = store.Ledger.AccountAt(merchant.FundingSlot).Account.DebitsPosted;
        if (request.Amount > PaymentLimits.AmountMax || funded + request.Amount > ulong.MaxValue)
        {
            return PaymentAnswers.Refusal(PaymentStatus.AmountTooLarge);
        }

        // From here on it must succeed.
        postings.Fund(merchant, request.Id, request.Amount, request.UserData64);
        ActionRow row = new()
        {
            Id = request.Id,
            Merchant = request.Merchant,
            AmountRequested = request.Amount,
            UserData64 = request.UserData64,
            Kind = RecordKinds.Fund,
            State = RefundState.Processed,
            Amount = request.Amount,
            Currency = merchant.Currency,
        };
        store.AppendAction(ref row, -1);
        return PaymentAnswers.Of(row, PaymentStatus.Processing);
    }

    private static MerchantRow RowOf(in CreateMerchant request) => new()
    {
        Merchant = request.Merchant,
        Currency = request.Currency,
        CaptureWindowS = request.CaptureWindowS,
        FeeFixed = request.FeeFixed,
        FeeMin = request.FeeMin,
        FeeMax = request.FeeMax,
        FeePpm = request.FeePpm,
        TaxPpm = request.TaxPpm,
        RatePerS = request.RatePerS,
        RateBurst = request.RateBurst,
        Connector = request.Connector,
        Fallback1 = request.Fallback1,
        Fallback2 = request.Fallback2,
        Flags = request.Flags,
        Prefund = request.Prefund,
        UserData64 = request.UserData64,
    };

    // All accounts or none: the ledger may be full in the middle.
    private bool TryOpenAccounts(ref MerchantRow merchant)
    {
        store.Ledger.BeginChain();
        if (TryOpen(merchant, MerchantAccount.Funding, out merchant.FundingSlot)
            && TryOpen(merchant, MerchantAccount.Clearing, out merchant.ClearingSlot)
            && TryOpen(merchant, MerchantAccount.Receivable, out merchant.ReceivableSlot)
            && TryOpen(merchant, MerchantAccount.Payable, out merchant.PayableSlot)
            && TryOpen(merchant, MerchantAccount.Fee, out merchant.FeeSlot)
            && TryOpen(merchant, MerchantAccount.Tax, out merchant.TaxSlot)
            && TryOpen(merchant, MerchantAccount.Refund, out merchant.RefundSlot))
        {
            store.Ledger.CommitChain();
            return true;
        }

        store.Ledger.RollbackChain();
        return false;
    }

    private bool TryOpen(in MerchantRow merchant, MerchantAccount kind, out int slot)
    {
        Account account = new()
        {
            Id = MerchantAccountId.Of(kind),
            Ledger = merchant.Currency,
            Code = (ushort)kind,
            Flags = kind == MerchantAccount.Clearing ? AccountFlags.DebitsMustNotExceedCredits : AccountFlags.None,
        };
        CreateAccountStatus status = store.Ledger.CreateAccount(merchant.Merchant, account, out _);
        slot = status == CreateAccountStatus.Created
            ? store.Ledger.FindAccount(merchant.Merchant, account.Id)
            : -1;
        return slot >= 0;
    }
}
