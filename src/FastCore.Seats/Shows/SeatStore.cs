using System.Runtime.CompilerServices;
using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Tables;
using FastCore.Engine.Time;
using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Seats.Charts;
using FastCore.Seats.Lists;
using FastCore.Seats.Waiting;

namespace FastCore.Seats.Shows;

/// <summary>
/// The state about seats of one partition and the few ways in which it changes. Rows of the histories never change: a
/// change appends a new version and moves the index to it.
/// </summary>
internal sealed class SeatStore : IDisposable
{
    public SeatStore(PartitionContext context, SeatsOptions options)
    {
        Time = context.Time;
        Effects = context.Effects;
        Index = context.Storage.Records;
        Charts = new ChartStore(context.Time, options);
        Shows = new("shows", 1, options.ShowsMax);
        Blocks = new("show-blocks", 1, options.ShowBlocksMax, isIndexed: false);
        Channels = new("seat-channels", 1, options.ChannelBlocksMax, isIndexed: false);
        Holds = new("open-holds", 1, options.HoldsMax);
        UnderWay = new("bookings-under-way", 1, options.BookingsUnderWayMax);
        Buyers = new("seat-buyers", 1, options.BuyersMax);
        Counted = new("counted-buyers", 1, options.CountedBuyersMax);
        Counts = new BuyerCounts(this);
        HoldHistory = context.Storage.OpenHistory<HoldRow>("seat-holds");
        Bookings = context.Storage.OpenHistory<BookingRow>("seat-bookings");
        Changes = context.Storage.OpenHistory<ChangeRow>("seat-changes");
        LinkedBookings = context.Storage.OpenHistory<LinkedBookingRow>("linked-bookings");
        Waiting = new WaitingStore(context.Time, options);
        Lists = new WaitingListStore(context, options, Counters);
        Parts =
        [
            .. Charts.Parts, Shows, Blocks, Holds, UnderWay, Buyers, HoldHistory, Bookings, Changes,
            Waiting.Rooms, Waiting.Buyers, Channels, Counted, Lists.Lists, Lists.Entries, Lists.Ended,
            LinkedBookings,
        ];
    }

    public EventClock Time { get; }

    public EffectQueue Effects { get; }

    public IRecordIndex Index { get; }

    public ChartStore Charts { get; }

    public OffHeapTable<NumberKey, ShowRow> Shows { get; }

    /// <summary>By slot: a show's blocks follow each other from its first on.</summary>
    public OffHeapTable<NumberKey, BlockRow> Blocks { get; }

    /// <summary>By slot, as blocks, of shows that have channels.</summary>
    public OffHeapTable<NumberKey, ChannelRow> Channels { get; }

    /// <summary>Holds that hold.</summary>
    public OffHeapTable<ShowIdKey, HoldRow> Holds { get; }

    /// <summary>Bookings whose payment or refund is under way.</summary>
    public OffHeapTable<ShowIdKey, BookingRow> UnderWay { get; }

    public OffHeapTable<BuyerKey, BuyerRow> Buyers { get; }

    /// <summary>What buyers have done in shows that count it.</summary>
    public OffHeapTable<BuyerKey, CountedBuyerRow> Counted { get; }

    /// <summary>The ways in which that changes.</summary>
    public BuyerCounts Counts { get; }

    public SeatCounters Counters { get; } = new();

    public WaitingStore Waiting { get; }

    public WaitingListStore Lists { get; }

    public IHistory<HoldRow> HoldHistory { get; }

    public IHistory<BookingRow> Bookings { get; }

    public IHistory<ChangeRow> Changes { get; }

    /// <summary>The shows of bookings that were made together.</summary>
    public IHistory<LinkedBookingRow> LinkedBookings { get; }

    public SeatTimers Timers { get; } = new();

    public IReadOnlyList<IStatePart> Parts { get; }

    /// <summary>Who sent the command that is executed; 0 = the embedding process or the node itself.</summary>
    public uint Principal { get; set; }

    /// <summary>The slot of a show, or −1. It never changes.</summary>
    public int FindShow(ulong show) => Shows.Find(new NumberKey(show));

    /// <summary>Finds the newest version of a record. A show out of range finds nothing of another kind.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFind(UInt128 id, byte kind, ulong show, out long position)
    {
        bool found = Index.TryGet(RecordKey.Of(id, kind, show & Limits.BookMax), out ulong value);
        position = (long)value;
        return found;
    }

    /// <summary>
    /// Finds the newest version of a hold. As long as it holds, the table has it; the record index leads to it from its
    /// end on, so that a hold is put there once.
    /// </summary>
    public bool TryFindHold(UInt128 id, ulong show, out long position)
    {
        int slot = Holds.Find(new ShowIdKey(show, id));
        if (slot >= 0)
        {
            position = Holds.Read(slot).Position;
            return true;
        }

        return TryFind(id, RecordKinds.Hold, show, out position);
    }

    /// <summary>Appends a version of a hold; its timestamp is the next of the partition.</summary>
    public void AppendHold(ref HoldRow row)
    {
        row.Timestamp = Time.Next();
        if (row.CreatedAt == 0)
        {
            row.CreatedAt = row.Timestamp;
            row.Previous = -1;
        }
        else
        {
            row.Previous = row.Position;
        }

        row.Position = HoldHistory.Count;
        HoldHistory.Append() = row;
        if (row.State != HoldState.Held)
        {
            End(row);
        }
    }

    /// <summary>Appends the version with which a hold that holds ends.</summary>
    /// <param name="open">Its newest version.</param>
    /// <param name="state">Its state from now on.</param>
    /// <param name="released">What is given back of it from now on; bit i: seat i.</param>
    /// <param name="amount">What it costs from now on.</param>
    /// <returns>The version, until the next one is appended.</returns>
    public ref readonly HoldRow AppendEnd(in HoldRow open, HoldState state, ushort released, ulong amount)
    {
        // Written where it stays: see HoldMaking.
        ulong timestamp = Time.Next();
        long position = HoldHistory.Count;
        ref HoldRow row = ref HoldHistory.Append();
        row = open;
        row.Timestamp = timestamp;
        row.Previous = open.Position;
        row.Position = position;
        row.State = state;
        row.Released = released;
        row.Amount = amount;
        End(row);
        return ref row;
    }

    /// <summary>Appends a version of a booking; <paramref name="position"/> is −1 for the first.</summary>
    public void AppendBooking(ref BookingRow row, long position)
    {
        row.Previous = position;
        row.Record.Timestamp = Time.Next();
        if (position < 0)
        {
            row.Record.CreatedAt = row.Record.Timestamp;
        }

        ulong next = (ulong)Bookings.Count;
        Bookings.Append() = row;
        Index.Set(RecordKey.Of(row.Record.Id, RecordKinds.Booking, row.Record.Show), next);
    }

    /// <summary>The newest version of a booking that is there, and where it is.</summary>
    public BookingRow BookingOf(UInt128 id, ulong show, out long position) =>
        TryFind(id, RecordKinds.Booking, show, out position)
            ? Bookings.Get(position)
            : throw new InvalidOperationException($"There is no booking {id} of show {show}.");

    /// <summary>Notes which bookings were made together.</summary>
    public void AppendLinked(in LinkedBookingRow row)
    {
        long position = LinkedBookings.Count;
        LinkedBookings.Append() = row;
        IndexLinked(row, position);
    }

    /// <summary>From each of its shows the index leads to the row.</summary>
    public void IndexLinked(in LinkedBookingRow row, long position)
    {
        foreach (ulong show in ((ReadOnlySpan<ulong>)row.Shows)[..(int)row.Count])
        {
            Index.Set(RecordKey.Of(row.Id, RecordKinds.LinkedBooking, show), (ulong)position);
        }
    }

    /// <summary>The shows of a booking: its own, or those of all that were made together, the payer's first.</summary>
    /// <param name="booking">The booking.</param>
    /// <param name="shows">Room for as many as there can be.</param>
    /// <returns>How many they are.</returns>
    public int ShowsOf(in BookingRow booking, Span<ulong> shows)
    {
        if (!booking.IsLinked)
        {
            shows[0] = booking.Record.Show;
            return 1;
        }

        BookingRecord record = booking.Record;
        if (!TryFind(record.Id, RecordKinds.LinkedBooking, record.Show, out long position))
        {
            throw new InvalidOperationException($"Booking {record.Id} of show {record.Show} is linked to nothing.");
        }

        ref readonly LinkedBookingRow row = ref LinkedBookings.Get(position);
        ((ReadOnlySpan<ulong>)row.Shows)[..(int)row.Count].CopyTo(shows);
        return (int)row.Count;
    }

    public void Dispose()
    {
        Charts.Dispose();
        Shows.Dispose();
        Blocks.Dispose();
        Channels.Dispose();
        Holds.Dispose();
        UnderWay.Dispose();
        Buyers.Dispose();
        Counted.Dispose();
        Waiting.Dispose();
        Lists.Dispose();
    }

    // An entry of a waiting list that was offered the hold ends with it.
    private void End(in HoldRow row)
    {
        Index.Set(HoldKey.Of(row.Id, row.Show), (ulong)row.Position);
        if ((row.Flags & HoldFlags.Offered) != 0)
        {
            Lists.Follow(row);
        }
    }
}
