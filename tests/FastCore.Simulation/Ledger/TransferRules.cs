using System.Numerics;
using FastCore.Protocol.Ledger;

namespace FastCore.Simulation.Ledger;

/// <summary>
/// The rules of a transfer that moves or reserves an amount, in the order of the table of CreateTransferStatus in
/// docs/PROTOCOL.md. Sums are computed in numbers without a largest one.
/// </summary>
internal sealed class TransferRules(LedgerState state, LedgerModelOptions options)
{
    private const TransferFlags Resolving = TransferFlags.PostPendingTransfer | TransferFlags.VoidPendingTransfer;
    private const TransferFlags Closing = TransferFlags.ClosingDebit | TransferFlags.ClosingCredit;
    private const TransferFlags KnownFlags = (TransferFlags)0x1FF;
    private const ulong TimestampMax = long.MaxValue;

    private static readonly BigInteger AmountMax = UInt128.MaxValue;

    private readonly PendingRules _resolutions = new(state);

    /// <summary>The failures after which an id can never succeed.</summary>
    public static bool IsTransient(CreateTransferStatus status) =>
        status is CreateTransferStatus.DebitAccountNotFound or CreateTransferStatus.CreditAccountNotFound
            or CreateTransferStatus.PendingTransferNotFound or CreateTransferStatus.DebitAccountAlreadyClosed
            or CreateTransferStatus.CreditAccountAlreadyClosed or CreateTransferStatus.ExceedsCredits
            or CreateTransferStatus.ExceedsDebits;

    public EventOutcome Create(ModelBook book, Transfer asked, ulong eventNs)
    {
        ulong timestampNs = eventNs;
        CreateTransferStatus status = CheckId(book, asked);
        if (status == CreateTransferStatus.Exists)
        {
            timestampNs = book.TransfersById[asked.Id].Row.Timestamp;
        }
        else if (status == CreateTransferStatus.Created)
        {
            Transfer row = asked;
            row.Timestamp = (asked.Flags & TransferFlags.Imported) != 0 ? asked.Timestamp : eventNs;
            status = (asked.Flags & Resolving) != 0
                ? _resolutions.Resolve(book, asked, row, eventNs)
                : Move(book, asked, row, eventNs);
            timestampNs = status == CreateTransferStatus.Created ? row.Timestamp : eventNs;
        }

        if (IsTransient(status))
        {
            book.FailedIds.Add(asked.Id);
        }

        return new EventOutcome((uint)status, timestampNs);
    }

    /// <summary>The rules about overflows and limits, which the entries of other domains obey, too.</summary>
    public static CreateTransferStatus CheckMovement(
        Account debit, Account credit, UInt128 moved, bool isPending, ulong eventNs, uint timeoutS)
    {
        BigInteger amount = moved;
        BigInteger dueNs = eventNs + new BigInteger(timeoutS) * 1_000_000_000;
        return isPending && amount + debit.DebitsPending > AmountMax ? CreateTransferStatus.OverflowsDebitsPending
            : isPending && amount + credit.CreditsPending > AmountMax ? CreateTransferStatus.OverflowsCreditsPending
            : amount + debit.DebitsPosted > AmountMax ? CreateTransferStatus.OverflowsDebitsPosted
            : amount + credit.CreditsPosted > AmountMax ? CreateTransferStatus.OverflowsCreditsPosted
            : amount + Debits(debit) > AmountMax ? CreateTransferStatus.OverflowsDebits
            : amount + Credits(credit) > AmountMax ? CreateTransferStatus.OverflowsCredits
            : dueNs > TimestampMax ? CreateTransferStatus.OverflowsTimeout
            : (debit.Flags & AccountFlags.DebitsMustNotExceedCredits) != 0
                && amount + Debits(debit) > debit.CreditsPosted ? CreateTransferStatus.ExceedsCredits
            : (credit.Flags & AccountFlags.CreditsMustNotExceedDebits) != 0
                && amount + Credits(credit) > credit.DebitsPosted ? CreateTransferStatus.ExceedsDebits
            : CreateTransferStatus.Created;
    }

    private static CreateTransferStatus CheckId(ModelBook book, Transfer asked) =>
        (asked.Flags & ~KnownFlags) != 0 ? CreateTransferStatus.ReservedFlag
        : asked.Id == 0 ? CreateTransferStatus.IdMustNotBeZero
        : asked.Id == UInt128.MaxValue ? CreateTransferStatus.IdMustNotBeIntMax
        : book.TransfersById.TryGetValue(asked.Id, out ModelTransfer? existing) ? Repetitions.Compare(asked, existing)
        : book.FailedIds.Contains(asked.Id) ? CreateTransferStatus.IdAlreadyFailed
        : CreateTransferStatus.Created;

    private CreateTransferStatus Move(ModelBook book, Transfer asked, Transfer row, ulong eventNs)
    {
        bool isPending = (asked.Flags & TransferFlags.Pending) != 0;
        CreateTransferStatus status = CheckContent(asked, isPending);
        ModelAccount? debit = book.Account(asked.DebitAccountId);
        ModelAccount? credit = book.Account(asked.CreditAccountId);
        if (status == CreateTransferStatus.Created)
        {
            status = CheckAccounts(book, asked, debit?.Row, credit?.Row);
        }

        if (status == CreateTransferStatus.Created)
        {
            row.Amount = AmountOf(asked, debit!.Row, credit!.Row);
            status = CheckMovement(debit.Row, credit.Row, row.Amount, isPending, eventNs, asked.Timeout);
        }

        if (status != CreateTransferStatus.Created)
        {
            return status;
        }

        if (isPending && state.OpenPendings.Count + state.SetAside >= options.OpenPendingsMax)
        {
            return CreateTransferStatus.TooManyPendingTransfers;
        }

        ulong dueNs = asked.Timeout == 0 ? 0 : row.Timestamp + asked.Timeout * 1_000_000_000UL;
        state.Add(new ModelTransfer { Book = book, Row = row, DueNs = dueNs }, hasLookupId: true);
        return CreateTransferStatus.Created;
    }

    private static CreateTransferStatus CheckContent(Transfer asked, bool isPending) =>
        asked.DebitAccountId == 0 ? CreateTransferStatus.DebitAccountIdMustNotBeZero
        : AccountIds.IsReserved(asked.DebitAccountId) ? CreateTransferStatus.DebitAccountIdMustNotBeIntMax
        : asked.CreditAccountId == 0 ? CreateTransferStatus.CreditAccountIdMustNotBeZero
        : AccountIds.IsReserved(asked.CreditAccountId) ? CreateTransferStatus.CreditAccountIdMustNotBeIntMax
        : asked.DebitAccountId == asked.CreditAccountId ? CreateTransferStatus.AccountsMustBeDifferent
        : asked.PendingId != 0 ? CreateTransferStatus.PendingIdMustBeZero
        : !isPending && asked.Timeout != 0 ? CreateTransferStatus.TimeoutReservedForPendingTransfer
        : !isPending && (asked.Flags & Closing) != 0 ? CreateTransferStatus.ClosingTransferMustBePending
        : asked.Ledger == 0 ? CreateTransferStatus.LedgerMustNotBeZero
        : asked.Code == 0 ? CreateTransferStatus.CodeMustNotBeZero
        : CreateTransferStatus.Created;

    private static CreateTransferStatus CheckAccounts(ModelBook book, Transfer asked, Account? debit, Account? credit)
    {
        bool isImported = (asked.Flags & TransferFlags.Imported) != 0;
        return debit is null ? CreateTransferStatus.DebitAccountNotFound
            : credit is null ? CreateTransferStatus.CreditAccountNotFound
            : debit.Value.Ledger != credit.Value.Ledger ? CreateTransferStatus.AccountsMustHaveTheSameLedger
            : asked.Ledger != debit.Value.Ledger ? CreateTransferStatus.TransferMustHaveTheSameLedgerAsAccounts
            : isImported && Regresses(book, asked.Timestamp)
                ? CreateTransferStatus.ImportedEventTimestampMustNotRegress
            : isImported && asked.Timestamp <= debit.Value.Timestamp
                ? CreateTransferStatus.ImportedEventTimestampMustPostdateDebitAccount
            : isImported && asked.Timestamp <= credit.Value.Timestamp
                ? CreateTransferStatus.ImportedEventTimestampMustPostdateCreditAccount
            : isImported && asked.Timeout != 0 ? CreateTransferStatus.ImportedEventTimeoutMustBeZero
            : (debit.Value.Flags & AccountFlags.Closed) != 0 ? CreateTransferStatus.DebitAccountAlreadyClosed
            : (credit.Value.Flags & AccountFlags.Closed) != 0 ? CreateTransferStatus.CreditAccountAlreadyClosed
            : CreateTransferStatus.Created;
    }

    /// <summary>Whether an imported transfer were not the newest of its book, or at an account's moment.</summary>
    public static bool Regresses(ModelBook book, ulong timestampNs) =>
        book.Transfers.Exists(one => one.Row.Timestamp >= timestampNs) || book.HasAccountAt(timestampNs);

    // A balancing transfer moves at most what keeps the account from crossing zero.
    private static UInt128 AmountOf(Transfer asked, Account debit, Account credit)
    {
        BigInteger amount = asked.Amount;
        if ((asked.Flags & TransferFlags.BalancingDebit) != 0)
        {
            amount = BigInteger.Min(amount, BigInteger.Max(0, debit.CreditsPosted - Debits(debit)));
        }

        if ((asked.Flags & TransferFlags.BalancingCredit) != 0)
        {
            amount = BigInteger.Min(amount, BigInteger.Max(0, credit.DebitsPosted - Credits(credit)));
        }

        return (UInt128)amount;
    }

    private static BigInteger Debits(Account account) => (BigInteger)account.DebitsPending + account.DebitsPosted;

    private static BigInteger Credits(Account account) => (BigInteger)account.CreditsPending + account.CreditsPosted;
}
