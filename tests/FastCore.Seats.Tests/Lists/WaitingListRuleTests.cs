using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;
using FastCore.Seats.Tests.Shows;
using Xunit;

namespace FastCore.Seats.Tests.Lists;

/// <summary>Waiting lists: what is refused, and in which order.</summary>
public sealed class WaitingListRuleTests : IDisposable
{
    private readonly ListRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void T21_rules_about_lists_have_their_codes()
    {
        using ListRig rig = new(options => options.WaitingListsMax = 1, isOpen: false);
        OpenWaitingList terms = ListRig.Terms;
        (SeatStatus, OpenWaitingList)[] refused =
        [
            (SeatStatus.TimestampMustBeZero, terms with { Timestamp = 1, Reserved0 = 1 }),
            (SeatStatus.ReservedField, terms with { Reserved0 = 1 }),
            (SeatStatus.ReservedField, terms with { Reserved1 = 1 }),
            (SeatStatus.ReservedField, terms with { Reserved2 = 1, PlacesMax = 0 }),
            (SeatStatus.PlacesOutOfRange, terms with { PlacesMax = 0 }),
            (SeatStatus.PlacesOutOfRange, terms with { PlacesMax = SeatLimits.WaitingPlacesMax + 1 }),
            (SeatStatus.ShowNotFound, terms with { Show = 8 }),
            (SeatStatus.OfferMsOutOfRange, terms with { OfferMs = 1_800_001, EndsAt = 1 }),
            (SeatStatus.EndsAtOutOfRange, terms with { EndsAt = 1 }),
        ];
        Assert.All(refused, one => Assert.Equal(one.Item1, rig.Open(one.Item2).Code));
        Assert.Equal(SeatStatus.WaitingListNotFound, rig.Close().Code);
        Assert.Equal(SeatStatus.WaitingListNotFound, rig.Join(1, 1).Code);
        Assert.Equal(SeatStatus.WaitingListEntryNotFound, rig.Leave(1).Code);
        Assert.Equal(SeatStatus.Ok, rig.Open(terms).Code);
        Assert.Equal(SeatResultFlags.Duplicate, rig.Open(terms).Flags);
        foreach (OpenWaitingList other in (OpenWaitingList[])
        [
            terms with { PlacesMax = 7 }, terms with { OfferMs = 7 }, terms with { EntriesPerBuyerMax = 7 },
            terms with { EndsAt = ulong.MaxValue },
        ])
        {
            Assert.Equal(SeatStatus.ExistsWithDifferentTerms, rig.Open(other).Code);
        }

        Assert.Equal(SeatStatus.Ok, rig.Seats.Run(Operation.CreateShow, SeatsRig.ShowOf(8)).Code);
        Assert.Equal(SeatStatus.WaitingListsFull, rig.Open(terms with { Show = 8 }).Code);
    }

    [Fact]
    public void T21_rules_about_wishes_have_their_codes()
    {
        JoinWaitingList wish = ListRig.WishOf(1, 2);
        JoinWaitingList places = ListRig.PlacesOf(1, ListRig.AreaBlock, 2);
        (SeatStatus, JoinWaitingList)[] refused =
        [
            (SeatStatus.TimestampMustBeZero, wish with { Timestamp = 1, Block = 1 }),
            (SeatStatus.ReservedField, wish with { Block = 1 }),
            (SeatStatus.ReservedField, places with { Categories = 1 }),
            (SeatStatus.ReservedField, places with { Zone = 1 }),
            (SeatStatus.ReservedFlag, wish with { Flags = HoldFlags.BoxOffice }),
            (SeatStatus.ReservedFlag, wish with { Flags = HoldFlags.Offered }),
            (SeatStatus.ReservedFlag, places with { Flags = HoldFlags.Together }),
            (SeatStatus.IdMustNotBeZero, wish with { Id = 0 }),
            (SeatStatus.IdMustNotBeIntMax, wish with { Id = UInt128.MaxValue }),
            (SeatStatus.ChannelOutOfRange, wish with { Channel = 16 }),
            (SeatStatus.CountOutOfRange, wish with { Count = 0 }),
            (SeatStatus.CountOutOfRange, wish with { Count = 17 }),
            (SeatStatus.CountOutOfRange, wish with { Accessible = 3 }),
            (SeatStatus.CountOutOfRange, places with { Count = 1 }),
            (SeatStatus.QuantityOutOfRange, places with { Quantity = 1_001 }),
            (SeatStatus.BuyerMustNotBeZero, wish with { Buyer = 0 }),
            (SeatStatus.ShowNotFound, wish with { Show = 8 }),
            (SeatStatus.BlockNotFound, places with { Block = 3 }),
            (SeatStatus.BlockNotFound, places with { Block = uint.MaxValue }),
            (SeatStatus.NotGeneralAdmission, places with { Block = 0 }),
            (SeatStatus.QuantityOutOfRange, places with { Block = ListRig.TableBlock, Quantity = 5 }),
            (SeatStatus.ExistsWithDifferentOperation, wish with { Id = 900 }),
        ];
        Assert.All(refused, one => Assert.Equal(one.Item1, _rig.Join(one.Item2).Code));
        Assert.Equal(0u, _rig.List.Places);
        Assert.Empty(_rig.Find(1));
    }

    [Fact]
    public void T21_the_same_id_must_come_with_the_same_wish()
    {
        JoinWaitingList wish = ListRig.WishOf(1, 2);
        SeatResult first = _rig.Join(wish);
        SeatResult again = _rig.Join(wish);
        Assert.Equal(
            (SeatStatus.Ok, SeatResultFlags.Duplicate, first.Timestamp), (again.Code, again.Flags, again.Timestamp));
        (SeatStatus, JoinWaitingList)[] refused =
        [
            (SeatStatus.ExistsWithDifferentOperation, ListRig.PlacesOf(1, ListRig.AreaBlock, 2)),
            (SeatStatus.ExistsWithDifferentCount, wish with { Count = 3 }),
            (SeatStatus.ExistsWithDifferentAccessible, wish with { Accessible = 1 }),
            (SeatStatus.ExistsWithDifferentCategories, wish with { Categories = 1 }),
            (SeatStatus.ExistsWithDifferentZone, wish with { Zone = 1 }),
            (SeatStatus.ExistsWithDifferentChannel, wish with { Channel = 1 }),
            (SeatStatus.ExistsWithDifferentBuyer, wish with { Buyer = 2 }),
            (SeatStatus.ExistsWithDifferentFlags, wish with { Flags = HoldFlags.Together }),
            (SeatStatus.ExistsWithDifferentUserData64, wish with { UserData64 = 1 }),
        ];
        Assert.All(refused, one => Assert.Equal(one.Item1, _rig.Join(one.Item2).Code));
        _rig.Leave(1);
        SeatResult left = _rig.Join(wish);
        Assert.Equal(
            (SeatStatus.Ok, SeatResultFlags.Duplicate, (byte)WaitingListEntryState.Left),
            (left.Code, left.Flags, left.State));
        Assert.Equal(SeatStatus.ExistsWithDifferentCount, _rig.Join(wish with { Count = 3 }).Code);
    }

    // The id of an entry is its hold's: nobody else holds with it while it waits, or after.
    [Fact]
    public void T21_an_entry_keeps_its_id_for_its_hold()
    {
        _rig.Join(1, 1);
        HoldBestAvailable best = new() { Id = 1, Show = SeatsRig.Show, Buyer = 1, Count = 1 };
        Assert.Equal(SeatStatus.ExistsWithDifferentOperation, _rig.Seats.RunBest(best).Code);
        _rig.Seats.Release(900, 0);
        Assert.Equal(SeatStatus.ExistsWithDifferentExpiresIn, _rig.Seats.RunBest(best).Code);
        Assert.Equal(
            SeatStatus.ExistsWithDifferentFlags,
            _rig.Seats.RunBest(best with { ExpiresInMs = ListRig.OfferMs }).Code);
        Assert.Equal(SeatStatus.ReservedFlag, _rig.Seats.RunBest(best with { Flags = HoldFlags.Offered }).Code);
    }

    [Fact]
    public void T21_a_buyer_has_so_many_entries_and_the_list_so_many_places_and_wishes()
    {
        Assert.Equal(SeatStatus.Ok, _rig.Join(1, 1).Code);
        Assert.Equal(SeatStatus.BuyerWaits, _rig.Join(ListRig.WishOf(2, 1) with { Buyer = 1 }).Code);
        _rig.Leave(1);
        Assert.Equal(SeatStatus.Ok, _rig.Join(ListRig.WishOf(2, 1) with { Buyer = 1 }).Code);

        for (int zone = 1; zone < SeatLimits.WaitingListWishesMax; zone++)
        {
            Assert.Equal(
                SeatStatus.Ok, _rig.Join(ListRig.WishOf((UInt128)(10 + zone), 1) with { Zone = (ushort)zone }).Code);
        }

        Assert.Equal(SeatStatus.WaitingListFull, _rig.Join(ListRig.WishOf(500, 2)).Code);
        Assert.Equal(SeatStatus.Ok, _rig.Join(ListRig.WishOf(500, 1)).Code);
        _rig.Leave(11);
        Assert.Equal(SeatStatus.Ok, _rig.Join(ListRig.WishOf(501, 2)).Code);

        using ListRig few = new(options => options.WaitingListEntriesMax = 2, isOpen: false);
        few.Open(ListRig.Terms with { PlacesMax = 3, EntriesPerBuyerMax = 2 });
        Assert.Equal(SeatStatus.Ok, few.Join(1, 1).Code);
        Assert.Equal(SeatStatus.Ok, few.Join(ListRig.WishOf(2, 1) with { Buyer = 1 }).Code);
        Assert.Equal(SeatStatus.BuyerWaits, few.Join(ListRig.WishOf(3, 1) with { Buyer = 1 }).Code);
        Assert.Equal(SeatStatus.WaitingListFull, few.Join(3, 1).Code);
        few.Leave(1);
        Assert.Equal(SeatStatus.Ok, few.Join(3, 1).Code);
        few.Leave(2);
        Assert.Equal(SeatStatus.WaitingListFull, few.Join(4, 1).Code);
    }

    [Fact]
    public void T21_rules_about_leaving_have_their_codes()
    {
        LeaveWaitingList leave = new() { Id = 1, Show = SeatsRig.Show };
        (SeatStatus, LeaveWaitingList)[] refused =
        [
            (SeatStatus.TimestampMustBeZero, leave with { Timestamp = 1, Id = 0 }),
            (SeatStatus.IdMustNotBeZero, leave with { Id = 0 }),
            (SeatStatus.IdMustNotBeIntMax, leave with { Id = UInt128.MaxValue }),
            (SeatStatus.ShowNotFound, leave with { Show = 8 }),
            (SeatStatus.WaitingListEntryNotFound, leave),
        ];
        Assert.All(
            refused, one => Assert.Equal(one.Item1, _rig.Seats.Run(Operation.LeaveWaitingList, one.Item2).Code));
        Assert.Equal(
            SeatStatus.TimestampMustBeZero,
            _rig.Seats.Run(
                Operation.CloseWaitingList, new CloseWaitingList { Show = SeatsRig.Show, Timestamp = 1 }).Code);
        Assert.Equal(
            SeatStatus.ShowNotFound,
            _rig.Seats.Run(Operation.CloseWaitingList, new CloseWaitingList { Show = 8 }).Code);
    }
}
