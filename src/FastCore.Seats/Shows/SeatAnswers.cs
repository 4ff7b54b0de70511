using FastCore.Protocol.Seats;

namespace FastCore.Seats.Shows;

/// <summary>Answers about holds and bookings.</summary>
internal static class SeatAnswers
{
    public static SeatResult Refusal(SeatStatus code, byte state = 0, ushort blocked = 0) =>
        new() { Code = code, State = state, Blocked = blocked };

    public static SeatResult Of(in HoldRow hold) => new()
    {
        Timestamp = hold.Timestamp,
        Code = SeatStatus.Ok,
        State = (byte)hold.State,
        ExpiresAt = hold.ExpiresAt,
        Amount = hold.Amount,
    };

    /// <summary>What a hold that has ended answers to whoever wants to use it.</summary>
    public static SeatResult Ended(in HoldRow hold) => Refusal(
        hold.State switch
        {
            HoldState.Expired => SeatStatus.HoldExpired,
            HoldState.Released => SeatStatus.HoldReleased,
            _ => SeatStatus.HoldBooked,
        },
        (byte)hold.State);

    /// <summary>The answer of a booking by its state.</summary>
    public static SeatResult Of(in BookingRow booking, ulong expiresAt = 0) => new()
    {
        Timestamp = booking.Record.Timestamp,
        Code = booking.Record.State switch
        {
            BookingState.Pending => SeatStatus.Pending,
            BookingState.Confirmed => SeatStatus.Ok,
            BookingState.Failed => SeatStatus.BookingFailed,
            BookingState.Cancelled => SeatStatus.BookingCancelled,
            BookingState.RefundFailed => SeatStatus.RefundFailed,
            _ => SeatStatus.BookingRefunded,
        },
        State = (byte)booking.Record.State,
        ExpiresAt = expiresAt,
        Amount = booking.Record.Amount,
    };

    public static SeatResult Repeated(SeatResult answer)
    {
        answer.Flags |= SeatResultFlags.Duplicate;
        return answer;
    }
}
