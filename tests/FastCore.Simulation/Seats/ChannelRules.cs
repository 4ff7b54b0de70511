using FastCore.Protocol.Seats;

namespace FastCore.Simulation.Seats;

/// <summary>Seats come to channels and leave them (docs/SEATS.md, "Channels").</summary>
internal sealed class ChannelRules(SeatsState state)
{
    public SeatResult Move(MoveToChannel request)
    {
        SeatStatus broken = Check(request, out ModelShow? show);
        if (broken != 0)
        {
            return new SeatResult { Code = broken };
        }

        ModelBlock block = show!.Blocks[(int)request.Block];
        ModelSeat[] seats = [.. block.Seats.Where(seat => (request.Seats >> seat.Place & 1) == 1)];
        bool areThere = block.HasSingleSeats
            ? Array.TrueForAll(seats, seat => seat.Channel == request.From)
            : block.WholeChannel == request.From;
        bool isFirst = !show.HasChannels;
        if (!areThere || (isFirst && request.From != 0))
        {
            return new SeatResult { Code = SeatStatus.NotInChannel };
        }

        int rows = state.Shows.Values.Where(other => other.HasChannels).Sum(other => other.Blocks.Count);
        if (isFirst && rows + show.Blocks.Count > state.Options.ChannelBlocksMax)
        {
            return new SeatResult { Code = SeatStatus.ChannelsFull };
        }

        show.HasChannels = true;
        ulong now = state.Time.Next();
        foreach (ModelSeat seat in seats)
        {
            seat.Channel = request.To;
        }

        block.WholeChannel = block.HasSingleSeats ? 0 : request.To;
        ulong word = block.IsArea ? block.Chart.Capacity
            : ModelBlock.WordOf(block.HasSingleSeats ? seats : block.Seats);
        if (word != 0)
        {
            show.Changes.Add(new SeatChange
            {
                Version = show.Version + 1,
                Timestamp = now,
                Seats = word,
                Block = request.Block,
                From = request.From == 0 ? SeatState.NotAllotted : SeatState.Allotted,
                To = request.To == 0 ? SeatState.NotAllotted : SeatState.Allotted,
                Channel = request.To,
                Principal = state.Time.Principal,
            });
            state.Freed(show);
        }

        return new SeatResult { Code = SeatStatus.Ok, Timestamp = now };
    }

    private SeatStatus Check(MoveToChannel request, out ModelShow? show)
    {
        show = null;
        if (request.Timestamp != 0)
        {
            return SeatStatus.TimestampMustBeZero;
        }

        if (request.From > 15 || request.To > 15 || request.From == request.To)
        {
            return SeatStatus.ChannelOutOfRange;
        }

        if (!state.Shows.TryGetValue(request.Show, out show))
        {
            return SeatStatus.ShowNotFound;
        }

        if (request.Block >= show.Blocks.Count)
        {
            return SeatStatus.BlockNotFound;
        }

        ModelBlock block = show.Blocks[(int)request.Block];
        return !block.HasSingleSeats ? request.Seats == 0 ? 0 : SeatStatus.ReservedField
            : (request.Seats & ~ModelBlock.WordOf(block.Seats)) != 0 ? SeatStatus.SeatNotFound
            : 0;
    }
}
