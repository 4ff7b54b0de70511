using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Seats;

namespace FastCore.Node.Access;

/// <summary>
/// What only the box office may ask for: holds that pass by waiting rooms, channels or the rule of single seats, and
/// bookings that were paid elsewhere.
/// </summary>
public static class BoxOffice
{
    private const HoldFlags OfHolds = HoldFlags.BoxOffice | HoldFlags.AllowSingleSeats;
    private const BookingFlags OfBookings = BookingFlags.PaidElsewhere;

    /// <summary>Whether an element of a request asks for it. The body has whole elements.</summary>
    public static bool IsAskedFor(Operation operation, ReadOnlySpan<byte> body)
    {
        (int size, int offset, ushort flags) = operation switch
        {
            Operation.HoldSeats => (HoldSeats.Size, HoldSeats.FlagsOffset, (ushort)OfHolds),
            Operation.HoldBestAvailable => (HoldBestAvailable.Size, HoldSeats.FlagsOffset, (ushort)OfHolds),
            Operation.HoldGeneralAdmission => (HoldGeneralAdmission.Size, HoldSeats.FlagsOffset, (ushort)OfHolds),
            Operation.BookHeld => (BookHeld.Size, BookHeld.FlagsOffset, (ushort)OfBookings),
            _ => (0, 0, (ushort)0),
        };
        for (int at = offset; flags != 0 && at < body.Length; at += size)
        {
            if ((MemoryMarshal.Read<ushort>(body[at..]) & flags) != 0)
            {
                return true;
            }
        }

        return false;
    }
}
