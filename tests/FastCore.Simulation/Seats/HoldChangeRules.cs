using FastCore.Protocol.Seats;

namespace FastCore.Simulation.Seats;

/// <summary>How holds go on and end: extension, release, expiry (docs/SEATS.md).</summary>
internal sealed class HoldChangeRules(SeatsState state)
{
    private const ulong NsPerMs = 1_000_000;

    public SeatResult Extend(HoldChange request)
    {
        SeatPlaces seats = request.Seats;
        bool hasReserved = request.Reserved0 != 0 || request.Reserved1 != 0 || request.Count != 0
            || seats[..].ContainsAnyExcept(0u);
        SeatResult refusal = Find(request, hasReserved ? SeatStatus.ReservedField : 0, out ModelHold? hold);
        if (hold is null)
        {
            return refusal;
        }

        SeatStatus ended = hold.Record.State switch
        {
            HoldState.Expired => SeatStatus.HoldExpired,
            HoldState.Released => SeatStatus.HoldReleased,
            HoldState.Booked => SeatStatus.HoldBooked,
            _ => 0,
        };
        if (ended != 0)
        {
            return Refused(ended, hold);
        }

        ulong lastsMs = request.ExpiresInMs == 0 ? hold.Show.HoldMs : request.ExpiresInMs;
        ulong expiresAt = state.Time.EntryNs + (lastsMs * NsPerMs);
        if (expiresAt > hold.Record.CreatedAt + (hold.Show.HoldMsMax * NsPerMs))
        {
            return Refused(SeatStatus.ExpiresInOutOfRange, hold);
        }

        hold.Record.ExpiresAt = expiresAt;
        state.NoteExpiry(expiresAt);
        hold.Record.Timestamp = state.Time.Next();
        return HoldRules.AnswerOf(hold);
    }

    public SeatResult Release(HoldChange request)
    {
        SeatPlaces given = request.Seats;
        bool hasReserved = request.Reserved0 != 0 || request.Reserved1 != 0 || request.ExpiresInMs != 0;
        bool isCount = request.Count <= SeatLimits.SeatsPerHoldMax
            && !given[Math.Min((int)request.Count, SeatLimits.SeatsPerHoldMax)..].ContainsAnyExcept(0u);
        SeatStatus broken = hasReserved ? SeatStatus.ReservedField
            : HoldRules.CheckId(request.Hold) != 0 ? HoldRules.CheckId(request.Hold)
            : !isCount ? SeatStatus.CountOutOfRange
            : 0;
        SeatResult refusal = Find(request, broken, out ModelHold? hold);
        if (hold is null)
        {
            return refusal;
        }

        switch (hold.Record.State)
        {
            case HoldState.Expired:
                return Refused(SeatStatus.HoldExpired, hold);
            case HoldState.Released:
                SeatResult again = HoldRules.AnswerOf(hold);
                again.Flags |= SeatResultFlags.Duplicate;
                return again;
            default:
                return hold.Record.State == HoldState.Booked || hold.Record.Booking != 0
                    ? Refused(SeatStatus.HoldBooked, hold)
                    : GiveBack(hold, given[..request.Count].ToArray());
        }
    }

    /// <summary>Lets every hold expire whose time has come, the earliest first, then by place.</summary>
    public void Expire(ulong nowNs)
    {
        if (nowNs < state.NextExpiryNs)
        {
            return;
        }

        List<ModelHold> due = [.. state.Shows.Values.SelectMany(show => show.Holds.Values)
            .Where(hold => hold.IsHeld && hold.Record.ExpiresAt <= nowNs)
            .OrderBy(hold => hold.Record.ExpiresAt)
            .ThenBy(hold => hold.Place)];
        foreach (ModelHold hold in due)
        {
            ulong now = state.Time.Next();
            state.Move(hold.Show, hold.Pieces, SeatState.Held, SeatState.Free, now, hold);
            state.End(hold, HoldState.Expired, now);
            hold.HasExpired = true;
        }

        state.SetNextExpiry();
    }

    private SeatResult GiveBack(ModelHold hold, uint[] places)
    {
        uint[] all = [.. hold.AllSeats];
        uint[] left = [.. hold.Seats.Select(seat => seat.Number)];
        int repeated = Bits(places.Length, i => Array.IndexOf(places, places[i]) < i);
        int notIn = Bits(places.Length, i => !left.Contains(places[i]));
        if (repeated != 0 || notIn != 0)
        {
            SeatResult refusal = Refused(
                repeated != 0 ? SeatStatus.SeatRepeated : SeatStatus.SeatNotInHold, hold);
            refusal.Blocked = (ushort)(repeated != 0 ? repeated : notIn);
            return refusal;
        }

        bool isWhole = places.Length == 0 || places.Length == left.Length;
        Pieces pieces = isWhole ? hold.Pieces : Pieces.Of(places.Select(place => hold.Show.Seat(place)!));
        ulong now = state.Time.Next();
        state.Move(hold.Show, pieces, SeatState.Held, SeatState.Free, now, hold);
        hold.Record.Released |= (ushort)Bits(all.Length, i => isWhole || places.Contains(all[i]));
        hold.Record.Timestamp = now;
        hold.Record.Amount -= isWhole
            ? hold.Record.Amount
            : (ulong)places.Sum(place => hold.Show.PriceOf(hold.Show.Seat(place)!.Block));
        if (isWhole)
        {
            state.End(hold, HoldState.Released, now);
            hold.WasGivenBack = true;
        }

        return HoldRules.AnswerOf(hold);
    }

    private SeatResult Find(HoldChange request, SeatStatus broken, out ModelHold? hold)
    {
        hold = null;
        ModelShow? show = null;
        SeatStatus code = broken != 0 ? broken
            : HoldRules.CheckId(request.Hold) != 0 ? HoldRules.CheckId(request.Hold)
            : !state.Shows.TryGetValue(request.Show, out show) ? SeatStatus.ShowNotFound
            : !show.Holds.TryGetValue(request.Hold, out hold) ? SeatStatus.HoldNotFound
            : 0;
        return new SeatResult { Code = code };
    }

    private static int Bits(int count, Func<int, bool> isSet) =>
        Enumerable.Range(0, count).Where(isSet).Sum(i => 1 << i);

    private static SeatResult Refused(SeatStatus code, ModelHold hold) =>
        new() { Code = code, State = (byte)hold.Record.State };
}
