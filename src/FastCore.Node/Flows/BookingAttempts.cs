using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Seats.Shows;

namespace FastCore.Node.Flows;

/// <summary>
/// The calls of bookings that have no end yet, each in a place that it keeps until it has. Places are used again, so
/// that what is under way allocates nothing once there was never more of it.
/// </summary>
internal sealed class BookingAttempts
{
    private const int CountFirst = 64;
    private const int None = -1;

    private BookingAttempt[] _places = [];
    private int _firstFree = None;

    /// <summary>An attempt by its place. The reference is valid until the next one is added.</summary>
    public ref BookingAttempt this[int place] => ref _places[place];

    /// <summary>Adds a call that was not tried yet.</summary>
    /// <returns>Its place.</returns>
    public int Add(in BookingCall call)
    {
        if (_firstFree == None)
        {
            Grow();
        }

        int place = _firstFree;
        _firstFree = _places[place].Next;
        _places[place] = new BookingAttempt { Call = call, Next = None };
        return place;
    }

    /// <summary>Takes a call away whose end is known.</summary>
    public void Remove(int place)
    {
        _places[place].Next = _firstFree;
        _firstFree = place;
    }

    /// <summary>Puts an attempt behind those of a batch.</summary>
    public void Append(ref BookingBatch batch, int place)
    {
        if (batch.Count++ == 0)
        {
            batch.First = place;
        }
        else
        {
            _places[batch.Last].Next = place;
        }

        batch.Last = place;
    }

    private void Grow()
    {
        int count = _places.Length;
        Array.Resize(ref _places, Math.Max(CountFirst, count * 2));
        for (int place = _places.Length - 1; place >= count; place--)
        {
            Remove(place);
        }
    }
}

/// <summary>A call of a booking and how it goes.</summary>
internal struct BookingAttempt
{
    /// <summary>The call.</summary>
    public BookingCall Call;

    /// <summary>How often it was tried in vain.</summary>
    public int Tries;

    /// <summary>Place of the next one of its batch; the last one's has no meaning.</summary>
    public int Next;

    /// <summary>The payment was sent to review: its state is asked for instead.</summary>
    public bool AsksState;

    /// <summary>The operation that it needs next.</summary>
    public readonly Operation Operation => AsksState ? Operation.LookupPayments
        : Call.Step == BookingStep.Refund ? Operation.RefundPayments
        : Operation.CreatePayments;
}

/// <summary>Calls of bookings that go as one request: a list of attempts.</summary>
/// <param name="Operation">What it asks for.</param>
internal record struct BookingBatch(Operation Operation)
{
    /// <summary>Place of the first attempt.</summary>
    public int First;

    /// <summary>Place of the last one.</summary>
    public int Last;

    /// <summary>Attempts.</summary>
    public int Count;
}
