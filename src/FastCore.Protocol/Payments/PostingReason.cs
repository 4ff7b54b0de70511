namespace FastCore.Protocol.Payments;

/// <summary>
/// Why a transfer between internal accounts was posted: its ledger code. Its 128-bit user data is the payment's id, its
/// own id the payment's or the action's. What posts or voids a reservation keeps the reservation's code; 6 is not used.
/// </summary>
public enum PostingReason : ushort
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>funding → clearing: the prefund, or a fund.</summary>
    Fund = 1,

    /// <summary>clearing or receivable → payable, pending: an authorization that waits for its capture.</summary>
    Reserve = 2,

    /// <summary>clearing or receivable → payable: a capture that was not reserved before.</summary>
    Capture = 3,

    /// <summary>payable → fee: the fee of a capture.</summary>
    Fee = 4,

    /// <summary>payable → tax: the tax on that fee.</summary>
    Tax = 5,

    /// <summary>payable → refund: a refund is accepted.</summary>
    Refund = 7,

    /// <summary>refund → clearing or receivable: a refund is paid back.</summary>
    RefundPaid = 8,

    /// <summary>refund → payable: a refund failed at its connector.</summary>
    RefundReturned = 9,

    /// <summary>receivable → refund: a late approval charged the payer, who is owed it back.</summary>
    LateApproval = 10,
}
