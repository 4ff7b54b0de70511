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
        switch (operation)
        {
            case Operation.HoldSeats:
                foreach (ref readonly HoldSeats hold in MemoryMarshal.Cast<byte, HoldSeats>(body))
                {
                    if ((hold.Flags & OfHolds) != 0)
                    {
                        return true;
                    }
                }

                return false;
            case Operation.HoldBestAvailable:
                foreach (ref readonly HoldBestAvailable hold in MemoryMarshal.Cast<byte, HoldBestAvailable>(body))
                {
                    if ((hold.Flags & OfHolds) != 0)
                    {
                        return true;
                    }
                }

                return false;
            case Operation.HoldGeneralAdmission:
                foreach (ref readonly HoldGeneralAdmission hold in MemoryMarshal.Cast<byte, HoldGeneralAdmission>(body))
                {
                    if ((hold.Flags & OfHolds) != 0)
                    {
                        return true;
                    }
                }

                return false;
            case Operation.BookHeld:
                foreach (ref readonly BookHeld booking in MemoryMarshal.Cast<byte, BookHeld>(body))
                {
                    if ((booking.Flags & OfBookings) != 0)
                    {
                        return true;
                    }
                }

                return false;
            default:
                return false;
        }
    }
}
