using System.Runtime.InteropServices;

namespace FastCore.Protocol.Payments;

/// <summary>
/// An order as a lookup tells it. <see cref="AmountPaid"/> + <see cref="AmountDue"/> = <see cref="Amount"/> always.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct OrderRecord
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 192;

    /// <summary>Order id.</summary>
    [FieldOffset(0)] public UInt128 Id;

    /// <summary>Merchant number.</summary>
    [FieldOffset(16)] public ulong Merchant;

    /// <summary>Amount to be paid, minor units.</summary>
    [FieldOffset(24)] public ulong Amount;

    /// <summary>Captured so far. Refunds do not reopen an order.</summary>
    [FieldOffset(32)] public ulong AmountPaid;

    /// <summary>Still to be paid.</summary>
    [FieldOffset(40)] public ulong AmountDue;

    /// <summary>Part of what is due that open payments may still capture.</summary>
    [FieldOffset(48)] public ulong AmountOpen;

    /// <summary>Currency.</summary>
    [FieldOffset(56)] public uint Currency;

    /// <summary>As created.</summary>
    [FieldOffset(60)] public OrderFlags Flags;

    /// <summary>Bytes of the receipt.</summary>
    [FieldOffset(62)] public byte ReceiptLength;

    /// <summary>State at the time of the lookup.</summary>
    [FieldOffset(63)] public OrderState State;

    /// <summary>The merchant's own reference.</summary>
    [FieldOffset(64)] public Receipt Receipt;

    /// <summary>The client's own.</summary>
    [FieldOffset(104)] public ulong UserData64;

    /// <summary>The client's own.</summary>
    [FieldOffset(112)] public UInt128 UserData128;

    /// <summary>Time from which it can no longer be paid, nanoseconds; 0 = never.</summary>
    [FieldOffset(128)] public ulong ExpiresAt;

    /// <summary>Commit time of the opening.</summary>
    [FieldOffset(136)] public ulong CreatedAt;

    /// <summary>Commit time of the last change.</summary>
    [FieldOffset(144)] public ulong Timestamp;

    /// <summary>Payments tried.</summary>
    [FieldOffset(152)] public uint Attempts;

    /// <summary>As created.</summary>
    [FieldOffset(156)] public uint ExpiresInS;

    /// <summary>The payment captured last; 0 = none.</summary>
    [FieldOffset(160)] public UInt128 PaymentId;

    /// <summary>Zero.</summary>
    [FieldOffset(176)] public UInt128 Reserved;
}
