using FastCore.Protocol.Seats;

namespace FastCore.Seats.Shows;

/// <summary>
/// Bookings of several shows that are made together or not at all, with one payment. All are looked at before the first
/// is made: as each is of another show, none of them changes what another finds.
/// </summary>
internal sealed class LinkedBookings(SeatStore store, BookingMaking bookings)
{
    private readonly int[] _holds = new int[SeatLimits.LinkedHoldsMax];

    /// <summary>Makes the chain that begins with the first request, or answers why not.</summary>
    /// <returns>How many bookings it has.</returns>
    public int Book(ReadOnlySpan<BookHeld> requests, Span<SeatResult> results)
    {
        int count = LinkedChain.LengthOf<BookHeld, Link>(requests, out bool isOpen);

        // Bit i: nothing is wrong with booking i, and it is not there yet.
        ulong isNew = 0;
        for (int i = 0; i < count; i++)
        {
            results[i] = isOpen && i == count - 1 ? SeatAnswers.Refusal(SeatStatus.LinkedBookingChainOpen)
                : i >= _holds.Length ? SeatAnswers.Refusal(SeatStatus.LinkedBookingsTooMany)
                : Look(requests, i);
            isNew |= results[i].Code == 0 ? 1UL << i : 0;
        }

        // Those that are there already answer for themselves, and then nothing new comes beside them.
        if (ulong.PopCount(isNew) == (ulong)count && TryMake(requests[..count], results))
        {
            return count;
        }

        for (int i = 0; i < count; i++)
        {
            results[i] = results[i].Code == 0 ? SeatAnswers.Refusal(SeatStatus.LinkedBookingFailed) : results[i];
        }

        return count;
    }

    private SeatResult Look(ReadOnlySpan<BookHeld> requests, int at)
    {
        ref readonly BookHeld request = ref requests[at];
        SeatStatus broken = SeatRules.Check(request);
        if (broken != 0)
        {
            return SeatAnswers.Refusal(broken);
        }

        if (at > 0 && store.FindShow(request.Show) < 0)
        {
            return SeatAnswers.Refusal(SeatStatus.LinkedShowNotHere);
        }

        foreach (ref readonly BookHeld before in requests[..at])
        {
            if (before.Show == request.Show)
            {
                return SeatAnswers.Refusal(SeatStatus.LinkedShowRepeated);
            }
        }

        SeatResult refusal = bookings.Look(request, out _holds[at]);
        return refusal.Code == 0 && Differs(requests[0], request)
            ? SeatAnswers.Refusal(SeatStatus.LinkedBookingDiffers)
            : refusal;
    }

    // The payment is made once, for all of them.
    private bool Differs(in BookHeld first, in BookHeld request)
    {
        int showSlot = store.FindShow(first.Show);
        if (showSlot < 0)
        {
            return false;
        }

        ref readonly ShowRow payer = ref store.Shows.Read(showSlot);
        ref readonly ShowRow show = ref store.Shows.Read(store.FindShow(request.Show));
        return show.Merchant != payer.Merchant || show.Currency != payer.Currency || request.Id != first.Id
            || request.Card != first.Card || request.Terminal != first.Terminal || request.Device != first.Device
            || request.Connector != first.Connector || request.Method != first.Method
            || ((request.Flags ^ first.Flags) & ~BookingFlags.Linked) != 0;
    }

    private bool TryMake(ReadOnlySpan<BookHeld> requests, Span<SeatResult> results)
    {
        LinkedBookingRow chain = new() { Id = requests[0].Id, Count = (ulong)requests.Length };
        ulong total = 0;
        for (int i = 0; i < requests.Length; i++)
        {
            chain.Shows[i] = requests[i].Show;
            total += store.Holds.Read(_holds[i]).Amount;
        }

        bool isPaidHere = bookings.IsPaidHere(requests[0], _holds[0], total);
        if (isPaidHere && store.UnderWay.IsFull)
        {
            results[0] = SeatAnswers.Refusal(SeatStatus.BookingsFull);
            return false;
        }

        // From here on it must succeed.
        store.AppendLinked(chain);
        results[0] = bookings.Make(requests[0], _holds[0], isPaidHere, BookingFlags.None, out BookingRow payer);
        for (int i = 1; i < requests.Length; i++)
        {
            results[i] = bookings.Make(requests[i], _holds[i], isPaidHere, BookingFlags.Joined, out _);
        }

        if (isPaidHere)
        {
            bookings.Await(payer, BookingStep.Payment);
        }

        return true;
    }

    private readonly struct Link : ILinkable<BookHeld>
    {
        public static bool IsLinked(in BookHeld request) => (request.Flags & BookingFlags.Linked) != 0;
    }
}
