using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Testing;
using Xunit;

namespace FastCore.Seats.Tests.Shows;

/// <summary>The map and its changes: a follower that applies them has the map, or is told to load it again.</summary>
public sealed class ChangeTests : IDisposable
{
    private readonly SeatsRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void T15_a_map_and_the_changes_after_it_make_the_map_of_now_without_a_gap()
    {
        _rig.Open(SeatsRig.ShowOf() with { HoldMs = 50 }, SeatsRig.Row(30), SeatsRig.Row(30), SeatsRig.Area(40));
        SeededRandom random = new(11);
        SeatMapBlock[] followed = _rig.Map();
        ulong version = 0;
        for (int step = 0; step < 400; step++)
        {
            uint seat = SeatPlace.Of(random.Below(2), random.Below(30));
            _rig.Hold((UInt128)(step + 1), seat);
            HoldGeneralAdmission places = new() { Show = SeatsRig.Show, Block = 2, Quantity = 3 };
            places.Id = (UInt128)(step + 1_000);
            _rig.Run(Operation.HoldGeneralAdmission, places);
            _rig.Book((UInt128)(step + 2_000), (UInt128)(random.Below(step + 1) + 1));
            _rig.AdvanceMs((ulong)random.Below(30));
            foreach (SeatChange change in _rig.ChangesAfter(version, (uint)random.Between(1, 5)))
            {
                Assert.Equal(++version, change.Version);
                Apply(followed, change);
            }
        }

        foreach (SeatChange change in _rig.ChangesAfter(version))
        {
            Assert.Equal(++version, change.Version);
            Apply(followed, change);
        }

        SeatMapBlock[] now = _rig.Map();
        Assert.Equal(now[0].Version, version);
        Assert.Equal(
            now.Select(block => (block.Free, block.Held, block.Booked)),
            followed.Select(block => (block.Free, block.Held, block.Booked)));
        Assert.Empty(_rig.ChangesAfter(version));
    }

    [Fact]
    public void T15_who_has_fallen_behind_is_told_to_load_the_map_again()
    {
        _rig.ChecksEachBatch = false;
        _rig.Open(SeatsRig.ShowOf(), SeatsRig.Row(2));
        for (uint i = 0; i < 4_096; i++)
        {
            _rig.Hold(i + 1, 0);
            _rig.Release(i + 1);
        }

        Assert.Equal((byte)1, Assert.Single(_rig.ChangesAfter(2)).IsReload);
        Assert.Equal(8_189, _rig.ChangesAfter(3).Length);
        SeatChange ahead = Assert.Single(_rig.ChangesAfter(9_000));
        Assert.Equal(((byte)1, 8_192UL), (ahead.IsReload, ahead.Version));
    }

    [Fact]
    public void T24_every_change_of_a_seat_tells_from_to_hold_booking_time_and_buyer()
    {
        _rig.Open(SeatsRig.ShowOf() with { HoldMs = 1_000 }, SeatsRig.Row(4), SeatsRig.Row(4));
        SeatResult first = _rig.Hold(1, 64, 65);
        _rig.AdvanceMs(1_000);
        _rig.Hold(2, 65);
        _rig.Book(100, 2);
        SeatChange[] history = _rig.Query<SeatChange>(
            Operation.SeatHistory, SeatsRig.Show, new SeatFilter { Place = 65, Limit = 10 });
        Assert.Equal(
            [
                (SeatState.Held, SeatState.Booked, (UInt128)2, (UInt128)100),
                (SeatState.Free, SeatState.Held, (UInt128)2, (UInt128)0),
                (SeatState.Held, SeatState.Free, (UInt128)1, (UInt128)0),
                (SeatState.Free, SeatState.Held, (UInt128)1, (UInt128)0),
            ],
            history.Select(change => (change.From, change.To, change.Hold, change.Booking)));
        Assert.Equal((first.Timestamp, 1UL), (history[3].Timestamp, history[3].Buyer));
        SeatFilter older = new() { Place = 65, Limit = 1, From = history[1].Version };
        SeatChange next = Assert.Single(_rig.Query<SeatChange>(Operation.SeatHistory, SeatsRig.Show, older));
        Assert.Equal(history[2].Version, next.Version);
        Assert.Equal(2, _rig.Query<SeatChange>(
            Operation.SeatHistory, SeatsRig.Show, new SeatFilter { Place = 64, Limit = 10 }).Length);
    }

    private static void Apply(SeatMapBlock[] map, in SeatChange change)
    {
        ref SeatMapBlock block = ref map[change.Block];
        bool isArea = change.Block == 2;
        foreach ((SeatState state, bool isMore) in ((SeatState, bool)[])[(change.From, false), (change.To, true)])
        {
            ref ulong word = ref block.Free;
            if (state != SeatState.Free)
            {
                word = ref state == SeatState.Held ? ref block.Held : ref block.Booked;
            }

            word = isArea ? (isMore ? word + change.Seats : word - change.Seats)
                : isMore ? word | change.Seats : word & ~change.Seats;
        }
    }
}
