using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;

namespace FastCore.Simulation.Seats.Occupancy;

/// <summary>Predicts each answer from the account, compares, and writes down what was given.</summary>
internal sealed class OccupancyAnswers(
    OccupancyLedger ledger, OccupancyReport report, OccupancyBookings bookings, OccupancyLists lists)
{
    private const ulong NsPerMs = 1_000_000;

    /// <summary>Null, or the first answer that is wrong.</summary>
    public string? Compare(Operation operation, ReadOnlySpan<byte> body, ReadOnlySpan<byte> reply, int count)
    {
        string? broken = null;
        for (int i = 0; broken is null && i < count; i++)
        {
            if (operation == Operation.HoldBestAvailable)
            {
                broken = Best(
                    At<HoldBestAvailable>(body, i), MemoryMarshal.Cast<byte, BestSeatsResult>(reply)[i]);
                continue;
            }

            ref readonly SeatResult result = ref MemoryMarshal.Cast<byte, SeatResult>(reply)[i];
            broken = operation switch
            {
                Operation.HoldSeats => Hold((int)(ulong)At<HoldSeats>(body, i).Id, result),
                Operation.HoldGeneralAdmission => Hold((int)(ulong)At<HoldGeneralAdmission>(body, i).Id, result),
                Operation.ExtendHold => Extended(At<HoldChange>(body, i), result),
                Operation.ReleaseHold => Released(At<HoldChange>(body, i), result),
                Operation.BookHeld => bookings.Booked((int)(ulong)At<BookHeld>(body, i).Id, result),
                Operation.JoinWaitingList => lists.Joined((int)(ulong)At<JoinWaitingList>(body, i).Id, result),
                Operation.LeaveWaitingList => lists.Left((int)(ulong)At<LeaveWaitingList>(body, i).Id, result),
                Operation.CancelBooking => bookings.Cancelled((int)(ulong)At<CancelBooking>(body, i).Id, result),
                _ => bookings.Ended(At<BookingOutcome>(body, i), result),
            };
        }

        return broken;
    }

    private static ref readonly T At<T>(ReadOnlySpan<byte> body, int i)
        where T : unmanaged => ref MemoryMarshal.Cast<byte, T>(body)[i];

    private string? Hold(int hold, in SeatResult result)
    {
        ref CountedHold wanted = ref ledger.Holds[hold];
        if (wanted.State != HoldState.None)
        {
            return AnswerCheck.Of(
                "The repeated hold", hold, result, SeatStatus.Ok, ledger.StateOf(hold), isAgain: true);
        }

        int repeated = RepeatedSeats(wanted);
        int blocked = ledger.BlockedOf(hold);
        if (repeated != 0 || blocked != 0)
        {
            report.Blocked++;
            if (result.Code == SeatStatus.Ok)
            {
                report.DoubleBooked++;
                return $"Hold {hold} was given what others have: {ledger.Describe(wanted)}";
            }

            // It stays unknown: a refusal is not remembered.
            (SeatStatus code, int bits) = wanted.Quantity != 0 ? (SeatStatus.NotEnoughSeats, 0)
                : repeated != 0 ? (SeatStatus.SeatRepeated, repeated)
                : (SeatStatus.SeatsUnavailable, blocked);
            return result.Blocked != bits
                ? $"Hold {hold} is blocked by {result.Blocked:x}, it must be {bits:x}."
                : AnswerCheck.Of("The blocked hold", hold, result, code, HoldState.None);
        }

        return Made(hold, result.Timestamp, result.ExpiresAt)
            ?? AnswerCheck.Of("The hold", hold, result, SeatStatus.Ok, HoldState.Held);
    }

    private string? Best(in HoldBestAvailable request, in BestSeatsResult result)
    {
        int hold = (int)(ulong)request.Id;
        ref CountedHold wanted = ref ledger.Holds[hold];
        if (result.Code == SeatStatus.Ok)
        {
            wanted.Seats = result.Seats;
            if (RepeatedSeats(wanted) != 0 || ledger.BlockedOf(hold) != 0)
            {
                report.DoubleBooked++;
                return $"Hold {hold} of best seats was given what others have: {ledger.Describe(wanted)}";
            }

            return Made(hold, result.Timestamp, result.ExpiresAt);
        }

        report.Blocked++;
        (int free, int run) = ledger.FreeOf(wanted.Show);
        SeatStatus code = free < wanted.Count ? SeatStatus.NotEnoughSeats
            : run < wanted.Count && (request.Flags & HoldFlags.Together) != 0 ? SeatStatus.NotTogether
            : SeatStatus.Ok;
        return result.Code == code
            ? null
            : $"Hold {hold} of {wanted.Count} best seats was answered {result.Code}, it must be {code}: {free} are "
                + $"free, {run} side by side.";
    }

    private string? Made(int hold, ulong timestamp, ulong expiresAt)
    {
        ref CountedHold made = ref ledger.Holds[hold];
        made.State = HoldState.Held;
        made.CreatedNs = timestamp;
        made.UntilNs = ledger.NowNs + (Lasts(made.ExpiresInMs) * NsPerMs);
        ledger.Give(hold);
        report.Holds++;
        return expiresAt == made.UntilNs ? null : $"Hold {hold} expires at {expiresAt}, it must at {made.UntilNs}.";
    }

    private string? Extended(in HoldChange request, in SeatResult result)
    {
        int hold = (int)(ulong)request.Hold;
        ref CountedHold known = ref ledger.Holds[hold];
        HoldState state = ledger.StateOf(hold);
        if (state != HoldState.Held)
        {
            return AnswerCheck.Of("The extension of", hold, result, report.RefusalOf(state), state);
        }

        ulong untilNs = ledger.NowNs + (Lasts(request.ExpiresInMs) * NsPerMs);
        if (untilNs > known.CreatedNs + (OccupancyHouse.HoldMsMax * NsPerMs))
        {
            return AnswerCheck.Of("The extension of", hold, result, SeatStatus.ExpiresInOutOfRange, state);
        }

        known.UntilNs = untilNs;
        return AnswerCheck.Of("The extension of", hold, result, SeatStatus.Ok, state);
    }

    private string? Released(in HoldChange request, in SeatResult result)
    {
        int hold = (int)(ulong)request.Hold;
        ref CountedHold known = ref ledger.Holds[hold];
        HoldState state = ledger.StateOf(hold);
        if (state == HoldState.Released)
        {
            return AnswerCheck.Of("The release of", hold, result, SeatStatus.Ok, state, isAgain: true);
        }

        if (state != HoldState.Held || known.Booking != 0)
        {
            SeatStatus code = state == HoldState.Held ? SeatStatus.HoldBooked : report.RefusalOf(state);
            return AnswerCheck.Of("The release of", hold, result, code, state);
        }

        if (request.Count != 0 && ((ReadOnlySpan<uint>)known.Seats)[..known.Count].IndexOf(request.Seats[0]) < 0)
        {
            // Named before its waiting list offered it others.
            return AnswerCheck.Of("The release of", hold, result, SeatStatus.SeatNotInHold, state);
        }

        for (int i = 0; i < known.Count; i++)
        {
            bool isNamed = request.Count == 0 || request.Seats[0] == known.Seats[i];
            if (isNamed && request.Count != 0 && (known.Released >> i & 1) != 0)
            {
                return AnswerCheck.Of("The release of", hold, result, SeatStatus.SeatNotInHold, state);
            }

            if (isNamed && (known.Released >> i & 1) == 0)
            {
                ledger.GiveBack(hold, i);
            }
        }

        known.State = known.Released == (1 << known.Count) - 1 ? HoldState.Released : HoldState.Held;
        return AnswerCheck.Of("The release of", hold, result, SeatStatus.Ok, known.State);
    }

    private static ulong Lasts(uint expiresInMs) => expiresInMs == 0 ? OccupancyHouse.HoldMs : expiresInMs;

    private static int RepeatedSeats(in CountedHold hold)
    {
        int repeated = 0;
        for (int i = 1; i < hold.Count; i++)
        {
            repeated |= ((ReadOnlySpan<uint>)hold.Seats)[..i].Contains(hold.Seats[i]) ? 1 << i : 0;
        }

        return repeated;
    }
}
