using FastCore.Protocol;
using FastCore.Protocol.Seats;

namespace FastCore.Torture;

/// <summary>
/// Whose every seat must be, counted from the answers alone, and the comparison with what a server says: no seat was
/// given to two, what was acknowledged is there, and the maps show neither more nor less.
/// </summary>
internal sealed class SoldSeats(TortureFindings findings)
{
    private const int LookupMax = 1_000;

    private readonly Dictionary<(ulong Show, uint Seat), SeatSale> _owners = [];
    private readonly List<SeatSale> _refused = [];
    private readonly List<SeatSale> _held = [];

    /// <summary>Takes a sale of which nothing is open.</summary>
    public void Add(SeatSale sale)
    {
        if (sale.Season is { } season)
        {
            bool isMade = sale.HoldCode == SeatStatus.Ok;
            bool isRefused = Array.Exists(season, one => one.HoldCode == SeatStatus.SeatsUnavailable);
            findings.Check(
                isMade != isRefused && Array.TrueForAll(season, one => (one.HoldCode == SeatStatus.Ok) == isMade),
                () => $"made in part, or refused for nothing: {string.Join("; ", season.AsEnumerable())}");
        }

        if (sale.HoldCode == SeatStatus.LinkedHoldFailed && sale.Season is not null)
        {
            return;
        }

        if (sale.HoldCode == SeatStatus.SeatsUnavailable)
        {
            _refused.Add(sale);
            return;
        }

        findings.Check(sale.HoldCode == SeatStatus.Ok, () => $"refused: {sale}");
        findings.Check(!sale.IsBooked || sale.BookingCode == SeatStatus.Ok, () => $"not booked: {sale}");
        _held.Add(sale);
        foreach (uint seat in sale.Seats)
        {
            findings.Check(
                _owners.TryAdd((sale.Hold.Show, seat), sale),
                () => $"seat {seat} was given twice: {sale}; {_owners[(sale.Hold.Show, seat)]}");
        }
    }

    /// <summary>Compares everything.</summary>
    public async Task CheckAsync(IFastCoreSession session)
    {
        foreach (SeatSale sale in _refused)
        {
            // Nothing is given back here, so what made them unavailable is still somebody's.
            findings.Check(
                sale.Seats.Any(seat => _owners.ContainsKey((sale.Hold.Show, seat))),
                () => $"refused, and all its seats are free: {sale}");
        }

        foreach (ulong show in SeatDriver.Shows)
        {
            await CheckMapAsync(session, show);
            foreach (SeatSale[] sales in _held.Where(sale => sale.Hold.Show == show).Chunk(LookupMax))
            {
                await CheckHoldsAsync(session, show, sales);
            }

            foreach (SeatSale[] sales in
                _held.Where(sale => sale.IsBooked && sale.Hold.Show == show).Chunk(LookupMax))
            {
                await CheckBookingsAsync(session, show, sales);
            }
        }
    }

    private async Task CheckMapAsync(IFastCoreSession session, ulong show)
    {
        SeatMapBlock[] map = new SeatMapBlock[SeatDriver.Rows];
        Reply reply = await session.GetSeatMapAsync(show, new SeatFilter { Limit = SeatDriver.Rows }, map);
        findings.Check(
            (reply.Status, reply.CountOf<SeatMapBlock>()) == (FrameStatus.Ok, map.Length),
            () => $"the map of show {show}: {reply.Status}, {reply.CountOf<SeatMapBlock>()} blocks");
        for (int row = 0; row < map.Length; row++)
        {
            ulong held = 0;
            ulong booked = 0;
            for (int seat = 0; seat < SeatDriver.RowSeats; seat++)
            {
                SeatSale? owner = _owners.GetValueOrDefault((show, SeatPlace.Of(row, seat)));
                held |= owner is { IsBooked: false } ? 1UL << seat : 0;
                booked |= owner is { IsBooked: true } ? 1UL << seat : 0;
            }

            SeatMapBlock block = map[row];
            findings.Check(
                (block.Free, block.Held, block.Booked) == (~(held | booked), held, booked),
                () => $"row {block.Block} of show {show}: free {block.Free:x}, held {block.Held:x}, booked "
                    + $"{block.Booked:x}; the answers gave held {held:x}, booked {booked:x}");
        }
    }

    private async Task CheckHoldsAsync(IFastCoreSession session, ulong show, SeatSale[] sales)
    {
        HoldRecord[] found = new HoldRecord[sales.Length];
        Reply reply = await session.GetHoldAsync(show, sales.Select(sale => sale.Hold.Id).ToArray(), found);
        Dictionary<UInt128, HoldRecord> byId = ById(reply, found, record => record.Id);
        foreach (SeatSale sale in sales)
        {
            HoldRecord now = byId.GetValueOrDefault(sale.Hold.Id);
            HoldState state = sale.IsBooked ? HoldState.Booked : HoldState.Held;
            UInt128 booking = sale.IsBooked ? sale.Booking.Id : 0;
            findings.CheckKept(
                (now.Show, now.State, now.Booking, now.Buyer, now.Count)
                    == (show, state, booking, sale.Hold.Buyer, sale.Hold.Count)
                && SameSeats(now.Seats, sale.Hold.Seats),
                () => $"{sale}: found {now.State}, booking {(ulong)now.Booking}, {now.Count} seats");
        }
    }

    private async Task CheckBookingsAsync(IFastCoreSession session, ulong show, SeatSale[] sales)
    {
        BookingRecord[] found = new BookingRecord[sales.Length];
        Reply reply = await session.GetBookingAsync(show, sales.Select(sale => sale.Booking.Id).ToArray(), found);
        Dictionary<UInt128, BookingRecord> byId = ById(reply, found, record => record.Id);
        foreach (SeatSale sale in sales)
        {
            BookingRecord now = byId.GetValueOrDefault(sale.Booking.Id);
            findings.CheckKept(
                (now.Show, now.State, now.Hold, now.Timestamp, now.Count)
                    == (show, BookingState.Confirmed, sale.Hold.Id, sale.BookedAt, sale.Hold.Count)
                && SameSeats(now.Seats, sale.Hold.Seats)
                && ((now.Flags & (BookingFlags.Linked | BookingFlags.Joined)) != 0) == (sale.Season is not null),
                () => $"{sale}: found {now.State}, hold {(ulong)now.Hold}, at {now.Timestamp}, not {sale.BookedAt}");
        }
    }

    // What was not found is not there, and compares as a record of zeros.
    private static Dictionary<UInt128, T> ById<T>(Reply reply, T[] found, Func<T, UInt128> id)
        where T : unmanaged =>
        found.Take(reply.Status == FrameStatus.Ok ? reply.CountOf<T>() : 0).ToDictionary(id);

    private static bool SameSeats(SeatPlaces one, SeatPlaces other) =>
        ((ReadOnlySpan<uint>)one).SequenceEqual(other);
}
