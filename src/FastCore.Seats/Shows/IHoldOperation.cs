using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Seats;

namespace FastCore.Seats.Shows;

/// <summary>
/// What differs between the three ways to ask for a hold. Implemented by structs, so that code which is written once
/// for all of them is compiled for each, without a call.
/// </summary>
/// <typeparam name="TRequest">An element of the request.</typeparam>
/// <typeparam name="TResult">The answer to it.</typeparam>
internal interface IHoldOperation<TRequest, TResult> : ILinkable<TRequest>
    where TRequest : unmanaged
    where TResult : unmanaged
{
    /// <summary>Where the hold is or will be found.</summary>
    static abstract RecordKey KeyOf(in TRequest request);

    /// <summary>The rules that need no state; 0 = none is broken.</summary>
    static abstract SeatStatus Check(in TRequest request);

    /// <summary>What it asks for.</summary>
    static abstract HoldOrder OrderOf(in TRequest request);

    /// <summary>The answer with the seats that were found, where they were not named.</summary>
    static abstract TResult ResultOf(in SeatResult hold, in SeatPlaces seats);
}

/// <summary>Holds by number.</summary>
internal readonly struct SeatsHold : IHoldOperation<HoldSeats, SeatResult>
{
    public static RecordKey KeyOf(in HoldSeats request) => HoldKey.Of(request.Id, request.Show);

    public static bool IsLinked(in HoldSeats request) => (request.Flags & HoldFlags.Linked) != 0;

    public static SeatStatus Check(in HoldSeats request) => SeatRules.Check(request);

    public static HoldOrder OrderOf(in HoldSeats request) => HoldOrder.Of(request);

    public static SeatResult ResultOf(in SeatResult hold, in SeatPlaces seats) => hold;
}

/// <summary>Holds of the best seats.</summary>
internal readonly struct BestHold : IHoldOperation<HoldBestAvailable, BestSeatsResult>
{
    public static RecordKey KeyOf(in HoldBestAvailable request) => HoldKey.Of(request.Id, request.Show);

    public static bool IsLinked(in HoldBestAvailable request) => (request.Flags & HoldFlags.Linked) != 0;

    public static SeatStatus Check(in HoldBestAvailable request) => SeatRules.Check(request);

    public static HoldOrder OrderOf(in HoldBestAvailable request) => HoldOrder.Of(request);

    public static BestSeatsResult ResultOf(in SeatResult hold, in SeatPlaces seats) =>
        BestSeatsResult.Of(hold, seats);
}

/// <summary>Holds of places and of whole tables.</summary>
internal readonly struct PlacesHold : IHoldOperation<HoldGeneralAdmission, SeatResult>
{
    public static RecordKey KeyOf(in HoldGeneralAdmission request) => HoldKey.Of(request.Id, request.Show);

    public static bool IsLinked(in HoldGeneralAdmission request) => (request.Flags & HoldFlags.Linked) != 0;

    public static SeatStatus Check(in HoldGeneralAdmission request) => SeatRules.Check(request);

    public static HoldOrder OrderOf(in HoldGeneralAdmission request) => HoldOrder.Of(request);

    public static SeatResult ResultOf(in SeatResult hold, in SeatPlaces seats) => hold;
}

/// <summary>Keys of holds in the index.</summary>
internal static class HoldKey
{
    /// <summary>The key of a hold. A show out of range makes it nobody's.</summary>
    public static RecordKey Of(UInt128 id, ulong show) => RecordKey.Of(id, RecordKinds.Hold, show & Limits.BookMax);
}
