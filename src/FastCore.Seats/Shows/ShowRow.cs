using System.Runtime.InteropServices;
using FastCore.Engine.Tables;
using FastCore.Protocol.Seats;
using FastCore.Seats.Charts;

namespace FastCore.Seats.Shows;

/// <summary>A show: its terms, its counts, and where its blocks and its last change are.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct ShowRow : ITableRow<NumberKey>
{
    public const int Size = 256;

    // What a hold reads and writes comes first.
    [FieldOffset(0)] public ulong Show;
    [FieldOffset(8)] public ulong Version;

    /// <summary>Position of the last change; −1 = none.</summary>
    [FieldOffset(16)] public long LastChange;
    [FieldOffset(24)] public int FirstBlock;
    [FieldOffset(28)] public int ChartSlot;
    [FieldOffset(32)] public uint HoldMs;
    [FieldOffset(36)] public uint HoldMsMax;
    [FieldOffset(40)] public uint Held;
    [FieldOffset(44)] public uint Booked;
    [FieldOffset(48)] public ulong Merchant;
    [FieldOffset(56)] public uint Currency;
    [FieldOffset(60)] public ushort SeatsPerBuyerMax;
    [FieldOffset(62)] public ShowFlags Flags;
    [FieldOffset(64)] public CategoryNumbers Free;
    [FieldOffset(128)] public CategoryNumbers Prices;
    [FieldOffset(192)] public ulong Chart;
    [FieldOffset(200)] public ulong StartsAt;
    [FieldOffset(208)] public ulong CreatedAt;
    [FieldOffset(216)] public uint City;
    [FieldOffset(220)] public uint Title;

    // As they were asked for, to compare with.
    [FieldOffset(224)] public uint HoldMsAsked;
    [FieldOffset(228)] public uint HoldMsMaxAsked;

    /// <summary>The first row of its channels, when it has any.</summary>
    [FieldOffset(232)] public int FirstChannel;
    [FieldOffset(236)] public uint Reserved0;
    [FieldOffset(240)] public UInt128 Reserved1;

    readonly NumberKey ITableRow<NumberKey>.Key => new(Show);

    public readonly ShowRecord ToRecord() => new()
    {
        Show = Show,
        Chart = Chart,
        Merchant = Merchant,
        StartsAt = StartsAt,
        Version = Version,
        City = City,
        Title = Title,
        Currency = Currency,
        Held = Held,
        Booked = Booked,
        SeatsPerBuyerMax = SeatsPerBuyerMax,
        Flags = Flags,
        Prices = Prices,
        Free = Free,
    };
}

/// <summary>
/// The seats of one block of a show: bits, or numbers of an area. Reached by its slot: the show's first + its number.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct BlockRow : ITableRow<NumberKey>
{
    public const int Size = 32;

    [FieldOffset(0)] public ulong Free;
    [FieldOffset(8)] public ulong Held;
    [FieldOffset(16)] public ulong Booked;

    /// <summary>Position of its last change + 1; 0 = none.</summary>
    [FieldOffset(24)] public ulong LastChange;

    readonly NumberKey ITableRow<NumberKey>.Key => default;
}

/// <summary>What a buyer has in a show that limits it.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct BuyerRow : ITableRow<BuyerKey>
{
    public const int Size = 24;

    [FieldOffset(0)] public ulong Show;
    [FieldOffset(8)] public ulong Buyer;

    /// <summary>Seats and places held or booked.</summary>
    [FieldOffset(16)] public ulong Count;

    readonly BuyerKey ITableRow<BuyerKey>.Key => new(Show, Buyer);
}

/// <summary>Key of the table of buyers.</summary>
/// <param name="show">Number of the show.</param>
/// <param name="buyer">The buyer.</param>
internal readonly struct BuyerKey(ulong show, ulong buyer) : ITableKey<BuyerKey>
{
    public readonly ulong Show = show;
    public readonly ulong Buyer = buyer;

    /// <inheritdoc/>
    public bool Equals(BuyerKey other) => Show == other.Show && Buyer == other.Buyer;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is BuyerKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Hash64();

    /// <inheritdoc/>
    public ulong Hash64()
    {
        ulong h = (Buyer ^ 0x9E3779B97F4A7C15UL) * 0xBF58476D1CE4E5B9UL;
        h = (h ^ (h >> 32) ^ Show) * 0x94D049BB133111EBUL;
        return h ^ (h >> 29);
    }
}
