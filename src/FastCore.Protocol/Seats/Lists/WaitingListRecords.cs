using System.Runtime.InteropServices;

namespace FastCore.Protocol.Seats.Lists;

/// <summary>A waiting list as it is now.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct WaitingListRecord
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 64;

    /// <summary>Number of the show.</summary>
    [FieldOffset(0)] public ulong Show;

    /// <summary>When it was opened, nanoseconds since 1970 UTC.</summary>
    [FieldOffset(8)] public ulong CreatedAt;

    /// <summary>When it ends by itself, nanoseconds; 0 = it does not.</summary>
    [FieldOffset(16)] public ulong EndsAt;

    /// <summary>When it ended, nanoseconds; 0 = it has not.</summary>
    [FieldOffset(24)] public ulong EndedAt;

    /// <summary>Milliseconds that an offer lasts; 0 = as a hold of the show.</summary>
    [FieldOffset(32)] public uint OfferMs;

    /// <summary>Places at most.</summary>
    [FieldOffset(36)] public uint PlacesMax;

    /// <summary>Places that were given so far.</summary>
    [FieldOffset(40)] public uint Places;

    /// <summary>Entries that wait.</summary>
    [FieldOffset(44)] public uint Waiting;

    /// <summary>Entries with an offer that was neither taken nor refused yet.</summary>
    [FieldOffset(48)] public uint Offered;

    /// <summary>Entries that a buyer may have together; 0 = one.</summary>
    [FieldOffset(52)] public ushort EntriesPerBuyerMax;

    /// <summary>State of the list.</summary>
    [FieldOffset(54)] public WaitingListState State;

    /// <summary>
    /// 1 = freed seats are being offered, more than one journal entry does: until that is done ordinary holds of the
    /// show answer <see cref="SeatStatus.WaitingListFirst"/>. Else 0.
    /// </summary>
    [FieldOffset(55)] public byte IsServing;

    /// <summary>Zero.</summary>
    [FieldOffset(56)] public ulong Reserved;
}

/// <summary>An entry of a waiting list as it is now, or as it ended.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct WaitingListEntry
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 112;

    /// <summary>Its token.</summary>
    [FieldOffset(0)] public UInt128 Id;

    /// <summary>Number of the show.</summary>
    [FieldOffset(16)] public ulong Show;

    /// <summary>Who buys.</summary>
    [FieldOffset(24)] public ulong Buyer;

    /// <summary>
    /// Token of the hold that was offered (the entry's own); 0 = none was. <c>get_hold</c> has its seats.
    /// </summary>
    [FieldOffset(32)] public UInt128 Hold;

    /// <summary>When the buyer joined, nanoseconds since 1970 UTC.</summary>
    [FieldOffset(48)] public ulong JoinedAt;

    /// <summary>When it came to be as it is, nanoseconds.</summary>
    [FieldOffset(56)] public ulong Timestamp;

    /// <summary>Offered: when the offer expires, nanoseconds; else 0.</summary>
    [FieldOffset(64)] public ulong ExpiresAt;

    /// <summary>The client's own.</summary>
    [FieldOffset(72)] public ulong UserData64;

    /// <summary>Place on the list, from 1, in the order of joining; given once.</summary>
    [FieldOffset(80)] public uint Place;

    /// <summary>Waiting: how many wait up to it, itself included; it never rises. Else 0.</summary>
    [FieldOffset(84)] public uint Position;

    /// <summary>Places: number of the area's or table's block; else 0.</summary>
    [FieldOffset(88)] public uint Block;

    /// <summary>Places, or people at the table; 0 = seats.</summary>
    [FieldOffset(92)] public ushort Quantity;

    /// <summary>Details of the wish.</summary>
    [FieldOffset(94)] public HoldFlags Flags;

    /// <summary>Bit c: category c will do; 0 = every one.</summary>
    [FieldOffset(96)] public ushort Categories;

    /// <summary>Part of the house; 0 = all.</summary>
    [FieldOffset(98)] public ushort Zone;

    /// <summary>Channel whose seats may be offered as well.</summary>
    [FieldOffset(100)] public ushort Channel;

    /// <summary>How many seats.</summary>
    [FieldOffset(102)] public byte Count;

    /// <summary>How many of them accessible.</summary>
    [FieldOffset(103)] public byte Accessible;

    /// <summary>Its state.</summary>
    [FieldOffset(104)] public WaitingListEntryState State;

    /// <summary>Zero.</summary>
    [FieldOffset(105)] public byte Reserved0;

    /// <summary>Zero.</summary>
    [FieldOffset(106)] public ushort Reserved1;

    /// <summary>Zero.</summary>
    [FieldOffset(108)] public uint Reserved2;
}

/// <summary>State of a waiting list.</summary>
public enum WaitingListState : byte
{
    /// <summary>No list.</summary>
    None = 0,

    /// <summary>Buyers join, and what becomes free is offered to them.</summary>
    Open = 1,

    /// <summary>Nothing is offered any more. Terminal.</summary>
    Ended = 2,
}

/// <summary>State of an entry of a waiting list.</summary>
public enum WaitingListEntryState : byte
{
    /// <summary>No entry.</summary>
    None = 0,

    /// <summary>Nothing that it wishes for was free when its turn was.</summary>
    Waiting = 1,

    /// <summary>It has a hold of its own, until that expires.</summary>
    Offered = 2,

    /// <summary>What it was offered is booked. Terminal.</summary>
    Taken = 3,

    /// <summary>What it was offered was given back. Terminal.</summary>
    Refused = 4,

    /// <summary>What it was offered was not booked in time. Terminal.</summary>
    Expired = 5,

    /// <summary>It was taken off the list while it waited. Terminal.</summary>
    Left = 6,

    /// <summary>The list ended before its turn. Terminal.</summary>
    Ended = 7,

    /// <summary>At its turn the buyer might not have so many seats any more. Terminal.</summary>
    OverLimit = 8,
}
