using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;
using FastCore.Protocol.Seats.Waiting;
using FastCore.Simulation.Domains;

namespace FastCore.Simulation.Tests.Seats;

/// <summary>Seats with one mistake.</summary>
public enum SeatsMistake
{
    /// <summary>Sells seats that are taken.</summary>
    SellsTwice,

    /// <summary>Lets holds expire a microsecond late.</summary>
    ExpiresLate,

    /// <summary>Takes a hold that is sent again for a new one.</summary>
    ForgetsHolds,

    /// <summary>Takes a booking that is sent again for a new one.</summary>
    ForgetsBookings,

    /// <summary>Holds only half of the seats.</summary>
    HoldsHalf,

    /// <summary>Lets picks leave single seats.</summary>
    LeavesSingleSeats,

    /// <summary>Looks for the best seats one seat beside the focus.</summary>
    MissesFocusByOne,

    /// <summary>Looks for one accessible seat less than asked for.</summary>
    ForgetsAccessibleSeat,

    /// <summary>Takes places that a table does not have.</summary>
    CountsPlacesByOneLess,

    /// <summary>Refunds although the payment landed in time for seats as good.</summary>
    ForgetsEquivalents,

    /// <summary>Leaves out the newest change.</summary>
    LosesNewestChange,

    /// <summary>Gives seats of channels to everybody.</summary>
    ForgetsChannels,

    /// <summary>Lets buyers hold seats whom the waiting room did not admit.</summary>
    AdmitsEverybody,

    /// <summary>Lets two come in with one ticket.</summary>
    TakesTicketsTwice,

    /// <summary>Makes holds whose chain was refused.</summary>
    ForgetsLinks,

    /// <summary>Makes holds of the best seats whose chain was refused.</summary>
    ForgetsLinksOfBest,

    /// <summary>Makes bookings whose chain was refused, and lets each have its own payment.</summary>
    ForgetsLinksOfBookings,

    /// <summary>Forgets who left a waiting room.</summary>
    KeepsThoseWhoLeave,

    /// <summary>Forgets who left a waiting list, so that they are offered what others wait for.</summary>
    OffersToThoseWhoLeft,
}

/// <summary>Answers as the model does, but for one mistake: what the comparison must notice.</summary>
internal sealed class SeatsWrongTwin(IModel right, SeatsMistake mistake) : IModel
{
    private delegate void Changing<T>(ref T element);

    private readonly HashSet<(Operation, ulong, UInt128)> _seen = [];

    public bool Knows(Operation operation) => right.Knows(operation);

    public void BeginEntry(ulong timestampNs) =>
        right.BeginEntry(mistake == SeatsMistake.ExpiresLate ? timestampNs - 1_000 : timestampNs);

    public byte[] Execute(Operation operation, ulong key, ReadOnlySpan<byte> body)
    {
        byte[] changed = body.ToArray();
        switch (operation)
        {
            case Operation.CreateChart:
                Change<ChartBlock>(changed.AsSpan(BookPrefix.Size), MoveFocus);
                break;
            case Operation.HoldSeats:
                Change<HoldSeats>(changed, Tamper);
                break;
            case Operation.HoldBestAvailable:
                Change<HoldBestAvailable>(changed, Tamper);
                break;
            case Operation.HoldGeneralAdmission:
                Change<HoldGeneralAdmission>(changed, Tamper);
                break;
            case Operation.BookHeld:
                Change<BookHeld>(changed, Tamper);
                break;
            case Operation.MoveToChannel when mistake == SeatsMistake.ForgetsChannels:
                Change<MoveToChannel>(changed, static (ref MoveToChannel request) => request.To &= 1);
                break;
            case Operation.EnterWaitingRoom when mistake == SeatsMistake.TakesTicketsTwice:
                Change<EnterWaitingRoom>(changed, static (ref EnterWaitingRoom request) => request.Session = 1);
                break;
            case Operation.LeaveWaitingList when mistake == SeatsMistake.OffersToThoseWhoLeft:
                Change<LeaveWaitingList>(changed, static (ref LeaveWaitingList request) => request.Id += 1_000);
                break;
            case Operation.LeaveWaitingRoom when mistake == SeatsMistake.KeepsThoseWhoLeave:
                Change<WaitingChange>(changed, static (ref WaitingChange request) => request.Buyer += 1_000);
                break;
        }

        byte[] reply = right.Execute(operation, key, changed);
        if (operation == Operation.HoldSeats && mistake == SeatsMistake.SellsTwice)
        {
            Change<SeatResult>(reply, static (ref SeatResult result) =>
                result = result.Code == SeatStatus.SeatsUnavailable ? new() { Code = SeatStatus.Ok } : result);
        }

        return reply;
    }

    public byte[] Read(Operation operation, ReadOnlySpan<byte> body)
    {
        byte[] reply = right.Read(operation, body);
        if (operation == Operation.GetSeatChanges && mistake == SeatsMistake.LosesNewestChange && reply.Length > 0)
        {
            return reply[..^SeatChange.Size];
        }

        // What was changed in the charts is not seen in them, only in what comes of it.
        if (operation == Operation.GetChart && mistake == SeatsMistake.MissesFocusByOne)
        {
            Change(reply, static (ref ChartBlock block) => block.Focus -= (byte)(IsMoved(block) ? 1 : 0));
        }

        return reply;
    }

    public string? CheckInvariants() => right.CheckInvariants();

    private static void Change<T>(Span<byte> elements, Changing<T> change)
        where T : unmanaged
    {
        foreach (ref T element in MemoryMarshal.Cast<byte, T>(elements))
        {
            change(ref element);
        }
    }

    private static bool IsMoved(in ChartBlock block) => block is { Capacity: 16, Focus: 9 };

    private void MoveFocus(ref ChartBlock block) =>
        block.Focus += (byte)(mistake == SeatsMistake.MissesFocusByOne && block is { Capacity: 16, Focus: 8 } ? 1 : 0);

    private void Tamper(ref HoldSeats request)
    {
        request.Flags |= mistake == SeatsMistake.AdmitsEverybody ? HoldFlags.BoxOffice : 0;

        if (mistake == SeatsMistake.ForgetsLinks)
        {
            request.Flags &= ~HoldFlags.Linked;
        }

        if (mistake == SeatsMistake.LeavesSingleSeats)
        {
            request.Flags |= HoldFlags.AllowSingleSeats;
        }

        if (mistake == SeatsMistake.HoldsHalf && request.Count is 2 or 4)
        {
            request.Count /= 2;
            ((Span<uint>)request.Seats)[request.Count..].Clear();
        }

        request.Id += mistake == SeatsMistake.ForgetsHolds && IsAgain(Operation.HoldSeats, request.Show, request.Id)
            ? UInt128.One << 80
            : 0;
    }

    private void Tamper(ref HoldBestAvailable request)
    {
        request.Accessible -= (byte)(mistake == SeatsMistake.ForgetsAccessibleSeat && request.Accessible > 1 ? 1 : 0);
        request.Flags &= ~(mistake == SeatsMistake.ForgetsLinksOfBest ? HoldFlags.Linked : 0);
    }

    private void Tamper(ref HoldGeneralAdmission request) =>
        request.Quantity -= mistake == SeatsMistake.CountsPlacesByOneLess && request.Quantity > 1 ? 1u : 0;

    private void Tamper(ref BookHeld request)
    {
        if (mistake == SeatsMistake.ForgetsEquivalents)
        {
            request.Flags &= ~BookingFlags.AllowEquivalents;
        }

        request.Flags &= ~(mistake == SeatsMistake.ForgetsLinksOfBookings ? BookingFlags.Linked : 0);
        request.Id += mistake == SeatsMistake.ForgetsBookings && IsAgain(Operation.BookHeld, request.Show, request.Id)
            ? UInt128.One << 80
            : 0;
    }

    private bool IsAgain(Operation operation, ulong show, UInt128 id) =>
        id != 0 && id != UInt128.MaxValue && !_seen.Add((operation, show, id));

}
