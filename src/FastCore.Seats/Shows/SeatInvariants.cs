using FastCore.Protocol.Seats;
using FastCore.Seats.Charts;

namespace FastCore.Seats.Shows;

/// <summary>
/// What must hold between any two commands: no seat in two states or two hands, and every count is what its seats say.
/// </summary>
internal sealed class SeatInvariants(SeatStore store, HoldChanging holds)
{
    /// <summary>Null, or a sentence that says what is broken.</summary>
    public string? Check()
    {
        string? broken = null;
        for (int slot = 0; broken is null && slot < store.Shows.SlotsUsed; slot++)
        {
            broken = CheckShow(store.Shows.Read(slot));
        }

        return broken ?? CheckHolds() ?? CheckUnderWay();
    }

    private string? CheckShow(in ShowRow show)
    {
        Chart chart = store.Charts.At(show.ChartSlot);
        CategoryNumbers free = default;
        ulong held = 0;
        ulong booked = 0;
        for (int block = 0; block < chart.Blocks.Length; block++)
        {
            ref readonly BlockRow row = ref store.Blocks.Read(show.FirstBlock + block);
            bool isRight = chart.IsArea(block)
                ? row.Free + row.Held + row.Booked <= chart.Blocks[block].Capacity
                : (row.Free & row.Held) == 0 && ((row.Free | row.Held) & row.Booked) == 0
                    && ((row.Free | row.Held | row.Booked) & ~chart.All[block]) == 0;
            if (!isRight)
            {
                return $"Block {block} of show {show.Show}: free {row.Free:x}, held {row.Held:x}, booked "
                    + $"{row.Booked:x} of {chart.Blocks[block].Capacity}.";
            }

            if ((show.Flags & ShowFlags.HasChannels) != 0 && !AreChannelsRight(show, chart, block))
            {
                return $"Block {block} of show {show.Show} has channels where it has no seats, or in part.";
            }

            free[chart.Blocks[block].Category] += chart.UnitsOf(block, row.Free);
            held += chart.UnitsOf(block, row.Held);
            booked += chart.UnitsOf(block, row.Booked);
        }

        return !((ReadOnlySpan<uint>)free).SequenceEqual(show.Free) || held != show.Held || booked != show.Booked
            ? $"Show {show.Show} counts {show.Held} held and {show.Booked} booked; its seats are {held} and {booked}, "
                + "or its free ones differ."
            : null;
    }

    // Only seats are in channels, and of what is sold whole all or nothing.
    private bool AreChannelsRight(in ShowRow show, Chart chart, int block)
    {
        ref readonly ChannelRow row = ref store.Channels.Read(show.FirstChannel + block);
        return chart.IsSoldBySeat(block)
            ? (row.All & ~chart.All[block]) == 0
            : IsWhole(row.Plane0) && IsWhole(row.Plane1) && IsWhole(row.Plane2) && IsWhole(row.Plane3);
    }

    private static bool IsWhole(ulong plane) => plane is 0 or ulong.MaxValue;

    // The seats of all holds are the held ones: each is in one hold, and none is held by nobody.
    private string? CheckHolds()
    {
        Dictionary<int, ulong> heldBy = [];
        for (int slot = 0; slot < store.Holds.SlotsUsed; slot++)
        {
            if (!store.Holds.IsLive(slot))
            {
                continue;
            }

            HoldRow hold = store.Holds.Read(slot);
            ref readonly ShowRow show = ref store.Shows.Read(hold.ShowSlot);
            Chart chart = store.Charts.At(show.ChartSlot);
            SeatSet seats = holds.SeatsOf(hold, hold.Released);
            foreach ((int block, ulong held) in seats.All)
            {
                int at = show.FirstBlock + block;
                ulong known = heldBy.GetValueOrDefault(at);
                if (!chart.IsArea(block) && (known & held) != 0)
                {
                    return $"Hold {hold.Id} of show {hold.Show} has seats {known & held:x} of block {block} that "
                        + "another hold has.";
                }

                heldBy[at] = chart.IsArea(block) ? known + held : known | held;
            }
        }

        for (int slot = 0; slot < store.Blocks.SlotsUsed; slot++)
        {
            if (store.Blocks.Read(slot).Held != heldBy.GetValueOrDefault(slot))
            {
                return $"Row {slot} of blocks has held seats {store.Blocks.Read(slot).Held:x}; its holds have "
                    + $"{heldBy.GetValueOrDefault(slot):x}.";
            }
        }

        return null;
    }

    // Those that were made together are in one state, and only the first one waits for their merchant.
    private string? CheckUnderWay()
    {
        ulong[] shows = new ulong[SeatLimits.LinkedHoldsMax];
        for (int slot = 0; slot < store.UnderWay.SlotsUsed; slot++)
        {
            if (!store.UnderWay.IsLive(slot))
            {
                continue;
            }

            BookingRow booking = store.UnderWay.Read(slot);
            BookingRecord record = booking.Record;
            if (record.State is not (BookingState.Pending or BookingState.Refunding)
                || (record.Flags & BookingFlags.Joined) != 0)
            {
                return $"Booking {record.Id} of show {record.Show} is under way, {record.State} and {record.Flags}.";
            }

            foreach (ulong show in shows.AsSpan(0, store.ShowsOf(booking, shows)))
            {
                BookingState state = store.BookingOf(record.Id, show, out _).Record.State;
                if (state != record.State)
                {
                    return $"Booking {record.Id} of show {show} is {state}; the first of its chain is {record.State}.";
                }
            }
        }

        return null;
    }
}
