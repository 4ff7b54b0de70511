using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Payments;
using FastCore.Protocol.Seats;
using FastCore.Seats.Shows;
using FastCore.Simulation.Domains;
using FastCore.Testing;

namespace FastCore.Simulation.Tests.Seats;

/// <summary>
/// Payments that end in any way and at any time: at once, after the hold has expired, twice, never, and of bookings
/// that do not wait for any.
/// </summary>
internal sealed class RandomOutcomes
{
    private const int Remembered = 24;

    private readonly List<BookingOutcome> _past = [];

    /// <summary>What left the partition for the merchants; the pair puts it here.</summary>
    public List<BookingCall> Calls { get; } = [];

    public SimulatedRequest Next(SeededRandom random)
    {
        while (Calls.Count > Remembered)
        {
            Calls.RemoveAt(random.Below(Remembered));
        }

        BookingOutcome[] outcomes = new BookingOutcome[random.Between(1, 3)];
        for (int i = 0; i < outcomes.Length; i++)
        {
            outcomes[i] = Outcome(random);
        }

        return new SimulatedRequest(
            Operation.EndBookingSteps, MemoryMarshal.AsBytes<BookingOutcome>(outcomes).ToArray());
    }

    private BookingOutcome Outcome(SeededRandom random)
    {
        if (Calls.Count == 0 || (_past.Count != 0 && random.OneIn(6)))
        {
            return _past.Count == 0 ? default : Changed(random.Pick(_past), random);
        }

        int at = random.Below(Calls.Count);
        BookingCall call = Calls[at];
        Calls.RemoveAt(at);
        bool isDone = !random.OneIn(4);
        BookingOutcome outcome = new()
        {
            Id = call.Id,
            Show = call.Show,
            Step = call.Step,
            IsDone = (byte)(isDone ? 1 : 0),
            DeclineCode = !isDone && random.OneIn(2) ? DeclineCode.IssuerCardExpired : 0,
            Refusal = !isDone && random.OneIn(2) ? PaymentStatus.ConnectorOutOfRange : 0,
        };
        _past.Add(outcome);
        if (_past.Count > Remembered)
        {
            _past.RemoveAt(0);
        }

        return outcome;
    }

    private static BookingOutcome Changed(BookingOutcome past, SeededRandom random)
    {
        switch (random.Below(5))
        {
            case 0: past.IsDone ^= 1; break;
            case 1: past.Id++; break;
            case 2: past.Show += 1_000; break;
            case 3: past.Step = past.Step == BookingStep.Payment ? BookingStep.Refund : BookingStep.Payment; break;
        }

        return past;
    }
}
