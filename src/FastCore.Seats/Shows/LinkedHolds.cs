using FastCore.Protocol.Seats;

namespace FastCore.Seats.Shows;

/// <summary>
/// Holds of several shows that are made together or not at all. All are looked at before the first is made: as each is
/// of another show, none of them changes what another finds.
/// </summary>
internal sealed class LinkedHolds(SeatStore store, HoldMaking holds)
{
    private readonly HoldOrder[] _orders = new HoldOrder[SeatLimits.LinkedHoldsMax];

    /// <summary>Makes the chain that begins with the first request, or answers why not.</summary>
    /// <param name="requests">The chain, and what follows it.</param>
    /// <param name="results">Its answers.</param>
    /// <param name="refused">Counts those that are not ok.</param>
    /// <returns>How many holds it has.</returns>
    public int Hold<TRequest, TResult, THold>(
        ReadOnlySpan<TRequest> requests, Span<TResult> results, ref int refused)
        where TRequest : unmanaged
        where TResult : unmanaged
        where THold : IHoldOperation<TRequest, TResult>
    {
        int count = LinkedChain.LengthOf<TRequest, THold>(requests, out bool isOpen);

        // Bit i: nothing is wrong with hold i, and it is not there yet.
        ulong isNew = 0;
        for (int i = 0; i < count; i++)
        {
            SeatPlaces seats = default;
            ref SeatResult answer = ref THold.AnswerIn(ref results[i]);
            if (isOpen && i == count - 1)
            {
                answer = SeatAnswers.Refusal(SeatStatus.LinkedHoldChainOpen);
            }
            else if (i >= _orders.Length)
            {
                answer = SeatAnswers.Refusal(SeatStatus.LinkedHoldsTooMany);
            }
            else
            {
                THold.Set(ref _orders[i], requests[i]);
                answer = Look(i, THold.Check(requests[i]), out seats);
            }

            isNew |= answer.Code == 0 ? 1UL << i : 0;
            refused += answer.Code is 0 or SeatStatus.Ok ? 0 : 1;
            THold.PutSeats(ref results[i], seats);
        }

        // Those that are there already answer for themselves, and then nothing new comes beside them.
        bool isMade = ulong.PopCount(isNew) == (ulong)count;
        refused += isMade ? 0 : (int)ulong.PopCount(isNew);
        for (; isNew != 0; isNew &= isNew - 1)
        {
            int i = (int)ulong.TrailingZeroCount(isNew);
            SeatPlaces seats = default;
            ref SeatResult answer = ref THold.AnswerIn(ref results[i]);
            if (isMade)
            {
                holds.Hold(ref _orders[i], out answer, out seats);
            }
            else
            {
                answer = SeatAnswers.Refusal(SeatStatus.LinkedHoldFailed);
            }

            THold.PutSeats(ref results[i], seats);
        }

        return count;
    }

    private SeatResult Look(int at, SeatStatus broken, out SeatPlaces seats)
    {
        ref HoldOrder order = ref _orders[at];
        seats = default;
        if (broken != 0)
        {
            return SeatAnswers.Refusal(broken);
        }

        if (at > 0 && store.FindShow(order.Show) < 0)
        {
            return SeatAnswers.Refusal(SeatStatus.LinkedShowNotHere);
        }

        for (int before = 0; before < at; before++)
        {
            if (_orders[before].Show == order.Show)
            {
                return SeatAnswers.Refusal(SeatStatus.LinkedShowRepeated);
            }
        }

        return holds.Look(ref order, at, out seats);
    }
}
