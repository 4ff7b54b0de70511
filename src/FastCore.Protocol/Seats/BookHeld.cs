using System.Runtime.InteropServices;

namespace FastCore.Protocol.Seats;

/// <summary>
/// Books what a hold has. Where the show has a merchant and the seats cost something, the payment is made first: the
/// answer is then <see cref="SeatStatus.Pending"/>, and the same request sent again tells how it ended.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct BookHeld
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 128;

    /// <summary>Where the flags are.</summary>
    public const int FlagsOffset = 92;

    /// <summary>
    /// Booking id, unique in the show; the idempotency key. The payment has the same id at the merchant, so a paid
    /// booking of an id that the merchant knows from another show fails.
    /// </summary>
    [FieldOffset(0)] public UInt128 Id;

    /// <summary>Number of the show; the partition key.</summary>
    [FieldOffset(16)] public ulong Show;

    /// <summary>Token of the card that pays, for the payment.</summary>
    [FieldOffset(24)] public ulong Card;

    /// <summary>The hold's token: who knows it owns the hold.</summary>
    [FieldOffset(32)] public UInt128 Hold;

    /// <summary>The client's own; also the payment's.</summary>
    [FieldOffset(48)] public UInt128 UserData128;

    /// <summary>The client's own; the payment has the number of the show instead.</summary>
    [FieldOffset(64)] public ulong UserData64;

    /// <summary>Terminal, for the screening of the payment.</summary>
    [FieldOffset(72)] public ulong Terminal;

    /// <summary>Device, for the screening of the payment.</summary>
    [FieldOffset(80)] public ulong Device;

    /// <summary>Connector of the payment, as in a payment.</summary>
    [FieldOffset(88)] public ushort Connector;

    /// <summary>Method of the payment.</summary>
    [FieldOffset(90)] public ushort Method;

    /// <summary>Details.</summary>
    [FieldOffset(FlagsOffset)] public BookingFlags Flags;

    /// <summary>Must be zero.</summary>
    [FieldOffset(94)] public ushort Reserved0;

    /// <summary>Must be zero.</summary>
    [FieldOffset(96)] public UInt128 Reserved1;

    /// <summary>Must be zero.</summary>
    [FieldOffset(112)] public ulong Reserved2;

    /// <summary>Must be zero; the server assigns timestamps.</summary>
    [FieldOffset(120)] public ulong Timestamp;
}

/// <summary>Details of a booking.</summary>
[Flags]
public enum BookingFlags : ushort
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>It is paid elsewhere: the seats are booked in this command.</summary>
    PaidElsewhere = 1,

    /// <summary>When the payment lands too late and the seats are gone, others as good will do.</summary>
    AllowEquivalents = 2,

    /// <summary>
    /// Made together with the next one of the request, or not at all: of the same id and payment, and of another show.
    /// </summary>
    Linked = 4,

    /// <summary>Not asked for: it was made together with the one before it, and is paid with the first.</summary>
    Joined = 8,
}

/// <summary>
/// Gives a confirmed booking back; what was paid for it is refunded. Of linked ones, any names them all.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct CancelBooking
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 32;

    /// <summary>Booking id.</summary>
    [FieldOffset(0)] public UInt128 Id;

    /// <summary>Number of the show; the partition key.</summary>
    [FieldOffset(16)] public ulong Show;

    /// <summary>Must be zero.</summary>
    [FieldOffset(24)] public ulong Reserved;
}

/// <summary>Puts seats or places on sale or takes them off it. Taken seats are not touched.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct SetForSale
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 32;

    /// <summary>Value of <see cref="Block"/> for every block of the show; the seats are then not looked at.</summary>
    public const uint EveryBlock = 0xFFFF_FFFF;

    /// <summary>Number of the show; the partition key.</summary>
    [FieldOffset(0)] public ulong Show;

    /// <summary>Bit i: seat i of the block; of an area: how many places shall be off sale in all.</summary>
    [FieldOffset(8)] public ulong Seats;

    /// <summary>Number of the block, or <see cref="EveryBlock"/>.</summary>
    [FieldOffset(16)] public uint Block;

    /// <summary>1 = for sale, 0 = not for sale. With an area and one block: must be zero.</summary>
    [FieldOffset(20)] public byte IsForSale;

    /// <summary>Must be zero.</summary>
    [FieldOffset(21)] public byte Reserved0;

    /// <summary>Must be zero.</summary>
    [FieldOffset(22)] public ushort Reserved1;

    /// <summary>Must be zero.</summary>
    [FieldOffset(24)] public ulong Reserved2;
}
