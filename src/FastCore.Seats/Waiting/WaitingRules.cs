using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Waiting;

namespace FastCore.Seats.Waiting;

/// <summary>The rules about waiting rooms that need no state, in their order. 0 = no rule is broken.</summary>
internal static class WaitingRules
{
    public static SeatStatus Check(in OpenWaitingRoom request)
    {
        if (request.Timestamp != 0)
        {
            return SeatStatus.TimestampMustBeZero;
        }

        if (request.Reserved != 0)
        {
            return SeatStatus.ReservedField;
        }

        if (request.SessionsMax - 1 >= SeatLimits.WaitingSessionsMax)
        {
            return SeatStatus.SessionsOutOfRange;
        }

        if (request.PlacesMax - 1 >= SeatLimits.WaitingPlacesMax)
        {
            return SeatStatus.PlacesOutOfRange;
        }

        return IsDuration(request.CallMs) && IsDuration(request.SessionMs) && IsDuration(request.SessionMsMax)
            && request.SessionMs <= request.SessionMsMax
            ? 0
            : SeatStatus.SessionMsOutOfRange;
    }

    public static SeatStatus Check(in WaitingChange request) => request.Timestamp != 0
        ? SeatStatus.TimestampMustBeZero
        : request.Reserved != 0 ? SeatStatus.ReservedField
        : request.Buyer == 0 ? SeatStatus.BuyerMustNotBeZero
        : 0;

    public static SeatStatus CheckClosing(in WaitingChange request) => request.Timestamp != 0
        ? SeatStatus.TimestampMustBeZero
        : request.Reserved != 0 || request.Buyer != 0 ? SeatStatus.ReservedField
        : 0;

    public static SeatStatus Check(in EnterWaitingRoom request) => request.Timestamp != 0
        ? SeatStatus.TimestampMustBeZero
        : request.Reserved0 != 0 || request.Reserved1 != 0 ? SeatStatus.ReservedField
        : request.Session == 0 ? SeatStatus.IdMustNotBeZero
        : request.Buyer == 0 ? SeatStatus.BuyerMustNotBeZero
        : 0;

    private static bool IsDuration(uint milliseconds) => milliseconds - 1 < SeatLimits.WaitingMsMax;
}
