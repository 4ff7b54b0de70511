using System.Runtime.InteropServices;
using System.Text;
using FastCore.Client;
using FastCore.Fraud.Policies;
using FastCore.Fraud.Scoring;
using FastCore.Node;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Server;
using FastCore.Testing;

namespace FastCore.Integration.Tests.Conformance;

/// <summary>
/// What the node itself answers about scoring is the same, byte for byte, whichever door it is asked through (X15).
/// </summary>
public sealed class PolicyDoorTests
{
    private const ulong Merchant = 7;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task X15_Policies_metrics_and_reasons_are_the_same_through_every_door(int partitions)
    {
        byte[] embedded = await AnswersAsync(partitions, null);
        Assert.Equal(embedded, await AnswersAsync(partitions, "tcp://127.0.0.1:0"));
        string socket = Path.Combine(Path.GetTempPath(), $"fastcore-{Guid.NewGuid():N}.sock");
        Assert.Equal(embedded, await AnswersAsync(partitions, "unix://" + socket));
    }

    private static async Task<byte[]> AnswersAsync(int partitions, string? address)
    {
        await using FastCoreNode node = FastCoreNode.Open(new NodeOptions
        {
            Durability = Durability.None,
            Partitions = partitions,
            Clock = new ManualClock(),
            Fraud = new FraudOptions(),
        });
        if (address is null)
        {
            await using IFastCoreSession session = node.OpenSession();
            return await AskAsync(session);
        }

        ServerOptions options = new();
        options.Endpoints.Add(new EndpointOptions { Address = address });
        await using FastCoreServer server = await FastCoreServer.StartAsync(node, options);
        await using FastCoreClient client = await FastCoreClient.ConnectAsync(
            new FastCoreClientOptions { Endpoint = server.Addresses[0] });
        return await AskAsync(client);
    }

    private static async Task<byte[]> AskAsync(IFastCoreSession session)
    {
        List<byte> answers = [];
        PolicyOutcome outcome = await PolicyDelivery.ActivateAsync(
            session, ShippedPolicy.Document(), FraudPolicy.FilesNamedBy(ShippedPolicy.Document())
                .ToDictionary(name => name, name => ShippedPolicy.File(name)!));
        Assert.True(outcome.IsInForce);
        PolicyAnswer answer = outcome.Answer;
        answers.AddRange(MemoryMarshal.AsBytes(new ReadOnlySpan<PolicyAnswer>(in answer)));

        // A refusal, whose words take several rows.
        outcome = await PolicyDelivery.ActivateAsync(
            session, Encoding.UTF8.GetBytes("{ \"version\": 2, \"what\": 1 }"), new Dictionary<string, byte[]>());
        Assert.Equal(FraudStatus.PolicyRefused, outcome.Answer.Code);
        answers.AddRange(Encoding.UTF8.GetBytes(string.Join('\n', outcome.Mistakes)));

        ScoreTransaction[] transactions = [.. Enumerable.Range(1, 40).Select(i => new ScoreTransaction
        {
            Id = (UInt128)i,
            Merchant = Merchant,
            Card = (ulong)(i % 5),
            Terminal = (ulong)(i % 3),
            Amount = (ulong)i * 1_000,
        })];
        ScoreResult[] scores = new ScoreResult[transactions.Length];
        Assert.Equal(FrameStatus.Ok, (await session.ScoreTransactionsAsync(transactions, scores)).Status);
        Assert.All(scores, score => Assert.True(float.IsFinite(score.Margin)));

        PolicyRecord[] policies = new PolicyRecord[5];
        Add(answers, await session.GetPoliciesAsync(new PolicyFilter { Limit = 5 }, policies), policies, 1);
        FraudMetric[] metrics = new FraudMetric[200];
        Add(answers, await session.GetFraudMetricsAsync(new MetricFilter { Limit = 200 }, metrics), metrics, 20);
        ReasonRecord[] reasons = new ReasonRecord[100];
        Add(
            answers,
            await session.ExplainDecisionAsync(Merchant, new ReasonFilter { Id = 33, Limit = 100 }, reasons),
            reasons, 18);
        return [.. answers];
    }

    private static void Add<T>(List<byte> answers, Reply reply, T[] rows, int countMin)
        where T : unmanaged
    {
        Assert.Equal(FrameStatus.Ok, reply.Status);
        Assert.True(reply.CountOf<T>() >= countMin);
        answers.AddRange(MemoryMarshal.AsBytes(rows.AsSpan(0, reply.CountOf<T>())));
    }
}
