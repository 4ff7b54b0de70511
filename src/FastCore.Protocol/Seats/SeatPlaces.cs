using System.Runtime.CompilerServices;

namespace FastCore.Protocol.Seats;

/// <summary>
/// Up to 16 seats of a show, each the number of its block times 64 plus its place in the block (see
/// <see cref="SeatPlace"/>). A count elsewhere says how many; the rest is zero.
/// </summary>
[InlineArray(SeatLimits.SeatsPerHoldMax)]
public struct SeatPlaces
{
    private uint _first;
}

/// <summary>A seat as one number: block × 64 + place in the block, both from 0.</summary>
public static class SeatPlace
{
    /// <summary>The number of a seat.</summary>
    /// <param name="block">Number of the block in its chart, from 0.</param>
    /// <param name="seat">Place in the block, from 0.</param>
    public static uint Of(int block, int seat) => ((uint)block << 6) | (uint)seat;

    /// <summary>The block of a seat.</summary>
    public static int BlockOf(uint place) => (int)(place >> 6);

    /// <summary>The place of a seat in its block.</summary>
    public static int SeatOf(uint place) => (int)(place & 63);
}

/// <summary>Prices by category, minor units; a category that the chart does not use is zero.</summary>
[InlineArray(SeatLimits.CategoriesMax)]
public struct CategoryNumbers
{
    private uint _first;
}
