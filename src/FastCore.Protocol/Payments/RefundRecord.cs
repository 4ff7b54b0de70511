using System.Runtime.InteropServices;

namespace FastCore.Protocol.Payments;

/// <summary>
/// A refund as a lookup tells it, with the totals that prove it did not exceed its payment's captures. The automatic
/// refund of a late approval is found under the payment's id.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct RefundRecord
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 192;

    /// <summary>Refund id.</summary>
    [FieldOffset(0)] public UInt128 Id;

    /// <summary>Merchant number.</summary>
    [FieldOffset(16)] public ulong Merchant;

    /// <summary>Amount refunded, minor units.</summary>
    [FieldOffset(24)] public ulong Amount;

    /// <summary>The payment.</summary>
    [FieldOffset(32)] public UInt128 PaymentId;

    /// <summary>The client's own.</summary>
    [FieldOffset(48)] public ulong UserData64;

    /// <summary>As created.</summary>
    [FieldOffset(56)] public PaymentActionFlags Flags;

    /// <summary>State now.</summary>
    [FieldOffset(58)] public RefundState State;

    /// <summary>1 = started by itself for a late approval.</summary>
    [FieldOffset(59)] public byte Automatic;

    /// <summary>Why it failed.</summary>
    [FieldOffset(60)] public DeclineCode DeclineCode;

    /// <summary>The connector; 0 = <c>instant</c>.</summary>
    [FieldOffset(62)] public ushort Connector;

    /// <summary>Amount as requested; 0 = all that was left.</summary>
    [FieldOffset(64)] public ulong AmountRequested;

    /// <summary>Captured of the payment when it was accepted.</summary>
    [FieldOffset(72)] public ulong PaymentCaptured;

    /// <summary>Refunded of the payment when it was accepted, this refund and those on their way included.</summary>
    [FieldOffset(80)] public ulong PaymentRefunded;

    /// <summary>Commit time of its acceptance.</summary>
    [FieldOffset(88)] public ulong CreatedAt;

    /// <summary>Commit time of its final answer; 0 while it waits for one.</summary>
    [FieldOffset(96)] public ulong AnsweredAt;

    /// <summary>Commit time of the last change.</summary>
    [FieldOffset(104)] public ulong Timestamp;

    /// <summary>Attempt of the payment that it gives back; 0 with <c>instant</c>.</summary>
    [FieldOffset(112)] public ushort Attempt;

    /// <summary>Zero.</summary>
    [FieldOffset(114)] public ushort Reserved0;

    /// <summary>Currency.</summary>
    [FieldOffset(116)] public uint Currency;

    /// <summary>Zero.</summary>
    [FieldOffset(120)] public ulong Reserved1;

    /// <summary>Zero.</summary>
    [FieldOffset(128)] public UInt128 Reserved2;

    /// <summary>Zero.</summary>
    [FieldOffset(144)] public UInt128 Reserved3;

    /// <summary>Zero.</summary>
    [FieldOffset(160)] public UInt128 Reserved4;

    /// <summary>Zero.</summary>
    [FieldOffset(176)] public UInt128 Reserved5;
}
