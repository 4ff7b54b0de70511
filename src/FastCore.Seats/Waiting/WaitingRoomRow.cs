using System.Runtime.InteropServices;
using FastCore.Engine.Tables;
using FastCore.Protocol.Seats.Waiting;
using FastCore.Seats.Charts;
using FastCore.Seats.Shows;

namespace FastCore.Seats.Waiting;

/// <summary>The waiting room of a show: its terms, its draw and its counts.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct WaitingRoomRow : ITableRow<NumberKey>
{
    public const int Size = 256;

    [FieldOffset(0)] public ulong Show;
    [FieldOffset(8)] public int ShowSlot;
    [FieldOffset(12)] public WaitingRoomState State;
    [FieldOffset(13)] public byte Reserved0;
    [FieldOffset(14)] public ushort Reserved1;

    // What calling reads and writes.
    [FieldOffset(16)] public uint Places;
    [FieldOffset(20)] public uint Waiting;
    [FieldOffset(24)] public uint Called;
    [FieldOffset(28)] public uint Active;
    [FieldOffset(32)] public uint SessionsMax;
    [FieldOffset(36)] public uint PlacesMax;
    [FieldOffset(40)] public uint CallMs;
    [FieldOffset(44)] public uint SessionMs;
    [FieldOffset(48)] public uint SessionMsMax;
    [FieldOffset(52)] public uint CallsMade;
    [FieldOffset(56)] public uint Ended;
    [FieldOffset(60)] public uint InDraw;

    /// <summary>Running mean from one end of a turn to the next.</summary>
    [FieldOffset(64)] public ulong GapNs;

    /// <summary>When the last turn ended, or the room opened.</summary>
    [FieldOffset(72)] public ulong EndedAt;

    /// <summary>Steps of the draw, or places forgotten by the closing, so far.</summary>
    [FieldOffset(80)] public uint Progress;
    [FieldOffset(84)] public uint Reserved2;

    /// <summary>Words that the draw has used.</summary>
    [FieldOffset(88)] public ulong Words;
    [FieldOffset(96)] public Hash256 Commitment;
    [FieldOffset(128)] public Hash256 Seed;
    [FieldOffset(160)] public Hash256 ListHash;
    [FieldOffset(192)] public ulong OpensAt;
    [FieldOffset(200)] public ulong CreatedAt;
    [FieldOffset(208)] public ulong OpenedAt;

    /// <summary>Timestamp of its last change by the house.</summary>
    [FieldOffset(216)] public ulong Timestamp;
    [FieldOffset(224)] public UInt128 Reserved3;
    [FieldOffset(240)] public UInt128 Reserved4;

    readonly NumberKey ITableRow<NumberKey>.Key => new(Show);

    /// <summary>Whether somebody could be called.</summary>
    public readonly bool CanCall =>
        State == WaitingRoomState.Open && Waiting != 0 && Called + Active < SessionsMax;

    /// <summary>Whether there is work that goes on from entry to entry.</summary>
    public readonly bool HasWork => State is WaitingRoomState.Drawing or WaitingRoomState.Closing || CanCall;

    public readonly WaitingRoomRecord ToRecord() => new()
    {
        Show = Show,
        OpensAt = OpensAt,
        CreatedAt = CreatedAt,
        OpenedAt = OpenedAt,
        Commitment = Commitment,
        Seed = Seed,
        ListHash = ListHash,
        InDraw = InDraw,
        Places = Places,
        Waiting = Waiting,
        Called = Called,
        Active = Active,
        CallsMade = CallsMade,
        SessionsMax = SessionsMax,
        PlacesMax = PlacesMax,
        CallMs = CallMs,
        SessionMs = SessionMs,
        SessionMsMax = SessionMsMax,
        State = State,
        Ended = Ended,
        GapNs = GapNs,
    };
}

/// <summary>A buyer in a waiting room; stays until the room is closed, so that a place is given once.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct WaitingRow : ITableRow<BuyerKey>
{
    public const int Size = 96;

    [FieldOffset(0)] public UInt128 Session;
    [FieldOffset(16)] public ulong Show;
    [FieldOffset(24)] public ulong Buyer;
    [FieldOffset(32)] public ulong JoinedAt;
    [FieldOffset(40)] public ulong Timestamp;
    [FieldOffset(48)] public ulong ExpiresAt;

    /// <summary>When the turn began.</summary>
    [FieldOffset(56)] public ulong EnteredAt;
    [FieldOffset(64)] public int RoomSlot;
    [FieldOffset(68)] public uint Number;
    [FieldOffset(72)] public uint Place;
    [FieldOffset(76)] public uint Calls;
    [FieldOffset(80)] public WaitingState State;
    [FieldOffset(81)] public byte Reserved0;
    [FieldOffset(82)] public ushort Reserved1;
    [FieldOffset(84)] public uint Holds;
    [FieldOffset(88)] public uint Booked;
    [FieldOffset(92)] public uint Reserved2;

    readonly BuyerKey ITableRow<BuyerKey>.Key => new(Show, Buyer);

    /// <summary>What everybody may see.</summary>
    public readonly WaitingRecord ToRecord() => new()
    {
        Show = Show,
        Buyer = Buyer,
        JoinedAt = JoinedAt,
        Timestamp = Timestamp,
        ExpiresAt = ExpiresAt,
        Number = Number,
        Place = Place,
        Calls = Calls,
        State = State,
    };
}
