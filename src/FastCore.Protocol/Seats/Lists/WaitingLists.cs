using System.Runtime.InteropServices;

namespace FastCore.Protocol.Seats.Lists;

/// <summary>
/// Gives a show a waiting list: seats that become free go to those on it first, in the order of their places.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct OpenWaitingList
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 48;

    /// <summary>Number of the show; the partition key.</summary>
    [FieldOffset(0)] public ulong Show;

    /// <summary>
    /// When the list ends by itself, as the sale does, nanoseconds since 1970 UTC; 0 = it does not. It must not have
    /// passed.
    /// </summary>
    [FieldOffset(8)] public ulong EndsAt;

    /// <summary>Milliseconds that an offer lasts, up to the show's longest hold; 0 = as a hold of the show.</summary>
    [FieldOffset(16)] public uint OfferMs;

    /// <summary>Places at most, in all, 1 … <see cref="SeatLimits.WaitingPlacesMax"/>.</summary>
    [FieldOffset(20)] public uint PlacesMax;

    /// <summary>Entries that a buyer may have on the list together; 0 = one.</summary>
    [FieldOffset(24)] public ushort EntriesPerBuyerMax;

    /// <summary>Must be zero.</summary>
    [FieldOffset(26)] public ushort Reserved0;

    /// <summary>Must be zero.</summary>
    [FieldOffset(28)] public uint Reserved1;

    /// <summary>Must be zero.</summary>
    [FieldOffset(32)] public ulong Reserved2;

    /// <summary>Must be zero; the server assigns timestamps.</summary>
    [FieldOffset(40)] public ulong Timestamp;
}

/// <summary>
/// A buyer joins the waiting list of a show with a wish: seats as best available finds them, or places of an area or a
/// whole table.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct JoinWaitingList
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 64;

    /// <summary>
    /// The entry's token, drawn by the client; unique in the show, among its holds as well, because the hold that is
    /// offered has it too; the idempotency key.
    /// </summary>
    [FieldOffset(0)] public UInt128 Id;

    /// <summary>Number of the show; the partition key.</summary>
    [FieldOffset(16)] public ulong Show;

    /// <summary>Who buys, by the client's own numbering; not zero.</summary>
    [FieldOffset(24)] public ulong Buyer;

    /// <summary>The client's own; the hold that is offered has it too.</summary>
    [FieldOffset(32)] public ulong UserData64;

    /// <summary>Places: number of the area's or table's block. Seats: must be zero.</summary>
    [FieldOffset(40)] public uint Block;

    /// <summary>Places of the area, 1 … 1,000, or people at the table; 0 = seats.</summary>
    [FieldOffset(44)] public ushort Quantity;

    /// <summary>Seats: <see cref="HoldFlags.Together"/> or none. Places: none.</summary>
    [FieldOffset(46)] public HoldFlags Flags;

    /// <summary>Seats: bit c: category c will do; 0 = every one. Places: must be zero.</summary>
    [FieldOffset(48)] public ushort Categories;

    /// <summary>Seats: only this part of the house; 0 = all. Places: must be zero.</summary>
    [FieldOffset(50)] public ushort Zone;

    /// <summary>Channel whose seats may be offered as well; 0 = none.</summary>
    [FieldOffset(52)] public ushort Channel;

    /// <summary>How many seats, 1 … 16. Places: must be zero.</summary>
    [FieldOffset(54)] public byte Count;

    /// <summary>How many of them must be accessible; without any, accessible seats are left alone.</summary>
    [FieldOffset(55)] public byte Accessible;

    /// <summary>Must be zero; the server assigns timestamps.</summary>
    [FieldOffset(56)] public ulong Timestamp;
}

/// <summary>Takes an entry off a waiting list; what it was offered goes to the next.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct LeaveWaitingList
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 32;

    /// <summary>The entry's token.</summary>
    [FieldOffset(0)] public UInt128 Id;

    /// <summary>Number of the show; the partition key.</summary>
    [FieldOffset(16)] public ulong Show;

    /// <summary>Must be zero; the server assigns timestamps.</summary>
    [FieldOffset(24)] public ulong Timestamp;
}

/// <summary>Ends a waiting list before its time. What was offered stays offered until it expires.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct CloseWaitingList
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 16;

    /// <summary>Number of the show; the partition key.</summary>
    [FieldOffset(0)] public ulong Show;

    /// <summary>Must be zero; the server assigns timestamps.</summary>
    [FieldOffset(8)] public ulong Timestamp;
}
