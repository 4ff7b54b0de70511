using System.Numerics;
using FastCore.Protocol.Ledger;

namespace FastCore.Simulation.Ledger;

/// <summary>What must hold of every book: balances are what its transfers say, and limits are kept.</summary>
internal static class LedgerChecks
{
    /// <returns>Null, or a sentence that says what is broken.</returns>
    public static string? Check(ModelBook book) =>
        book.Accounts.Where(account => !account.WasSetUp).Select(account => Check(book, account))
            .Append(CheckOrder(book)).FirstOrDefault(broken => broken != null);

    private static string? Check(ModelBook book, ModelAccount account)
    {
        Account row = account.Row;
        string name = $"Account {row.Id} of book {book.Number}";
        List<ModelTransfer> debits = book.Transfers.FindAll(one => one.Row.DebitAccountId == row.Id);
        List<ModelTransfer> credits = book.Transfers.FindAll(one => one.Row.CreditAccountId == row.Id);
        if (Reserved(debits) != row.DebitsPending || Posted(debits) != row.DebitsPosted)
        {
            return $"{name} has other debits than its transfers.";
        }

        if (Reserved(credits) != row.CreditsPending || Posted(credits) != row.CreditsPosted)
        {
            return $"{name} has other credits than its transfers.";
        }

        if (account.Has(AccountFlags.DebitsMustNotExceedCredits)
            && (BigInteger)row.DebitsPending + row.DebitsPosted > row.CreditsPosted)
        {
            return $"{name} has more debits than credits.";
        }

        return account.Has(AccountFlags.CreditsMustNotExceedDebits)
            && (BigInteger)row.CreditsPending + row.CreditsPosted > row.DebitsPosted
            ? $"{name} has more credits than debits."
            : null;
    }

    private static string? CheckOrder(ModelBook book)
    {
        bool isRising = book.Transfers.Zip(book.Transfers.Skip(1))
            .All(pair => pair.First.Row.Timestamp < pair.Second.Row.Timestamp);
        return isRising ? null : $"The transfers of book {book.Number} do not rise in time.";
    }

    private static BigInteger Reserved(List<ModelTransfer> transfers) =>
        Add(transfers.Where(one => one.Fate == PendingFate.Open));

    private static BigInteger Posted(List<ModelTransfer> transfers) => Add(transfers.Where(one => one.MovedPosted));

    private static BigInteger Add(IEnumerable<ModelTransfer> transfers) =>
        transfers.Aggregate(BigInteger.Zero, (sum, one) => sum + one.Row.Amount);
}
