using System.Text.Json;
using FastCore.Client;
using FastCore.Node;
using FastCore.Node.Verification;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;
using FastCore.Testing;
using Xunit.Abstractions;

namespace FastCore.Integration.Tests.Torture;

/// <summary>
/// The real server is killed with SIGKILL under a TCP load, again and again, over one data directory. After each
/// restart everything acknowledged is there with the same answer, what was not acknowledged gets a definite one, and
/// all books are what the requests add up to. <c>FASTCORE_TORTURE_ROUNDS</c> sets the number of kills,
/// <c>FASTCORE_TORTURE_SEED</c> the seed.
/// </summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Connections = 4;
    private const int Partitions = 2;
    private const int RequestsInFlight = 32;
    private const ulong Prefund = 1UL << 50;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Kill_9_under_load_loses_nothing_acknowledged_and_doubles_nothing()
    {
        int rounds = (int)NumberOf("FASTCORE_TORTURE_ROUNDS", 6);
        ulong seed = NumberOf("FASTCORE_TORTURE_SEED", 20);
        output.WriteLine($"seed {seed}, {rounds} rounds");
        using TemporaryFolder folder = new();
        string configuration = Configure(folder);
        SeededRandom random = new(seed);
        LoadDriver[] drivers = [.. Enumerable.Range(0, Connections).Select(number => new LoadDriver(number, seed))];
        ServerProcess server = await ServerProcess.StartAsync(configuration);
        try
        {
            await OpenBooksAsync(server, drivers);
            for (int round = 1; round <= rounds; round++)
            {
                await LoadUntilKilledAsync(server, drivers, random, byCount: round % 2 == 0);
                server.Dispose();
                server = await ServerProcess.StartAsync(configuration);
                int unknown = await SettleAsync(server, drivers);
                await CheckAsync(server, drivers);
                output.WriteLine(
                    $"round {round}: {drivers.Sum(driver => driver.Requests.Count)} requests, {unknown} unsettled");
            }

            await server.KillAsync();
        }
        finally
        {
            server.Dispose();
        }

        await VerifyAsync(folder);
    }

    // Small files and frequent checkpoints, so that kills hit all that a partition ever does.
    private static string Configure(TemporaryFolder folder)
    {
        string path = folder.Of("server.json");
        File.WriteAllText(path, JsonSerializer.Serialize(new
        {
            Node = new
            {
                DataDirectory = folder.Of("books"),
                Partitions,
                JournalSegmentBytes = 8 << 20,
                CheckpointJournalBytes = 200_000,
                RecordIndexMemoryBytes = 32 << 20,
                HistoryMemoryBytes = 16 << 20,
            },
        }));
        return path;
    }

    private static async Task OpenBooksAsync(ServerProcess server, LoadDriver[] drivers)
    {
        await using FastCoreClient client = await ConnectAsync(server);
        CreateMerchant[] merchants = new CreateMerchant[LoadDriver.Merchants];
        for (ulong i = 0; i < LoadDriver.Merchants; i++)
        {
            merchants[i] = new CreateMerchant
            {
                Merchant = i + 1,
                Currency = LoadDriver.Currency,
                FeePpm = 20_000,
                TaxPpm = 180_000,
                Prefund = Prefund,
            };
        }

        PaymentResult[] opened = new PaymentResult[merchants.Length];
        Assert.Equal(FrameStatus.Ok, (await client.CreateMerchantsAsync(merchants, opened)).Status);
        Assert.All(opened, result => Assert.Equal(PaymentStatus.Ok, result.Code));
        Account[] accounts = [.. Enumerable.Range(1, LoadDriver.Accounts)
            .Select(id => new Account { Id = (UInt128)id, Ledger = LoadDriver.Ledger, Code = 1 })];
        foreach (LoadDriver driver in drivers)
        {
            CreateAccountResult[] results = new CreateAccountResult[accounts.Length];
            Assert.Equal(FrameStatus.Ok, (await client.CreateAccountsAsync(driver.Book, accounts, results)).Status);
            Assert.All(results, result => Assert.Equal(CreateAccountStatus.Created, result.Status));
        }
    }

    private static async Task LoadUntilKilledAsync(
        ServerProcess server, LoadDriver[] drivers, SeededRandom random, bool byCount)
    {
        FastCoreClient[] clients = await Task.WhenAll(drivers.Select(_ => ConnectAsync(server)));
        int answeredMin = byCount ? random.Between(1, 1_500) : 1;
        int delayMs = byCount ? 0 : random.Between(1, 700);
        int answered = 0;
        TaskCompletionSource enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task[] running = new Task[drivers.Length];
        for (int i = 0; i < drivers.Length; i++)
        {
            running[i] = drivers[i].RunAsync(clients[i], () =>
            {
                if (Interlocked.Increment(ref answered) == answeredMin)
                {
                    enough.SetResult();
                }
            });
        }

        Task all = Task.WhenAll(running);
        Task first = await Task.WhenAny(enough.Task, all).WaitAsync(Patience);
        if (first == all)
        {
            await all;
            Assert.Fail($"the load ended by itself: {server.Errors}");
        }

        // The delay is the random moment of the kill; nothing is expected to have happened within it.
        await Task.Delay(TimeSpan.FromMilliseconds(delayMs), TimeProvider.System, CancellationToken.None);
        await server.KillAsync();
        foreach (FastCoreClient client in clients)
        {
            await client.DisposeAsync();
        }

        await all.WaitAsync(Patience);
    }

    /// <summary>Sends what was not answered again, until it is. Returns how many that were.</summary>
    private static async Task<int> SettleAsync(ServerProcess server, LoadDriver[] drivers)
    {
        await using FastCoreClient client = await ConnectAsync(server);
        SentRequest[] unsettled =
            [.. drivers.SelectMany(driver => driver.Requests).Where(request => !request.IsAnswered)];
        foreach (SentRequest request in unsettled)
        {
            Assert.True(await request.SendAsync(client).WaitAsync(Patience));
            request.CheckAccepted();
            request.CheckShares(Partitions);
        }

        return unsettled.Length;
    }

    private static async Task CheckAsync(ServerProcess server, LoadDriver[] drivers)
    {
        await using FastCoreClient client = await ConnectAsync(server);
        ExpectedBooks expected = new();
        foreach (SentRequest[] some in drivers.SelectMany(driver => driver.Requests).Chunk(RequestsInFlight))
        {
            await Task.WhenAll(some.Select(request => request.CheckAgainAsync(client))).WaitAsync(Patience);
            foreach (SentRequest request in some)
            {
                expected.Add(request);
            }
        }

        await expected.CheckAsync(client, drivers, Prefund).WaitAsync(Patience);
    }

    // The journal replayed from its first entry, the checkpoint, and an ordinary opening all give the same state.
    private async Task VerifyAsync(TemporaryFolder folder)
    {
        VerificationReport report = JournalVerifier.Verify(folder.Of("books"));
        foreach (PartitionVerification found in report.Partitions)
        {
            output.WriteLine($"{found}");
            Assert.Null(found.Failure);
            Assert.True(found.CheckpointSequence > 0, "no checkpoint was written during the run");
            Assert.True(found.CheckpointMatches);
        }

        Assert.True(report.IsSound);
        await using FastCoreNode node =
            FastCoreNode.Open(new NodeOptions { DataDirectory = folder.Of("books"), JournalSegmentBytes = 8 << 20 });
        await node.CheckInvariantsAsync();
        Assert.Equal(
            report.Partitions.Select(found => found.StateHash),
            (await node.StateHashesAsync()).Select(hash => hash.ToString("x16")));
    }

    private static Task<FastCoreClient> ConnectAsync(ServerProcess server) =>
        FastCoreClient.ConnectAsync(new FastCoreClientOptions { Endpoint = server.Address, TimeoutMs = 60_000 });

    private static ulong NumberOf(string variable, ulong otherwise) =>
        ulong.TryParse(Environment.GetEnvironmentVariable(variable), out ulong number) ? number : otherwise;
}
