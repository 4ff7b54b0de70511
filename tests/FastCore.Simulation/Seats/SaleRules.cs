using FastCore.Protocol.Seats;

namespace FastCore.Simulation.Seats;

/// <summary>What is for sale (docs/SEATS.md, <c>set_for_sale</c>).</summary>
internal sealed class SaleRules(SeatsState state)
{
    public SeatResult Set(SetForSale request)
    {
        ModelShow? show = null;
        SeatStatus broken = request.Reserved0 != 0 || request.Reserved1 != 0 || request.Reserved2 != 0
            || request.IsForSale > 1 ? SeatStatus.ReservedField
            : !state.Shows.TryGetValue(request.Show, out show) ? SeatStatus.ShowNotFound
            : request.Block != SetForSale.EveryBlock && request.Block >= show.Blocks.Count ? SeatStatus.BlockNotFound
            : 0;
        if (broken != 0)
        {
            return new SeatResult { Code = broken };
        }

        bool isForSale = request.IsForSale == 1;
        if (request.Block == SetForSale.EveryBlock)
        {
            SeatState from = isForSale ? SeatState.NotForSale : SeatState.Free;
            return Change(show!, show!.Blocks.Select(block => (block, block.Word(from))), isForSale);
        }

        ModelBlock one = show!.Blocks[(int)request.Block];
        return one.IsArea ? SetArea(show, one, request) : SetSeats(show, one, request.Seats, isForSale);
    }

    private SeatResult SetArea(ModelShow show, ModelBlock area, SetForSale request)
    {
        if (request.IsForSale != 0)
        {
            return new SeatResult { Code = SeatStatus.ReservedField };
        }

        uint off = area.Count(SeatState.NotForSale);
        if (request.Seats > area.Count(SeatState.Free) + off)
        {
            return new SeatResult { Code = SeatStatus.NotEnoughSeats };
        }

        bool isForSale = request.Seats < off;
        return Change(show, [(area, isForSale ? off - request.Seats : request.Seats - off)], isForSale);
    }

    private SeatResult SetSeats(ModelShow show, ModelBlock block, ulong seats, bool isForSale)
    {
        if ((seats & ~ModelBlock.WordOf(block.Seats)) != 0)
        {
            return new SeatResult { Code = SeatStatus.SeatNotFound };
        }

        ulong word = seats & block.Word(isForSale ? SeatState.NotForSale : SeatState.Free);
        return Change(show, [(block, word)], isForSale);
    }

    private SeatResult Change(ModelShow show, IEnumerable<(ModelBlock Block, ulong Word)> words, bool isForSale)
    {
        Pieces pieces = [.. words.Where(one => one.Word != 0)];
        ulong now = state.Time.Next();
        (SeatState from, SeatState to) = isForSale
            ? (SeatState.NotForSale, SeatState.Free)
            : (SeatState.Free, SeatState.NotForSale);
        state.Move(show, pieces, from, to, now);
        return new SeatResult { Code = SeatStatus.Ok, Timestamp = now };
    }
}
