namespace FastCore.Protocol.Ledger;

/// <summary>
/// Outcome of one transfer. Members stand in order of precedence: the first rule broken is the one reported. Names and
/// numbers below 1000 are TigerBeetle's; numbers from 1000 on are FastCore's own. A code marked <i>transient</i>
/// depends on the state of the moment: it uses the id up, so that a retry can never succeed behind the caller's back.
/// </summary>
public enum CreateTransferStatus : uint
{
    /// <summary>Created; the result carries its timestamp.</summary>
    Created = uint.MaxValue,

    /// <summary>Another event of its linked chain failed, so nothing of the chain happened.</summary>
    LinkedEventFailed = 1,

    /// <summary>The last event of the request is linked to nothing.</summary>
    LinkedEventChainOpen = 2,

    /// <summary>The request's first event is imported, this one is not.</summary>
    ImportedEventExpected = 56,

    /// <summary>The request's first event is not imported, this one is.</summary>
    ImportedEventNotExpected = 57,

    /// <summary>Timestamps are assigned by the partition unless the event is imported.</summary>
    TimestampMustBeZero = 3,

    /// <summary>An imported timestamp is zero or above 2^63 − 1.</summary>
    ImportedEventTimestampOutOfRange = 58,

    /// <summary>An imported timestamp lies in the future.</summary>
    ImportedEventTimestampMustNotAdvance = 59,

    /// <summary>An unknown flag is set.</summary>
    ReservedFlag = 4,

    /// <summary>The id is zero.</summary>
    IdMustNotBeZero = 5,

    /// <summary>The id is the largest value.</summary>
    IdMustNotBeIntMax = 6,

    /// <summary>The id exists with other flags.</summary>
    ExistsWithDifferentFlags = 36,

    /// <summary>The id exists with another pending_id.</summary>
    ExistsWithDifferentPendingId = 40,

    /// <summary>The id exists with another timeout.</summary>
    ExistsWithDifferentTimeout = 44,

    /// <summary>The id exists with another debit account.</summary>
    ExistsWithDifferentDebitAccountId = 37,

    /// <summary>The id exists with another credit account.</summary>
    ExistsWithDifferentCreditAccountId = 38,

    /// <summary>The id exists with another amount.</summary>
    ExistsWithDifferentAmount = 39,

    /// <summary>The id exists with another user_data_128.</summary>
    ExistsWithDifferentUserData128 = 41,

    /// <summary>The id exists with another user_data_64.</summary>
    ExistsWithDifferentUserData64 = 42,

    /// <summary>The id exists with another user_data_32.</summary>
    ExistsWithDifferentUserData32 = 43,

    /// <summary>The id exists in another ledger.</summary>
    ExistsWithDifferentLedger = 67,

    /// <summary>The id exists with another code.</summary>
    ExistsWithDifferentCode = 45,

    /// <summary>The same transfer was created before; the result carries its original timestamp.</summary>
    Exists = 46,

    /// <summary>The id was used up by a transient failure.</summary>
    IdAlreadyFailed = 68,

    /// <summary>Post and void together, or one of them with pending, balancing or closing.</summary>
    FlagsAreMutuallyExclusive = 7,

    /// <summary>The debit account's id is zero.</summary>
    DebitAccountIdMustNotBeZero = 8,

    /// <summary>The debit account's id is the largest value.</summary>
    DebitAccountIdMustNotBeIntMax = 9,

    /// <summary>The credit account's id is zero.</summary>
    CreditAccountIdMustNotBeZero = 10,

    /// <summary>The credit account's id is the largest value.</summary>
    CreditAccountIdMustNotBeIntMax = 11,

    /// <summary>Debit and credit account are the same.</summary>
    AccountsMustBeDifferent = 12,

    /// <summary>Only a post or void names a pending transfer.</summary>
    PendingIdMustBeZero = 13,

    /// <summary>A post or void must name a pending transfer.</summary>
    PendingIdMustNotBeZero = 14,

    /// <summary>The pending id is the largest value.</summary>
    PendingIdMustNotBeIntMax = 15,

    /// <summary>A transfer cannot resolve itself.</summary>
    PendingIdMustBeDifferent = 16,

    /// <summary>Only a pending transfer has a timeout.</summary>
    TimeoutReservedForPendingTransfer = 17,

    /// <summary>Only a pending transfer closes accounts.</summary>
    ClosingTransferMustBePending = 64,

    /// <summary>The ledger is zero.</summary>
    LedgerMustNotBeZero = 19,

    /// <summary>The code is zero.</summary>
    CodeMustNotBeZero = 20,

    /// <summary>The debit account does not exist. Transient.</summary>
    DebitAccountNotFound = 21,

    /// <summary>The credit account does not exist. Transient.</summary>
    CreditAccountNotFound = 22,

    /// <summary>The accounts belong to different ledgers.</summary>
    AccountsMustHaveTheSameLedger = 23,

    /// <summary>The transfer's ledger is not the accounts'.</summary>
    TransferMustHaveTheSameLedgerAsAccounts = 24,

    /// <summary>The pending transfer does not exist. Transient.</summary>
    PendingTransferNotFound = 25,

    /// <summary>The transfer named is not a pending one.</summary>
    PendingTransferNotPending = 26,

    /// <summary>The pending transfer has another debit account.</summary>
    PendingTransferHasDifferentDebitAccountId = 27,

    /// <summary>The pending transfer has another credit account.</summary>
    PendingTransferHasDifferentCreditAccountId = 28,

    /// <summary>The pending transfer has another ledger.</summary>
    PendingTransferHasDifferentLedger = 29,

    /// <summary>The pending transfer has another code.</summary>
    PendingTransferHasDifferentCode = 30,

    /// <summary>More than the pending amount.</summary>
    ExceedsPendingTransferAmount = 31,

    /// <summary>A void releases the whole amount, never a part.</summary>
    PendingTransferHasDifferentAmount = 32,

    /// <summary>The pending transfer was posted before.</summary>
    PendingTransferAlreadyPosted = 33,

    /// <summary>The pending transfer was voided before.</summary>
    PendingTransferAlreadyVoided = 34,

    /// <summary>The pending transfer's timeout has passed.</summary>
    PendingTransferExpired = 35,

    /// <summary>
    /// An imported timestamp is not above all transfers of the book, or an account of the book has it.
    /// </summary>
    ImportedEventTimestampMustNotRegress = 60,

    /// <summary>An imported transfer is older than its debit account.</summary>
    ImportedEventTimestampMustPostdateDebitAccount = 61,

    /// <summary>An imported transfer is older than its credit account.</summary>
    ImportedEventTimestampMustPostdateCreditAccount = 62,

    /// <summary>An imported transfer has no timeout.</summary>
    ImportedEventTimeoutMustBeZero = 63,

    /// <summary>The debit account is closed. Transient.</summary>
    DebitAccountAlreadyClosed = 65,

    /// <summary>The credit account is closed. Transient.</summary>
    CreditAccountAlreadyClosed = 66,

    /// <summary>The debit account's pending debits would pass 2^128 − 1.</summary>
    OverflowsDebitsPending = 47,

    /// <summary>The credit account's pending credits would pass 2^128 − 1.</summary>
    OverflowsCreditsPending = 48,

    /// <summary>The debit account's posted debits would pass 2^128 − 1.</summary>
    OverflowsDebitsPosted = 49,

    /// <summary>The credit account's posted credits would pass 2^128 − 1.</summary>
    OverflowsCreditsPosted = 50,

    /// <summary>The debit account's pending and posted debits together would pass 2^128 − 1.</summary>
    OverflowsDebits = 51,

    /// <summary>The credit account's pending and posted credits together would pass 2^128 − 1.</summary>
    OverflowsCredits = 52,

    /// <summary>The moment of expiry would pass 2^63 − 1 nanoseconds.</summary>
    OverflowsTimeout = 53,

    /// <summary>The debit account's limit: its debits would exceed its credits. Transient.</summary>
    ExceedsCredits = 54,

    /// <summary>The credit account's limit: its credits would exceed its debits. Transient.</summary>
    ExceedsDebits = 55,

    /// <summary>The partition holds as many open pending transfers as it was opened for. The id stays usable.</summary>
    TooManyPendingTransfers = 1000,
}
