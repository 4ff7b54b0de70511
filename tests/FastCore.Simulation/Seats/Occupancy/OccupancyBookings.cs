using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Seats;

namespace FastCore.Simulation.Seats.Occupancy;

/// <summary>Predicts the answers about bookings, also of those whose payment lands late.</summary>
internal sealed class OccupancyBookings(
    OccupancyLedger ledger, OccupancyReport report, SeatsMachine machine, OccupancyRequests requests)
{
    private readonly byte[] _reply = new byte[BookingRecord.Size];

    public string? Booked(int booking, in SeatResult result)
    {
        ref CountedBooking known = ref ledger.Bookings[booking];
        if (known.State != BookingState.None)
        {
            return AnswerCheck.Of(
                "The repeated booking", booking, result, CodeOf(known.State), known.State, isAgain: true);
        }

        ref CountedHold hold = ref ledger.Holds[known.Hold];
        HoldState state = ledger.StateOf(known.Hold);
        if (state != HoldState.Held || hold.Booking != 0)
        {
            SeatStatus code = state == HoldState.Held ? SeatStatus.HoldBooked : report.RefusalOf(state);
            return AnswerCheck.Of("The booking of hold", known.Hold, result, code, state);
        }

        known.IsPaid = OccupancyHouse.IsPaid(hold.Show) && (known.Flags & BookingFlags.PaidElsewhere) == 0;
        known.State = known.IsPaid ? BookingState.Pending : BookingState.Confirmed;
        hold.Booking = booking;
        if (!known.IsPaid)
        {
            Confirm(booking);
        }

        return AnswerCheck.Of("The booking", booking, result, CodeOf(known.State), known.State);
    }

    private void Confirm(int booking)
    {
        ref CountedBooking known = ref ledger.Bookings[booking];
        known.State = BookingState.Confirmed;
        ledger.Holds[known.Hold].State = HoldState.Booked;
        ledger.Holds[known.Hold].Booking = booking;
        ledger.Give(known.Hold);
        requests.Confirmed.Add(booking);
        report.Bookings++;
    }

    public string? Cancelled(int booking, in SeatResult result)
    {
        ref CountedBooking known = ref ledger.Bookings[booking];
        switch (known.State)
        {
            case BookingState.None:
                return AnswerCheck.Of("The cancelling of", booking, result, SeatStatus.BookingNotFound, known.State);
            case BookingState.Pending or BookingState.Failed:
                return AnswerCheck.Of(
                    "The cancelling of", booking, result, SeatStatus.BookingNotConfirmed, known.State);
            case BookingState.Confirmed:
                ledger.Holds[known.Hold].State = HoldState.Released;
                requests.Confirmed.Remove(booking);
                known.State = known.IsPaid ? BookingState.Refunding : BookingState.Cancelled;
                return AnswerCheck.Of("The cancelling of", booking, result, SeatStatus.Ok, known.State);
            default:
                return AnswerCheck.Of("The cancelling of", booking, result, SeatStatus.Ok, known.State, isAgain: true);
        }
    }

    public string? Ended(in BookingOutcome outcome, in SeatResult result)
    {
        int booking = (int)(ulong)outcome.Id;
        ref CountedBooking known = ref ledger.Bookings[booking];
        bool isRefund = outcome.Step == BookingStep.Refund;
        if (known.State != (isRefund ? BookingState.Refunding : BookingState.Pending))
        {
            return AnswerCheck.Of("The outcome of", booking, result, SeatStatus.Ok, BookingState.None, isAgain: true);
        }

        if (isRefund)
        {
            known.State = outcome.IsDone != 0 ? BookingState.Refunded : BookingState.RefundFailed;
        }
        else if (outcome.IsDone == 0)
        {
            known.State = BookingState.Failed;
            ledger.Holds[known.Hold].Booking = 0;
        }
        else if (ledger.StateOf(known.Hold) == HoldState.Held)
        {
            Confirm(booking);
        }
        else if (EndLate(booking, result) is { } broken)
        {
            return broken;
        }

        return AnswerCheck.Of("The outcome of", booking, result, CodeOf(known.State), known.State);
    }

    // The payment landed after the hold's time: its seats if nobody has them, else others, else the money back.
    private string? EndLate(int booking, in SeatResult result)
    {
        ref CountedBooking known = ref ledger.Bookings[booking];
        ref CountedHold hold = ref ledger.Holds[known.Hold];
        bool isConfirmed = result.Code == SeatStatus.Ok;
        if (ledger.BlockedOf(known.Hold) != 0 && isConfirmed)
        {
            if ((known.Flags & BookingFlags.AllowEquivalents) == 0 || hold.Quantity != 0)
            {
                report.DoubleBooked++;
                return $"Booking {booking} was confirmed with what others have: {ledger.Describe(hold)}";
            }

            ledger.Leave(known.Hold);
            BookingRecord record = Read(booking, hold.Show);
            hold.Seats = record.Seats;
            hold.Count = record.Count;
            hold.Released = 0;
            hold.IsMoved = true;
            if (ledger.BlockedOf(known.Hold) != 0)
            {
                report.DoubleBooked++;
                return $"Booking {booking} was moved to what others have: {ledger.Describe(hold)}";
            }
        }
        else if (ledger.BlockedOf(known.Hold) != 0)
        {
            int wanted = hold.Count - int.PopCount(hold.Released);
            bool hasOthers = (known.Flags & BookingFlags.AllowEquivalents) != 0 && hold.Quantity == 0
                && ledger.FreeOf(hold.Show).Free >= wanted;
            known.State = BookingState.Refunding;
            report.Refunds++;
            return hasOthers ? $"Booking {booking} was given back though {wanted} other seats are free." : null;
        }

        Confirm(booking);
        report.LateBookings++;
        return null;
    }

    private BookingRecord Read(int booking, int show)
    {
        Span<byte> asked = stackalloc byte[BookPrefix.Size + 16];
        MemoryMarshal.Write(asked, new BookPrefix { Book = OccupancyHouse.FirstShow + (ulong)show });
        MemoryMarshal.Write(asked[BookPrefix.Size..], OccupancyRequests.HoldId(booking));
        CommandHeader header = new() { Operation = (ushort)Operation.GetBooking, Count = 1 };
        ReadCursor cursor = default;
        _ = machine.Read(header, asked, ref cursor, _reply, out _);
        return MemoryMarshal.Read<BookingRecord>(_reply);
    }

    private static SeatStatus CodeOf(BookingState state) => state switch
    {
        BookingState.Pending => SeatStatus.Pending,
        BookingState.Confirmed => SeatStatus.Ok,
        BookingState.Failed => SeatStatus.BookingFailed,
        BookingState.Cancelled => SeatStatus.BookingCancelled,
        BookingState.RefundFailed => SeatStatus.RefundFailed,
        _ => SeatStatus.BookingRefunded,
    };
}
