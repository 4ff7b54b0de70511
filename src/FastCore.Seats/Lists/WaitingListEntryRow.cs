using System.Runtime.InteropServices;
using FastCore.Engine.Tables;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;
using FastCore.Seats.Shows;

namespace FastCore.Seats.Lists;

/// <summary>What entries with the same wish have in common: when one finds nothing, the others do not either.</summary>
internal readonly record struct Wish(
    uint Block, ushort Quantity, HoldFlags Flags, ushort Categories, ushort Zone, ushort Channel, byte Count,
    byte Accessible);

/// <summary>
/// An entry of a waiting list: a row of the table while it waits or has an offer, of the history once it has ended.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct WaitingListEntryRow : ITableRow<ShowIdKey>
{
    public const int Size = 80;

    [FieldOffset(0)] public UInt128 Id;
    [FieldOffset(16)] public ulong Show;
    [FieldOffset(24)] public ulong Buyer;
    [FieldOffset(32)] public ulong UserData64;
    [FieldOffset(40)] public ulong JoinedAt;
    [FieldOffset(48)] public ulong Timestamp;
    [FieldOffset(56)] public uint Block;
    [FieldOffset(60)] public uint Place;
    [FieldOffset(64)] public ushort Quantity;
    [FieldOffset(66)] public HoldFlags Flags;
    [FieldOffset(68)] public ushort Categories;
    [FieldOffset(70)] public ushort Zone;
    [FieldOffset(72)] public ushort Channel;
    [FieldOffset(74)] public byte Count;
    [FieldOffset(75)] public byte Accessible;
    [FieldOffset(76)] public WaitingListEntryState State;

    /// <summary>1 = it was offered a hold.</summary>
    [FieldOffset(77)] public byte HasHold;
    [FieldOffset(78)] public ushort Reserved;

    readonly ShowIdKey ITableRow<ShowIdKey>.Key => new(Show, Id);

    public readonly Wish Wish => new(Block, Quantity, Flags, Categories, Zone, Channel, Count, Accessible);

    public static WaitingListEntryRow Of(in JoinWaitingList request) => new()
    {
        Id = request.Id,
        Show = request.Show,
        Buyer = request.Buyer,
        UserData64 = request.UserData64,
        Block = request.Block,
        Quantity = request.Quantity,
        Flags = request.Flags,
        Categories = request.Categories,
        Zone = request.Zone,
        Channel = request.Channel,
        Count = request.Count,
        Accessible = request.Accessible,
        State = WaitingListEntryState.Waiting,
    };

    public readonly WaitingListEntry ToRecord() => new()
    {
        Id = Id,
        Show = Show,
        Buyer = Buyer,
        Hold = HasHold != 0 ? Id : 0,
        JoinedAt = JoinedAt,
        Timestamp = Timestamp,
        UserData64 = UserData64,
        Place = Place,
        Block = Block,
        Quantity = Quantity,
        Flags = Flags,
        Categories = Categories,
        Zone = Zone,
        Channel = Channel,
        Count = Count,
        Accessible = Accessible,
        State = State,
    };
}
