using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;
using FastCore.Simulation.Domains;
using FastCore.Simulation.Payments;
using FastCore.Simulation.Seats.Lists;
using FastCore.Simulation.Seats.Waiting;

namespace FastCore.Simulation.Seats;

/// <summary>Everything that the model of one partition knows, and how seats change in it.</summary>
internal sealed class SeatsState(SeatsModelOptions options, ModelTime time)
{
    public SeatsModelOptions Options => options;

    public ModelTime Time => time;

    public SortedDictionary<ulong, ModelChart> Charts { get; } = [];

    public SortedDictionary<ulong, ModelShow> Shows { get; } = [];

    /// <summary>Waiting rooms by show.</summary>
    public Dictionary<ulong, ModelRoom> Rooms { get; } = [];

    /// <summary>Waiting rooms as they were made.</summary>
    public List<ModelRoom> RoomsInOrder { get; } = [];

    /// <summary>Waiting lists by show, as they were opened.</summary>
    public Dictionary<ulong, ModelList> Lists { get; } = [];

    /// <summary>Whether what happens is nobody's command, but a timer's.</summary>
    public bool IsByItself { get; set; }

    /// <summary>The table of buyers in waiting rooms.</summary>
    public ModelPlaces WaiterPlaces { get; } = new();

    /// <summary>The table of holds that have not ended.</summary>
    public ModelPlaces HoldPlaces { get; } = new();

    /// <summary>No hold expires before this time; it may be earlier than the first that does.</summary>
    public ulong NextExpiryNs { get; private set; } = ulong.MaxValue;

    public IEnumerable<ModelBooking> BookingsUnderWay =>
        Shows.Values.SelectMany(show => show.Bookings.Values)
            .Where(booking => booking.IsUnderWay && booking.IsPayer);

    public bool AreBookingsFull => BookingsUnderWay.Count() >= options.BookingsUnderWayMax;

    /// <summary>A hold expires then.</summary>
    public void NoteExpiry(ulong timeNs) => NextExpiryNs = Math.Min(NextExpiryNs, timeNs);

    /// <summary>Looks through all holds for the first that expires.</summary>
    public void SetNextExpiry()
    {
        NextExpiryNs = ulong.MaxValue;
        foreach (ModelHold hold in Shows.Values.SelectMany(show => show.Holds.Values).Where(hold => hold.IsHeld))
        {
            NoteExpiry(hold.Record.ExpiresAt);
        }
    }

    /// <summary>Moves seats and writes down one change for each block.</summary>
    public void Move(
        ModelShow show, Pieces pieces, SeatState from, SeatState to, ulong timestamp, ModelHold? hold = null)
    {
        foreach ((ModelBlock block, ulong word) in pieces)
        {
            block.Move(word, from, to);
            show.Changes.Add(new SeatChange
            {
                Version = show.Version + 1,
                Timestamp = timestamp,
                Hold = hold?.Record.Id ?? 0,
                Booking = hold?.Record.Booking ?? 0,
                Seats = word,
                Block = (uint)block.Number,
                From = from,
                To = to,
                Principal = IsByItself ? 0 : time.Principal,
                Buyer = hold?.Record.Buyer ?? 0,
            });
            Freed(show, to);
        }
    }

    /// <summary>Whatever may be taken now is offered to those who wait before anything else happens.</summary>
    public void Freed(ModelShow show, SeatState to = SeatState.Free)
    {
        if (to == SeatState.Free && Lists.GetValueOrDefault(show.Terms.Show) is { IsOpen: true, WorkAt: null } list
            && list.Waiting.Any())
        {
            list.WorkAt = time.EntryNs;
        }
    }

    /// <summary>A hold ends: its place is the next to be taken.</summary>
    public void End(ModelHold hold, HoldState state, ulong timestamp)
    {
        HoldPlaces.GiveBack(hold.Place!.Value);
        hold.Place = null;
        hold.Record.State = state;
        hold.Record.Timestamp = timestamp;
        if (hold.ListEntry is { } entry)
        {
            (entry.State, entry.Timestamp) = (StateAfter(state), timestamp);
        }
    }

    private static WaitingListEntryState StateAfter(HoldState state) => state switch
    {
        HoldState.Expired => WaitingListEntryState.Expired,
        HoldState.Released => WaitingListEntryState.Refused,
        _ => WaitingListEntryState.Taken,
    };

    /// <summary>What a number of places or seats costs in a block.</summary>
    public static ulong PriceOf(ModelShow show, ModelBlock block, uint count) => (ulong)show.PriceOf(block) * count;
}
