using System.Runtime.InteropServices;

namespace FastCore.Protocol.Seats;

/// <summary>Opens a show: a chart, on sale at a time and at prices.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct CreateShow
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 128;

    /// <summary>Number of the show; the partition key.</summary>
    [FieldOffset(0)] public ulong Show;

    /// <summary>Number of its chart.</summary>
    [FieldOffset(8)] public ulong Chart;

    /// <summary>Merchant that is paid; 0 = bookings are paid elsewhere.</summary>
    [FieldOffset(16)] public ulong Merchant;

    /// <summary>When it begins, nanoseconds since 1970 UTC. Kept and searched for; sales do not end by it.</summary>
    [FieldOffset(24)] public ulong StartsAt;

    /// <summary>Price of a seat by category, minor units.</summary>
    [FieldOffset(32)] public CategoryNumbers Prices;

    /// <summary>The merchant's currency, as it numbers them; not zero when there is a merchant.</summary>
    [FieldOffset(96)] public uint Currency;

    /// <summary>City, by the client's own numbering, for searches.</summary>
    [FieldOffset(100)] public uint City;

    /// <summary>Film or production, by the client's own numbering, for searches.</summary>
    [FieldOffset(104)] public uint Title;

    /// <summary>
    /// Milliseconds that a hold lasts when it does not say; 0 = <see cref="SeatLimits.HoldMsDefault"/>.
    /// </summary>
    [FieldOffset(108)] public uint HoldMs;

    /// <summary>Milliseconds that a hold lasts at most, extensions included; 0 = three times HoldMs.</summary>
    [FieldOffset(112)] public uint HoldMsMax;

    /// <summary>Seats that a buyer may hold and have booked, together; 0 = no limit.</summary>
    [FieldOffset(116)] public ushort SeatsPerBuyerMax;

    /// <summary>Rules of the show.</summary>
    [FieldOffset(118)] public ShowFlags Flags;

    /// <summary>Must be zero; the server assigns timestamps.</summary>
    [FieldOffset(120)] public ulong Timestamp;
}

/// <summary>Rules of a show.</summary>
[Flags]
public enum ShowFlags : ushort
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>A pick of seats may not leave a single free seat between taken ones (docs/SEATS.md).</summary>
    NoSingleSeats = 1,

    /// <summary>Nothing is for sale until <c>set_for_sale</c> says so.</summary>
    NotForSale = 2,

    /// <summary>What each buyer does is counted, for rules about bots (<c>get_buyers</c>).</summary>
    CountsBuyers = 4,

    /// <summary>Said by the show, not asked for: only buyers whom its waiting room admitted hold seats.</summary>
    HasWaitingRoom = 256,

    /// <summary>Said by the show, not asked for: seats are or were in channels.</summary>
    HasChannels = 512,

    /// <summary>Said by the show, not asked for: what becomes free is offered to its waiting list first.</summary>
    HasWaitingList = 1024,
}
