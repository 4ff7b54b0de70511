using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Tables;
using FastCore.Engine.Time;
using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;
using FastCore.Seats.Charts;
using FastCore.Seats.Shows;

namespace FastCore.Seats.Lists;

/// <summary>The waiting lists of one partition: rows, what is derived from them, and how entries end.</summary>
internal sealed class WaitingListStore : IDisposable
{
    private readonly IRecordIndex _index;
    private readonly SeatCounters _counters;

    // By slot of the list; null = none, or ended and forgotten.
    private readonly List<WaitingListLine?> _lines = [];

    public WaitingListStore(PartitionContext context, SeatsOptions options, SeatCounters counters)
    {
        Time = context.Time;
        _index = context.Storage.Records;
        _counters = counters;
        Lists = new("waiting-lists", 1, options.WaitingListsMax);
        Entries = new("waiting-list-entries", 1, options.WaitingListEntriesMax);
        Ended = context.Storage.OpenHistory<WaitingListEntryRow>("waiting-list-ended");
    }

    public EventClock Time { get; }

    public OffHeapTable<NumberKey, WaitingListRow> Lists { get; }

    /// <summary>Entries that wait or have an offer, and of a list that has ended those not forgotten yet.</summary>
    public OffHeapTable<ShowIdKey, WaitingListEntryRow> Entries { get; }

    /// <summary>Entries as they ended.</summary>
    public IHistory<WaitingListEntryRow> Ended { get; }

    /// <summary>When lists end by themselves, by slot.</summary>
    public SeatTimers Ends { get; } = new();

    /// <summary>Lists whose work goes on, by slot.</summary>
    public SeatTimers Works { get; } = new();

    /// <summary>Whether a command has freed seats that somebody may wait for.</summary>
    public bool IsTouched { get; set; }

    /// <summary>The slot of a show's list, or −1.</summary>
    public int Find(ulong show) => Lists.Find(new NumberKey(show));

    /// <summary>The line of a list that has not been forgotten.</summary>
    public WaitingListLine LineOf(int slot) => _lines[slot]!;

    /// <summary>A list has an empty line, or none any more.</summary>
    public void SetLine(int slot, WaitingListLine? line)
    {
        while (_lines.Count <= slot)
        {
            _lines.Add(null);
        }

        _lines[slot] = line;
    }

    /// <summary>The slot of an entry that has not ended, or −1.</summary>
    public int FindEntry(ulong show, UInt128 id) => Entries.Find(new ShowIdKey(show, id));

    /// <summary>An entry as it is now, or as it ended.</summary>
    public bool TryGet(ulong show, UInt128 id, out WaitingListEntryRow entry)
    {
        int slot = FindEntry(show, id);
        if (slot >= 0)
        {
            entry = Entries.Read(slot);
            int list = Find(show);
            if (entry.State == WaitingListEntryState.Waiting && Lists.Read(list).State == WaitingListState.Ended)
            {
                // Told so at once, however long the forgetting takes.
                (entry.State, entry.Timestamp) = (WaitingListEntryState.Ended, Lists.Read(list).EndedAt);
            }

            return true;
        }

        bool isKnown = _index.TryGet(KeyOf(show, id), out ulong position);
        entry = isKnown ? Ended.Get((long)position) : default;
        return isKnown;
    }

    /// <summary>Whether the list of a show still offers seats that were freed before.</summary>
    public bool IsServing(ulong show) => Lists.Read(Find(show)).WorkDueNs != 0;

    /// <summary>Seats of a show with a list are free: before anything else happens they are offered.</summary>
    public void Touch(ulong show)
    {
        int slot = Find(show);
        if (Lists.Read(slot) is { Waiting: > 0, WorkDueNs: 0 })
        {
            Schedule(slot, Time.BatchNs);
            IsTouched = true;
        }
    }

    /// <summary>So many more entries of a list wait, and so many more have an offer.</summary>
    public void Count(int slot, int waiting, int offered)
    {
        ref WaitingListRow list = ref Lists.Write(slot);
        list.Waiting = (uint)((int)list.Waiting + waiting);
        list.Offered = (uint)((int)list.Offered + offered);
        _counters.ListWaiting += waiting;
        _counters.ListOffered += offered;
    }

    /// <summary>The levels of the counters are what the lists say.</summary>
    public void SetCounters()
    {
        for (int slot = 0; slot < Lists.SlotsUsed; slot++)
        {
            _counters.ListWaiting += Lists.Read(slot).Waiting;
            _counters.ListOffered += Lists.Read(slot).Offered;
        }
    }

    /// <summary>A list has work then.</summary>
    public void Schedule(int slot, ulong dueNs)
    {
        Lists.Write(slot).WorkDueNs = dueNs;
        Works.Set(slot, dueNs);
    }

    /// <summary>A hold that was offered has come to its end, and its entry with it.</summary>
    public void Follow(in HoldRow hold)
    {
        int slot = FindEntry(hold.Show, hold.Id);
        if (slot < 0)
        {
            // Ended before: a booking was cancelled, or a payment that landed late took the seats again.
            return;
        }

        WaitingListEntryState state = hold.State switch
        {
            HoldState.Expired => WaitingListEntryState.Expired,
            HoldState.Released => WaitingListEntryState.Refused,
            _ => WaitingListEntryState.Taken,
        };
        int list = Find(hold.Show);
        Count(list, 0, -1);
        End(list, slot, state, hold.Timestamp);
    }

    /// <summary>An entry ends. Whoever calls has counted it out, and taken it out of the line if it waited.</summary>
    public void End(int list, int slot, WaitingListEntryState state, ulong timestamp)
    {
        WaitingListEntryRow entry = Entries.Read(slot);
        (entry.State, entry.Timestamp) = (state, timestamp);
        _index.Set(KeyOf(entry.Show, entry.Id), (ulong)Ended.Count);
        Ended.Append() = entry;
        Entries.Remove(slot);
        _lines[list]?.Uncount(entry.Buyer);
    }

    /// <summary>Makes what is derived anew from the recovered rows.</summary>
    public void Rebuild()
    {
        for (long block = 0; block * Ended.RowsPerBlock < Ended.Count; block++)
        {
            long position = block * Ended.RowsPerBlock;
            foreach (ref readonly WaitingListEntryRow row in Ended.Block(block))
            {
                _index.Set(KeyOf(row.Show, row.Id), (ulong)position++);
            }
        }

        _lines.Clear();
        Ends.Clear(Time.Last);
        Works.Clear(Time.Last);
        for (int slot = 0; slot < Lists.SlotsUsed; slot++)
        {
            WaitingListRow list = Lists.Read(slot);
            bool isForgotten = list.State == WaitingListState.Ended && list.WorkDueNs == 0;
            SetLine(slot, isForgotten ? null : new WaitingListLine());
            if (list.WorkDueNs != 0)
            {
                Works.Set(slot, list.WorkDueNs);
            }

            if (list.State == WaitingListState.Open && list.EndsAt != 0)
            {
                Ends.Set(slot, list.EndsAt);
            }
        }

        RebuildLines();
    }

    public void Dispose()
    {
        Lists.Dispose();
        Entries.Dispose();
    }

    private static RecordKey KeyOf(ulong show, UInt128 id) =>
        RecordKey.Of(id, RecordKinds.WaitingListEntry, show & Limits.BookMax);

    // Those who wait are put in the order of their places.
    private void RebuildLines()
    {
        List<(uint Place, int Slot)> waiting = [];
        for (int slot = 0; slot < Entries.SlotsUsed; slot++)
        {
            if (!Entries.IsLive(slot))
            {
                continue;
            }

            ref readonly WaitingListEntryRow entry = ref Entries.Read(slot);
            _lines[Find(entry.Show)]?.Count(entry.Buyer);
            if (entry.State == WaitingListEntryState.Waiting)
            {
                waiting.Add((entry.Place, slot));
            }
        }

        waiting.Sort();
        foreach ((uint place, int slot) in waiting)
        {
            ref readonly WaitingListEntryRow entry = ref Entries.Read(slot);
            LineOf(Find(entry.Show)).Put(place, slot, entry.Wish);
        }
    }
}
