using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Waiting;
using FastCore.Seats.Tests.Shows;
using Xunit;

namespace FastCore.Seats.Tests.Waiting;

/// <summary>A show with a waiting room, and short words for what is done with it.</summary>
internal sealed class WaitingRig : IDisposable
{
    public static readonly Hash256 Seed = Hash256.Of([.. Enumerable.Range(0, 32).Select(i => (byte)i)]);

    public WaitingRig(int stepsMax = 4_096, int buyersMax = 1_000, int roomsMax = 4)
    {
        Seats = new SeatsRig(new SeatsOptions
        {
            HoldsMax = 1_000,
            BookingsUnderWayMax = 10,
            BuyersMax = 1_000,
            WaitingRoomsMax = roomsMax,
            WaitingBuyersMax = buyersMax,
            WaitingStepsMax = stepsMax,
        });
        Seats.Open(SeatsRig.ShowOf(), SeatsRig.Row(64), SeatsRig.Row(64));
    }

    public SeatsRig Seats { get; }

    public OpenWaitingRoom Terms => new()
    {
        Show = SeatsRig.Show,
        OpensAt = Seats.NowNs + 1_000_000_000,
        Commitment = WaitingDraw.CommitmentOf(Seed),
        SessionsMax = 2,
        PlacesMax = 500,
        CallMs = 100,
        SessionMs = 300,
        SessionMsMax = 1_000,
    };

    public WaitingRoomRecord Room =>
        Assert.Single(Seats.Read<WaitingRoomRecord>(
            Operation.GetWaitingRoom, SeatsRig.Prefixed(SeatsRig.Show, SeatsRig.Show)));

    public SeatResult Open(OpenWaitingRoom terms) => Seats.Run(Operation.OpenWaitingRoom, terms);

    /// <summary>Buyers join, the room opens and is drawn.</summary>
    public void OpenWith(OpenWaitingRoom terms, params ulong[] buyers)
    {
        Assert.Equal(SeatStatus.Ok, Open(terms).Code);
        Assert.All(buyers, buyer => Assert.Equal(SeatStatus.Ok, Join(buyer).Code));
        Seats.AdvanceMs(1_000);
        Assert.Equal(SeatStatus.Ok, Draw(Seed).Code);
    }

    public SeatResult Join(ulong buyer) => Seats.Run(Operation.JoinWaitingRoom, ChangeOf(buyer));

    public SeatResult Leave(ulong buyer) => Seats.Run(Operation.LeaveWaitingRoom, ChangeOf(buyer));

    public SeatResult Close() => Seats.Run(Operation.CloseWaitingRoom, ChangeOf(0));

    public SeatResult Draw(Hash256 seed) =>
        Seats.Run(Operation.DrawWaitingRoom, new DrawWaitingRoom { Show = SeatsRig.Show, Seed = seed });

    public WaitingRecord Get(ulong buyer) => Assert.Single(Find(buyer));

    public WaitingRecord[] Find(ulong buyer) =>
        Seats.Read<WaitingRecord>(Operation.GetWaiting, SeatsRig.Prefixed(SeatsRig.Show, buyer));

    public EnterWaitingRoom TicketOf(ulong buyer, UInt128 session) => new()
    {
        Show = SeatsRig.Show,
        Buyer = buyer,
        Session = session,
        ExpiresAt = Get(buyer).ExpiresAt,
        Calls = Get(buyer).Calls,
    };

    public SeatResult Enter(ulong buyer, UInt128 session = default) =>
        Seats.Run(Operation.EnterWaitingRoom, TicketOf(buyer, session == 0 ? 1 : session));

    public SeatStatus Hold(UInt128 id, ulong buyer, uint seat, HoldFlags flags = 0) => Seats.Run(
        Operation.HoldSeats, SeatsRig.HoldOf(id, seat) with { Buyer = buyer, Flags = flags }).Code;

    public WaitingRecord[] List(ulong after = 0, uint limit = 8_189) => Seats.Query<WaitingRecord>(
        Operation.ListWaiting, SeatsRig.Show, new SeatFilter { From = after, Limit = limit });

    public static WaitingChange ChangeOf(ulong buyer) => new() { Show = SeatsRig.Show, Buyer = buyer };

    public void Dispose() => Seats.Dispose();
}
