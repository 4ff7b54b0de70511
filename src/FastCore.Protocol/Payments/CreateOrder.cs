using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastCore.Protocol.Payments;

/// <summary>
/// Opens an order: an amount to be paid, by one payment or (flag) by several, optionally until a time.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct CreateOrder
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 128;

    /// <summary>Order id, unique among the merchant's orders.</summary>
    [FieldOffset(0)] public UInt128 Id;

    /// <summary>Merchant number; the partition key.</summary>
    [FieldOffset(16)] public ulong Merchant;

    /// <summary>Amount to be paid, minor units.</summary>
    [FieldOffset(24)] public ulong Amount;

    /// <summary>The merchant's currency.</summary>
    [FieldOffset(32)] public uint Currency;

    /// <summary>How it may be paid.</summary>
    [FieldOffset(36)] public OrderFlags Flags;

    /// <summary>Bytes of the receipt, 0 … 40; 0 = no receipt.</summary>
    [FieldOffset(38)] public byte ReceiptLength;

    /// <summary>Must be zero.</summary>
    [FieldOffset(39)] public byte Reserved0;

    /// <summary>The merchant's own reference, unique among the merchant's orders; zero beyond its length.</summary>
    [FieldOffset(40)] public Receipt Receipt;

    /// <summary>Seconds until the order can no longer be paid; 0 = never.</summary>
    [FieldOffset(80)] public uint ExpiresInS;

    /// <summary>Must be zero.</summary>
    [FieldOffset(84)] public uint Reserved1;

    /// <summary>The client's own.</summary>
    [FieldOffset(88)] public ulong UserData64;

    /// <summary>The client's own.</summary>
    [FieldOffset(96)] public UInt128 UserData128;

    /// <summary>Must be zero.</summary>
    [FieldOffset(112)] public ulong Reserved2;

    /// <summary>Must be zero; the server assigns timestamps.</summary>
    [FieldOffset(120)] public ulong Timestamp;
}

/// <summary>The 40 bytes of a receipt.</summary>
[InlineArray(Size)]
public struct Receipt
{
    /// <summary>Bytes at most.</summary>
    public const int Size = 40;

    private byte _first;
}

/// <summary>How an order may be paid.</summary>
[Flags]
public enum OrderFlags : ushort
{
    /// <summary>By one payment over the whole amount.</summary>
    None = 0,

    /// <summary>By several payments, each over a part.</summary>
    PartialPayment = 1,
}
