using System.Runtime.InteropServices;

namespace FastCore.Protocol.Payments;

/// <summary>A merchant as a lookup tells it, with the balances of its internal accounts now.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct MerchantRecord
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 192;

    /// <summary>Merchant number.</summary>
    [FieldOffset(0)] public ulong Merchant;

    /// <summary>Currency and ledger.</summary>
    [FieldOffset(8)] public uint Currency;

    /// <summary>As created.</summary>
    [FieldOffset(12)] public ushort Flags;

    /// <summary>First connector of the route.</summary>
    [FieldOffset(14)] public ushort Connector;

    /// <summary>Fixed part of the fee.</summary>
    [FieldOffset(16)] public ulong FeeFixed;

    /// <summary>Least fee.</summary>
    [FieldOffset(24)] public ulong FeeMin;

    /// <summary>Largest fee; 0 = none.</summary>
    [FieldOffset(32)] public ulong FeeMax;

    /// <summary>Proportional fee, ppm.</summary>
    [FieldOffset(40)] public uint FeePpm;

    /// <summary>Tax on the fee, ppm.</summary>
    [FieldOffset(44)] public uint TaxPpm;

    /// <summary>Payments a second; 0 = no limit.</summary>
    [FieldOffset(48)] public uint RatePerS;

    /// <summary>Payments at once.</summary>
    [FieldOffset(52)] public uint RateBurst;

    /// <summary>Capture window in force, seconds.</summary>
    [FieldOffset(56)] public uint CaptureWindowS;

    /// <summary>Second connector of the route; 0 = none.</summary>
    [FieldOffset(60)] public ushort Fallback1;

    /// <summary>Third connector of the route; 0 = none.</summary>
    [FieldOffset(62)] public ushort Fallback2;

    /// <summary>Prefunded money left, reservations not deducted: credits − debits.</summary>
    [FieldOffset(64)] public Int128 ClearingBalance;

    /// <summary>What the connectors owe: debits − credits.</summary>
    [FieldOffset(80)] public Int128 ReceivableBalance;

    /// <summary>What the merchant is owed: credits − debits. Negative when refunds took more than there was.</summary>
    [FieldOffset(96)] public Int128 PayableBalance;

    /// <summary>Fees earned: credits − debits.</summary>
    [FieldOffset(112)] public Int128 FeeBalance;

    /// <summary>Tax owed: credits − debits.</summary>
    [FieldOffset(128)] public Int128 TaxBalance;

    /// <summary>Refunds not yet paid back: credits − debits.</summary>
    [FieldOffset(144)] public Int128 RefundBalance;

    /// <summary>Money put into clearing so far.</summary>
    [FieldOffset(160)] public ulong Funded;

    /// <summary>The client's own.</summary>
    [FieldOffset(168)] public ulong UserData64;

    /// <summary>Payments recorded, failed ones included.</summary>
    [FieldOffset(176)] public ulong PaymentCount;

    /// <summary>Commit time of the opening.</summary>
    [FieldOffset(184)] public ulong Timestamp;
}
