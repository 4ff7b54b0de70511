using System.Runtime.InteropServices;
using FastCore.Protocol.Payments;

namespace FastCore.Protocol.Seats;

/// <summary>A hold as it is now, or as it ended.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct HoldRecord
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 176;

    /// <summary>Its token.</summary>
    [FieldOffset(0)] public UInt128 Id;

    /// <summary>Number of the show.</summary>
    [FieldOffset(16)] public ulong Show;

    /// <summary>Who buys; 0 = not known.</summary>
    [FieldOffset(24)] public ulong Buyer;

    /// <summary>When it expires or expired, nanoseconds since 1970 UTC.</summary>
    [FieldOffset(32)] public ulong ExpiresAt;

    /// <summary>When it was made.</summary>
    [FieldOffset(40)] public ulong CreatedAt;

    /// <summary>Its booking, confirmed or under way; 0 = none.</summary>
    [FieldOffset(48)] public UInt128 Booking;

    /// <summary>The seats that it was made with; of an area its block's number × 64.</summary>
    [FieldOffset(64)] public SeatPlaces Seats;

    /// <summary>Sum of the prices of what it still has, locked when it was made, minor units.</summary>
    [FieldOffset(128)] public ulong Amount;

    /// <summary>The client's own.</summary>
    [FieldOffset(136)] public ulong UserData64;

    /// <summary>When it came to be as it is, nanoseconds.</summary>
    [FieldOffset(144)] public ulong Timestamp;

    /// <summary>Places of an area, or people at a table; 0 = it holds seats.</summary>
    [FieldOffset(152)] public uint Quantity;

    /// <summary>How many seats it was made with.</summary>
    [FieldOffset(156)] public byte Count;

    /// <summary>Its state.</summary>
    [FieldOffset(157)] public HoldState State;

    /// <summary>Bit i: seat i was given back.</summary>
    [FieldOffset(158)] public ushort Released;

    /// <summary>Channel whose seats it could take as well.</summary>
    [FieldOffset(160)] public ushort Channel;

    /// <summary>Zero.</summary>
    [FieldOffset(162)] public ushort Reserved0;

    /// <summary>Zero.</summary>
    [FieldOffset(164)] public uint Reserved1;

    /// <summary>Zero.</summary>
    [FieldOffset(168)] public ulong Reserved2;
}

/// <summary>A booking as it is now.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct BookingRecord
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 192;

    /// <summary>Its id.</summary>
    [FieldOffset(0)] public UInt128 Id;

    /// <summary>Number of the show.</summary>
    [FieldOffset(16)] public ulong Show;

    /// <summary>Merchant that is paid; 0 = paid elsewhere.</summary>
    [FieldOffset(24)] public ulong Merchant;

    /// <summary>The hold that it was made from.</summary>
    [FieldOffset(32)] public UInt128 Hold;

    /// <summary>The seats; of an area its block's number × 64.</summary>
    [FieldOffset(48)] public SeatPlaces Seats;

    /// <summary>What was or is to be paid, minor units.</summary>
    [FieldOffset(112)] public ulong Amount;

    /// <summary>Who buys; 0 = not known.</summary>
    [FieldOffset(120)] public ulong Buyer;

    /// <summary>The client's own.</summary>
    [FieldOffset(128)] public UInt128 UserData128;

    /// <summary>The client's own.</summary>
    [FieldOffset(144)] public ulong UserData64;

    /// <summary>When it was made, nanoseconds.</summary>
    [FieldOffset(152)] public ulong CreatedAt;

    /// <summary>When it came to be as it is, nanoseconds.</summary>
    [FieldOffset(160)] public ulong Timestamp;

    /// <summary>Currency.</summary>
    [FieldOffset(168)] public uint Currency;

    /// <summary>Places of an area, or people at a table; 0 = it has seats.</summary>
    [FieldOffset(172)] public uint Quantity;

    /// <summary>How many seats.</summary>
    [FieldOffset(176)] public byte Count;

    /// <summary>Its state.</summary>
    [FieldOffset(177)] public BookingState State;

    /// <summary>Details.</summary>
    [FieldOffset(178)] public BookingFlags Flags;

    /// <summary>Why the payment was declined; else 0.</summary>
    [FieldOffset(180)] public DeclineCode DeclineCode;

    /// <summary>Zero.</summary>
    [FieldOffset(182)] public ushort Reserved0;

    /// <summary>Code that refused the payment or the refund; 0 = none did.</summary>
    [FieldOffset(184)] public PaymentStatus Refusal;

    /// <summary>Zero.</summary>
    [FieldOffset(188)] public uint Reserved1;
}

/// <summary>A show and what is left of it.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct ShowRecord
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 192;

    /// <summary>Number of the show.</summary>
    [FieldOffset(0)] public ulong Show;

    /// <summary>Number of its chart.</summary>
    [FieldOffset(8)] public ulong Chart;

    /// <summary>Merchant that is paid; 0 = none.</summary>
    [FieldOffset(16)] public ulong Merchant;

    /// <summary>When it begins, nanoseconds since 1970 UTC.</summary>
    [FieldOffset(24)] public ulong StartsAt;

    /// <summary>Changes of its seats so far.</summary>
    [FieldOffset(32)] public ulong Version;

    /// <summary>City.</summary>
    [FieldOffset(40)] public uint City;

    /// <summary>Film or production.</summary>
    [FieldOffset(44)] public uint Title;

    /// <summary>Currency.</summary>
    [FieldOffset(48)] public uint Currency;

    /// <summary>Seats and places held.</summary>
    [FieldOffset(52)] public uint Held;

    /// <summary>Seats and places booked.</summary>
    [FieldOffset(56)] public uint Booked;

    /// <summary>Seats that a buyer may have; 0 = no limit.</summary>
    [FieldOffset(60)] public ushort SeatsPerBuyerMax;

    /// <summary>Rules of the show.</summary>
    [FieldOffset(62)] public ShowFlags Flags;

    /// <summary>Prices by category, minor units.</summary>
    [FieldOffset(64)] public CategoryNumbers Prices;

    /// <summary>Seats and places that can be held, by category.</summary>
    [FieldOffset(128)] public CategoryNumbers Free;
}

/// <summary>
/// The seats of one block of a show. What is neither free nor held nor booked is not for sale; whether seats are in a
/// channel goes beside that.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct SeatMapBlock
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 48;

    /// <summary>Version of the map, the same in all of its blocks.</summary>
    [FieldOffset(0)] public ulong Version;

    /// <summary>Bit i: seat i is free; of an area: free places.</summary>
    [FieldOffset(8)] public ulong Free;

    /// <summary>Bit i: seat i is held; of an area: places held.</summary>
    [FieldOffset(16)] public ulong Held;

    /// <summary>Bit i: seat i is booked; of an area: places booked.</summary>
    [FieldOffset(24)] public ulong Booked;

    /// <summary>Number of the block.</summary>
    [FieldOffset(32)] public uint Block;

    /// <summary>Zero.</summary>
    [FieldOffset(36)] public uint Reserved;

    /// <summary>
    /// Bit i: seat i is in a channel, and so not available without its number (<c>get_channels</c> tells which); of an
    /// area: its capacity when it is.
    /// </summary>
    [FieldOffset(40)] public ulong Allotted;
}

/// <summary>One change of seats of one block. The versions of a show have no gap.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct SeatChange
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 80;

    /// <summary>Version of the show after it.</summary>
    [FieldOffset(0)] public ulong Version;

    /// <summary>When it was, nanoseconds since 1970 UTC.</summary>
    [FieldOffset(8)] public ulong Timestamp;

    /// <summary>The hold, or 0.</summary>
    [FieldOffset(16)] public UInt128 Hold;

    /// <summary>The booking, or 0.</summary>
    [FieldOffset(32)] public UInt128 Booking;

    /// <summary>Bit i: seat i changed; of an area: how many places did.</summary>
    [FieldOffset(48)] public ulong Seats;

    /// <summary>Number of the block.</summary>
    [FieldOffset(56)] public uint Block;

    /// <summary>State before.</summary>
    [FieldOffset(60)] public SeatState From;

    /// <summary>State after.</summary>
    [FieldOffset(61)] public SeatState To;

    /// <summary>
    /// 1 in the one change of an answer that says: too far behind, load the map of this version. Else 0.
    /// </summary>
    [FieldOffset(62)] public byte IsReload;

    /// <summary>Zero.</summary>
    [FieldOffset(63)] public byte Reserved0;

    /// <summary>Who caused it: index of the API key; 0 = the embedding process or the node itself.</summary>
    [FieldOffset(64)] public uint Principal;

    /// <summary>The channel that seats came to; 0 = none, or nothing about channels.</summary>
    [FieldOffset(68)] public ushort Channel;

    /// <summary>Zero.</summary>
    [FieldOffset(70)] public ushort Reserved1;

    /// <summary>Who buys; 0 = not known.</summary>
    [FieldOffset(72)] public ulong Buyer;
}
