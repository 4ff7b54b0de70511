using FastCore.Client;
using FastCore.Client.Seats;
using FastCore.Integration.Tests.Torture;
using FastCore.Node;
using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Server;
using Xunit;

namespace FastCore.Integration.Tests.Conformance;

/// <summary>A follower whose question waits at a server that goes away, or whose connection ends.</summary>
public sealed class FollowerRestartTests : IDisposable
{
    private const ulong Show = 9;

    private readonly TemporaryFolder _folder = new();
    private readonly string _socket = Path.Combine(Path.GetTempPath(), $"fastcore-{Guid.NewGuid():N}.sock");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task T15_A_follower_goes_on_without_a_gap_when_its_server_was_restarted()
    {
        FastCoreNode node = Open();
        FastCoreServer server = await ServeAsync(node);
        await using FastCoreClient client = await ConnectAsync();
        await OpenHouseAsync(client);
        SeatMapFollower follower = new(client, Show, new SeatMapFollowerOptions { Await = TimeSpan.FromMinutes(1) });
        Assert.Equal(SeatMapNews.Loaded, (await follower.NextAsync()).News);
        await HoldAsync(client, 1);
        Assert.Equal(1ul, (await follower.NextAsync()).Version);

        Task<SeatMapUpdate> next = follower.NextAsync().AsTask();
        await server.DisposeAsync();
        await node.DisposeAsync();
        node = Open();
        await using (IFastCoreSession session = node.OpenSession())
        {
            await HoldAsync(session, 2);
        }

        server = await ServeAsync(node);
        List<ulong> versions = [];
        while (versions.Count == 0)
        {
            SeatMapUpdate update = await next;
            Assert.True(update.News is SeatMapNews.Failed or SeatMapNews.Changed);
            versions.AddRange(update.Changes.ToArray().Select(change => change.Version));
            next = follower.NextAsync().AsTask();
        }

        await HoldAsync(node.OpenSession(), 3);
        while (versions.Count < 2)
        {
            versions.AddRange((await next).Changes.ToArray().Select(change => change.Version));
            next = follower.NextAsync().AsTask();
        }

        Assert.Equal([2ul, 3ul], versions);
        Assert.Equal(0b1110ul, follower.Map!.Blocks[0].Held);
        await server.DisposeAsync();
        await node.DisposeAsync();
    }

    [Fact]
    public async Task T15_The_connection_of_a_client_that_is_gone_does_not_wait_for_its_questions()
    {
        await using FastCoreNode node = Open();
        await using FastCoreServer server = await ServeAsync(node);
        FastCoreClient client = await ConnectAsync();
        await OpenHouseAsync(client);
        AwaitSeatChanges request = new() { Limit = 1, AwaitMs = 60_000 };
        Task<Reply> waiting = client.AwaitSeatChangesAsync(Show, request, new SeatChange[1]).AsTask();

        // Answered behind the other one, which is therefore at its partition.
        Assert.Equal(FrameStatus.Ok, (await client.GetShowAsync(Show, new ShowRecord[1])).Status);
        long answered = node.Statistics.Reads;
        await client.DisposeAsync();
        _ = await waiting;

        // Nobody is left whom the node could tell that it has let go of the question: only its counter shows it.
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        while (node.Statistics.Reads == answered)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, limit.Token);
        }
    }

    private FastCoreNode Open() => FastCoreNode.Open(SmallNodes.Options(_folder.Of("data"), 1));

    private Task<FastCoreServer> ServeAsync(FastCoreNode node)
    {
        ServerOptions options = new();
        options.Endpoints.Add(new EndpointOptions { Address = $"unix://{_socket}" });
        return FastCoreServer.StartAsync(node, options);
    }

    private async Task<FastCoreClient> ConnectAsync() =>
        await FastCoreClient.ConnectAsync(new FastCoreClientOptions { Endpoint = $"unix://{_socket}" });

    private static async Task OpenHouseAsync(IFastCoreSession session)
    {
        ChartBlock[] chart = [new() { Kind = ChartBlockKind.Row, Capacity = 40, NumberStep = 1, FirstNumber = 1 }];
        await session.CreateChartAsync(1, chart, new SeatResult[1]);
        await session.CreateShowAsync(new CreateShow[] { new() { Show = Show, Chart = 1 } }, new SeatResult[1]);
    }

    private static async Task HoldAsync(IFastCoreSession session, uint seat)
    {
        SeatResult[] results = new SeatResult[1];
        HoldSeats hold = new() { Id = seat, Show = Show, Count = 1 };
        hold.Seats[0] = seat;
        await session.HoldSeatsAsync(new[] { hold }, results);
        Assert.Equal(SeatStatus.Ok, results[0].Code);
    }
}
