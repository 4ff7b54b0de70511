using System.Runtime.InteropServices;

namespace FastCore.Protocol.Payments;

/// <summary>A payment as a lookup tells it.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct PaymentRecord
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 192;

    /// <summary>Payment id.</summary>
    [FieldOffset(0)] public UInt128 Id;

    /// <summary>Merchant number.</summary>
    [FieldOffset(16)] public ulong Merchant;

    /// <summary>Amount, minor units.</summary>
    [FieldOffset(24)] public ulong Amount;

    /// <summary>Order that it pays; 0 = none.</summary>
    [FieldOffset(32)] public UInt128 OrderId;

    /// <summary>As created.</summary>
    [FieldOffset(48)] public ulong Card;

    /// <summary>As created.</summary>
    [FieldOffset(56)] public ulong UserData64;

    /// <summary>As created.</summary>
    [FieldOffset(64)] public UInt128 UserData128;

    /// <summary>Currency.</summary>
    [FieldOffset(80)] public uint Currency;

    /// <summary>As created.</summary>
    [FieldOffset(84)] public uint CaptureWindowS;

    /// <summary>As created.</summary>
    [FieldOffset(88)] public PaymentFlags Flags;

    /// <summary>As created.</summary>
    [FieldOffset(90)] public ushort Connector;

    /// <summary>As created.</summary>
    [FieldOffset(92)] public ushort Method;

    /// <summary>State now.</summary>
    [FieldOffset(94)] public PaymentState State;

    /// <summary>State in its first final answer; none while it waits for one.</summary>
    [FieldOffset(95)] public PaymentState AnswerState;

    /// <summary>As created.</summary>
    [FieldOffset(96)] public ulong EffectiveAt;

    /// <summary>Captured so far, minor units.</summary>
    [FieldOffset(104)] public ulong AmountCaptured;

    /// <summary>Refunded so far.</summary>
    [FieldOffset(112)] public ulong AmountRefunded;

    /// <summary>Fee charged so far; kept on refund.</summary>
    [FieldOffset(120)] public ulong Fee;

    /// <summary>Tax on the fee; kept on refund.</summary>
    [FieldOffset(128)] public ulong Tax;

    /// <summary>Commit time of its creation.</summary>
    [FieldOffset(136)] public ulong CreatedAt;

    /// <summary>Commit time of its first final answer; 0 while it waits for one.</summary>
    [FieldOffset(144)] public ulong AnsweredAt;

    /// <summary>Commit time of the last change.</summary>
    [FieldOffset(152)] public ulong Timestamp;

    /// <summary>End of the capture window, nanoseconds; 0 = nothing to capture.</summary>
    [FieldOffset(160)] public ulong CaptureBefore;

    /// <summary>Why it failed.</summary>
    [FieldOffset(168)] public DeclineCode DeclineCode;

    /// <summary>The connector of the last attempt; 0 = <c>instant</c>.</summary>
    [FieldOffset(170)] public ushort ConnectorUsed;

    /// <summary>Number of the last attempt, from 1; 0 with <c>instant</c>.</summary>
    [FieldOffset(172)] public ushort Attempt;

    /// <summary>Changes so far, from 1.</summary>
    [FieldOffset(174)] public ushort VersionNumber;

    /// <summary>Refunds accepted that their connector has not confirmed yet.</summary>
    [FieldOffset(176)] public ulong AmountRefunding;

    /// <summary>Zero.</summary>
    [FieldOffset(184)] public ulong Reserved;
}
