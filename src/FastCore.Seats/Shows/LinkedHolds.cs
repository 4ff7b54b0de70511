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
    /// <returns>How many holds it has.</returns>
    public int Hold(ReadOnlySpan<HoldSeats> requests, Span<SeatResult> results)
    {
        int count = 0;
        do
        {
            results[count] = Take(count, SeatRules.Check(requests[count]), HoldOrder.Of(requests[count]));
            count++;
        }
        while (IsLinked(requests[count - 1].Flags) && count < requests.Length);

        Hold(results[..count], IsLinked(requests[count - 1].Flags));
        return count;
    }

    /// <inheritdoc cref="Hold(ReadOnlySpan{HoldSeats}, Span{SeatResult})"/>
    public int Hold(ReadOnlySpan<HoldGeneralAdmission> requests, Span<SeatResult> results)
    {
        int count = 0;
        do
        {
            results[count] = Take(count, SeatRules.Check(requests[count]), HoldOrder.Of(requests[count]));
            count++;
        }
        while (IsLinked(requests[count - 1].Flags) && count < requests.Length);

        Hold(results[..count], IsLinked(requests[count - 1].Flags));
        return count;
    }

    private static bool IsLinked(HoldFlags flags) => (flags & HoldFlags.Linked) != 0;

    private SeatResult Take(int at, SeatStatus broken, in HoldOrder order)
    {
        if (at >= _orders.Length)
        {
            return SeatAnswers.Refusal(SeatStatus.LinkedHoldsTooMany);
        }

        _orders[at] = order;
        return SeatAnswers.Refusal(broken);
    }

    // Results: what is wrong with each by itself; code 0 = nothing.
    private void Hold(Span<SeatResult> results, bool isOpen)
    {
        bool isMade = true;
        for (int i = 0; i < results.Length; i++)
        {
            results[i] = isOpen && i == results.Length - 1 ? SeatAnswers.Refusal(SeatStatus.LinkedHoldChainOpen)
                : results[i].Code != 0 ? results[i]
                : Look(i);
            isMade &= results[i].Code == 0;
        }

        // Those that are there already answer for themselves.
        for (int i = 0; i < results.Length; i++)
        {
            if (results[i].Code == 0)
            {
                results[i] = isMade ? holds.Hold(_orders[i]) : SeatAnswers.Refusal(SeatStatus.LinkedHoldFailed);
            }
        }
    }

    private SeatResult Look(int at)
    {
        ref readonly HoldOrder order = ref _orders[at];
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

        return holds.Look(order, at);
    }
}
