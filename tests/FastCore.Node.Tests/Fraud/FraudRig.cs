using System.Text;

using FastCore.Fraud.Features;
using FastCore.Fraud.Scoring;
using FastCore.Node.Fraud;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Protocol.Payments;
using FastCore.Testing;

using Xunit;

namespace FastCore.Node.Tests.Fraud;

/// <summary>A node that scores, with a folder of policies beside its data.</summary>
internal sealed class FraudRig : IAsyncDisposable
{
    public const string Rules = """
        list "stolen" of card block
        list "friends" of card allow

        rule "large" priority 10: decline if amount > 50_000
          test "above" given amount = 50001 expect decline
        rule "often" priority 20: review if card.count_1d > 3
          test "fourth" given card.count_1d = 4 expect review
        rule "watch" shadow: decline if amount > 1_000
          test "above" given amount = 1001 expect decline
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("fastcore-fraud-").FullName;
    private readonly int _partitions;
    private readonly Durability _durability;

    private readonly Action<NodeOptions>? _adjust;
    private bool _isClosed;

    private FraudRig(int partitions, Durability durability, Action<NodeOptions>? adjust)
    {
        _partitions = partitions;
        _durability = durability;
        _adjust = adjust;
    }

    public ManualClock Clock { get; } = new();

    public FastCoreNode Node { get; private set; } = null!;

    public IFastCoreSession Session { get; private set; } = null!;

    public string DataDirectory => Path.Combine(_folder, "data");

    /// <summary>The policy of the repository, with a model of 100 trees.</summary>
    public static string ModelPolicy { get; } =
        Path.Combine(RepositoryRoot.Path, "tests", "data", "fraud", "policy", "policy.json");

    public static async Task<FraudRig> OpenAsync(
        int partitions, Durability durability = Durability.None, Action<NodeOptions>? adjust = null)
    {
        FraudRig rig = new(partitions, durability, adjust);
        rig.Open();
        await rig.ActivateAsync(1, isForPayments: true);
        return rig;
    }

    public static ScoreTransaction Transaction(
        ulong id, ulong merchant = 7, ulong card = 42, ulong amount = 500) => new()
        {
            Id = id,
            Merchant = merchant,
            Card = card,
            Terminal = 3,
            Amount = amount,
        };

    public async Task<FraudStatus> ActivateAsync(ulong version, bool isForPayments, string rules = Rules)
    {
        (FrameStatus status, FraudResult result) = await Node.Fraud!.ActivateAsync(
            WritePolicy(version, isForPayments, rules));
        Assert.Equal(FrameStatus.Ok, status);
        return result.Code;
    }

    public string WritePolicy(ulong version, bool isForPayments, string rules = Rules)
    {
        File.WriteAllText(Path.Combine(_folder, "all.rules"), rules);
        string path = Path.Combine(_folder, "policy.json");
        File.WriteAllText(path, $$"""
            {
              "version": {{version}},
              "rules": ["all.rules"],
              "thresholds": { "review": 0.5, "decline": 0.9 },
              "failure": { "features": "open", "model": "closed" },
              "payments": {{(isForPayments ? "true" : "false")}}
            }
            """);
        return path;
    }

    public async Task<ScoreResult[]> ScoreAsync(params ScoreTransaction[] transactions)
    {
        ScoreResult[] results = new ScoreResult[transactions.Length];
        Reply reply = await Session.ScoreTransactionsAsync(transactions, results);
        Assert.Equal(FrameStatus.Ok, reply.Status);
        return results;
    }

    public async Task<PaymentResult> PayAsync(CreatePayment payment)
    {
        PaymentResult[] results = new PaymentResult[1];
        Reply reply = await Session.CreatePaymentsAsync(new[] { payment }, results);
        Assert.Equal(FrameStatus.Ok, reply.Status);
        return results[0];
    }

    public async Task<FraudResult> VerdictAsync(ulong id, Decision verdict, ulong merchant = 7)
    {
        FraudResult[] results = new FraudResult[1];
        Reply reply = await Session.ResolveReviewsAsync(
            new[] { new ReviewVerdict { Id = id, Merchant = merchant, Verdict = verdict } }, results);
        Assert.Equal(FrameStatus.Ok, reply.Status);
        return results[0];
    }

    public async Task<FraudResult> ChangeListAsync(
        string list, UInt128 key, ListChangeKind kind = ListChangeKind.Add, ulong expiresAt = 0)
    {
        ListChange change = new() { Key = key, Kind = kind, ExpiresAt = expiresAt };
        Encoding.UTF8.GetBytes(list, change.List);
        FraudResult[] results = new FraudResult[1];
        Reply reply = await Session.ChangeListsAsync(new[] { change }, results);
        Assert.Equal(FrameStatus.Ok, reply.Status);
        return results[0];
    }

    public async Task<DecisionRecord?> LookupAsync(ulong id, ulong merchant = 7)
    {
        DecisionRecord[] results = new DecisionRecord[1];
        Reply reply = await Session.LookupDecisionsAsync(merchant, new UInt128[] { id }, results);
        Assert.Equal(FrameStatus.Ok, reply.Status);
        return reply.Length == 0 ? null : results[0];
    }

    public async Task ReopenAsync()
    {
        await CloseAsync();
        Open();
    }

    public async Task CloseAsync()
    {
        _isClosed = true;
        await Session.DisposeAsync();
        await Node.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isClosed)
        {
            await CloseAsync();
        }

        Directory.Delete(_folder, recursive: true);
    }

    // Tables take their memory at once, which takes longer than the test.
    private static KeyFeatureOptions Few() =>
        new() { KeysMax = 1 << 10, BlocksMax = 1 << 10, HoursMax = 1 << 10, LabelsMax = 1 << 10 };

    private void Open()
    {
        NodeOptions options = new()
        {
            DataDirectory = _durability == Durability.None ? null : DataDirectory,
            Durability = _durability,
            Partitions = _partitions,
            Clock = Clock,
            Fraud = new FraudOptions { Bounds = new() { Cards = Few(), Terminals = Few(), Merchants = Few() } },
        };
        _adjust?.Invoke(options);
        Node = FastCoreNode.Open(options);
        Session = Node.OpenSession();
        _isClosed = false;
    }
}
