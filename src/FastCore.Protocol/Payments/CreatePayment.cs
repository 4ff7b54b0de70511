using System.Runtime.InteropServices;

namespace FastCore.Protocol.Payments;

/// <summary>
/// Creates a payment. Without <see cref="PaymentFlags.ManualCapture"/> it is captured as soon as it is approved.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct CreatePayment
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 128;

    /// <summary>Value of <see cref="Connector"/> for "the merchant's route, with its fallbacks".</summary>
    public const ushort MerchantRoute = 0xFFFF;

    /// <summary>Payment id, unique among the merchant's payments; the idempotency key.</summary>
    [FieldOffset(0)] public UInt128 Id;

    /// <summary>Merchant number; the partition key.</summary>
    [FieldOffset(16)] public ulong Merchant;

    /// <summary>Amount, minor units; not zero.</summary>
    [FieldOffset(24)] public ulong Amount;

    /// <summary>Order that it pays; 0 = none.</summary>
    [FieldOffset(32)] public UInt128 OrderId;

    /// <summary>Token of the card or instrument; the client's own numbering.</summary>
    [FieldOffset(48)] public ulong Card;

    /// <summary>The client's own.</summary>
    [FieldOffset(56)] public ulong UserData64;

    /// <summary>The client's own.</summary>
    [FieldOffset(64)] public UInt128 UserData128;

    /// <summary>The merchant's currency.</summary>
    [FieldOffset(80)] public uint Currency;

    /// <summary>Seconds in which it must be captured; 0 = the merchant's. Only with manual capture.</summary>
    [FieldOffset(84)] public uint CaptureWindowS;

    /// <summary>How it is captured.</summary>
    [FieldOffset(88)] public PaymentFlags Flags;

    /// <summary>
    /// 0 = <c>instant</c>, n = that connector and no other, <see cref="MerchantRoute"/> = as the merchant says.
    /// </summary>
    [FieldOffset(90)] public ushort Connector;

    /// <summary>Payment method; the client's own numbering.</summary>
    [FieldOffset(92)] public ushort Method;

    /// <summary>Must be zero.</summary>
    [FieldOffset(94)] public ushort Reserved0;

    /// <summary>
    /// Business time, nanoseconds since 1970 UTC; 0 = the commit time. Kept, never used to order anything.
    /// </summary>
    [FieldOffset(96)] public ulong EffectiveAt;

    /// <summary>The merchant's own number of the terminal, for screening; 0 = not known.</summary>
    [FieldOffset(104)] public ulong Terminal;

    /// <summary>The device that pays, for screening; 0 = not known.</summary>
    [FieldOffset(112)] public ulong Device;

    /// <summary>Must be zero; the server assigns timestamps.</summary>
    [FieldOffset(120)] public ulong Timestamp;
}

/// <summary>How a payment is captured.</summary>
[Flags]
public enum PaymentFlags : ushort
{
    /// <summary>At once.</summary>
    None = 0,

    /// <summary>It stays authorized until captured, voided or expired.</summary>
    ManualCapture = 1,
}
