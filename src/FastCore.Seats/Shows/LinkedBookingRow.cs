using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCore.Protocol.Seats;

namespace FastCore.Seats.Shows;

/// <summary>
/// Bookings of several shows that were made together: they have one id, the first one has their payment, and they are
/// always in the same state. Never changes.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct LinkedBookingRow
{
    public const int Size = 544;

    [FieldOffset(0)] public UInt128 Id;
    [FieldOffset(16)] public ulong Count;
    [FieldOffset(24)] public LinkedShows Shows;

    /// <summary>Zero.</summary>
    [FieldOffset(536)] public ulong Reserved;
}

/// <summary>Numbers of shows in the order of their bookings; zeros behind them.</summary>
[InlineArray(SeatLimits.LinkedHoldsMax)]
internal struct LinkedShows
{
    private ulong _first;
}
