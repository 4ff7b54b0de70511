using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Testing;

namespace FastCore.Torture;

/// <summary>A hold of seats, perhaps with its booking, and their first answers if some came.</summary>
internal sealed class SeatSale
{
    /// <summary>The hold as it is sent, each time the same.</summary>
    public required HoldSeats Hold { get; init; }

    /// <summary>The sales that are made together with it or not at all, itself among them; null = none.</summary>
    public SeatSale[]? Season { get; set; }

    /// <summary>What the hold was answered; 0 as long as it was not.</summary>
    public SeatStatus HoldCode { get; set; }

    /// <summary>Whether the hold is booked, too, once it is answered.</summary>
    public bool IsBooked { get; init; }

    /// <summary>What the booking was answered; 0 as long as it was not.</summary>
    public SeatStatus BookingCode { get; set; }

    /// <summary>Commit time of the booking.</summary>
    public ulong BookedAt { get; set; }

    /// <summary>The booking as it is sent, each time the same. Its id is the hold's.</summary>
    public BookHeld Booking => new()
    {
        Id = Hold.Id,
        Hold = Hold.Id,
        Show = Hold.Show,
        Card = 1,
        Flags = BookingFlags.PaidElsewhere
            | ((Hold.Flags & HoldFlags.Linked) != 0 ? BookingFlags.Linked : 0),
    };

    /// <summary>Whether it waits for an answer.</summary>
    public bool IsOpen => HoldCode == 0 || (HoldCode == SeatStatus.Ok && IsBooked && BookingCode == 0);

    /// <summary>Its seats.</summary>
    public IEnumerable<uint> Seats
    {
        get
        {
            SeatPlaces seats = Hold.Seats;
            return ((ReadOnlySpan<uint>)seats)[..Hold.Count].ToArray();
        }
    }

    /// <summary>
    /// Sends what is open of some sales, until all of it is answered. False when the server does not answer any more.
    /// </summary>
    public static async Task<bool> SendAsync(IFastCoreSession session, IReadOnlyList<SeatSale> sales)
    {
        while (true)
        {
            SeatSale[] toHold = [.. sales.Where(sale => sale.HoldCode == 0)];
            SeatSale[] toBook = [.. sales.Where(sale => sale.IsOpen && sale.HoldCode != 0)];
            if (toHold.Length == 0 && toBook.Length == 0)
            {
                return true;
            }

            SeatResult[] results = new SeatResult[toHold.Length > 0 ? toHold.Length : toBook.Length];
            Reply reply = toHold.Length > 0
                ? await session.HoldSeatsAsync(toHold.Select(sale => sale.Hold).ToArray(), results)
                : await session.BookHeldAsync(toBook.Select(sale => sale.Booking).ToArray(), results);
            if (reply.Status is not (FrameStatus.Ok or FrameStatus.Overloaded))
            {
                return false;
            }

            for (int i = 0; reply.Status == FrameStatus.Ok && i < results.Length; i++)
            {
                Take(toHold.Length > 0 ? toHold[i] : toBook[i], toHold.Length > 0, in results[i]);
            }

            if (reply.Status == FrameStatus.Overloaded || results.Any(IsOverloaded))
            {
                await RetryPause.AfterAsync(reply);
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() =>
        $"hold {(ulong)Hold.Id} of show {Hold.Show}, seats {string.Join(' ', Seats)}: {HoldCode}, {BookingCode}";

    // A partition that refuses its share says so in each element.
    private static bool IsOverloaded(SeatResult result) => result.Code == (SeatStatus)FrameStatus.Overloaded;

    private static void Take(SeatSale sale, bool isHold, in SeatResult result)
    {
        if (IsOverloaded(result))
        {
            return;
        }

        if (isHold)
        {
            sale.HoldCode = result.Code;
            return;
        }

        sale.BookingCode = result.Code;
        sale.BookedAt = result.Timestamp;
    }
}
