using FastCore.Allocation.Tests.Doors;
using FastCore.Allocation.Tests.Turns;
using FastCore.Client;
using FastCore.Node;
using FastCore.Protocol;
using FastCore.Server;
using FastCore.Simulation.Network;
using FastCore.Simulation.Steps;
using FastCore.Testing;
using Xunit.Abstractions;

// What all threads of the process allocate is counted, so nothing else may run in it.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace FastCore.Allocation.Tests;

/// <summary>
/// A command allocates no managed memory on its way, whatever it asks for: through a stepped node on one thread, where
/// every byte is the way's own, and through the threads of the embedded door and of TCP with the client library.
/// </summary>
public sealed class CommandAllocationTests(ITestOutputHelper output) : IDisposable
{
    // Four turns have more than a hundred writes for each partition: one object for each hundred is in every round.
    private const int RoundTurns = 4;
    private const int WasteEvery = 100;

    // On one thread the warm-up goes once around the journal's ring, whose pages FasterLog takes as it comes to them.
    private const int SteppedWarmUpTurns = 1_600;
    private const int SteppedRounds = 80;

    // What grows with the data: FasterLog makes some objects each time it leaves a page of the journal, a segment has
    // a name, and the list of a history's blocks gets longer. Most rounds turn no page and make nothing at all.
    private const int StillRoundsMin = SteppedRounds / 4;
    private const long GrowingRoundBytesMax = 2_000;

    // With threads, others in the process (the test host, timers of a server) allocate now and then, more of them in a
    // round the slower the machine is. So few rounds that are still are enough: what a command allocates would be in
    // all of them.
    private const int WarmUpTurns = 100;
    private const int RoundsMax = 200;
    private const int StillEnough = 3;

    private readonly string _directory = Directory.CreateTempSubdirectory("fastcore-allocations-").FullName;

    /// <summary>Workloads with their partitions, and whether the node scores.</summary>
    public static TheoryData<string, int, bool> Cases => new()
    {
        { "ledger", 1, false },
        { "payments", 1, false },
        { "payments", 2, false },
        { "payments", 1, true },
        { "payments", 2, true },
        { "scores", 1, true },
        { "scores", 2, true },
        { "seats", 1, false },
        { "seats", 2, false },
    };

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [MemberData(nameof(Cases))]
    public void On_one_thread_a_command_allocates_nothing(string workload, int partitions, bool isScoring)
    {
        Measured measured = Step(workload, partitions, isScoring, 0);
        Assert.InRange(measured.StillRounds, StillRoundsMin, SteppedRounds);
        Assert.InRange(measured.Bytes, 0, (SteppedRounds - measured.StillRounds) * GrowingRoundBytesMax);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void On_one_thread_an_object_for_every_hundred_commands_is_seen(
        string workload, int partitions, bool isScoring) =>
        Assert.Equal(0, Step(workload, partitions, isScoring, WasteEvery).StillRounds);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task In_the_process_a_command_allocates_nothing(string workload, int partitions, bool isScoring) =>
        Assert.Equal(0, (await EmbedAsync(workload, partitions, isScoring, 0)).Quietest);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Over_TCP_a_command_allocates_nothing(string workload, int partitions, bool isScoring) =>
        Assert.Equal(0, (await ConnectAsync(workload, partitions, isScoring, 0)).Quietest);

    [Fact]
    public async Task In_the_process_an_object_for_every_hundred_commands_is_seen() =>
        Assert.NotEqual(0, (await EmbedAsync("payments", 2, true, WasteEvery)).Quietest);

    [Fact]
    public async Task Over_TCP_an_object_for_every_hundred_commands_is_seen() =>
        Assert.NotEqual(0, (await ConnectAsync("payments", 2, true, WasteEvery)).Quietest);

    private static Workload TurnsOf(string workload) => workload switch
    {
        "ledger" => new LedgerTurns(),
        "payments" => new PaymentTurns(),
        "scores" => new ScoreTurns(),
        _ => new SeatTurns(),
    };

    private static long AllocatedByAll() => GC.GetTotalAllocatedBytes(precise: true);

    private Measured Step(string workload, int partitions, bool isScoring, int wasteEvery)
    {
        NodeOptions options = NodeSetup.Options(_directory, partitions, isScoring, wasteEvery);
        NodeStepper stepper = new(new SimulatedClock(), new SeededRandom(1));
        SteppedTime time = new(stepper.Clock);
        time.Attach(stepper);
        options.Time = time;
        using SteppedNode node = SteppedNode.Open(options, stepper);
        if (isScoring)
        {
            Task activation = node.Node.Fraud!.ActivateAsync(NodeSetup.Policy).AsTask();
            SpinWait spin = default;
            while (!activation.IsCompleted)
            {
                if (!stepper.TryGoOn())
                {
                    spin.SpinOnce();
                }
            }

            activation.GetAwaiter().GetResult();
        }

        SteppedSession session = new(node);
        return Note(Measured.Of(
            TurnsOf(workload), session, GC.GetAllocatedBytesForCurrentThread, SteppedWarmUpTurns, SteppedRounds,
            RoundTurns, int.MaxValue));
    }

    private async Task<Measured> EmbedAsync(string workload, int partitions, bool isScoring, int wasteEvery)
    {
        await using FastCoreNode node = await OpenAsync(partitions, isScoring, wasteEvery);
        await using IFastCoreSession session = node.OpenSession();
        return Note(await OnThread(workload, session));
    }

    private async Task<Measured> ConnectAsync(string workload, int partitions, bool isScoring, int wasteEvery)
    {
        await using FastCoreNode node = await OpenAsync(partitions, isScoring, wasteEvery);
        ServerOptions options = new();
        options.Endpoints.Add(new EndpointOptions { Address = "tcp://127.0.0.1:0" });
        await using FastCoreServer server = await FastCoreServer.StartAsync(node, options);
        await using FastCoreClient client =
            await FastCoreClient.ConnectAsync(new FastCoreClientOptions { Endpoint = server.Addresses[0] });
        return Note(await OnThread(workload, client));
    }

    private async Task<FastCoreNode> OpenAsync(int partitions, bool isScoring, int wasteEvery)
    {
        FastCoreNode node = FastCoreNode.Open(NodeSetup.Options(_directory, partitions, isScoring, wasteEvery));
        if (isScoring)
        {
            _ = await node.Fraud!.ActivateAsync(NodeSetup.Policy);
        }

        return node;
    }

    // A thread of its own, which waits by looking, so that waiting allocates nothing either.
    private static Task<Measured> OnThread(string workload, IFastCoreSession session) => Task.Factory.StartNew(
        () => Measured.Of(TurnsOf(workload), session, AllocatedByAll, WarmUpTurns, RoundsMax, RoundTurns, StillEnough),
        CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private Measured Note(Measured measured)
    {
        output.WriteLine(measured.ToString());
        return measured;
    }
}
