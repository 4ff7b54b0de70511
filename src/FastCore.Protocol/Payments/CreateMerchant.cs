using System.Runtime.InteropServices;

namespace FastCore.Protocol.Payments;

/// <summary>
/// Opens a merchant. A merchant is a book: its internal accounts (<see cref="MerchantAccount"/>) live in the book of
/// the same number, in the ledger that its currency names. All amounts are in minor units of the currency.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct CreateMerchant
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 128;

    /// <summary>Merchant number, 1 … <see cref="Limits.BookMax"/>; the partition key.</summary>
    [FieldOffset(0)] public ulong Merchant;

    /// <summary>Currency number, also the ledger of the internal accounts. Not zero.</summary>
    [FieldOffset(8)] public uint Currency;

    /// <summary>No flag is defined yet; must be zero.</summary>
    [FieldOffset(12)] public ushort Flags;

    /// <summary>Must be zero.</summary>
    [FieldOffset(14)] public ushort Reserved0;

    /// <summary>Fixed part of the fee of a payment.</summary>
    [FieldOffset(16)] public ulong FeeFixed;

    /// <summary>The fee is at least this.</summary>
    [FieldOffset(24)] public ulong FeeMin;

    /// <summary>The fee is at most this; 0 = no maximum.</summary>
    [FieldOffset(32)] public ulong FeeMax;

    /// <summary>Proportional part of the fee, millionths of the captured amount; at most 1,000,000.</summary>
    [FieldOffset(40)] public uint FeePpm;

    /// <summary>Tax on the fee (GST), millionths of the fee; at most 1,000,000.</summary>
    [FieldOffset(44)] public uint TaxPpm;

    /// <summary>Payments a second that the merchant may create in the long run; 0 = no limit.</summary>
    [FieldOffset(48)] public uint RatePerS;

    /// <summary>Payments that may come at once; not zero when there is a rate, zero when there is none.</summary>
    [FieldOffset(52)] public uint RateBurst;

    /// <summary>Seconds in which an authorized payment must be captured; 0 = the node's default (3 days).</summary>
    [FieldOffset(56)] public uint CaptureWindowS;

    /// <summary>First connector of the merchant's route; 0 = <c>instant</c>.</summary>
    [FieldOffset(60)] public ushort Connector;

    /// <summary>Connector tried after a technical failure of the first; 0 = none.</summary>
    [FieldOffset(62)] public ushort Fallback1;

    /// <summary>Connector tried after a technical failure of <see cref="Fallback1"/>; 0 = none.</summary>
    [FieldOffset(64)] public ushort Fallback2;

    /// <summary>Must be zero.</summary>
    [FieldOffset(66)] public ushort Reserved1;

    /// <summary>Must be zero.</summary>
    [FieldOffset(68)] public uint Reserved2;

    /// <summary>Money put into the clearing account at opening, from which <c>instant</c> approves.</summary>
    [FieldOffset(72)] public ulong Prefund;

    /// <summary>The client's own.</summary>
    [FieldOffset(80)] public ulong UserData64;

    /// <summary>Must be zero.</summary>
    [FieldOffset(88)] public UInt128 Reserved3;

    /// <summary>Must be zero.</summary>
    [FieldOffset(104)] public UInt128 Reserved4;

    /// <summary>Must be zero; the server assigns timestamps.</summary>
    [FieldOffset(120)] public ulong Timestamp;
}
