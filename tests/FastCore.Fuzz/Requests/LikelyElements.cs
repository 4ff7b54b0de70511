using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;
using FastCore.Testing;

namespace FastCore.Fuzz.Requests;

/// <summary>
/// Elements of requests with ids from a small space, so that they refer to each other, and with amounts and times from
/// the ends of their ranges more often than by chance.
/// </summary>
internal static class LikelyElements
{
    /// <summary>Fills a body: the prefix, if there is one, and every element.</summary>
    public static void Fill(OperationShape shape, Span<byte> body, SeededRandom random)
    {
        body.Clear();
        if (shape.PrefixSize > 0)
        {
            Put(body, new BookPrefix { Book = Book(random) });
        }

        for (int at = shape.PrefixSize; at < body.Length; at += shape.ElementSize)
        {
            FillOne(shape, body.Slice(at, shape.ElementSize), random);
        }
    }

    private static void FillOne(OperationShape shape, Span<byte> element, SeededRandom random)
    {
        switch (shape.Operation)
        {
            case Operation.CreateAccounts or Operation.SetupAccounts:
                Put(element, new Account
                {
                    Id = Id(random),
                    DebitsPosted = shape.Operation == Operation.SetupAccounts ? Amount(random) : 0,
                    Ledger = 1 + (uint)random.Below(2),
                    Code = 1,
                    Flags = (AccountFlags)Flags(random, 64),
                });
                break;
            case Operation.ScoreTransactions:
                Put(element, new ScoreTransaction
                {
                    Id = Id(random),
                    Merchant = Book(random),
                    Card = (ulong)random.Below(3),
                    Terminal = (ulong)random.Below(3),
                    Device = (ulong)random.Below(3),
                    Amount = (ulong)random.Skewed(),
                    OccurredAt = random.OneIn(2) ? (ulong)random.Skewed() : 0,
                    Flags = (ScoreFlags)Flags(random, 4),
                });
                break;
            case Operation.LabelTransactions:
                Put(element, new LabelTransaction
                {
                    Id = Id(random),
                    Merchant = Book(random),
                    Card = (ulong)random.Below(3),
                    KnownAt = random.OneIn(2) ? (ulong)random.Skewed() : 0,
                    Label = (TransactionLabel)random.Below(5),
                });
                break;
            case Operation.ResolveReviews:
                Put(element, new ReviewVerdict
                {
                    Id = Id(random),
                    Merchant = Book(random),
                    Verdict = (Decision)random.Below(5),
                });
                break;
            case Operation.ChangeLists:
                ListChange change = new()
                {
                    Key = Id(random),
                    Kind = (ListChangeKind)random.Below(4),
                    ExpiresAt = random.OneIn(3) ? (ulong)random.Skewed() : 0,
                };
                (random.OneIn(2) ? "stolen"u8 : "friends"u8).CopyTo(change.List);
                Put(element, change);
                break;
            case Operation.CreateTransfers:
                Put(element, new Transfer
                {
                    Id = Id(random),
                    DebitAccountId = Id(random),
                    CreditAccountId = Id(random),
                    Amount = Amount(random),
                    PendingId = random.OneIn(3) ? Id(random) : 0,
                    Timeout = random.OneIn(3) ? (uint)random.Skewed() : 0,
                    Ledger = 1,
                    Code = 1,
                    Flags = (TransferFlags)Flags(random, 512),
                    Timestamp = random.OneIn(8) ? random.Skewed() : 0,
                });
                break;
            case Operation.GetAccountTransfers or Operation.GetAccountBalances or Operation.SumAccountTransfers:
                Put(element, new AccountFilter
                {
                    AccountId = Id(random),
                    AmountMax = random.OneIn(3) ? Amount(random) : 0,
                    TimestampMin = random.OneIn(3) ? random.Skewed() : 0,
                    TimestampMax = random.OneIn(3) ? random.Skewed() : 0,
                    Limit = (uint)random.Skewed(),
                    Flags = (AccountFilterFlags)random.Below(8),
                });
                break;
            case Operation.QueryAccounts or Operation.QueryTransfers or Operation.SumTransfers:
                Put(element, new QueryFilter
                {
                    Ledger = (uint)random.Below(2),
                    AmountMin = random.OneIn(3) ? Amount(random) : 0,
                    TimestampMax = random.OneIn(3) ? random.Skewed() : 0,
                    Limit = (uint)random.Skewed(),
                    Flags = (QueryFilterFlags)random.Below(2),
                });
                break;
            case Operation.CreateMerchants or Operation.CreateOrders or Operation.CreatePayments:
                Put(shape.Operation, element, random);
                break;
            case Operation.ConnectorAnswers:
                Put(element, new ConnectorAnswer
                {
                    PaymentId = Id(random),
                    Merchant = Book(random),
                    Amount = (ulong)Amount(random),
                    ActionId = random.OneIn(2) ? Id(random) : 0,
                    Call = (ulong)random.Below(6),
                    Attempt = (ushort)random.Below(3),
                    Connector = (ushort)random.Below(3),
                    Kind = (ConnectorCallKind)random.Below(5),
                    Outcome = (ConnectorOutcome)random.Below(6),
                    Send = (ushort)random.Below(3),
                });
                break;
            case Operation.GetBookTotals:
                Put(element, (uint)random.Below(3));
                break;
            case Operation.LookupMerchants or Operation.GetShow or Operation.GetWaitingRoom or Operation.GetWaiting
                or Operation.GetBuyers or Operation.GetWaitingList:
                Put(element, Book(random));
                break;
            case var operation when LikelySeats.Knows(operation):
                LikelySeats.Fill(operation, element, random);
                break;
            default:
                if (element.Length >= Unsafe.SizeOf<PaymentAction>())
                {
                    Put(element, new PaymentAction
                    {
                        Id = Id(random),
                        Merchant = Book(random),
                        Amount = random.OneIn(2) ? 0 : (ulong)Amount(random),
                        PaymentId = Id(random),
                        Flags = (PaymentActionFlags)Flags(random, 4),
                    });
                }
                else
                {
                    Put(element, Id(random));
                }

                break;
        }
    }

    private static void Put(Operation operation, Span<byte> element, SeededRandom random)
    {
        switch (operation)
        {
            case Operation.CreateMerchants:
                Put(element, new CreateMerchant
                {
                    Merchant = Book(random),
                    Currency = 356,
                    Flags = (ushort)Flags(random, 8),
                    FeeFixed = random.OneIn(3) ? (ulong)Amount(random) : 0,
                    FeeMax = random.OneIn(2) ? ulong.MaxValue : (ulong)Amount(random),
                    FeePpm = random.OneIn(3) ? (uint)random.Skewed() : 0,
                    TaxPpm = random.OneIn(3) ? (uint)random.Skewed() : 0,
                    RatePerS = random.OneIn(4) ? (uint)random.Skewed() : 0,
                    RateBurst = random.OneIn(4) ? (uint)random.Skewed() : 0,
                    CaptureWindowS = random.OneIn(3) ? (uint)random.Skewed() : 0,
                    Connector = (ushort)random.Below(3),
                    Fallback1 = (ushort)random.Below(3),
                    Prefund = (ulong)Amount(random),
                });
                break;
            case Operation.CreateOrders:
                Put(element, new CreateOrder
                {
                    Id = Id(random),
                    Merchant = Book(random),
                    Amount = (ulong)Amount(random),
                    Currency = 356,
                    Flags = (OrderFlags)Flags(random, 4),
                    ExpiresInS = random.OneIn(2) ? (uint)random.Skewed() : 0,
                });
                break;
            default:
                Put(element, new CreatePayment
                {
                    Id = Id(random),
                    Merchant = Book(random),
                    Amount = (ulong)Amount(random),
                    OrderId = random.OneIn(3) ? Id(random) : 0,
                    Currency = 356,
                    CaptureWindowS = random.OneIn(3) ? (uint)random.Skewed() : 0,
                    Flags = (PaymentFlags)Flags(random, 16),
                    Connector = (ushort)random.Below(3),
                    EffectiveAt = random.OneIn(6) ? random.Skewed() : 0,
                });
                break;
        }
    }

    private static ulong Book(SeededRandom random) => random.OneIn(8) ? 2 : 1UL;

    private static UInt128 Id(SeededRandom random) =>
        random.OneIn(16) ? UInt128.MaxValue - (UInt128)random.Below(2) : (UInt128)random.Below(8);

    private static int Flags(SeededRandom random, int below) => random.OneIn(2) ? 0 : random.Below(below);

    private static UInt128 Amount(SeededRandom random) => random.Below(8) switch
    {
        0 => UInt128.MaxValue - (UInt128)random.Below(3),
        1 => (UInt128)ulong.MaxValue + (UInt128)random.Below(3),
        2 => ulong.MaxValue - (ulong)random.Below(3),
        3 => (UInt128)long.MaxValue + (UInt128)random.Below(3),
        4 => random.Skewed(),
        _ => (UInt128)(100 * random.Below(12)),
    };

    private static void Put<T>(Span<byte> target, T value)
        where T : unmanaged => MemoryMarshal.Write(target, in value);
}
