using System.Numerics;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;

namespace FastCore.Simulation.Ledger;

/// <summary>The ledger's reads: every one looks at everything in the book and keeps what was asked for.</summary>
internal static class LedgerQueries
{
    private const AccountFilterFlags BothSides = AccountFilterFlags.Debits | AccountFilterFlags.Credits;
    private const ulong TimestampMax = long.MaxValue;

    public static IEnumerable<Account> LookupAccounts(ModelBook book, IEnumerable<UInt128> ids) =>
        ids.Select(book.Account).OfType<ModelAccount>().Select(account => account.Row);

    public static IEnumerable<Transfer> LookupTransfers(ModelBook book, IEnumerable<UInt128> ids) =>
        ids.Where(book.TransfersById.ContainsKey).Select(id => book.TransfersById[id].Row);

    public static IEnumerable<BookTotals> GetBookTotals(ModelBook book, IEnumerable<uint> ledgers) =>
        ledgers.Where(book.HasLedger).Select(ledger => Totals(book, ledger));

    public static IEnumerable<Transfer> GetAccountTransfers(ModelBook book, AccountFilter filter) =>
        IsValid(filter, needsLimit: true)
            ? Page(book.Transfers.Where(one => Matches(one, filter)).Select(one => one.Row),
                (filter.Flags & AccountFilterFlags.Reversed) != 0, filter.Limit)
            : [];

    public static IEnumerable<AccountBalance> GetAccountBalances(ModelBook book, AccountFilter filter) =>
        IsValid(filter, needsLimit: true) && book.Account(filter.AccountId) is { } account
            ? Page(account.History.Where(one => Matches(one.Transfer, filter)).Select(BalanceOf),
                (filter.Flags & AccountFilterFlags.Reversed) != 0, filter.Limit)
            : [];

    public static IEnumerable<Account> QueryAccounts(ModelBook book, QueryFilter filter) =>
        IsValid(filter, needsLimit: true) && filter.AmountMin == 0 && filter.AmountMax == 0
            ? Page(book.Accounts.Select(one => one.Row).Where(row => Matches(row, filter)),
                (filter.Flags & QueryFilterFlags.Reversed) != 0, filter.Limit)
            : [];

    public static IEnumerable<Transfer> QueryTransfers(ModelBook book, QueryFilter filter) =>
        IsValid(filter, needsLimit: true)
            ? Page(book.Transfers.Select(one => one.Row).Where(row => Matches(row, filter)),
                (filter.Flags & QueryFilterFlags.Reversed) != 0, filter.Limit)
            : [];

    public static TransferSum SumAccountTransfers(ModelBook book, AccountFilter filter)
    {
        if (!IsValid(filter, needsLimit: false))
        {
            return default;
        }

        List<ModelTransfer> selected = book.Transfers.FindAll(one => Matches(one, filter));
        return Sum(
            selected,
            selected.Where(one => Debits(one, filter)),
            selected.Where(one => Credits(one, filter)));
    }

    public static TransferSum SumTransfers(ModelBook book, QueryFilter filter)
    {
        if (!IsValid(filter, needsLimit: false))
        {
            return default;
        }

        List<ModelTransfer> selected = book.Transfers.FindAll(one => Matches(one.Row, filter));
        return Sum(selected, selected, selected);
    }

    private static bool IsValid(AccountFilter filter, bool needsLimit) =>
        filter.AccountId != 0 && filter.AccountId != UInt128.MaxValue
        && (filter.Flags & BothSides) != 0
        && (filter.Flags & ~(BothSides | AccountFilterFlags.Reversed)) == 0
        && filter.Reserved0 == 0 && filter.Reserved1 == 0 && filter.Reserved2 == 0
        && AreRangesValid(filter.TimestampMin, filter.TimestampMax, filter.AmountMin, filter.AmountMax)
        && (filter.Limit != 0 || !needsLimit);

    private static bool IsValid(QueryFilter filter, bool needsLimit) =>
        (filter.Flags & ~QueryFilterFlags.Reversed) == 0
        && filter.Reserved0 == 0 && filter.Reserved1 == 0 && filter.Reserved2 == 0 && filter.Reserved3 == 0
        && AreRangesValid(filter.TimestampMin, filter.TimestampMax, filter.AmountMin, filter.AmountMax)
        && (filter.Limit != 0 || !needsLimit);

    private static bool AreRangesValid(ulong fromNs, ulong toNs, UInt128 amountMin, UInt128 amountMax) =>
        fromNs <= TimestampMax && toNs <= TimestampMax && (toNs == 0 || fromNs <= toNs)
        && (amountMax == 0 || amountMin <= amountMax);

    private static bool Matches(ModelTransfer transfer, AccountFilter filter) =>
        (Debits(transfer, filter) || Credits(transfer, filter))
        && Matches(transfer.Row, new QueryFilter
        {
            UserData128 = filter.UserData128,
            UserData64 = filter.UserData64,
            UserData32 = filter.UserData32,
            Code = filter.Code,
            TimestampMin = filter.TimestampMin,
            TimestampMax = filter.TimestampMax,
            AmountMin = filter.AmountMin,
            AmountMax = filter.AmountMax,
        });

    private static bool Debits(ModelTransfer transfer, AccountFilter filter) =>
        (filter.Flags & AccountFilterFlags.Debits) != 0 && transfer.Row.DebitAccountId == filter.AccountId;

    private static bool Credits(ModelTransfer transfer, AccountFilter filter) =>
        (filter.Flags & AccountFilterFlags.Credits) != 0 && transfer.Row.CreditAccountId == filter.AccountId;

    private static bool Matches(Transfer row, QueryFilter filter) =>
        (filter.UserData128 == 0 || row.UserData128 == filter.UserData128)
        && (filter.UserData64 == 0 || row.UserData64 == filter.UserData64)
        && (filter.UserData32 == 0 || row.UserData32 == filter.UserData32)
        && (filter.Ledger == 0 || row.Ledger == filter.Ledger)
        && (filter.Code == 0 || row.Code == filter.Code)
        && row.Timestamp >= filter.TimestampMin
        && (filter.TimestampMax == 0 || row.Timestamp <= filter.TimestampMax)
        && row.Amount >= filter.AmountMin
        && (filter.AmountMax == 0 || row.Amount <= filter.AmountMax);

    private static bool Matches(Account row, QueryFilter filter) =>
        (filter.UserData128 == 0 || row.UserData128 == filter.UserData128)
        && (filter.UserData64 == 0 || row.UserData64 == filter.UserData64)
        && (filter.UserData32 == 0 || row.UserData32 == filter.UserData32)
        && (filter.Ledger == 0 || row.Ledger == filter.Ledger)
        && (filter.Code == 0 || row.Code == filter.Code)
        && row.Timestamp >= filter.TimestampMin
        && (filter.TimestampMax == 0 || row.Timestamp <= filter.TimestampMax);

    private static IEnumerable<T> Page<T>(IEnumerable<T> oldestFirst, bool isReversed, uint limit) =>
        (isReversed ? oldestFirst.Reverse() : oldestFirst).Take((int)Math.Min(limit, Limits.ElementsPerRequestMax));

    private static AccountBalance BalanceOf(ModelBalance balance) => new()
    {
        DebitsPending = balance.After.DebitsPending,
        DebitsPosted = balance.After.DebitsPosted,
        CreditsPending = balance.After.CreditsPending,
        CreditsPosted = balance.After.CreditsPosted,
        Timestamp = balance.Transfer.Row.Timestamp,
    };

    private static TransferSum Sum(
        List<ModelTransfer> selected, IEnumerable<ModelTransfer> debits, IEnumerable<ModelTransfer> credits)
    {
        BigInteger debited = Amounts(debits);
        BigInteger credited = Amounts(credits);
        return new TransferSum
        {
            Count = (ulong)selected.Count,
            PostedCount = (ulong)selected.Count(one => one.MovedPosted),
            DebitsPosted = Wrapped(debited),
            CreditsPosted = Wrapped(credited),
            Overflowed = debited > UInt128.MaxValue || credited > UInt128.MaxValue ? 1u : 0,
        };
    }

    private static BigInteger Amounts(IEnumerable<ModelTransfer> transfers) =>
        Add(transfers.Where(one => one.MovedPosted).Select(one => one.Row.Amount));

    private static BookTotals Totals(ModelBook book, uint ledger)
    {
        List<Account> rows = book.Accounts.ConvertAll(account => account.Row).FindAll(row => row.Ledger == ledger);
        BookTotals totals = new()
        {
            Ledger = ledger,
            Accounts = (ulong)rows.Count,
            DebitsPending = Wrapped(Add(rows.Select(row => row.DebitsPending))),
            DebitsPosted = Wrapped(Add(rows.Select(row => row.DebitsPosted))),
            CreditsPending = Wrapped(Add(rows.Select(row => row.CreditsPending))),
            CreditsPosted = Wrapped(Add(rows.Select(row => row.CreditsPosted))),
        };
        bool isBalanced = totals.DebitsPending == totals.CreditsPending && totals.DebitsPosted == totals.CreditsPosted;
        return totals with { Balanced = isBalanced ? 1u : 0 };
    }

    private static BigInteger Add(IEnumerable<UInt128> amounts) =>
        amounts.Aggregate(BigInteger.Zero, (sum, amount) => sum + amount);

    private static UInt128 Wrapped(BigInteger sum) => (UInt128)(sum & UInt128.MaxValue);
}
