using System.Runtime.InteropServices;
using FastCore.Engine.Limiting;
using FastCore.Engine.Tables;

namespace FastCore.Payments.Payments;

/// <summary>Key of the merchant table.</summary>
/// <param name="merchant">Merchant number.</param>
internal readonly struct MerchantKey(ulong merchant) : ITableKey<MerchantKey>
{
    /// <summary>Merchant number.</summary>
    public readonly ulong Merchant = merchant;

    /// <inheritdoc/>
    public bool Equals(MerchantKey other) => Merchant == other.Merchant;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MerchantKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Hash64();

    /// <inheritdoc/>
    public ulong Hash64()
    {
        ulong h = (Merchant ^ (Merchant >> 33)) * 0xFF51AFD7ED558CCDUL;
        h = (h ^ (h >> 33)) * 0xC4CEB9FE1A85EC53UL;
        return h ^ (h >> 33);
    }
}

/// <summary>
/// A merchant: its terms, where its accounts are, its rate and its totals. Four cache lines; the first two hold all
/// that an instant payment reads.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct MerchantRow : ITableRow<MerchantKey>
{
    public const int Size = 256;

    [FieldOffset(0)] public ulong Merchant;
    [FieldOffset(8)] public uint Currency;
    [FieldOffset(12)] public uint CaptureWindowS;
    [FieldOffset(16)] public ulong FeeFixed;
    [FieldOffset(24)] public ulong FeeMin;
    [FieldOffset(32)] public ulong FeeMax;
    [FieldOffset(40)] public uint FeePpm;
    [FieldOffset(44)] public uint TaxPpm;
    [FieldOffset(48)] public uint RatePerS;
    [FieldOffset(52)] public uint RateBurst;
    [FieldOffset(56)] public ushort Connector;
    [FieldOffset(58)] public ushort Fallback1;
    [FieldOffset(60)] public ushort Fallback2;
    [FieldOffset(62)] public ushort Flags;

    // Slots of the internal accounts in the ledger's account table; a slot never changes.
    [FieldOffset(64)] public int FundingSlot;
    [FieldOffset(68)] public int ClearingSlot;
    [FieldOffset(72)] public int ReceivableSlot;
    [FieldOffset(76)] public int PayableSlot;
    [FieldOffset(80)] public int FeeSlot;
    [FieldOffset(84)] public int TaxSlot;
    [FieldOffset(88)] public int RefundSlot;
    [FieldOffset(92)] public uint Reserved0;

    [FieldOffset(96)] public LimiterState Rate;

    // Totals over all payments, for the invariants. Refunded includes refunds on their way.
    [FieldOffset(128)] public UInt128 AuthorizedTotal;
    [FieldOffset(144)] public UInt128 CapturedTotal;
    [FieldOffset(160)] public UInt128 RefundedTotal;
    [FieldOffset(176)] public UInt128 FeeTotal;
    [FieldOffset(192)] public UInt128 TaxTotal;

    // Charged by late approvals and given back, or on the way back.
    [FieldOffset(208)] public UInt128 StrayTotal;
    [FieldOffset(224)] public ulong Prefund;
    [FieldOffset(232)] public ulong UserData64;
    [FieldOffset(240)] public ulong CreatedAt;
    [FieldOffset(248)] public ulong PaymentCount;

    readonly MerchantKey ITableRow<MerchantKey>.Key => new(Merchant);
}
