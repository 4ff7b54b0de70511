using System.Runtime.InteropServices;

namespace FastCore.Protocol.Seats;

/// <summary>Holds seats by number, all of them or none.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct HoldSeats
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 128;

    /// <summary>Where the flags are, in every kind of hold.</summary>
    public const int FlagsOffset = 36;

    /// <summary>The hold's token, drawn by the client; unique in the show; the idempotency key.</summary>
    [FieldOffset(0)] public UInt128 Id;

    /// <summary>Number of the show; the partition key.</summary>
    [FieldOffset(16)] public ulong Show;

    /// <summary>Who buys, by the client's own numbering; not zero where the show limits seats per buyer.</summary>
    [FieldOffset(24)] public ulong Buyer;

    /// <summary>Milliseconds until it expires; 0 = as the show says.</summary>
    [FieldOffset(32)] public uint ExpiresInMs;

    /// <summary>Details.</summary>
    [FieldOffset(FlagsOffset)] public HoldFlags Flags;

    /// <summary>How many seats, 1 … 16.</summary>
    [FieldOffset(38)] public byte Count;

    /// <summary>Must be zero.</summary>
    [FieldOffset(39)] public byte Reserved0;

    /// <summary>The seats, none twice.</summary>
    [FieldOffset(40)] public SeatPlaces Seats;

    /// <summary>The client's own.</summary>
    [FieldOffset(104)] public ulong UserData64;

    /// <summary>Channel whose seats may be taken as well; 0 = none.</summary>
    [FieldOffset(112)] public ushort Channel;

    /// <summary>Must be zero.</summary>
    [FieldOffset(114)] public ushort Reserved1;

    /// <summary>Must be zero.</summary>
    [FieldOffset(116)] public uint Reserved2;

    /// <summary>Must be zero; the server assigns timestamps.</summary>
    [FieldOffset(120)] public ulong Timestamp;
}

/// <summary>Holds the best seats that are free.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct HoldBestAvailable
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 64;

    /// <summary>The hold's token, drawn by the client; unique in the show; the idempotency key.</summary>
    [FieldOffset(0)] public UInt128 Id;

    /// <summary>Number of the show; the partition key.</summary>
    [FieldOffset(16)] public ulong Show;

    /// <summary>Who buys, by the client's own numbering; not zero where the show limits seats per buyer.</summary>
    [FieldOffset(24)] public ulong Buyer;

    /// <summary>Milliseconds until it expires; 0 = as the show says.</summary>
    [FieldOffset(32)] public uint ExpiresInMs;

    /// <summary>Details.</summary>
    [FieldOffset(HoldSeats.FlagsOffset)] public HoldFlags Flags;

    /// <summary>How many seats, 1 … 16.</summary>
    [FieldOffset(38)] public byte Count;

    /// <summary>How many of them must be accessible; without any, accessible seats are left alone.</summary>
    [FieldOffset(39)] public byte Accessible;

    /// <summary>Bit c: category c will do; 0 = every one.</summary>
    [FieldOffset(40)] public ushort Categories;

    /// <summary>Only this part of the house; 0 = all.</summary>
    [FieldOffset(42)] public ushort Zone;

    /// <summary>Channel whose seats may be taken as well; 0 = none.</summary>
    [FieldOffset(44)] public ushort Channel;

    /// <summary>Must be zero.</summary>
    [FieldOffset(46)] public ushort Reserved;

    /// <summary>The client's own.</summary>
    [FieldOffset(48)] public ulong UserData64;

    /// <summary>Must be zero; the server assigns timestamps.</summary>
    [FieldOffset(56)] public ulong Timestamp;
}

/// <summary>Holds places of an area, or a whole table.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct HoldGeneralAdmission
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 64;

    /// <summary>The hold's token, drawn by the client; unique in the show; the idempotency key.</summary>
    [FieldOffset(0)] public UInt128 Id;

    /// <summary>Number of the show; the partition key.</summary>
    [FieldOffset(16)] public ulong Show;

    /// <summary>Who buys, by the client's own numbering; not zero where the show limits seats per buyer.</summary>
    [FieldOffset(24)] public ulong Buyer;

    /// <summary>Milliseconds until it expires; 0 = as the show says.</summary>
    [FieldOffset(32)] public uint ExpiresInMs;

    /// <summary>Details.</summary>
    [FieldOffset(HoldSeats.FlagsOffset)] public HoldFlags Flags;

    /// <summary>Channel whose areas and tables may be taken as well; 0 = none.</summary>
    [FieldOffset(38)] public ushort Channel;

    /// <summary>Number of the area's or table's block.</summary>
    [FieldOffset(40)] public uint Block;

    /// <summary>Places, 1 … <see cref="SeatLimits.QuantityMax"/>, or people at the table.</summary>
    [FieldOffset(44)] public uint Quantity;

    /// <summary>The client's own.</summary>
    [FieldOffset(48)] public ulong UserData64;

    /// <summary>Must be zero; the server assigns timestamps.</summary>
    [FieldOffset(56)] public ulong Timestamp;
}

/// <summary>Details of a hold.</summary>
[Flags]
public enum HoldFlags : ushort
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Best available only: side by side or not at all.</summary>
    Together = 1,

    /// <summary>Seats by number only: the box office may leave single seats.</summary>
    AllowSingleSeats = 2,

    /// <summary>Sold over the counter: neither a waiting room nor a waiting list nor channels hold it back.</summary>
    BoxOffice = 4,

    /// <summary>
    /// Made together with the next hold of the request, which is of another show, or not at all.
    /// </summary>
    Linked = 8,

    /// <summary>Not asked for: the hold was offered to an entry of the show's waiting list.</summary>
    Offered = 16,
}
