using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Seats.Tests.Shows;
using Xunit;

namespace FastCore.Seats.Tests.Following;

/// <summary>When a request for changes waits, and what it is answered with.</summary>
public sealed class AwaitSeatChangesTests : IDisposable
{
    private readonly SeatsRig _rig = new();

    public void Dispose() => _rig.Dispose();

    [Fact]
    public void T15_only_at_the_version_of_now_is_there_anything_to_wait_for()
    {
        Assert.Equal(0u, AwaitMs(0, 5_000));
        _rig.Open(SeatsRig.ShowOf() with { HoldMs = 50 }, SeatsRig.Row(30));
        Assert.Equal(5_000u, AwaitMs(0, 5_000));
        Assert.Equal(60_000u, AwaitMs(0, uint.MaxValue));
        Assert.Equal(0u, AwaitMs(0, 5_000, limit: 0));

        // From the future: the answer says to load the map.
        Assert.Equal(0u, AwaitMs(1, 5_000));
        _rig.Hold(1, 0);
        Assert.Equal(0u, AwaitMs(0, 5_000));
        Assert.Equal(5_000u, AwaitMs(1, 5_000));
        _rig.AdvanceMs(50);
        _rig.Tick();
        Assert.Equal(0u, AwaitMs(1, 5_000));
    }

    [Fact]
    public void T15_its_answer_is_that_of_a_question_that_does_not_wait()
    {
        _rig.Open(SeatsRig.ShowOf(), SeatsRig.Row(30));
        for (uint seat = 0; seat < 9; seat++)
        {
            _rig.Hold(seat + 1, seat);
        }

        foreach ((ulong from, uint limit) in ((ulong, uint)[])[(0, 100), (4, 3), (9, 5), (77, 5), (3, 0)])
        {
            Assert.Equal(_rig.ChangesAfter(from, limit), Changes(from, limit));
        }
    }

    private static byte[] BodyOf(ulong from, uint awaitMs, uint limit) => SeatsRig.Prefixed(
        SeatsRig.Show, new AwaitSeatChanges { From = from, Limit = limit, AwaitMs = awaitMs });

    private uint AwaitMs(ulong from, uint awaitMs, uint limit = 10) =>
        _rig.AwaitMs(Operation.AwaitSeatChanges, BodyOf(from, awaitMs, limit));

    private SeatChange[] Changes(ulong from, uint limit) =>
        _rig.Read<SeatChange>(Operation.AwaitSeatChanges, BodyOf(from, 0, limit));
}
