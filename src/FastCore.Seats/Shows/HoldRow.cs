using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Engine.Tables;
using FastCore.Protocol.Seats;

namespace FastCore.Seats.Shows;

/// <summary>Key of a hold or a booking: its id in its show.</summary>
/// <param name="show">Number of the show.</param>
/// <param name="id">The id.</param>
[StructLayout(LayoutKind.Explicit, Size = 24)]
internal readonly struct ShowIdKey(ulong show, UInt128 id) : ITableKey<ShowIdKey>
{
    [FieldOffset(0)] public readonly UInt128 Id = id;
    [FieldOffset(16)] public readonly ulong Show = show;

    /// <inheritdoc/>
    public bool Equals(ShowIdKey other) => Id == other.Id && Show == other.Show;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ShowIdKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Hash64();

    /// <inheritdoc/>
    public ulong Hash64() => RecordKey.Of(Id, 0, Show).Hash64();
}

/// <summary>How a hold was asked for.</summary>
internal enum HoldKind : byte
{
    None = 0,
    Seats = 1,
    BestAvailable = 2,
    GeneralAdmission = 3,
}

/// <summary>
/// A hold: one version of it in the history, and while it holds its newest one in the table. What was asked for stays
/// as it is in all versions, so that a repetition can be compared.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct HoldRow : ITableRow<ShowIdKey>
{
    public const int Size = 192;

    [FieldOffset(0)] public UInt128 Id;
    [FieldOffset(16)] public ulong Show;
    [FieldOffset(24)] public ulong Buyer;
    [FieldOffset(32)] public UInt128 Booking;
    [FieldOffset(48)] public SeatPlaces Seats;
    [FieldOffset(112)] public ulong ExpiresAt;
    [FieldOffset(120)] public ulong CreatedAt;
    [FieldOffset(128)] public ulong Timestamp;
    [FieldOffset(136)] public ulong Amount;
    [FieldOffset(144)] public ulong UserData64;

    /// <summary>Position of this version.</summary>
    [FieldOffset(152)] public long Position;

    /// <summary>Position of the version before; −1 = none.</summary>
    [FieldOffset(160)] public long Previous;
    [FieldOffset(168)] public uint ExpiresInMs;
    [FieldOffset(172)] public ushort Quantity;
    [FieldOffset(174)] public ushort Channel;
    [FieldOffset(176)] public int ShowSlot;
    [FieldOffset(180)] public HoldFlags Flags;
    [FieldOffset(182)] public ushort Categories;
    [FieldOffset(184)] public ushort Zone;
    [FieldOffset(186)] public ushort Released;
    [FieldOffset(188)] public byte Count;
    [FieldOffset(189)] public byte Accessible;
    [FieldOffset(190)] public HoldState State;
    [FieldOffset(191)] public HoldKind Kind;

    readonly ShowIdKey ITableRow<ShowIdKey>.Key => new(Show, Id);

    /// <summary>Whether its seats are side by side is told by the answer that made it only.</summary>
    public readonly HoldRecord ToRecord() => new()
    {
        Id = Id,
        Show = Show,
        Buyer = Buyer,
        ExpiresAt = ExpiresAt,
        CreatedAt = CreatedAt,
        Booking = Booking,
        Seats = Seats,
        Amount = Amount,
        UserData64 = UserData64,
        Timestamp = Timestamp,
        Quantity = Quantity,
        Channel = Channel,
        Count = Count,
        State = State,
        Released = Released,
    };
}
