using FastCore.Protocol.Ledger;

namespace FastCore.Protocol.Payments;

/// <summary>
/// The internal accounts of a merchant's book. The value is the account's ledger code; its id is
/// <see cref="MerchantAccountId.Of"/>. Clients read them like any account and can never move them by transfers.
/// </summary>
public enum MerchantAccount : ushort
{
    /// <summary>Outside money: the counterpart of what was put into clearing.</summary>
    Funding = 1,

    /// <summary>Prefunded money from which <c>instant</c> approves; never below zero, reservations included.</summary>
    Clearing = 2,

    /// <summary>What the connectors owe for what they captured.</summary>
    Receivable = 3,

    /// <summary>What the merchant is owed: captures less fees, tax and refunds.</summary>
    Payable = 4,

    /// <summary>Fees earned.</summary>
    Fee = 5,

    /// <summary>Tax on fees, owed to the state.</summary>
    Tax = 6,

    /// <summary>Refunds accepted and not yet paid back.</summary>
    Refund = 7,
}

/// <summary>Ids of the internal accounts.</summary>
public static class MerchantAccountId
{
    /// <summary>Internal accounts of one merchant.</summary>
    public const int Count = 7;

    /// <summary>The id of an internal account: 2^128 − 256 + its code, the same in every book.</summary>
    public static UInt128 Of(MerchantAccount account) => AccountIds.ReservedFirst + (ushort)account;
}
