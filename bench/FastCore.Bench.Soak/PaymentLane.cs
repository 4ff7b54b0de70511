using FastCore.Bench.Load;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;

namespace FastCore.Bench.Soak;

/// <summary>Card payments at a few merchants of its own: screened, captured at once, with fee and tax.</summary>
internal sealed class PaymentLane(int worker, ulong seed)
    : SoakLane<CreatePayment, PaymentResult>(worker, seed, Operation.CreatePayments)
{
    private const uint Currency = 356;
    private const int Merchants = 4;
    private const int Cards = 10_000;
    private const uint RatePerS = 1_000_000_000;
    private const ulong Prefund = 1UL << 54;

    /// <inheritdoc/>
    public override string Name => "payments";

    private ulong FirstMerchant => 10_000 + (IdHigh * Merchants);

    /// <inheritdoc/>
    public override async Task OpenAsync(IFastCoreSession session)
    {
        CreateMerchant[] merchants = new CreateMerchant[Merchants];
        for (int i = 0; i < Merchants; i++)
        {
            merchants[i] = new CreateMerchant
            {
                Merchant = FirstMerchant + (ulong)i,
                Currency = Currency,
                FeePpm = 20_000,
                TaxPpm = 180_000,
                RatePerS = RatePerS,
                RateBurst = RatePerS,
                Prefund = Prefund,
            };
        }

        PaymentResult[] results = new PaymentResult[Merchants];
        Reply reply = await session.CreateMerchantsAsync(merchants, results);
        if (reply.Status != FrameStatus.Ok || results.Any(result => result.Code != PaymentStatus.Ok))
        {
            throw new LoadException($"The merchants of a soak cannot be opened: {reply.Status} {results[0].Code}.");
        }
    }

    /// <inheritdoc/>
    public override async Task<(FrameStatus Status, string? Wrong)> ReadAsync(
        IFastCoreSession session, ulong first, int count)
    {
        // One after the other: neighbours are at different merchants.
        for (ulong index = first; index < first + (ulong)count; index++)
        {
            CreatePayment sent = Element(index);
            PaymentRecord[] found = new PaymentRecord[1];
            Reply reply = await session.LookupPaymentsAsync(sent.Merchant, new[] { sent.Id }, found);
            if (reply.Status != FrameStatus.Ok)
            {
                return (reply.Status, null);
            }

            PaymentRecord kept = found[0];
            if ((kept.Id, kept.Amount, kept.Card, kept.UserData64) != (sent.Id, sent.Amount, sent.Card, sent.UserData64)
                || kept.State is not (PaymentState.Captured or PaymentState.Failed))
            {
                return (reply.Status, $"{Name} {index} of worker {IdHigh} is not kept as it was sent");
            }
        }

        return (FrameStatus.Ok, null);
    }

    /// <inheritdoc/>
    public override async Task<string?> CheckBooksAsync(IFastCoreSession session)
    {
        for (ulong merchant = FirstMerchant; merchant < FirstMerchant + Merchants; merchant++)
        {
            BookTotals totals = await LoadQueries.TotalsAsync(session, merchant, Currency);
            if (totals.Balanced != 1)
            {
                return $"The book of merchant {merchant} does not balance.";
            }
        }

        return null;
    }

    /// <inheritdoc/>
    protected override CreatePayment Element(ulong index) => new()
    {
        Id = new UInt128(IdHigh, index + 1),
        Merchant = FirstMerchant + (Mix(index, 1) % Merchants),
        Amount = 1_000 + (Mix(index, 2) % 100_000),
        Currency = Currency,
        Card = 1 + (Mix(index, 3) % Cards),
        UserData64 = Mix(index, 4),
    };

    /// <inheritdoc/>
    protected override Judgement Judge(in CreatePayment element, in PaymentResult result)
    {
        // The policy in force takes some for fraud: that is an answer to keep as any other.
        bool isKept = result.Code == PaymentStatus.Ok
            || (result.Code == PaymentStatus.Declined && result.DeclineCode == DeclineCode.SuspectedFraud);
        return IsRefusedShare((uint)result.Code) ? Judgement.Later
            : !isKept ? Judgement.Wrong
            : (result.Flags & PaymentResultFlags.Duplicate) != 0 ? Judgement.Repeated
            : Judgement.Created;
    }

    /// <inheritdoc/>
    protected override string Describe(in PaymentResult result) => $"{result.Code} {result.DeclineCode}";
}
