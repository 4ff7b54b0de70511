using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastCore.Protocol.Seats.Waiting;

/// <summary>Gives a show a waiting room: from then on only who was admitted holds seats of it.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct OpenWaitingRoom
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 80;

    /// <summary>Number of the show; the partition key.</summary>
    [FieldOffset(0)] public ulong Show;

    /// <summary>
    /// Who joins before this time takes part in the draw, nanoseconds since 1970 UTC. It must not have passed.
    /// </summary>
    [FieldOffset(8)] public ulong OpensAt;

    /// <summary>SHA-256 of the seed, which is told when the room opens.</summary>
    [FieldOffset(16)] public Hash256 Commitment;

    /// <summary>Buyers who may be in the show together, 1 … <see cref="SeatLimits.WaitingSessionsMax"/>.</summary>
    [FieldOffset(48)] public uint SessionsMax;

    /// <summary>Places in the line at most, in all, 1 … <see cref="SeatLimits.WaitingPlacesMax"/>.</summary>
    [FieldOffset(52)] public uint PlacesMax;

    /// <summary>Milliseconds that a called buyer has to come, 1 … a day.</summary>
    [FieldOffset(56)] public uint CallMs;

    /// <summary>Milliseconds without a hold after which an admitted buyer's turn is over, 1 … a day.</summary>
    [FieldOffset(60)] public uint SessionMs;

    /// <summary>Milliseconds that a turn lasts at most, holds or not; not below SessionMs.</summary>
    [FieldOffset(64)] public uint SessionMsMax;

    /// <summary>Must be zero.</summary>
    [FieldOffset(68)] public uint Reserved;

    /// <summary>Must be zero; the server assigns timestamps.</summary>
    [FieldOffset(72)] public ulong Timestamp;
}

/// <summary>Tells the seed of a waiting room: those present are drawn, and the room is open.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct DrawWaitingRoom
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 48;

    /// <summary>Number of the show; the partition key.</summary>
    [FieldOffset(0)] public ulong Show;

    /// <summary>The seed whose SHA-256 was given when the room was made.</summary>
    [FieldOffset(8)] public Hash256 Seed;

    /// <summary>Must be zero.</summary>
    [FieldOffset(40)] public ulong Reserved;
}

/// <summary>A buyer joins a waiting room or leaves it, or the house closes it.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct WaitingChange
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 32;

    /// <summary>Number of the show; the partition key.</summary>
    [FieldOffset(0)] public ulong Show;

    /// <summary>Who, by the client's own numbering; not zero. Closing: must be zero.</summary>
    [FieldOffset(8)] public ulong Buyer;

    /// <summary>Must be zero.</summary>
    [FieldOffset(16)] public ulong Reserved;

    /// <summary>Must be zero; the server assigns timestamps.</summary>
    [FieldOffset(24)] public ulong Timestamp;
}

/// <summary>A buyer who was called comes with the ticket of the call.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct EnterWaitingRoom
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 96;

    /// <summary>Number of the show; the partition key.</summary>
    [FieldOffset(0)] public ulong Show;

    /// <summary>Whose ticket it is.</summary>
    [FieldOffset(8)] public ulong Buyer;

    /// <summary>
    /// Drawn by the client for this visit, not zero: who sends the same again is answered again, anybody else finds
    /// the ticket used.
    /// </summary>
    [FieldOffset(16)] public UInt128 Session;

    /// <summary>When the ticket ends, as <c>get_waiting</c> said.</summary>
    [FieldOffset(32)] public ulong ExpiresAt;

    /// <summary>Which call of the buyer it is for, as <c>get_waiting</c> said.</summary>
    [FieldOffset(40)] public uint Calls;

    /// <summary>Must be zero.</summary>
    [FieldOffset(44)] public uint Reserved0;

    /// <summary>The ticket's signature, as <c>get_waiting</c> said (<see cref="WaitingTicket"/>).</summary>
    [FieldOffset(48)] public Hash256 Signature;

    /// <summary>Must be zero.</summary>
    [FieldOffset(80)] public ulong Reserved1;

    /// <summary>Must be zero; the server assigns timestamps.</summary>
    [FieldOffset(88)] public ulong Timestamp;
}

/// <summary>32 bytes: a seed, a SHA-256, a signature.</summary>
[InlineArray(Length)]
public struct Hash256
{
    /// <summary>Bytes.</summary>
    public const int Length = 32;

    private byte _first;

    /// <summary>Whether two are the same.</summary>
    public static bool AreSame(in Hash256 one, in Hash256 other)
    {
        ReadOnlySpan<byte> bytes = one;
        return bytes.SequenceEqual(other);
    }

    /// <summary>The bytes as a value.</summary>
    /// <param name="bytes">32 bytes.</param>
    public static Hash256 Of(ReadOnlySpan<byte> bytes)
    {
        Hash256 hash = default;
        bytes[..Length].CopyTo(hash);
        return hash;
    }

    /// <summary>The bytes as 64 hexadecimal digits.</summary>
    public readonly override string ToString() => Convert.ToHexStringLower(this);
}
