using FastCore.Protocol;
using FastCore.Protocol.Seats;
using Xunit;

namespace FastCore.Seats.Tests.Shows;

/// <summary>Holds of several shows that are made together or not at all (T16).</summary>
public sealed class LinkedHoldTests : IDisposable
{
    private const ulong First = SeatsRig.Show;
    private const int Shows = 4;

    private readonly SeatsRig _rig = new(
        new SeatsOptions { HoldsMax = 70, BookingsUnderWayMax = 10, BuyersMax = 3 });

    public LinkedHoldTests()
    {
        _rig.Open(SeatsRig.ShowOf(), SeatsRig.Row(30), SeatsRig.Area(10));
        for (ulong show = First + 1; show < First + Shows; show++)
        {
            Assert.Equal(SeatStatus.Ok, _rig.Run(Operation.CreateShow, SeatsRig.ShowOf(show)).Code);
        }
    }

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void T16_one_seat_that_is_gone_in_one_show_refuses_the_holds_of_all_and_is_named()
    {
        _rig.Run(Operation.HoldSeats, Of(1, First + 1, 4));
        ulong before = _rig.StateHashWithoutTime;
        SeatResult[] refused = Chain(
            Of(9, First, 3, 4), Of(9, First + 1, 3, 4), Of(9, First + 2, SeatPlace.Of(7, 0), 3));
        Assert.Equal(
            [SeatStatus.LinkedHoldFailed, SeatStatus.SeatsUnavailable, SeatStatus.SeatNotFound],
            refused.Select(result => result.Code));
        Assert.Equal([0, 2, 1], refused.Select(result => (int)result.Blocked));
        Assert.All(refused, result => Assert.Equal(0ul, result.Timestamp));
        Assert.Equal(before, _rig.StateHashWithoutTime);
        Assert.Empty(_rig.Read<HoldRecord>(Operation.GetHold, SeatsRig.Prefixed(First, (UInt128)9)));

        // The same token again, with seats that are free: nothing of the refusal is remembered.
        SeatResult[] made = Chain(Of(9, First, 3, 4), Of(9, First + 1, 5, 6), Of(9, First + 2, 2, 3));
        Assert.All(made, result => Assert.Equal((SeatStatus.Ok, 2_000ul), (result.Code, result.Amount)));
        Assert.Equal([1ul, 2ul], made.Skip(1).Select((result, i) => result.Timestamp - made[0].Timestamp));
    }

    [Fact]
    public void T16_sent_again_it_is_the_same_and_each_hold_goes_its_own_way()
    {
        Chain(Of(9, First, 3), Of(9, First + 1, 3));
        Assert.Equal(SeatStatus.Ok, _rig.Release(9).Code);
        SeatResult[] again = Chain(Of(9, First, 3), Of(9, First + 1, 3));
        Assert.All(again, result => Assert.Equal(SeatResultFlags.Duplicate, result.Flags));
        Assert.Equal(
            [(byte)HoldState.Released, (byte)HoldState.Held], again.Select(result => result.State));

        // What is there answers for itself; what would come beside it does not come.
        SeatResult[] mixed = Chain(Of(9, First, 3), Of(9, First + 2, 3), Of(9, First + 1, 5));
        Assert.Equal(
            [SeatStatus.Ok, SeatStatus.LinkedHoldFailed, SeatStatus.ExistsWithDifferentSeats],
            mixed.Select(result => result.Code));
        Assert.Equal(
            SeatStatus.ExistsWithDifferentFlags, _rig.Run(Operation.HoldSeats, Of(9, First, 3)).Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(17)]
    public void T16_holds_behind_a_chain_of_any_length_are_made(int before)
    {
        const int Long = 200;
        const int Behind = 10;
        HoldSeats[] requests = [.. Enumerable.Range(0, before + Long + Behind).Select(
            i => Of((UInt128)(i + 1), First, (uint)(i < before ? i : i < before + Long ? 0 : i - Long)))];
        foreach (ref HoldSeats linked in requests.AsSpan(before, Long - 1))
        {
            linked.Flags |= HoldFlags.Linked;
        }

        SeatResult[] results = _rig.RunBatch(Operation.HoldSeats, (ReadOnlySpan<HoldSeats>)requests);
        Assert.All(results[..before], result => Assert.Equal(SeatStatus.Ok, result.Code));
        Assert.All(results[before..^Behind], result => Assert.NotEqual(SeatStatus.Ok, result.Code));
        Assert.All(results[^Behind..], result => Assert.Equal(SeatStatus.Ok, result.Code));
        Assert.Equal(before + Behind, (int)_rig.GetShow().Held);
    }

    [Fact]
    public void T16_places_are_linked_as_seats_are()
    {
        HoldGeneralAdmission[] chain =
        [
            new() { Id = 9, Show = First, Block = 1, Quantity = 6, Flags = HoldFlags.Linked },
            new() { Id = 9, Show = First + 1, Block = 1, Quantity = 11 },
        ];
        Assert.Equal(
            [SeatStatus.LinkedHoldFailed, SeatStatus.NotEnoughSeats],
            _rig.RunBatch<HoldGeneralAdmission>(Operation.HoldGeneralAdmission, chain).Select(result => result.Code));
        chain[1].Quantity = 10;
        Assert.All(
            _rig.RunBatch<HoldGeneralAdmission>(Operation.HoldGeneralAdmission, chain),
            result => Assert.Equal(SeatStatus.Ok, result.Code));
    }

    [Fact]
    public void T16_the_best_seats_of_every_show_are_held_together_or_none()
    {
        _rig.Run(Operation.HoldSeats, Of(1, First + 1, [.. Enumerable.Range(3, 13).Select(i => (uint)i)]));
        _rig.Run(Operation.HoldSeats, Of(2, First + 1, [.. Enumerable.Range(16, 14).Select(i => (uint)i)]));
        HoldBestAvailable[] chain =
        [
            new() { Id = 9, Show = First, Count = 4, Flags = HoldFlags.Linked | HoldFlags.Together },
            new() { Id = 9, Show = First + 1, Count = 4, Flags = HoldFlags.Linked | HoldFlags.Together },
            new() { Id = 9, Show = First + 2, Count = 2 },
        ];
        ulong before = _rig.StateHashWithoutTime;
        BestSeatsResult[] refused = _rig.RunBestBatch(chain);
        Assert.Equal(
            [SeatStatus.LinkedHoldFailed, SeatStatus.NotEnoughSeats, SeatStatus.LinkedHoldFailed],
            refused.Select(result => result.Code));
        Assert.All(refused, result => Assert.Equal(0u, result.Seats[0] | result.Seats[1]));
        Assert.Equal(before, _rig.StateHashWithoutTime);

        // Three are left there.
        chain[1].Count = 3;
        BestSeatsResult[] made = _rig.RunBestBatch(chain);
        Assert.All(made, result => Assert.Equal((SeatStatus.Ok, 0), (result.Code, (int)result.Reserved)));
        Assert.Equal([0u, 1u, 2u], made[1].Seats[..3].ToArray());
        Assert.Equal([0u, 1u, 2u, 3u], made[0].Seats[..4].ToArray());

        // Sent again, it tells the same seats; an open chain holds nothing.
        BestSeatsResult[] again = _rig.RunBestBatch(chain);
        Assert.All(again, result => Assert.Equal(SeatResultFlags.Duplicate, result.Flags & SeatResultFlags.Duplicate));
        Assert.Equal(made[0].Seats[..4].ToArray(), again[0].Seats[..4].ToArray());
        HoldBestAvailable open = new() { Id = 1, Show = First, Count = 1, Flags = HoldFlags.Linked };
        Assert.Equal(SeatStatus.LinkedHoldChainOpen, _rig.RunBest(open).Code);
        _rig.CrashAndRecover();
    }

    [Fact]
    public void T16_a_request_can_have_several_chains_and_holds_of_none()
    {
        HoldSeats[] requests =
        [
            Of(1, First, 0), Linked(Of(2, First, 2)), Of(2, First + 1, 2), Of(3, First + 1, 2),
            Linked(Of(4, First, 4)), Of(4, First + 1, 2), Linked(Of(5, First, 6)), Of(5, First + 1, 4),
        ];
        Assert.Equal(
            [
                SeatStatus.Ok, SeatStatus.Ok, SeatStatus.Ok, SeatStatus.SeatsUnavailable,
                SeatStatus.LinkedHoldFailed, SeatStatus.SeatsUnavailable, SeatStatus.Ok, SeatStatus.Ok,
            ],
            _rig.RunBatch<HoldSeats>(Operation.HoldSeats, requests).Select(result => result.Code));
        _rig.CrashAndRecover();
    }

    [Fact]
    public void T16_an_open_chain_a_show_twice_and_a_show_elsewhere_are_refused()
    {
        Assert.Equal(
            [SeatStatus.LinkedHoldFailed, SeatStatus.LinkedHoldChainOpen],
            _rig.RunBatch<HoldSeats>(Operation.HoldSeats, [Linked(Of(1, First, 0)), Linked(Of(1, First + 1, 0))])
                .Select(result => result.Code));
        Assert.Equal(
            SeatStatus.LinkedHoldChainOpen, _rig.Run(Operation.HoldSeats, Linked(Of(1, First, 0))).Code);
        Assert.Equal(
            [SeatStatus.LinkedHoldFailed, SeatStatus.LinkedShowRepeated, SeatStatus.LinkedShowNotHere],
            Chain(Of(1, First, 0), Of(2, First, 2), Of(1, 99, 0)).Select(result => result.Code));
        Assert.Equal(
            [SeatStatus.ShowNotFound, SeatStatus.LinkedHoldFailed],
            Chain(Of(1, 99, 0), Of(1, First, 0)).Select(result => result.Code));
        Assert.Equal(0u, _rig.GetShow().Held);
    }

    [Fact]
    public void T16_a_chain_that_is_longer_than_it_may_be_or_than_there_is_room_for_is_refused_whole()
    {
        for (ulong show = First + Shows; show < First + 66; show++)
        {
            _rig.Run(Operation.CreateShow, SeatsRig.ShowOf(show));
        }

        HoldSeats[] all = [.. Enumerable.Range(0, 65).Select(i => Of(1, First + (ulong)i, 0))];
        SeatResult[] results = Chain(all);
        Assert.Equal(SeatStatus.LinkedHoldsTooMany, results[64].Code);
        Assert.All(results[..64], result => Assert.Equal(SeatStatus.LinkedHoldFailed, result.Code));
        Assert.All(Chain(all[..64]), result => Assert.Equal(SeatStatus.Ok, result.Code));

        // 6 of 70 are left.
        results = Chain([.. all[..7].Select(hold => hold with { Id = 2, Seats = Of(2, 0, 9).Seats })]);
        Assert.Equal(SeatStatus.HoldsFull, results[6].Code);
        Assert.All(results[..6], result => Assert.Equal(SeatStatus.LinkedHoldFailed, result.Code));
    }

    [Fact]
    public void T16_limits_of_buyers_have_room_for_all_or_for_none()
    {
        for (ulong show = 20; show < 24; show++)
        {
            CreateShow limited = SeatsRig.ShowOf(show) with { SeatsPerBuyerMax = 2 };
            Assert.Equal(SeatStatus.Ok, _rig.Run(Operation.CreateShow, limited).Code);
        }

        HoldSeats[] all = [.. Enumerable.Range(20, 4).Select(show => Of(1, (ulong)show, 0))];
        Assert.Equal(SeatStatus.BuyerLimitExceeded, Chain(all)[3].Code);
        Assert.All(Chain(all[..3]), result => Assert.Equal(SeatStatus.Ok, result.Code));
        SeatResult[] more = Chain(Of(2, 20, 2), Of(2, 21, 2, 4));
        Assert.Equal([SeatStatus.LinkedHoldFailed, SeatStatus.BuyerLimitExceeded], more.Select(result => result.Code));
    }

    private static HoldSeats Of(UInt128 id, ulong show, params uint[] seats) =>
        SeatsRig.HoldOf(id, seats) with { Show = show };

    private static HoldSeats Linked(HoldSeats hold) => hold with { Flags = HoldFlags.Linked };

    private SeatResult[] Chain(params HoldSeats[] holds)
    {
        HoldSeats[] chain = [.. holds[..^1].Select(Linked), holds[^1]];
        return _rig.RunBatch<HoldSeats>(Operation.HoldSeats, chain);
    }
}
