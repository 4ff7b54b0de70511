namespace FastCore.Protocol.Ledger;

/// <summary>
/// Outcome of opening one account. Members stand in order of precedence: the first rule broken is the one reported.
/// Names and numbers below 1000 are TigerBeetle's; numbers from 1000 on are FastCore's own.
/// </summary>
public enum CreateAccountStatus : uint
{
    /// <summary>Opened; the result carries its timestamp.</summary>
    Created = uint.MaxValue,

    /// <summary>Another event of its linked chain failed, so nothing of the chain happened.</summary>
    LinkedEventFailed = 1,

    /// <summary>The last event of the request is linked to nothing.</summary>
    LinkedEventChainOpen = 2,

    /// <summary>The request's first event is imported, this one is not.</summary>
    ImportedEventExpected = 22,

    /// <summary>The request's first event is not imported, this one is.</summary>
    ImportedEventNotExpected = 23,

    /// <summary>Timestamps are assigned by the partition unless the event is imported.</summary>
    TimestampMustBeZero = 3,

    /// <summary>An imported timestamp is zero or above 2^63 − 1.</summary>
    ImportedEventTimestampOutOfRange = 24,

    /// <summary>An imported timestamp lies in the future.</summary>
    ImportedEventTimestampMustNotAdvance = 25,

    /// <summary>The reserved field is not zero.</summary>
    ReservedField = 4,

    /// <summary>An unknown flag is set.</summary>
    ReservedFlag = 5,

    /// <summary>The id is zero.</summary>
    IdMustNotBeZero = 6,

    /// <summary>The id is the largest value.</summary>
    IdMustNotBeIntMax = 7,

    /// <summary>The id exists with other flags.</summary>
    ExistsWithDifferentFlags = 15,

    /// <summary>The id exists with another user_data_128.</summary>
    ExistsWithDifferentUserData128 = 16,

    /// <summary>The id exists with another user_data_64.</summary>
    ExistsWithDifferentUserData64 = 17,

    /// <summary>The id exists with another user_data_32.</summary>
    ExistsWithDifferentUserData32 = 18,

    /// <summary>The id exists in another ledger.</summary>
    ExistsWithDifferentLedger = 19,

    /// <summary>The id exists with another code.</summary>
    ExistsWithDifferentCode = 20,

    /// <summary>The same account was opened before; the result carries its original timestamp.</summary>
    Exists = 21,

    /// <summary>Both limits at once.</summary>
    FlagsAreMutuallyExclusive = 8,

    /// <summary>An account starts at zero.</summary>
    DebitsPendingMustBeZero = 9,

    /// <summary>An account starts at zero.</summary>
    DebitsPostedMustBeZero = 10,

    /// <summary>An account starts at zero.</summary>
    CreditsPendingMustBeZero = 11,

    /// <summary>An account starts at zero.</summary>
    CreditsPostedMustBeZero = 12,

    /// <summary>The ledger is zero.</summary>
    LedgerMustNotBeZero = 13,

    /// <summary>The code is zero.</summary>
    CodeMustNotBeZero = 14,

    /// <summary>
    /// An imported timestamp is not above all accounts of the book, or a transfer of the book has it.
    /// </summary>
    ImportedEventTimestampMustNotRegress = 26,

    /// <summary>The partition holds as many accounts, books or ledgers as it was opened for.</summary>
    TooManyAccounts = 1000,

    /// <summary>Only setup_accounts: the account does not exist.</summary>
    AccountNotFound = 1001,

    /// <summary>Only setup_accounts: the node was not opened for it.</summary>
    SetupNotAllowed = 1002,
}
