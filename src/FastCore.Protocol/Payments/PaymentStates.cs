namespace FastCore.Protocol.Payments;

/// <summary>State of a payment. What leads where is in docs/PAYMENTS.md and enforced by one table.</summary>
public enum PaymentState : byte
{
    /// <summary>No payment.</summary>
    None = 0,

    /// <summary>Accepted, sent to its connector, no answer yet.</summary>
    Created = 1,

    /// <summary>The outcome at the connector is unknown; it is being asked for.</summary>
    Processing = 2,

    /// <summary>Approved and reserved, nothing captured yet.</summary>
    Authorized = 3,

    /// <summary>Captured; nothing is left to capture and nothing was refunded.</summary>
    Captured = 4,

    /// <summary>A part is captured, the rest can still be.</summary>
    PartiallyCaptured = 5,

    /// <summary>All that was captured is refunded. Terminal.</summary>
    Refunded = 6,

    /// <summary>A part of what was captured is refunded.</summary>
    PartiallyRefunded = 7,

    /// <summary>Declined or failed. Terminal.</summary>
    Failed = 8,

    /// <summary>Voided before anything was captured. Terminal.</summary>
    Voided = 9,

    /// <summary>Not captured within its window. Terminal.</summary>
    Expired = 10,
}

/// <summary>State of an order.</summary>
public enum OrderState : byte
{
    /// <summary>No order.</summary>
    None = 0,

    /// <summary>No payment was tried yet.</summary>
    Created = 1,

    /// <summary>A payment was tried; something is still due.</summary>
    Attempted = 2,

    /// <summary>Paid in full. Terminal.</summary>
    Paid = 3,

    /// <summary>Its time passed before it was paid. Terminal.</summary>
    Expired = 4,
}

/// <summary>State of a refund (and of any action that a connector carries out).</summary>
public enum RefundState : byte
{
    /// <summary>No refund.</summary>
    None = 0,

    /// <summary>Accepted; the connector has not confirmed it yet.</summary>
    Pending = 1,

    /// <summary>Done.</summary>
    Processed = 2,

    /// <summary>The connector did not do it; the money is the merchant's again.</summary>
    Failed = 3,
}
