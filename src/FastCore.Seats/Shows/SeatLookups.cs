using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Seats.Charts;

namespace FastCore.Seats.Shows;

/// <summary>Everything that reads: holds, bookings, shows, maps and their changes.</summary>
internal sealed class SeatLookups(SeatStore store, ShowOrder order)
{
    private const int RowsPerSlice = 512;
    private const int ShowsPerSlice = 4_096;

    public bool Read(
        Operation operation, ReadOnlySpan<byte> body, ref ReadCursor cursor, Span<byte> reply, out int length)
    {
        if (operation == Operation.ListShows)
        {
            return ListShows(MemoryMarshal.Read<ShowFilter>(body), ref cursor, reply, out length);
        }

        ulong key = MemoryMarshal.Read<BookPrefix>(body).Book;
        ReadOnlySpan<byte> elements = body[BookPrefix.Size..];
        switch (operation)
        {
            case Operation.GetHold:
                return Lookup(RecordKinds.Hold, key, elements, ref cursor, reply, out length);
            case Operation.GetBooking:
                return Lookup(RecordKinds.Booking, key, elements, ref cursor, reply, out length);
            case Operation.GetShow:
                length = GetShow(key, MemoryMarshal.Read<ulong>(elements), reply);
                return true;
            case Operation.GetBuyers:
                length = GetBuyers(key, MemoryMarshal.Cast<byte, ulong>(elements), reply);
                return true;
            case Operation.AwaitSeatChanges:
                length = GetChanges(key, MemoryMarshal.Read<AwaitSeatChanges>(elements), reply);
                return true;
            case Operation.SeatHistory:
                return GetHistory(key, MemoryMarshal.Read<SeatFilter>(elements), ref cursor, reply, out length);
            default:
                length = Query(operation, key, MemoryMarshal.Read<SeatFilter>(elements), reply);
                return true;
        }
    }

    /// <summary>How long a request may wait for a change of its show; 0 = it is answered now.</summary>
    public uint AwaitMs(ulong show, in AwaitSeatChanges request)
    {
        int slot = store.FindShow(show);
        return slot >= 0 && request.Limit != 0 && request.From == store.Shows.Read(slot).Version
            ? Math.Min(request.AwaitMs, SeatLimits.AwaitMsMax)
            : 0;
    }

    private static int LimitOf(uint limit) => (int)Math.Min(limit, Limits.ElementsPerRequestMax);

    private int GetShow(ulong key, ulong number, Span<byte> reply)
    {
        int slot = key == number ? store.FindShow(number) : -1;
        if (slot < 0)
        {
            return 0;
        }

        MemoryMarshal.Write(reply, store.Shows.Read(slot).ToRecord());
        return ShowRecord.Size;
    }

    // In one slice: a few steps for each, all in memory.
    private int GetBuyers(ulong show, ReadOnlySpan<ulong> buyers, Span<byte> reply)
    {
        Span<BuyerRecord> found = MemoryMarshal.Cast<byte, BuyerRecord>(reply);
        int count = 0;
        foreach (ulong buyer in buyers)
        {
            int slot = store.Counted.Find(new BuyerKey(show, buyer));
            if (slot >= 0)
            {
                found[count++] = store.Counted.Read(slot).Record;
            }
        }

        return count * BuyerRecord.Size;
    }

    private bool Lookup(
        byte kind, ulong show, ReadOnlySpan<byte> elements, ref ReadCursor cursor, Span<byte> reply, out int length)
    {
        ReadOnlySpan<UInt128> ids = MemoryMarshal.Cast<byte, UInt128>(elements);
        ref Progress progress = ref ReadCursor.As<Progress>(ref cursor);
        int end = Math.Min(ids.Length, (int)progress.Next + RowsPerSlice);
        for (int i = (int)progress.Next; i < end; i++)
        {
            long position;
            if (kind == RecordKinds.Hold
                ? store.TryFindHold(ids[i], show, out position)
                : store.TryFind(ids[i], kind, show, out position))
            {
                progress.Length += WriteRecord(kind, position, reply[progress.Length..]);
            }
        }

        progress.Next = end;
        length = progress.Length;
        return end == ids.Length;
    }

    private int WriteRecord(byte kind, long position, Span<byte> target)
    {
        if (kind == RecordKinds.Hold)
        {
            MemoryMarshal.Write(target, store.HoldHistory.Get(position).ToRecord());
            return HoldRecord.Size;
        }

        MemoryMarshal.Write(target, store.Bookings.Get(position).Record);
        return BookingRecord.Size;
    }

    private bool ListShows(in ShowFilter filter, ref ReadCursor cursor, Span<byte> reply, out int length)
    {
        // A filter that asks for what is not defined gets nothing.
        if (filter.Reserved != 0)
        {
            length = 0;
            return true;
        }

        // Places move when shows are opened meanwhile, numbers do not.
        ref Progress progress = ref ReadCursor.As<Progress>(ref cursor);
        int place = order.PlaceAfter(Math.Max(filter.After, (ulong)progress.Next));
        int end = Math.Min(order.Count, place + ShowsPerSlice);
        int lengthMax = LimitOf(filter.Limit) * ShowRecord.Size;
        for (; place < end && progress.Length < lengthMax; place++)
        {
            ref readonly ShowRow show = ref store.Shows.Read(order.SlotAt(place));
            progress.Next = (long)show.Show;
            if (Matches(filter, show))
            {
                MemoryMarshal.Write(reply[progress.Length..], show.ToRecord());
                progress.Length += ShowRecord.Size;
            }
        }

        length = progress.Length;
        return place == order.Count || progress.Length == lengthMax;
    }

    private static bool Matches(in ShowFilter filter, in ShowRow show)
    {
        if ((filter.City != 0 && show.City != filter.City)
            || (filter.Title != 0 && show.Title != filter.Title)
            || show.StartsAt < filter.StartsFrom
            || (filter.StartsBefore != 0 && show.StartsAt >= filter.StartsBefore))
        {
            return false;
        }

        ulong free = 0;
        foreach (uint category in show.Free)
        {
            free += category;
        }

        return free >= filter.FreeMin;
    }

    private int Query(Operation operation, ulong key, in SeatFilter filter, Span<byte> reply)
    {
        // A filter that asks for what is not defined gets nothing.
        if (filter.Place != 0)
        {
            return 0;
        }

        if (operation == Operation.GetChart)
        {
            int chart = store.Charts.Find(key);
            return chart < 0 ? 0 : GetChart(store.Charts.At(chart), filter, reply);
        }

        int slot = store.FindShow(key);
        return slot < 0 ? 0
            : operation == Operation.GetChannels ? GetChannels(store.Shows.Read(slot), filter, reply)
            : operation == Operation.GetSeatMap ? GetMap(store.Shows.Read(slot), filter, reply)
            : GetChanges(store.Shows.Read(slot), filter, reply);
    }

    private int GetChanges(ulong show, in AwaitSeatChanges request, Span<byte> reply)
    {
        int slot = store.FindShow(show);
        SeatFilter after = new() { From = request.From, Limit = request.Limit };
        return slot < 0 ? 0 : GetChanges(store.Shows.Read(slot), after, reply);
    }

    private static int GetChart(Chart chart, in SeatFilter filter, Span<byte> reply)
    {
        int first = (int)Math.Min(filter.From, (ulong)chart.Blocks.Length);
        ReadOnlySpan<ChartBlock> blocks = chart.Blocks.AsSpan(first);
        blocks = blocks[..Math.Min(blocks.Length, LimitOf(filter.Limit))];
        MemoryMarshal.AsBytes(blocks).CopyTo(reply);
        return blocks.Length * ChartBlock.Size;
    }

    // In one slice, whatever the size, so that all of it is of one version.
    private int GetMap(in ShowRow show, in SeatFilter filter, Span<byte> reply)
    {
        Span<SeatMapBlock> blocks = MemoryMarshal.Cast<byte, SeatMapBlock>(reply);
        int count = store.Charts.At(show.ChartSlot).Blocks.Length;
        int first = (int)Math.Min(filter.From, (ulong)count);
        count = Math.Min(count - first, LimitOf(filter.Limit));
        bool hasChannels = (show.Flags & ShowFlags.HasChannels) != 0;
        Chart chart = store.Charts.At(show.ChartSlot);
        for (int i = 0; i < count; i++)
        {
            ref readonly BlockRow row = ref store.Blocks.Read(show.FirstBlock + first + i);
            blocks[i] = new SeatMapBlock
            {
                Version = show.Version,
                Free = row.Free,
                Held = row.Held,
                Booked = row.Booked,
                Block = (uint)(first + i),
            };
            if (hasChannels)
            {
                blocks[i].Allotted = Told(
                    chart, first + i, store.Channels.Read(show.FirstChannel + first + i).All);
            }
        }

        return count * SeatMapBlock.Size;
    }

    // As changes tell it: of an area its capacity.
    private static ulong Told(Chart chart, int block, ulong seats) =>
        !chart.IsArea(block) ? seats & chart.All[block] : seats == 0 ? 0 : chart.Blocks[block].Capacity;

    // In one slice as well: a few steps for each block.
    private int GetChannels(in ShowRow show, in SeatFilter filter, Span<byte> reply)
    {
        if ((show.Flags & ShowFlags.HasChannels) == 0)
        {
            return 0;
        }

        Span<ChannelSeats> found = MemoryMarshal.Cast<byte, ChannelSeats>(reply);
        Chart chart = store.Charts.At(show.ChartSlot);
        int limit = LimitOf(filter.Limit);
        int count = 0;
        ulong end = (ulong)chart.Blocks.Length * (SeatLimits.ChannelsMax + 1);
        for (ulong at = filter.From; at < end && count < limit; at++)
        {
            int block = (int)(at / (SeatLimits.ChannelsMax + 1));
            int channel = (int)(at % (SeatLimits.ChannelsMax + 1));
            ref readonly ChannelRow row = ref store.Channels.Read(show.FirstChannel + block);
            ulong seats = channel == 0 ? 0 : row.Of(channel);
            if (row.All == 0)
            {
                // To the last channel of the block.
                at |= SeatLimits.ChannelsMax;
            }
            else if (seats != 0)
            {
                found[count++] = new ChannelSeats
                {
                    Version = show.Version,
                    Seats = Told(chart, block, seats),
                    Block = (uint)block,
                    Channel = (ushort)channel,
                };
            }
        }

        return count * ChannelSeats.Size;
    }

    // The chain leads from the newest change back, so the answer is filled from its end.
    private int GetChanges(in ShowRow show, in SeatFilter filter, Span<byte> reply)
    {
        int limit = LimitOf(filter.Limit);
        if (filter.From == show.Version || limit == 0)
        {
            return 0;
        }

        Span<SeatChange> changes = MemoryMarshal.Cast<byte, SeatChange>(reply);
        if (filter.From > show.Version || show.Version - filter.From > Limits.ElementsPerRequestMax)
        {
            changes[0] = new SeatChange { Version = show.Version, IsReload = 1 };
            return SeatChange.Size;
        }

        int count = (int)Math.Min(show.Version - filter.From, (ulong)limit);
        ulong last = filter.From + (ulong)count;
        long position = show.LastChange;
        while (position >= 0)
        {
            ref readonly ChangeRow row = ref store.Changes.Get(position);
            if (row.Version <= filter.From)
            {
                break;
            }

            position = row.PreviousOfShow;
            if (row.Version <= last)
            {
                changes[(int)(row.Version - filter.From) - 1] = RecordOf(row);
            }
        }

        return count * SeatChange.Size;
    }

    private bool GetHistory(
        ulong number, in SeatFilter filter, ref ReadCursor cursor, Span<byte> reply, out int length)
    {
        ref Progress progress = ref ReadCursor.As<Progress>(ref cursor);
        length = progress.Length;
        int showSlot = store.FindShow(number);
        int block = SeatPlace.BlockOf(filter.Place);
        if (showSlot < 0)
        {
            return true;
        }

        ref readonly ShowRow show = ref store.Shows.Read(showSlot);
        Chart chart = store.Charts.At(show.ChartSlot);
        if (block >= chart.Blocks.Length)
        {
            return true;
        }

        ulong at = progress.IsBegun ? (ulong)progress.Next : store.Blocks.Read(show.FirstBlock + block).LastChange;
        progress.IsBegun = true;
        int lengthMax = LimitOf(filter.Limit) * SeatChange.Size;
        for (int rows = 0; at != 0 && rows < RowsPerSlice && progress.Length < lengthMax; rows++)
        {
            ref readonly ChangeRow row = ref store.Changes.Get((long)at - 1);
            at = row.PreviousOfBlock;
            bool isOfSeat = chart.IsArea(block) || (row.Seats & (1UL << SeatPlace.SeatOf(filter.Place))) != 0;
            if (isOfSeat && (filter.From == 0 || row.Version < filter.From))
            {
                MemoryMarshal.Write(reply[progress.Length..], RecordOf(row));
                progress.Length += SeatChange.Size;
            }
        }

        progress.Next = (long)at;
        length = progress.Length;
        return at == 0 || progress.Length >= lengthMax;
    }

    private SeatChange RecordOf(ChangeRow row)
    {
        SeatChange change = new()
        {
            Version = row.Version,
            Timestamp = row.Timestamp,
            Seats = row.Seats,
            Block = row.Block,
            From = row.From,
            To = row.To,
            Principal = row.Principal,
            Channel = row.Channel,
        };
        if (row.Hold >= 0)
        {
            ref readonly HoldRow hold = ref store.HoldHistory.Get(row.Hold);
            change.Hold = hold.Id;
            change.Booking = hold.Booking;
            change.Buyer = hold.Buyer;
        }

        return change;
    }

    private struct Progress
    {
        public long Next;
        public int Length;
        public bool IsBegun;
    }
}
