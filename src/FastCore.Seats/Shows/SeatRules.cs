using FastCore.Protocol.Seats;

namespace FastCore.Seats.Shows;

/// <summary>The rules that need no state, in their order of precedence. 0 = no rule is broken.</summary>
internal static class SeatRules
{
    /// <summary>Flags of a show that are asked for; it says the others itself.</summary>
    public const ShowFlags AskedFor = ShowFlags.NoSingleSeats | ShowFlags.NotForSale | ShowFlags.CountsBuyers;

    public static SeatStatus Check(in CreateShow request)
    {
        if (request.Timestamp != 0)
        {
            return SeatStatus.TimestampMustBeZero;
        }

        if ((request.Flags & ~AskedFor) != 0)
        {
            return SeatStatus.ReservedFlag;
        }

        if (request.Merchant > Protocol.Limits.BookMax || (request.Merchant == 0) != (request.Currency == 0))
        {
            return SeatStatus.MerchantOutOfRange;
        }

        if (((ReadOnlySpan<uint>)request.Prices).ContainsAnyExceptInRange(0u, SeatLimits.PriceMax))
        {
            return SeatStatus.PriceTooLarge;
        }

        return request.HoldMs > SeatLimits.HoldMsMax || request.HoldMsMax > SeatLimits.HoldMsMax
            || (request.HoldMsMax != 0 && HoldMsOf(request) > request.HoldMsMax)
            ? SeatStatus.HoldMsOutOfRange
            : 0;
    }

    /// <summary>What a hold lasts when it does not say.</summary>
    public static uint HoldMsOf(in CreateShow request) =>
        request.HoldMs == 0 ? SeatLimits.HoldMsDefault : request.HoldMs;

    /// <summary>What a hold lasts at most.</summary>
    public static uint HoldMsMaxOf(in CreateShow request) => request.HoldMsMax != 0
        ? request.HoldMsMax
        : Math.Min(SeatLimits.HoldMsMax, 3 * HoldMsOf(request));

    public static SeatStatus Check(in HoldSeats request)
    {
        SeatStatus broken = CheckHold(
            request.Timestamp, request.Reserved0 | (uint)request.Reserved1 | request.Reserved2, request.Flags,
            HoldFlags.AllowSingleSeats | HoldFlags.BoxOffice | HoldFlags.Linked, request.Id, request.Channel);
        return broken != 0 ? broken
            : request.Count == 0 ? SeatStatus.CountOutOfRange
            : CheckSeats(request.Count, request.Seats);
    }

    public static SeatStatus Check(in HoldBestAvailable request)
    {
        SeatStatus broken = CheckHold(
            request.Timestamp, request.Reserved, request.Flags,
            HoldFlags.Together | HoldFlags.BoxOffice | HoldFlags.Linked, request.Id, request.Channel);
        return broken != 0 ? broken
            : request.Count - 1u >= SeatLimits.SeatsPerHoldMax || request.Accessible > request.Count
            ? SeatStatus.CountOutOfRange
            : 0;
    }

    public static SeatStatus Check(in HoldGeneralAdmission request)
    {
        SeatStatus broken = CheckHold(
            request.Timestamp, 0, request.Flags, HoldFlags.BoxOffice | HoldFlags.Linked, request.Id, request.Channel);
        return broken != 0 ? broken
            : request.Quantity - 1 >= SeatLimits.QuantityMax ? SeatStatus.QuantityOutOfRange
            : 0;
    }

    public static SeatStatus CheckExtension(in HoldChange request) =>
        request.Reserved0 != 0 || request.Reserved1 != 0 || request.Count != 0
            || ((ReadOnlySpan<uint>)request.Seats).ContainsAnyExcept(0u)
            ? SeatStatus.ReservedField
            : CheckId(request.Hold);

    public static SeatStatus CheckRelease(in HoldChange request)
    {
        if (request.Reserved0 != 0 || request.Reserved1 != 0 || request.ExpiresInMs != 0)
        {
            return SeatStatus.ReservedField;
        }

        SeatStatus broken = CheckId(request.Hold);
        return broken != 0 ? broken : CheckSeats(request.Count, request.Seats);
    }

    public static SeatStatus Check(in BookHeld request) => request.Timestamp != 0 ? SeatStatus.TimestampMustBeZero
        : request.Reserved0 != 0 || request.Reserved1 != 0 || request.Reserved2 != 0 ? SeatStatus.ReservedField
        : (request.Flags & ~(BookingFlags.PaidElsewhere | BookingFlags.AllowEquivalents | BookingFlags.Linked)) != 0
        ? SeatStatus.ReservedFlag
        : CheckId(request.Id);

    public static SeatStatus Check(in CancelBooking request) =>
        request.Reserved != 0 ? SeatStatus.ReservedField : CheckId(request.Id);

    /// <summary>Whether an id can be one.</summary>
    public static SeatStatus CheckId(UInt128 id) => id == 0 ? SeatStatus.IdMustNotBeZero
        : id == UInt128.MaxValue ? SeatStatus.IdMustNotBeIntMax
        : 0;

    private static SeatStatus CheckHold(
        ulong timestamp, ulong reserved, HoldFlags flags, HoldFlags allowed, UInt128 id, ushort channel) =>
        timestamp != 0 ? SeatStatus.TimestampMustBeZero
        : reserved != 0 ? SeatStatus.ReservedField
        : (flags & ~allowed) != 0 ? SeatStatus.ReservedFlag
        : CheckId(id) is not 0 and var broken ? broken
        : channel > SeatLimits.ChannelsMax ? SeatStatus.ChannelOutOfRange
        : 0;

    private static SeatStatus CheckSeats(byte count, in SeatPlaces seats) =>
        count > SeatLimits.SeatsPerHoldMax || ((ReadOnlySpan<uint>)seats)[count..].ContainsAnyExcept(0u)
            ? SeatStatus.CountOutOfRange
            : 0;
}
