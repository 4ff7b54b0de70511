using FastCore.Protocol.Payments;
using FastCore.Protocol.Seats;
using FastCore.Simulation.Domains;
using FastCore.Simulation.Payments;
using FastCore.Simulation.Runs;
using FastCore.Simulation.Seats;

namespace FastCore.Simulation.Checks;

/// <summary>
/// Once no payment or refund of a booking is awaited, across all partitions: what is booked was paid, once and for this
/// booking only; what was given back was refunded; and nothing was paid for nothing, over all crashes and repetitions.
/// </summary>
internal static class BookingCheck
{
    /// <summary>Whether no booking awaits its payment or refund.</summary>
    public static bool IsSettled(IEnumerable<PartitionCheck> partitions) =>
        !Bookings(partitions).Any(booking => booking.IsUnderWay);

    /// <summary>Compares; returns how many bookings.</summary>
    public static int Compare(IReadOnlyList<PartitionCheck> partitions)
    {
        ExpectedPayment[] bookings = [.. Bookings(partitions)];
        Dictionary<(ulong, UInt128), PaymentRecord> payments = partitions
            .SelectMany(check => check.Models.OfType<PaymentsModel>())
            .SelectMany(model => model.PaymentsOf(SmallHouses.Merchant))
            .ToDictionary(payment => (payment.Merchant, payment.Id));
        HashSet<(ulong, UInt128)> owned = [];
        foreach (ExpectedPayment booking in bookings.Where(booking => booking.State != BookingState.Failed))
        {
            (ulong, UInt128) id = (booking.Merchant, booking.Booking);
            string? broken = !payments.TryGetValue(id, out PaymentRecord payment) ? "there is no payment"
                : !owned.Add(id) ? "its payment is another booking's"
                : payment.Amount != booking.Amount || payment.AmountCaptured != booking.Amount
                    ? $"its payment captured {payment.AmountCaptured} of {payment.Amount}"
                : payment.AmountRefunded != RefundOf(booking) ? $"{payment.AmountRefunded} was refunded"
                : null;
            if (broken is not null)
            {
                throw new SimulationException($"{booking} is at rest, and {broken}.");
            }
        }

        foreach (PaymentRecord payment in payments.Values.Where(payment => payment.AmountCaptured != 0))
        {
            if (!owned.Contains((payment.Merchant, payment.Id)))
            {
                throw new SimulationException($"Payment {payment.Id} was captured, and no booking is for it.");
            }
        }

        return bookings.Length;
    }

    private static ulong RefundOf(ExpectedPayment booking) =>
        booking.State == BookingState.Refunded ? booking.Amount : 0;

    private static IEnumerable<ExpectedPayment> Bookings(IEnumerable<PartitionCheck> partitions) =>
        partitions.SelectMany(check => check.Models.OfType<SeatsModel>()).SelectMany(model => model.PaidBookings);
}
