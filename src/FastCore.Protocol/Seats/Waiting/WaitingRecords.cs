using System.Runtime.InteropServices;

namespace FastCore.Protocol.Seats.Waiting;

/// <summary>A waiting room as it is now.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct WaitingRoomRecord
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 192;

    /// <summary>Number of the show.</summary>
    [FieldOffset(0)] public ulong Show;

    /// <summary>Who joined before this time takes part in the draw, nanoseconds since 1970 UTC.</summary>
    [FieldOffset(8)] public ulong OpensAt;

    /// <summary>When the room was made, nanoseconds.</summary>
    [FieldOffset(16)] public ulong CreatedAt;

    /// <summary>When the draw was complete, nanoseconds; 0 = not yet.</summary>
    [FieldOffset(24)] public ulong OpenedAt;

    /// <summary>SHA-256 of the seed.</summary>
    [FieldOffset(32)] public Hash256 Commitment;

    /// <summary>The seed; zeros until it is told.</summary>
    [FieldOffset(64)] public Hash256 Seed;

    /// <summary>Hash of the list of those who take part in the draw (docs/SEATS.md).</summary>
    [FieldOffset(96)] public Hash256 ListHash;

    /// <summary>How many take part in the draw.</summary>
    [FieldOffset(128)] public uint InDraw;

    /// <summary>Places of the line that were given so far.</summary>
    [FieldOffset(132)] public uint Places;

    /// <summary>Buyers who wait.</summary>
    [FieldOffset(136)] public uint Waiting;

    /// <summary>Buyers who were called and did not come yet.</summary>
    [FieldOffset(140)] public uint Called;

    /// <summary>Buyers who are in the show.</summary>
    [FieldOffset(144)] public uint Active;

    /// <summary>Calls so far.</summary>
    [FieldOffset(148)] public uint CallsMade;

    /// <summary>Buyers who may be called or in the show together.</summary>
    [FieldOffset(152)] public uint SessionsMax;

    /// <summary>Places at most.</summary>
    [FieldOffset(156)] public uint PlacesMax;

    /// <summary>Milliseconds that a called buyer has to come.</summary>
    [FieldOffset(160)] public uint CallMs;

    /// <summary>Milliseconds without a hold after which a turn is over.</summary>
    [FieldOffset(164)] public uint SessionMs;

    /// <summary>Milliseconds that a turn lasts at most.</summary>
    [FieldOffset(168)] public uint SessionMsMax;

    /// <summary>State of the room.</summary>
    [FieldOffset(172)] public WaitingRoomState State;

    /// <summary>Zero.</summary>
    [FieldOffset(173)] public byte Reserved0;

    /// <summary>Zero.</summary>
    [FieldOffset(174)] public ushort Reserved1;

    /// <summary>Turns that ended since the room opened, missed calls included.</summary>
    [FieldOffset(176)] public uint Ended;

    /// <summary>Zero.</summary>
    [FieldOffset(180)] public uint Reserved2;

    /// <summary>Nanoseconds from one end of a turn to the next, a running mean; 0 without one.</summary>
    [FieldOffset(184)] public ulong GapNs;
}

/// <summary>A buyer in a waiting room.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct WaitingRecord
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 128;

    /// <summary>Number of the show.</summary>
    [FieldOffset(0)] public ulong Show;

    /// <summary>Who.</summary>
    [FieldOffset(8)] public ulong Buyer;

    /// <summary>When the buyer joined, nanoseconds.</summary>
    [FieldOffset(16)] public ulong JoinedAt;

    /// <summary>Last change, nanoseconds.</summary>
    [FieldOffset(24)] public ulong Timestamp;

    /// <summary>Called: until when to come; active: when the turn is over without a hold; else 0.</summary>
    [FieldOffset(32)] public ulong ExpiresAt;

    /// <summary>Number in the list of the draw, from 1; 0 = joined later.</summary>
    [FieldOffset(40)] public uint Number;

    /// <summary>Place in the line, from 1: drawn, or in the order of joining behind the draw.</summary>
    [FieldOffset(44)] public uint Place;

    /// <summary>
    /// 1 = the next to be called; exact, and never rises while the buyer waits; 0 = not waiting, or not drawn yet. Not
    /// told in lists.
    /// </summary>
    [FieldOffset(48)] public uint Position;

    /// <summary>How often the buyer was called.</summary>
    [FieldOffset(52)] public uint Calls;

    /// <summary>
    /// Milliseconds until the buyer is called, as turns have ended lately; 0 = nothing is known. Not told in lists.
    /// </summary>
    [FieldOffset(56)] public ulong EtaMs;

    /// <summary>Called: signature of the ticket (<see cref="WaitingTicket"/>); else zeros. Not told in lists.</summary>
    [FieldOffset(64)] public Hash256 Signature;

    /// <summary>State of the buyer.</summary>
    [FieldOffset(96)] public WaitingState State;

    /// <summary>Zero.</summary>
    [FieldOffset(97)] public byte Reserved0;

    /// <summary>Zero.</summary>
    [FieldOffset(98)] public ushort Reserved1;

    /// <summary>Holds that the buyer made in all turns. Not told in lists.</summary>
    [FieldOffset(100)] public uint Holds;

    /// <summary>Bookings that came of them, cancelled ones included. Not told in lists.</summary>
    [FieldOffset(104)] public uint Booked;

    /// <summary>Zero.</summary>
    [FieldOffset(108)] public uint Reserved2;

    /// <summary>When the last turn began, nanoseconds; 0 = none did. Not told in lists.</summary>
    [FieldOffset(112)] public ulong EnteredAt;

    /// <summary>Zero.</summary>
    [FieldOffset(120)] public ulong Reserved3;
}

/// <summary>State of a waiting room.</summary>
public enum WaitingRoomState : byte
{
    /// <summary>No room.</summary>
    None = 0,

    /// <summary>Buyers join; the seed is not told yet.</summary>
    Queueing = 1,

    /// <summary>The seed is told and those present are being drawn.</summary>
    Drawing = 2,

    /// <summary>Buyers are called in the order of their places.</summary>
    Open = 3,

    /// <summary>Closed; the buyers are being forgotten.</summary>
    Closing = 4,

    /// <summary>Closed: the show is everybody's. Terminal.</summary>
    Closed = 5,
}

/// <summary>State of a buyer in a waiting room.</summary>
public enum WaitingState : byte
{
    /// <summary>Not there.</summary>
    None = 0,

    /// <summary>In the line.</summary>
    Waiting = 1,

    /// <summary>Called, with a place in the show kept until the ticket ends.</summary>
    Called = 2,

    /// <summary>In the show.</summary>
    Active = 3,

    /// <summary>Left. Joining again is a new place.</summary>
    Left = 4,

    /// <summary>Called, and did not come in time. Joining again is a new place.</summary>
    Missed = 5,

    /// <summary>The turn is over. Joining again is a new place.</summary>
    Over = 6,
}
