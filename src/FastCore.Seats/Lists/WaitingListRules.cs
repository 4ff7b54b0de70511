using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;
using FastCore.Seats.Shows;

namespace FastCore.Seats.Lists;

/// <summary>The rules about waiting lists that need no state, in their order. 0 = no rule is broken.</summary>
internal static class WaitingListRules
{
    public static SeatStatus Check(in OpenWaitingList request) => request.Timestamp != 0
        ? SeatStatus.TimestampMustBeZero
        : request.Reserved0 != 0 || request.Reserved1 != 0 || request.Reserved2 != 0 ? SeatStatus.ReservedField
        : request.PlacesMax - 1 >= SeatLimits.WaitingPlacesMax ? SeatStatus.PlacesOutOfRange
        : 0;

    public static SeatStatus Check(in JoinWaitingList request)
    {
        if (request.Timestamp != 0)
        {
            return SeatStatus.TimestampMustBeZero;
        }

        bool isPlaces = request.Quantity != 0;
        if (isPlaces ? request.Categories != 0 || request.Zone != 0 : request.Block != 0)
        {
            return SeatStatus.ReservedField;
        }

        if ((request.Flags & ~(isPlaces ? HoldFlags.None : HoldFlags.Together)) != 0)
        {
            return SeatStatus.ReservedFlag;
        }

        SeatStatus broken = SeatRules.CheckId(request.Id);
        if (broken != 0)
        {
            return broken;
        }

        bool isCount = isPlaces
            ? request.Count == 0 && request.Accessible == 0
            : request.Count - 1u < SeatLimits.SeatsPerHoldMax && request.Accessible <= request.Count;
        return request.Channel > SeatLimits.ChannelsMax ? SeatStatus.ChannelOutOfRange
            : !isCount ? SeatStatus.CountOutOfRange
            : request.Quantity > SeatLimits.QuantityMax ? SeatStatus.QuantityOutOfRange
            : request.Buyer == 0 ? SeatStatus.BuyerMustNotBeZero
            : 0;
    }
}
