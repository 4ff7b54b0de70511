using FastCore.Protocol.Seats;
using FastCore.Seats.Charts;

namespace FastCore.Seats.Shows;

/// <summary>Moves seats between channels.</summary>
internal sealed class ChannelMoving(SeatStore store, SeatMoves moves, int rowsMax)
{
    public SeatResult Move(in MoveToChannel request)
    {
        SeatStatus broken = Check(request, out int slot);
        if (broken != 0)
        {
            return SeatAnswers.Refusal(broken);
        }

        Chart chart = store.Charts.At(store.Shows.Read(slot).ChartSlot);
        int block = (int)request.Block;
        bool isWhole = !chart.IsSoldBySeat(block);
        ulong seats = isWhole ? ulong.MaxValue : request.Seats;
        bool hasChannels = (store.Shows.Read(slot).Flags & ShowFlags.HasChannels) != 0;
        if (hasChannels
            ? (seats & ~store.Channels.Read(store.Shows.Read(slot).FirstChannel + block).Of(request.From)) != 0
            : request.From != 0)
        {
            return SeatAnswers.Refusal(SeatStatus.NotInChannel);
        }

        if (!hasChannels && chart.Blocks.Length > rowsMax - store.Channels.Count)
        {
            return SeatAnswers.Refusal(SeatStatus.ChannelsFull);
        }

        // From here on it must succeed.
        ulong timestamp = store.Time.Next();
        if (!hasChannels)
        {
            AddRows(ref store.Shows.Write(slot), chart.Blocks.Length);
        }

        if (seats != 0)
        {
            store.Channels.Write(store.Shows.Read(slot).FirstChannel + block).Put(seats, request.To);
            ulong told = chart.IsArea(block) ? chart.Blocks[block].Capacity : seats & chart.All[block];
            moves.Note(slot, block, told, request.From, request.To);
        }

        return new SeatResult { Code = SeatStatus.Ok, Timestamp = timestamp };
    }

    private SeatStatus Check(in MoveToChannel request, out int slot)
    {
        slot = -1;
        if (request.Timestamp != 0)
        {
            return SeatStatus.TimestampMustBeZero;
        }

        if (request.From > SeatLimits.ChannelsMax || request.To > SeatLimits.ChannelsMax
            || request.From == request.To)
        {
            return SeatStatus.ChannelOutOfRange;
        }

        slot = store.FindShow(request.Show);
        if (slot < 0)
        {
            return SeatStatus.ShowNotFound;
        }

        Chart chart = store.Charts.At(store.Shows.Read(slot).ChartSlot);
        return request.Block >= (uint)chart.Blocks.Length ? SeatStatus.BlockNotFound
            : !chart.IsSoldBySeat((int)request.Block)
                ? request.Seats != 0 ? SeatStatus.ReservedField : 0
            : (request.Seats & ~chart.All[request.Block]) != 0 ? SeatStatus.SeatNotFound
            : 0;
    }

    private void AddRows(ref ShowRow show, int count)
    {
        show.FirstChannel = store.Channels.SlotsUsed;
        show.Flags |= ShowFlags.HasChannels;
        for (int block = 0; block < count; block++)
        {
            store.Channels.Insert(default, out _) = default;
        }
    }
}
