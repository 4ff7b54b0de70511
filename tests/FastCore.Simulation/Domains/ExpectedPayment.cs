using FastCore.Protocol.Seats;

namespace FastCore.Simulation.Domains;

/// <summary>A booking that is paid in another partition.</summary>
/// <param name="Show">Number of the show.</param>
/// <param name="Booking">Its id, also that of its payment and of the refund.</param>
/// <param name="Merchant">Who is paid.</param>
/// <param name="Amount">What it costs.</param>
/// <param name="State">Its state.</param>
public sealed record ExpectedPayment(ulong Show, UInt128 Booking, ulong Merchant, ulong Amount, BookingState State)
{
    /// <summary>Whether its payment or refund is awaited.</summary>
    public bool IsUnderWay => State is BookingState.Pending or BookingState.Refunding;
}
