using FastCore.Protocol;
using FastCore.Protocol.Seats;

namespace FastCore.Simulation.Seats;

/// <summary>The reads about seats: each looks at everything and keeps what was asked for.</summary>
internal sealed class SeatReads(SeatsState state)
{
    private const ulong ChangesMax = Limits.ElementsPerRequestMax;

    public HoldRecord? Hold(ulong show, UInt128 id) => Show(show)?.Holds.GetValueOrDefault(id)?.Record;

    public BookingRecord? Booking(ulong show, UInt128 id) => Show(show)?.Bookings.GetValueOrDefault(id)?.Record;

    public ShowRecord? Show(ulong key, ulong number) =>
        key == number && Show(number) is { } show ? RecordOf(show) : null;

    /// <summary>Counted when asked for, from all that ever was.</summary>
    public BuyerRecord? Buyer(ulong number, ulong buyer)
    {
        const ulong MinuteNs = 60_000_000_000;
        if (Show(number) is not { } show || (show.Terms.Flags & ShowFlags.CountsBuyers) == 0 || buyer == 0)
        {
            return null;
        }

        ModelHold[] holds = [.. show.Holds.Values.Where(hold => hold.Record.Buyer == buyer)];
        if (holds.Length == 0)
        {
            return null;
        }

        ulong last = holds.Max(hold => hold.Record.CreatedAt);
        return new BuyerRecord
        {
            Show = number,
            Buyer = buyer,
            FirstHoldAt = holds.Min(hold => hold.Record.CreatedAt),
            LastHoldAt = last,
            Holds = (uint)holds.Length,
            Bookings = (uint)show.Bookings.Values.Count(
                booking => booking.Record.Buyer == buyer && booking.WasConfirmed),
            Expired = (uint)holds.Count(hold => hold.HasExpired),
            Released = (uint)holds.Count(hold => hold.WasGivenBack),
            MinuteHolds = (uint)holds.Count(hold => hold.Record.CreatedAt / MinuteNs == last / MinuteNs),
            MinuteBefore = (uint)holds.Count(hold => hold.Record.CreatedAt / MinuteNs == (last / MinuteNs) - 1),
            Seats = (uint)holds.Sum(hold => hold.Record.Quantity != 0 ? hold.Record.Quantity : hold.Record.Count),
        };
    }

    public IEnumerable<ShowRecord> List(ShowFilter filter) => filter.Reserved != 0 ? []
        : Page(
            state.Shows.Values
                .Where(show => show.Terms.Show > filter.After
                    && show.Terms.StartsAt >= filter.StartsFrom
                    && (filter.StartsBefore == 0 || show.Terms.StartsAt < filter.StartsBefore)
                    && (filter.City == 0 || show.Terms.City == filter.City)
                    && (filter.Title == 0 || show.Terms.Title == filter.Title)
                    && show.Blocks.Sum(block => block.Count(SeatState.Free)) >= filter.FreeMin)
                .Select(RecordOf),
            filter.Limit);

    public IEnumerable<ChartBlock> Chart(ulong number, SeatFilter filter) =>
        filter.Place != 0 || !state.Charts.TryGetValue(number, out ModelChart? chart)
            ? []
            : Page(chart.Blocks.Where((_, block) => (ulong)block >= filter.From), filter.Limit);

    public IEnumerable<SeatMapBlock> Map(ulong number, SeatFilter filter) =>
        filter.Place != 0 || Show(number) is not { } show
            ? []
            : Page(
                show.Blocks.Where(block => (ulong)block.Number >= filter.From).Select(block => new SeatMapBlock
                {
                    Version = show.Version,
                    Free = block.Word(SeatState.Free),
                    Held = block.Word(SeatState.Held),
                    Booked = block.Word(SeatState.Booked),
                    Block = (uint)block.Number,
                    Allotted = block.Allotted(),
                }),
                filter.Limit);

    public IEnumerable<ChannelSeats> Channels(ulong number, SeatFilter filter) =>
        filter.Place != 0 || Show(number) is not { } show
            ? []
            : Page(
                from block in show.Blocks
                from channel in Enumerable.Range(1, 15)
                where block.Allotted(channel) != 0 && (ulong)((block.Number * 16) + channel) >= filter.From
                select new ChannelSeats
                {
                    Version = show.Version,
                    Seats = block.Allotted(channel),
                    Block = (uint)block.Number,
                    Channel = (ushort)channel,
                },
                filter.Limit);

    // What was waited for is in no state: the answer shows one between the question and itself.
    public IEnumerable<SeatChange> Changes(ulong number, AwaitSeatChanges request) =>
        Changes(number, new SeatFilter { From = request.From, Limit = request.Limit });

    public IEnumerable<SeatChange> Changes(ulong number, SeatFilter filter)
    {
        if (filter.Place != 0 || Show(number) is not { } show)
        {
            return [];
        }

        bool mustReload = filter.From > show.Version || show.Version - filter.From > ChangesMax;
        return Page(
            mustReload
                ? [new SeatChange { Version = show.Version, IsReload = 1 }]
                : show.Changes.Where(change => change.Version > filter.From),
            filter.Limit);
    }

    public IEnumerable<SeatChange> History(ulong number, SeatFilter filter)
    {
        if (Show(number) is not { } show)
        {
            return [];
        }

        int place = SeatPlace.SeatOf(filter.Place);
        ModelBlock? block = show.Blocks.ElementAtOrDefault(SeatPlace.BlockOf(filter.Place));
        bool isThere = block is not null && (block.IsArea || place < block.Seats.Length);
        return Page(
            show.Changes.AsEnumerable().Reverse()
                .Where(change => isThere && change.Block == block!.Number
                    && (block.IsArea || (change.Seats >> place & 1) == 1)
                    && (filter.From == 0 || change.Version < filter.From)),
            filter.Limit);
    }

    private ShowRecord RecordOf(ModelShow show)
    {
        ShowRecord record = new()
        {
            Show = show.Terms.Show,
            Chart = show.Terms.Chart,
            Merchant = show.Terms.Merchant,
            StartsAt = show.Terms.StartsAt,
            Version = show.Version,
            City = show.Terms.City,
            Title = show.Terms.Title,
            Currency = show.Terms.Currency,
            Held = (uint)show.Blocks.Sum(block => block.Count(SeatState.Held)),
            Booked = (uint)show.Blocks.Sum(block => block.Count(SeatState.Booked)),
            SeatsPerBuyerMax = show.Terms.SeatsPerBuyerMax,
            Flags = show.Terms.Flags | (IsGuarded(show) ? ShowFlags.HasWaitingRoom : 0)
                | (show.HasChannels ? ShowFlags.HasChannels : 0)
                | (state.Lists.GetValueOrDefault(show.Terms.Show)?.IsOpen ?? false ? ShowFlags.HasWaitingList : 0),
            Prices = show.Terms.Prices,
        };
        foreach (ModelBlock block in show.Blocks)
        {
            record.Free[block.Chart.Category] += block.Count(SeatState.Free);
        }

        return record;
    }

    private bool IsGuarded(ModelShow show) => state.Rooms.GetValueOrDefault(show.Terms.Show)?.IsGuarding ?? false;

    private static IEnumerable<T> Page<T>(IEnumerable<T> all, uint limit) =>
        all.Take((int)Math.Min(limit, Limits.ElementsPerRequestMax));

    private ModelShow? Show(ulong number) => state.Shows.GetValueOrDefault(number);
}
