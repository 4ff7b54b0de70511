using System.Runtime.InteropServices;

namespace FastCore.Protocol.Payments;

/// <summary>The answer to one element of every payments write.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct PaymentResult
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 32;

    /// <summary>
    /// Commit time of what the answer tells, nanoseconds; 0 in a refusal, except <see
    /// cref="PaymentStatus.RateLimited"/>: the earliest time at which a retry can be admitted.
    /// </summary>
    [FieldOffset(0)] public ulong Timestamp;

    /// <summary>What happened.</summary>
    [FieldOffset(8)] public PaymentStatus Code;

    /// <summary>
    /// The payment's state after it, or the state that refused it; for orders an <see cref="OrderState"/>; 0 = not
    /// known.
    /// </summary>
    [FieldOffset(12)] public byte State;

    /// <summary>How the answer came about.</summary>
    [FieldOffset(13)] public PaymentResultFlags Flags;

    /// <summary>Why it was declined, with <see cref="PaymentStatus.Declined"/>; else 0.</summary>
    [FieldOffset(14)] public DeclineCode DeclineCode;

    /// <summary>Fee charged by it, minor units.</summary>
    [FieldOffset(16)] public ulong Fee;

    /// <summary>Tax on that fee, minor units.</summary>
    [FieldOffset(24)] public ulong Tax;
}

/// <summary>How an answer came about.</summary>
[Flags]
public enum PaymentResultFlags : byte
{
    /// <summary>By this request.</summary>
    None = 0,

    /// <summary>The same request was answered before; every other bit is that answer's.</summary>
    Duplicate = 1,
}

/// <summary>Why a payment or an action was declined. 1–99 are ours, from 100 on the connector's own codes.</summary>
public enum DeclineCode : ushort
{
    /// <summary>Not declined.</summary>
    None = 0,

    /// <summary>The prefunded clearing account does not cover the amount.</summary>
    InsufficientPrefund = 1,

    /// <summary>Every connector of the route failed technically before anything was charged.</summary>
    ConnectorFailed = 2,

    /// <summary>The outcome was asked for as often as allowed and never learned; a later success is refunded.</summary>
    ConnectorTimeout = 3,

    /// <summary>The approval came after the order had expired; what was charged is refunded.</summary>
    OrderExpired = 4,

    /// <summary>The connector declined without a reason.</summary>
    ConnectorDeclined = 5,

    /// <summary>Screening took it for fraud.</summary>
    SuspectedFraud = 6,

    /// <summary>First code of the connectors' own range: the issuer has not enough funds.</summary>
    IssuerInsufficientFunds = 100,

    /// <summary>The issuer does not honour the card.</summary>
    IssuerDoNotHonour = 101,

    /// <summary>The card is expired.</summary>
    IssuerCardExpired = 102,
}
