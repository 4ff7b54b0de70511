using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;
using FastCore.Protocol.Seats.Waiting;
using FastCore.Simulation.Domains;
using FastCore.Simulation.Seats.Lists;
using FastCore.Simulation.Seats.Waiting;

namespace FastCore.Simulation.Seats;

/// <summary>
/// The naive twin of seats (docs/SEATS.md): a seat is an object with a state, best available lists every candidate and
/// sorts, and counts are counted when they are asked for.
/// </summary>
/// <remarks>Whoever drives it begins an entry in the shared <see cref="ModelTime"/>, then here.</remarks>
public sealed class SeatsModel : IModel
{
    private readonly SeatsState _state;
    private readonly ChartRules _charts;
    private readonly HoldRules _holds;
    private readonly HoldChangeRules _changes;
    private readonly BookingRules _bookings;
    private readonly SaleRules _sales;
    private readonly ChannelRules _channels;
    private readonly SeatReads _reads;
    private readonly TurnRules _turns;
    private readonly RoomRules _rooms;
    private readonly WaiterRules _waiters;
    private readonly ListServing _serving;
    private readonly ListRules _lists;
    private readonly SeatsInvariants _invariants;

    /// <summary>Makes the model of an empty partition.</summary>
    /// <param name="options">The settings of the engine's machine.</param>
    /// <param name="time">The partition's time.</param>
    public SeatsModel(SeatsModelOptions options, ModelTime time)
    {
        _state = new SeatsState(options, time);
        _charts = new ChartRules(_state);
        _turns = new TurnRules(_state);
        _rooms = new RoomRules(_state, _turns);
        _waiters = new WaiterRules(_state, _rooms, _turns);
        _holds = new HoldRules(_state, _turns);
        _changes = new HoldChangeRules(_state);
        _bookings = new BookingRules(_state, _turns);
        _sales = new SaleRules(_state);
        _channels = new ChannelRules(_state);
        _reads = new SeatReads(_state);
        _serving = new ListServing(_state, _holds);
        _lists = new ListRules(_state, _serving, _changes, _turns);
        _invariants = new SeatsInvariants(_state, _holds);
    }

    /// <summary>The bookings that are paid at merchants.</summary>
    public IEnumerable<ExpectedPayment> PaidBookings =>
        _state.Shows.Values.SelectMany(show => show.Bookings.Values)
            .Where(booking => booking is { IsPaid: true, IsPayer: true })
            .Select(booking => new ExpectedPayment(
                booking.Record.Show, booking.Record.Id, booking.Record.Merchant, booking.Total,
                booking.Record.State));

    /// <inheritdoc/>
    public bool Knows(Operation operation) => operation
        is (>= Operation.CreateChart and <= Operation.ListWaitingList) or Operation.EndBookingSteps;

    /// <inheritdoc/>
    public void BeginEntry(ulong timestampNs)
    {
        _state.IsByItself = true;
        _changes.Expire(timestampNs);
        _serving.EndDue();
        _serving.Begin();
        _serving.Work();
        _turns.Expire(timestampNs);
        _rooms.GoOn();
    }

    /// <inheritdoc/>
    public byte[] Execute(Operation operation, ulong key, ReadOnlySpan<byte> body)
    {
        _state.IsByItself = false;
        _serving.Begin();
        byte[] reply = Execute(operation, body);
        _serving.Work();
        return reply;
    }

    /// <inheritdoc/>
    public byte[] Read(Operation operation, ReadOnlySpan<byte> body)
    {
        if (operation == Operation.ListShows)
        {
            return BytesOf(_reads.List(MemoryMarshal.Read<ShowFilter>(body)));
        }

        ulong key = MemoryMarshal.Read<BookPrefix>(body).Book;
        ReadOnlySpan<byte> asked = body[BookPrefix.Size..];
        return operation switch
        {
            Operation.GetHold => Found<UInt128, HoldRecord>(asked, id => _reads.Hold(key, id)),
            Operation.GetBooking => Found<UInt128, BookingRecord>(asked, id => _reads.Booking(key, id)),
            Operation.GetShow => Found<ulong, ShowRecord>(asked, number => _reads.Show(key, number)),
            Operation.GetWaitingRoom => Found<ulong, WaitingRoomRecord>(asked, number => _waiters.Room(key, number)),
            Operation.GetWaiting => Found<ulong, WaitingRecord>(asked, buyer => _waiters.Waiter(key, buyer)),
            Operation.ListWaiting => BytesOf(_waiters.List(key, MemoryMarshal.Read<SeatFilter>(asked))),
            Operation.GetWaitingList => Found<ulong, WaitingListRecord>(asked, number => _lists.List(key, number)),
            Operation.GetWaitingListEntry => Found<UInt128, WaitingListEntry>(asked, id => _lists.Entry(key, id)),
            Operation.ListWaitingList => BytesOf(_lists.Page(key, MemoryMarshal.Read<SeatFilter>(asked))),
            Operation.GetBuyers => Found<ulong, BuyerRecord>(asked, buyer => _reads.Buyer(key, buyer)),
            Operation.GetChannels => BytesOf(_reads.Channels(key, MemoryMarshal.Read<SeatFilter>(asked))),
            Operation.GetChart => BytesOf(_reads.Chart(key, MemoryMarshal.Read<SeatFilter>(asked))),
            Operation.GetSeatMap => BytesOf(_reads.Map(key, MemoryMarshal.Read<SeatFilter>(asked))),
            Operation.AwaitSeatChanges => BytesOf(_reads.Changes(key, MemoryMarshal.Read<AwaitSeatChanges>(asked))),
            Operation.GetSeatChanges => BytesOf(_reads.Changes(key, MemoryMarshal.Read<SeatFilter>(asked))),
            _ => BytesOf(_reads.History(key, MemoryMarshal.Read<SeatFilter>(asked))),
        };
    }

    /// <inheritdoc/>
    public string? CheckInvariants() => _invariants.Check();

    private byte[] Execute(Operation operation, ReadOnlySpan<byte> body) => operation switch
    {
        Operation.CreateChart => BytesOf(_charts.CreateChart(
            MemoryMarshal.Read<BookPrefix>(body).Book, MemoryMarshal.Cast<byte, ChartBlock>(body[BookPrefix.Size..]))),
        Operation.CreateShow => Each<CreateShow, SeatResult>(body, _charts.OpenShow),
        Operation.HoldSeats => BytesOf(_holds.HoldAll(MemoryMarshal.Cast<byte, HoldSeats>(body).ToArray())),
        Operation.HoldBestAvailable =>
            BytesOf(_holds.HoldAll(MemoryMarshal.Cast<byte, HoldBestAvailable>(body).ToArray())),
        Operation.HoldGeneralAdmission =>
            BytesOf(_holds.HoldAll(MemoryMarshal.Cast<byte, HoldGeneralAdmission>(body).ToArray())),
        Operation.ExtendHold => Each<HoldChange, SeatResult>(body, _changes.Extend),
        Operation.ReleaseHold => Each<HoldChange, SeatResult>(body, _changes.Release),
        Operation.BookHeld => BytesOf(_bookings.BookAll(MemoryMarshal.Cast<byte, BookHeld>(body).ToArray())),
        Operation.CancelBooking => Each<CancelBooking, SeatResult>(body, _bookings.Cancel),
        Operation.SetForSale => Each<SetForSale, SeatResult>(body, _sales.Set),
        Operation.OpenWaitingRoom => Each<OpenWaitingRoom, SeatResult>(body, _rooms.Open),
        Operation.DrawWaitingRoom => Each<DrawWaitingRoom, SeatResult>(body, _rooms.Draw),
        Operation.JoinWaitingRoom => Each<WaitingChange, SeatResult>(body, _waiters.Join),
        Operation.EnterWaitingRoom => Each<EnterWaitingRoom, SeatResult>(body, _waiters.Enter),
        Operation.LeaveWaitingRoom => Each<WaitingChange, SeatResult>(body, _waiters.Leave),
        Operation.CloseWaitingRoom => Each<WaitingChange, SeatResult>(body, _rooms.Close),
        Operation.MoveToChannel => Each<MoveToChannel, SeatResult>(body, _channels.Move),
        Operation.OpenWaitingList => Each<OpenWaitingList, SeatResult>(body, _lists.Open),
        Operation.JoinWaitingList => Each<JoinWaitingList, SeatResult>(body, _lists.Join),
        Operation.LeaveWaitingList => Each<LeaveWaitingList, SeatResult>(body, _lists.Leave),
        Operation.CloseWaitingList => Each<CloseWaitingList, SeatResult>(body, _lists.Close),
        Operation.EndBookingSteps => Each<BookingOutcome, SeatResult>(body, _bookings.End),
        _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, "Not a write about seats."),
    };

    private static byte[] Each<T, TResult>(ReadOnlySpan<byte> body, Func<T, TResult> execute)
        where T : unmanaged
        where TResult : unmanaged
    {
        List<TResult> results = [];
        foreach (T element in MemoryMarshal.Cast<byte, T>(body))
        {
            results.Add(execute(element));
        }

        return BytesOf(results);
    }

    private static byte[] Found<TId, TRecord>(ReadOnlySpan<byte> asked, Func<TId, TRecord?> find)
        where TId : unmanaged
        where TRecord : unmanaged
    {
        List<TRecord> records = [];
        foreach (TId id in MemoryMarshal.Cast<byte, TId>(asked))
        {
            if (find(id) is { } record)
            {
                records.Add(record);
            }
        }

        return BytesOf(records);
    }

    private static byte[] BytesOf<T>(IEnumerable<T> results)
        where T : unmanaged => MemoryMarshal.AsBytes<T>(results.ToArray()).ToArray();
}
