using System.Runtime.InteropServices;

namespace FastCore.Protocol.Seats;

/// <summary>The answer to one element of a write about seats.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct SeatResult
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 32;

    /// <summary>Commit time of what the answer tells, nanoseconds; 0 in a refusal.</summary>
    [FieldOffset(0)] public ulong Timestamp;

    /// <summary>What happened.</summary>
    [FieldOffset(8)] public SeatStatus Code;

    /// <summary>
    /// State of the hold after it, or the one that refused it; for bookings a <see cref="BookingState"/>; else 0.
    /// </summary>
    [FieldOffset(12)] public byte State;

    /// <summary>How the answer came about.</summary>
    [FieldOffset(13)] public SeatResultFlags Flags;

    /// <summary>Bit i: seat i of the request is what blocked it.</summary>
    [FieldOffset(14)] public ushort Blocked;

    /// <summary>When the hold expires, nanoseconds since 1970 UTC; else 0.</summary>
    [FieldOffset(16)] public ulong ExpiresAt;

    /// <summary>Sum of the prices, as of the time of the hold, minor units.</summary>
    [FieldOffset(24)] public ulong Amount;
}

/// <summary>The answer to a hold of the best seats.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct BestSeatsResult
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 96;

    /// <summary>See <see cref="SeatResult.Timestamp"/>.</summary>
    [FieldOffset(0)] public ulong Timestamp;

    /// <summary>What happened.</summary>
    [FieldOffset(8)] public SeatStatus Code;

    /// <summary>See <see cref="SeatResult.State"/>.</summary>
    [FieldOffset(12)] public byte State;

    /// <summary>How the answer came about.</summary>
    [FieldOffset(13)] public SeatResultFlags Flags;

    /// <summary>Zero.</summary>
    [FieldOffset(14)] public ushort Reserved;

    /// <summary>When the hold expires, nanoseconds since 1970 UTC; else 0.</summary>
    [FieldOffset(16)] public ulong ExpiresAt;

    /// <summary>Sum of the prices, minor units.</summary>
    [FieldOffset(24)] public ulong Amount;

    /// <summary>The seats, as many as were asked for; zeros in a refusal.</summary>
    [FieldOffset(32)] public SeatPlaces Seats;
}

/// <summary>How an answer came about.</summary>
[Flags]
public enum SeatResultFlags : byte
{
    /// <summary>By this request.</summary>
    None = 0,

    /// <summary>The same request was answered before; the answer tells what has become of it.</summary>
    Duplicate = 1,

    /// <summary>The seats lie side by side.</summary>
    Together = 2,
}
