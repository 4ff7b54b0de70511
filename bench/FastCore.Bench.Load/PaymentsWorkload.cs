using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;

namespace FastCore.Bench.Load;

/// <summary>
/// Whole card payments (approved by <c>instant</c>, captured, fee and tax posted) at merchants of which a few are hot.
/// What is refused is a payment at a merchant whose clearing account was never funded.
/// </summary>
internal sealed class PaymentsWorkload : ILoadWorkload
{
    /// <summary>Currency and ledger of all merchants.</summary>
    public const uint Currency = 356;

    /// <summary>First merchant; the merchants of the workload are consecutive.</summary>
    public const ulong FirstMerchant = 2_000_001;

    /// <summary>Fee, millionths of the amount.</summary>
    public const uint FeePpm = 20_000;

    /// <summary>Tax on the fee, millionths of the fee.</summary>
    public const uint TaxPpm = 180_000;

    // High enough never to refuse; the limiter works on every payment all the same.
    private const uint RatePerS = 1_000_000_000;
    private const ulong Prefund = 1UL << 54;
    private const int UnfundedMerchants = 16;
    private const int QueriesAtOnce = 32;

    private readonly LoadOptions _options;
    private MerchantRecord[] _before = [];

    /// <summary>Makes the workload of a run.</summary>
    /// <param name="options">Sizes.</param>
    /// <param name="run">Upper half of all ids of the run.</param>
    public PaymentsWorkload(LoadOptions options, ulong run)
    {
        _options = options;
        Run = run;
        Merchants = options.Accounts;
        Cards = options.Cards;
        Skew = new ZipfTable(Merchants);
    }

    /// <summary>Upper half of all ids of the run.</summary>
    public ulong Run { get; }

    /// <summary>Merchants with money in their clearing account. A few without stand behind them.</summary>
    public int Merchants { get; }

    /// <summary>Cards that pay.</summary>
    public int Cards { get; }

    /// <summary>Which merchants are hot.</summary>
    public ZipfTable Skew { get; }

    /// <inheritdoc/>
    public Operation Operation => Operation.CreatePayments;

    /// <inheritdoc/>
    public int BodySize(int commands) => commands * CreatePayment.Size;

    /// <inheritdoc/>
    public int ResultsSize(int commands) => commands * PaymentResult.Size;

    /// <inheritdoc/>
    public ILoadStream OpenStream(int number) => new PaymentsStream(this, _options.Seed, number);

    /// <summary>The fee of an amount and the tax on it, each rounded half to even.</summary>
    public static (ulong Fee, ulong Tax) FeeOf(ulong amount)
    {
        ulong fee = RoundedPpm(amount, FeePpm);
        return (fee, RoundedPpm(fee, TaxPpm));
    }

    /// <summary>The number of an unfunded merchant.</summary>
    public ulong Unfunded(ulong draw) => FirstMerchant + (ulong)Merchants + (draw % UnfundedMerchants);

    /// <inheritdoc/>
    public async Task PrepareAsync(IFastCoreSession session, CancellationToken cancellation)
    {
        int all = Merchants + UnfundedMerchants;
        for (int first = 0; first < all; first += 1_024)
        {
            cancellation.ThrowIfCancellationRequested();
            await OpenMerchantsAsync(session, first, Math.Min(1_024, all - first));
        }

        _before = await RecordsAsync(session, cancellation);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<string>> VerifyAsync(
        IFastCoreSession session, IReadOnlyList<ILoadStream> streams, CancellationToken cancellation)
    {
        List<string> differences = [];
        MerchantRecord[] after = await RecordsAsync(session, cancellation);
        for (int i = 0; i < after.Length; i++)
        {
            Int128 amount = 0;
            Int128 fee = 0;
            Int128 tax = 0;
            foreach (PaymentsStream stream in streams.Cast<PaymentsStream>())
            {
                amount += stream.AmountAt(i);
                fee += stream.FeeAt(i);
                tax += stream.TaxAt(i);
            }

            Expect(differences, after[i].Merchant, "fee", after[i].FeeBalance - _before[i].FeeBalance, fee);
            Expect(differences, after[i].Merchant, "tax", after[i].TaxBalance - _before[i].TaxBalance, tax);
            Expect(
                differences,
                after[i].Merchant,
                "payable",
                after[i].PayableBalance - _before[i].PayableBalance,
                amount - fee - tax);
        }

        await ForAllAsync(after.Length, async i =>
        {
            BookTotals totals = await LoadQueries.TotalsAsync(session, FirstMerchant + (ulong)i, Currency);
            if (totals.Balanced != 1 || totals.DebitsPosted != totals.CreditsPosted ||
                totals.DebitsPending != totals.CreditsPending)
            {
                lock (differences)
                {
                    differences.Add($"Merchant {FirstMerchant + (ulong)i}: debits and credits differ.");
                }
            }
        }, cancellation);
        foreach (PaymentsStream stream in streams.Cast<PaymentsStream>())
        {
            await stream.VerifySampleAsync(session, differences);
        }

        return differences;
    }

    private static void Expect(List<string> differences, ulong merchant, string what, Int128 kept, Int128 acknowledged)
    {
        if (Int128.Abs(kept) != acknowledged)
        {
            differences.Add($"Merchant {merchant}: {what} {kept} kept, {acknowledged} acknowledged.");
        }
    }

    private async Task OpenMerchantsAsync(IFastCoreSession session, int first, int count)
    {
        byte[] body = new byte[count * CreateMerchant.Size];
        Span<CreateMerchant> merchants = MemoryMarshal.Cast<byte, CreateMerchant>(body.AsSpan());
        for (int i = 0; i < count; i++)
        {
            merchants[i].Merchant = FirstMerchant + (ulong)(first + i);
            merchants[i].Currency = Currency;
            merchants[i].FeePpm = FeePpm;
            merchants[i].TaxPpm = TaxPpm;
            merchants[i].RatePerS = RatePerS;
            merchants[i].RateBurst = RatePerS;
            merchants[i].Prefund = first + i < Merchants ? Prefund : 0;
        }

        byte[] results = await LoadQueries.SendAsync(
            session, Operation.CreateMerchants, body, count * PaymentResult.Size);
        foreach (PaymentResult result in MemoryMarshal.Cast<byte, PaymentResult>(results))
        {
            if (result.Code != PaymentStatus.Ok)
            {
                throw new LoadException(
                    $"A merchant cannot be opened: {WireNames<PaymentStatus>.NameOf(result.Code)}.");
            }
        }
    }

    private async Task<MerchantRecord[]> RecordsAsync(IFastCoreSession session, CancellationToken cancellation)
    {
        MerchantRecord[] records = new MerchantRecord[Merchants + UnfundedMerchants];
        await ForAllAsync(records.Length, async i =>
        {
            ulong merchant = FirstMerchant + (ulong)i;
            byte[] body = new byte[BookPrefix.Size + sizeof(ulong)];
            MemoryMarshal.Write(body, new BookPrefix { Book = merchant });
            MemoryMarshal.Write(body.AsSpan(BookPrefix.Size), merchant);
            byte[] results = await LoadQueries.SendAsync(
                session, Operation.LookupMerchants, body, MerchantRecord.Size);
            records[i] = results.Length == 0
                ? throw new LoadException($"Merchant {merchant} is not there.")
                : MemoryMarshal.Read<MerchantRecord>(results);
        }, cancellation);
        return records;
    }

    private static Task ForAllAsync(int count, Func<int, Task> ask, CancellationToken cancellation)
    {
        async Task AskEvery(int first)
        {
            for (int i = first; i < count; i += QueriesAtOnce)
            {
                cancellation.ThrowIfCancellationRequested();
                await ask(i);
            }
        }

        return Task.WhenAll(Enumerable.Range(0, Math.Min(count, QueriesAtOnce)).Select(AskEvery));
    }

    private static ulong RoundedPpm(ulong amount, uint ppm)
    {
        UInt128 product = (UInt128)amount * ppm;
        (UInt128 quotient, UInt128 remainder) = UInt128.DivRem(product, 1_000_000);
        bool up = remainder > 500_000 || (remainder == 500_000 && UInt128.IsOddInteger(quotient));
        return (ulong)quotient + (up ? 1UL : 0UL);
    }
}
