using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;
using FastCore.Seats.Tests.Shows;
using Xunit;

namespace FastCore.Seats.Tests.Lists;

/// <summary>
/// A show of a row of eight seats (0 to 7), an area of five places and a table for two to four, all held by buyer 1000
/// (hold 900 the row, 901 the area, 902 the table) or not for sale yet, with a waiting list, and short words for what
/// is done with it.
/// </summary>
internal sealed class ListRig : IDisposable
{
    public const uint AreaBlock = 1;
    public const uint TableBlock = 2;
    public const uint OfferMs = 10_000;

    public ListRig(Action<SeatsOptions>? change = null, Action<CreateShow[]>? terms = null, bool isOpen = true)
    {
        SeatsOptions options = new() { HoldsMax = 1_000, BookingsUnderWayMax = 10, BuyersMax = 1_000 };
        change?.Invoke(options);
        Seats = new SeatsRig(options);
        CreateShow[] show = [SeatsRig.ShowOf()];
        terms?.Invoke(show);
        Seats.Open(show[0], SeatsRig.Row(8), SeatsRig.Area(5), SeatsRig.Table(4, 2, 4));
        if (!show[0].Flags.HasFlag(ShowFlags.NotForSale))
        {
            Assert.Equal(SeatStatus.Ok, Hold(900, 0, 1, 2, 3, 4, 5, 6, 7).Code);
            Assert.Equal(SeatStatus.Ok, HoldPlaces(901, AreaBlock, 5).Code);
            Assert.Equal(SeatStatus.Ok, HoldPlaces(902, TableBlock, 4).Code);
        }

        if (isOpen)
        {
            Assert.Equal(SeatStatus.Ok, Open(Terms).Code);
        }
    }

    public static OpenWaitingList Terms => new() { Show = SeatsRig.Show, PlacesMax = 1_000, OfferMs = OfferMs };

    public SeatsRig Seats { get; }

    public WaitingListRecord List => Assert.Single(Seats.Read<WaitingListRecord>(
        Operation.GetWaitingList, SeatsRig.Prefixed(SeatsRig.Show, SeatsRig.Show)));

    /// <summary>A wish for seats; the buyer's number is the entry's.</summary>
    public static JoinWaitingList WishOf(UInt128 id, int count, bool isTogether = false) => new()
    {
        Id = id,
        Show = SeatsRig.Show,
        Buyer = (ulong)id,
        Count = (byte)count,
        Flags = isTogether ? HoldFlags.Together : 0,
    };

    /// <summary>A wish for places of the area or the table.</summary>
    public static JoinWaitingList PlacesOf(UInt128 id, uint block, int quantity) =>
        new() { Id = id, Show = SeatsRig.Show, Buyer = (ulong)id, Block = block, Quantity = (ushort)quantity };

    public SeatResult Open(OpenWaitingList terms) => Seats.Run(Operation.OpenWaitingList, terms);

    public SeatResult Close() =>
        Seats.Run(Operation.CloseWaitingList, new CloseWaitingList { Show = SeatsRig.Show });

    public SeatResult Join(JoinWaitingList wish) => Seats.Run(Operation.JoinWaitingList, wish);

    public SeatResult Join(UInt128 id, int count) => Join(WishOf(id, count));

    public SeatResult Leave(UInt128 id) =>
        Seats.Run(Operation.LeaveWaitingList, new LeaveWaitingList { Id = id, Show = SeatsRig.Show });

    /// <summary>Everything that is not taken is for sale.</summary>
    public void PutOnSale()
    {
        SetForSale all = new() { Show = SeatsRig.Show, Block = SetForSale.EveryBlock, IsForSale = 1 };
        Assert.Equal(SeatStatus.Ok, Seats.Run(Operation.SetForSale, all).Code);
    }

    public SeatResult Hold(UInt128 id, params uint[] seats) =>
        Seats.Run(Operation.HoldSeats, SeatsRig.HoldOf(id, seats) with { Buyer = 1_000, ExpiresInMs = 60_000 });

    public SeatResult HoldPlaces(UInt128 id, uint block, uint quantity) => Seats.Run(
        Operation.HoldGeneralAdmission,
        new HoldGeneralAdmission
        {
            Id = id,
            Show = SeatsRig.Show,
            Buyer = 1_000,
            Block = block,
            Quantity = quantity,
            ExpiresInMs = 60_000,
        });

    public WaitingListEntry[] Find(UInt128 id) =>
        Seats.Read<WaitingListEntry>(Operation.GetWaitingListEntry, SeatsRig.Prefixed(SeatsRig.Show, id));

    public WaitingListEntry Get(UInt128 id) => Assert.Single(Find(id));

    public WaitingListEntryState StateOf(UInt128 id) => Get(id).State;

    public ulong[] WaitingAfter(ulong place, uint limit = 8_189) =>
    [
        .. Seats.Query<WaitingListEntry>(
            Operation.ListWaitingList, SeatsRig.Show, new SeatFilter { From = place, Limit = limit })
            .Select(entry => (ulong)entry.Id),
    ];

    public void Dispose() => Seats.Dispose();
}
