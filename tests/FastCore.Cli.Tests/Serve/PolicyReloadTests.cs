using System.Text.Json.Nodes;
using FastCore.Cli.Serve;
using FastCore.Cli.Terminal;
using FastCore.Cli.Tests.Fraud;
using FastCore.Cli.Tests.Terminal;
using FastCore.Fraud.Policies;
using FastCore.Fraud.Scoring;
using FastCore.Node;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;

namespace FastCore.Cli.Tests.Serve;

public sealed class PolicyReloadTests
{
    [Fact]
    public async Task ANewVersionIsInForceForTheNextTransaction_AndOneThatDoesNotHoldIsRefusedWhole()
    {
        using TemporaryDirectory folder = new();
        await using FastCoreNode node = FastCoreNode.Open(new NodeOptions
        {
            Durability = Durability.None,
            Partitions = 2,
            Fraud = new FraudOptions(),
        });
        StringWriter notes = new();
        CliContext context = new(new CliConsole(TextReader.Null, notes, notes), Json: false);
        using PolicyReload reload = new(node, folder.File("policy.json"), context);
        WritePolicy(folder, version: 1);
        Assert.True(await reload.ReloadAsync());
        Assert.Equal(1UL, await VersionAsync(node, 1));
        WritePolicy(folder, version: 2);
        Assert.True(await reload.ReloadAsync());
        Assert.Equal(2UL, await VersionAsync(node, 2));

        // One bit of one margin, and no decision is made otherwise.
        WritePolicy(folder, version: 3);
        byte[] vectors = ShippedPolicy.File("model.vectors")!;
        vectors[^1] ^= 1;
        File.WriteAllBytes(folder.File("model.vectors"), vectors);
        Assert.False(await reload.ReloadAsync());
        Assert.Contains("the old one stays in force", notes.ToString(), StringComparison.Ordinal);
        Assert.Equal(2UL, await VersionAsync(node, 3));
    }

    private static void WritePolicy(TemporaryDirectory folder, int version)
    {
        JsonNode policy = JsonNode.Parse(ShippedPolicy.Document())!;
        policy["version"] = version;
        File.WriteAllText(folder.File("policy.json"), policy.ToJsonString());
        foreach (string file in (string[])["model.ubj", "model.vectors", "lists.rules"])
        {
            File.WriteAllBytes(folder.File(file), ShippedPolicy.File(file)!);
        }
    }

    private static async Task<ulong> VersionAsync(FastCoreNode node, ulong id)
    {
        await using IFastCoreSession session = node.OpenSession();
        ScoreResult[] results = new ScoreResult[1];
        Reply reply = await session.ScoreTransactionsAsync(
            (ScoreTransaction[])
            [
                new ScoreTransaction { Id = id, Merchant = 7, Card = 5, Terminal = 1, Amount = 2_000, Currency = 356 },
            ],
            results);
        Assert.Equal((FrameStatus.Ok, FraudStatus.Ok), (reply.Status, results[0].Code));
        Assert.InRange(results[0].Score, float.Epsilon, 1);
        return results[0].PolicyVersion;
    }
}
