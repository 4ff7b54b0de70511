using System.Runtime.InteropServices;
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

    /// <summary>Sets what it asks for.</summary>
    static abstract void Set(ref HoldOrder order, in TRequest request);

    /// <summary>Where the answer about the hold lies in the answer to the request.</summary>
    static abstract ref SeatResult AnswerIn(ref TResult result);

    /// <summary>Adds the seats that were found to the answer, where they were not named.</summary>
    static abstract void PutSeats(ref TResult result, in SeatPlaces seats);
}

/// <summary>Holds by number.</summary>
internal readonly struct SeatsHold : IHoldOperation<HoldSeats, SeatResult>
{
    public static RecordKey KeyOf(in HoldSeats request) => HoldKey.Of(request.Id, request.Show);

    public static bool IsLinked(in HoldSeats request) => (request.Flags & HoldFlags.Linked) != 0;

    public static SeatStatus Check(in HoldSeats request) => SeatRules.Check(request);

    public static void Set(ref HoldOrder order, in HoldSeats request) => order.Set(request);

    public static ref SeatResult AnswerIn(ref SeatResult result) => ref result;

    public static void PutSeats(ref SeatResult result, in SeatPlaces seats)
    {
        // They were named.
    }
}

/// <summary>Holds of the best seats.</summary>
internal readonly struct BestHold : IHoldOperation<HoldBestAvailable, BestSeatsResult>
{
    public static RecordKey KeyOf(in HoldBestAvailable request) => HoldKey.Of(request.Id, request.Show);

    public static bool IsLinked(in HoldBestAvailable request) => (request.Flags & HoldFlags.Linked) != 0;

    public static SeatStatus Check(in HoldBestAvailable request) => SeatRules.Check(request);

    public static void Set(ref HoldOrder order, in HoldBestAvailable request) => order.Set(request);

    // Its fields are those of the other answers up to the seats.
    public static ref SeatResult AnswerIn(ref BestSeatsResult result) =>
        ref MemoryMarshal.Cast<BestSeatsResult, SeatResult>(new Span<BestSeatsResult>(ref result))[0];

    public static void PutSeats(ref BestSeatsResult result, in SeatPlaces seats) => result.Seats = seats;
}

/// <summary>Holds of places and of whole tables.</summary>
internal readonly struct PlacesHold : IHoldOperation<HoldGeneralAdmission, SeatResult>
{
    public static RecordKey KeyOf(in HoldGeneralAdmission request) => HoldKey.Of(request.Id, request.Show);

    public static bool IsLinked(in HoldGeneralAdmission request) => (request.Flags & HoldFlags.Linked) != 0;

    public static SeatStatus Check(in HoldGeneralAdmission request) => SeatRules.Check(request);

    public static void Set(ref HoldOrder order, in HoldGeneralAdmission request) => order.Set(request);

    public static ref SeatResult AnswerIn(ref SeatResult result) => ref result;

    public static void PutSeats(ref SeatResult result, in SeatPlaces seats)
    {
        // They were named.
    }
}

/// <summary>Keys of holds in the index.</summary>
internal static class HoldKey
{
    /// <summary>The key of a hold. A show out of range makes it nobody's.</summary>
    public static RecordKey Of(UInt128 id, ulong show) => RecordKey.Of(id, RecordKinds.Hold, show & Limits.BookMax);
}
