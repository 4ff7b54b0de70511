using System.Runtime.InteropServices;
using FastCore.Fraud.Scoring;
using FastCore.Integration.Tests.Fronts;
using FastCore.Node;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Waiting;
using FastCore.Server;
using FastCore.Server.Audit;
using Microsoft.Extensions.DependencyInjection;

namespace FastCore.Integration.Tests.Doors;

/// <summary>A real node behind a server with two tenants, each with a key for ten books and every operation.</summary>
public sealed class TenantRig : IAsyncLifetime
{
    /// <summary>A book of the first tenant; his are 10 to 19.</summary>
    public const ulong OwnBook = 10;

    /// <summary>A book of the second tenant; hers are 20 to 29.</summary>
    public const ulong ForeignBook = 20;

    /// <summary>An amount that the policy in force sends to review.</summary>
    public const ulong ReviewedAmount = 777;

    private static readonly byte[] TicketKey = [.. "the key of all tickets"u8];

    private readonly FastCoreNode _node = FastCoreNode.Open(
        new NodeOptions
        {
            Durability = Durability.None,
            Partitions = 2,
            Fraud = new FraudOptions(),
            TicketKeys = [[.. TicketKey]],
        });

    private readonly string _folder = Directory.CreateTempSubdirectory("fastcore-tenants-").FullName;

    private readonly ServerOptions _options = new();
    private FastCoreServer? _server;
    private ulong _correlation;

    public string Address => _server!.Addresses[0];

    public string OwnKey { get; private set; } = "";

    public string ForeignKey { get; private set; } = "";

    internal RefusalAudit Audit => _server!.Services.GetRequiredService<RefusalAudit>();

    /// <summary>The first tenant's connection.</summary>
    internal RawClient Own { get; private set; } = null!;

    /// <summary>The second tenant's connection.</summary>
    internal RawClient Foreign { get; private set; } = null!;

    /// <summary>Operations that clients may ask for about a book, by name.</summary>
    public static TheoryData<string> ClientOperations =>
        [.. OperationTable.All.Where(IsForClients).Select(shape => shape.Name)];

    /// <summary>Whether clients may ask for it about a book.</summary>
    public static bool IsForClients(OperationShape shape) =>
        shape is { Kind: not (OperationKind.Session or OperationKind.Internal), IsForAll: false };

    public async Task InitializeAsync()
    {
        _options.Endpoints.Add(new EndpointOptions { Address = "tcp://127.0.0.1:0" });
        _options.Keys.Add(TestKeys.New("own", 1, "*", "10-19", out string own));
        _options.Keys.Add(TestKeys.New("foreign", 2, "*", "20-29", out string foreign));
        (OwnKey, ForeignKey) = (own, foreign);
        _server = await FastCoreServer.StartAsync(_node, _options);
        await ScoreAsync();
        Own = await RawClient.GreetAsync(Address, own);
        Foreign = await RawClient.GreetAsync(Address, foreign);
    }

    public async Task DisposeAsync()
    {
        Own.Dispose();
        Foreign.Dispose();
        await _server!.DisposeAsync();
        await _node.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>A body of the operation with so many empty elements, each about a book.</summary>
    public static byte[] Body(OperationShape shape, params ulong[] books)
    {
        int elements = shape.PrefixSize > 0 ? 1 : books.Length;
        byte[] body = new byte[shape.PrefixSize + (elements * shape.ElementSize)];
        for (int i = 0; i < books.Length; i++)
        {
            MemoryMarshal.Write(
                body.AsSpan(Math.Max(shape.KeyOffset, 0) + (i * shape.ElementSize)), in books[i]);
        }

        return shape.Operation == Operation.EnterWaitingRoom ? Signed(body) : body;
    }

    /// <summary>Tickets that are genuine, whoever's they are.</summary>
    public static byte[] Signed(byte[] tickets)
    {
        foreach (ref EnterWaitingRoom ticket in MemoryMarshal.Cast<byte, EnterWaitingRoom>(tickets.AsSpan()))
        {
            ticket.Signature = WaitingTicket.Sign(
                TicketKey, ticket.Show, ticket.Buyer, ticket.ExpiresAt, ticket.Calls);
        }

        return tickets;
    }

    /// <summary>A body of elements with their book before them.</summary>
    public static byte[] Prefixed<T>(ulong book, params ReadOnlySpan<T> elements)
        where T : unmanaged => [.. MemoryMarshal.AsBytes([book, 0UL]), .. MemoryMarshal.AsBytes(elements)];

    /// <summary>A body of elements that carry their book themselves.</summary>
    public static byte[] Plain<T>(params ReadOnlySpan<T> elements)
        where T : unmanaged => MemoryMarshal.AsBytes(elements).ToArray();

    /// <summary>Loads a chart of one row and one area, which only who may use every book can do.</summary>
    public async Task LoadChartAsync(ulong chart)
    {
        ChartBlock[] blocks =
        [
            new ChartBlock { Kind = ChartBlockKind.Row, Capacity = 10, NumberStep = 1 },
            new ChartBlock { Kind = ChartBlockKind.GeneralAdmission, Capacity = 10 },
        ];
        SeatResult[] results = new SeatResult[blocks.Length];
        await using IFastCoreSession session = _node.OpenSession();
        Reply reply = await session.CreateChartAsync(chart, blocks, results);
        Assert.Equal((FrameStatus.Ok, SeatStatus.Ok), (reply.Status, results[0].Code));
    }

    private async Task ScoreAsync()
    {
        await File.WriteAllTextAsync(
            Path.Combine(_folder, "all.rules"),
            "rule \"odd\": review if amount = 777\n  test \"it\" given amount = 777 expect review\n");
        string policy = Path.Combine(_folder, "policy.json");
        await File.WriteAllTextAsync(policy, """
            {
              "version": 1, "rules": ["all.rules"], "thresholds": { "review": 0.5, "decline": 0.9 },
              "failure": { "features": "open", "model": "open" }, "payments": false
            }
            """);
        (FrameStatus status, FraudResult result) = await _node.Fraud!.ActivateAsync(policy);
        Assert.Equal((FrameStatus.Ok, FraudStatus.Ok), (status, result.Code));
    }

    /// <summary>Sends a request and reads its reply.</summary>
    internal async Task<RawReply> CallAsync(RawClient client, Operation operation, byte[] body)
    {
        ulong correlation = Interlocked.Increment(ref _correlation);
        await client.SendAsync(RawClient.Frame(operation, correlation, body));
        RawReply? reply = await client.ReadAsync();
        Assert.NotNull(reply);
        Assert.Equal(correlation, reply.Header.Correlation);
        return reply;
    }

    /// <summary>Sends a request that must be done, and reads its results.</summary>
    internal async Task<T[]> ResultsAsync<T>(RawClient client, Operation operation, byte[] body)
        where T : unmanaged
    {
        RawReply reply = await CallAsync(client, operation, body);
        Assert.Equal(FrameStatus.Ok, reply.Header.Status);
        return MemoryMarshal.Cast<byte, T>(reply.Body).ToArray();
    }
}
