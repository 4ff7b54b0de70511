using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Simulation.Domains;
using FastCore.Simulation.Network;
using Xunit;
using Xunit.Sdk;

namespace FastCore.Simulation.Tests.Network;

public sealed class NetworkDoorTests
{
    private const int Requests = 60;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_request_is_answered_once_and_a_retried_write_has_one_effect(bool retriesInside)
    {
        long cuts = 0;
        long flips = 0;
        int repeated = 0;
        for (ulong seed = 1; seed <= 6; seed++)
        {
            OneThread.Run(() =>
            {
                using DoorRun run = new(seed, Bad(), retriesInside);
                run.Run(Requests);
                run.Check(Requests);
                cuts += run.World.Network.Cuts;
                flips += run.World.Network.Flips;
                repeated += run.Answers.Count(answer => answer.Attempts > 1);
            });
        }

        // The network was bad enough for the test to mean something.
        Assert.InRange(cuts, 30, long.MaxValue);
        Assert.InRange(flips, 5, long.MaxValue);
        Assert.True(retriesInside || repeated > 20, $"Only {repeated} requests were sent again.");
    }

    [Fact]
    public void An_effect_that_nobody_asked_for_and_an_answer_that_is_missing_are_noticed() => OneThread.Run(() =>
    {
        using DoorRun run = new(1, new NetworkOptions(), retriesInside: false);
        run.Run(Requests);
        run.Check(Requests);
        Assert.ThrowsAny<XunitException>(() => run.Check(Requests + 1));
        run.World.Ask<CreateTransferResult>(Bodies.Transfers(1, 1_000));
        Assert.ThrowsAny<XunitException>(() => run.Check(Requests));
    });

    [Fact]
    public void Damage_that_no_checksum_finds_is_noticed() => OneThread.Run(() =>
    {
        using DoorRun run = new(1, new NetworkOptions { ForgePpm = 100_000 }, retriesInside: false);
        run.Run(Requests);
        Assert.ThrowsAny<XunitException>(() => run.Check(Requests));
    });

    [Fact]
    public void A_front_that_is_killed_under_load_loses_nothing_and_doubles_nothing()
    {
        for (ulong seed = 1; seed <= 4; seed++)
        {
            OneThread.Run(() =>
            {
                using DoorRun run = new(seed, new NetworkOptions { SplitPpm = 200_000 }, retriesInside: false);
                run.Run(Requests, frontsReplaced: 5);
                run.Check(Requests);
                Assert.Contains(run.Answers, answer => answer.Attempts > 1);
                Assert.DoesNotContain(run.Answers, answer => answer.Status == FrameStatus.Unknown);
            });
        }
    }

    [Fact]
    public void Without_another_attempt_a_cut_leaves_the_outcome_unknown_and_never_wrong() => OneThread.Run(() =>
    {
        using NetworkWorld world = new(3, new NetworkOptions { CutPpm = 100_000 });
        world.Ask<CreateAccountResult>(Bodies.Accounts(1));
        NetworkDoor door = world.OpenDoor(new NetworkDoorOptions { AttemptsMax = 1 });
        List<SimulatedAnswer> answers = [];
        for (int id = 1; id <= 200; id++)
        {
            door.Submit(Bodies.Transfers(1, (UInt128)id));
            world.Until(() => door.TryTake(out SimulatedAnswer answer) && Add(answer), 60_000, "no answer");
        }

        HashSet<UInt128> made = [];
        for (int id = 1; id <= 200; id++)
        {
            if (world.Ask<Transfer>(Bodies.Lookup(Operation.LookupTransfers, 1, (UInt128)id)).Length == 1)
            {
                made.Add((UInt128)id);
            }
        }

        ILookup<FrameStatus, UInt128> ids = answers.ToLookup(answer => answer.Status, answer => (UInt128)answer.Ticket);
        Assert.All(ids[FrameStatus.Ok], id => Assert.Contains(id, made));
        Assert.Equal([FrameStatus.Ok, FrameStatus.Unknown], ids.Select(status => status.Key).Order());

        // Unknown is the truth: some of them were done, and some were not.
        Assert.Contains(ids[FrameStatus.Unknown], made.Contains);
        Assert.Contains(ids[FrameStatus.Unknown], id => !made.Contains(id));
        Assert.True(door.DisposeAsync().AsTask().IsCompletedSuccessfully);

        bool Add(SimulatedAnswer answer)
        {
            answers.Add(answer);
            return true;
        }
    });

    [Fact]
    public void The_straight_door_answers_each_request_once_and_knows_nothing_of_what_a_lost_node_did() =>
        OneThread.Run(() =>
        {
            using NetworkWorld world = new(1, new NetworkOptions());
            world.Ask<CreateAccountResult>(Bodies.Accounts(1));
            SessionDoor door = new();
            Assert.Equal(1, door.Submit(Bodies.Transfers(1, 1)));
            Assert.True(door.TryTake(out SimulatedAnswer refused));
            Assert.Equal(FrameStatus.ShuttingDown, refused.Status);
            door.Attach(world.Node.Node);
            door.Submit(Bodies.Transfers(1, 1, 2));
            door.Submit(new SimulatedRequest(Operation.CreateTransfers, [1, 2, 3]));
            Assert.True(door.TryTake(out SimulatedAnswer malformed));
            Assert.Equal((3L, FrameStatus.InvalidBodySize), (malformed.Ticket, malformed.Status));
            world.Pass(10);
            Assert.True(door.TryTake(out SimulatedAnswer answered));
            Assert.Equal((2L, FrameStatus.Ok), (answered.Ticket, answered.Status));
            Assert.Equal(2, Bodies.Read<CreateTransferResult>(answered.Body).Length);
            door.Submit(Bodies.Transfers(1, 3));
            door.Attach(null);
            Assert.True(door.TryTake(out SimulatedAnswer lost));
            Assert.Equal((4L, FrameStatus.Unknown), (lost.Ticket, lost.Status));
            Assert.Equal(0, door.InFlight);
            Assert.False(door.TryTake(out _));
        });

    [Fact]
    public void The_same_seed_is_the_same_run_to_the_last_byte()
    {
        ulong first = TraceOf(11);
        Assert.Equal(first, TraceOf(11));
        Assert.NotEqual(first, TraceOf(12));
    }

    private static ulong TraceOf(ulong seed) => OneThread.Run(() =>
    {
        using DoorRun run = new(seed, Bad(), retriesInside: seed % 2 == 0);
        run.Run(Requests, frontsReplaced: 2);
        return run.Trace;
    });

    private static NetworkOptions Bad() => new()
    {
        DelayMaxMs = 20,
        SplitPpm = 300_000,
        CutPpm = 10_000,
        FlipPpm = 3_000,
        StallPpm = 3_000,
        StallMaxMs = 15_000,
        RefusePpm = 100_000,
    };
}
