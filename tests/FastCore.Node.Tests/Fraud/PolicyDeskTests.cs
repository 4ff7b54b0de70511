using System.Security.Cryptography;
using System.Text;
using FastCore.Fraud.Backtesting;
using FastCore.Fraud.Policies;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Testing;

using Xunit;

namespace FastCore.Node.Tests.Fraud;

/// <summary>What the node itself answers about scoring: policies, metrics, reasons.</summary>
public sealed class PolicyDeskTests
{
    private const string Document = """
        { "version": VERSION, "rules": ["r/all.rules"], "thresholds": { "review": 0.5, "decline": 0.9 },
          "failure": { "features": "open", "model": "closed" }, "payments": false }
        """;

    private const string Rules = """
        rule "large" priority 10: decline if amount > 2_000
          test "above" given amount = 2001 expect decline
        rule "middle" priority 20: review if amount > 1_000
          test "above" given amount = 1001 expect review
        rule "watch" shadow: decline if amount > 500
          test "above" given amount = 501 expect decline
        """;

    private static readonly string ModelFolder = Path.GetDirectoryName(FraudRig.ModelPolicy)!;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_policy_that_is_sent_is_proved_stored_and_in_force_in_every_partition(int partitions)
    {
        await using FraudRig rig = await FraudRig.OpenAsync(partitions, Durability.Async);
        PolicyOutcome outcome = await SendAsync(rig, 5, Rules);

        Assert.True(outcome.IsInForce);
        Assert.Equal((5UL, ScoreResultFlags.None), (outcome.Answer.Version, outcome.Answer.Flags));
        Assert.Empty(outcome.Mistakes);
        for (ulong merchant = 1; merchant <= 8; merchant++)
        {
            ScoreResult result = (await rig.ScoreAsync(FraudRig.Transaction(1, merchant, amount: 1_500))).Single();
            Assert.Equal((Decision.Review, 5UL, 1UL), (result.Decision, result.PolicyVersion, result.ShadowRules));
        }

        PolicyOutcome again = await SendAsync(rig, 5, Rules);
        Assert.True(again.IsInForce);
        Assert.Equal(
            (ScoreResultFlags.Duplicate, outcome.Answer.Timestamp), (again.Answer.Flags, again.Answer.Timestamp));
        await CheckPoliciesAsync(rig, partitions, outcome.Answer.Hash);
        await rig.Node.CheckpointAsync();
        await rig.ReopenAsync();
        await CheckPoliciesAsync(rig, partitions, outcome.Answer.Hash);
    }

    [Fact]
    public async Task What_is_refused_changes_nothing_and_says_why_in_words()
    {
        await using FraudRig rig = await FraudRig.OpenAsync(2);
        Assert.True((await SendAsync(rig, 5, Rules)).IsInForce);

        await RefusedAsync(
            SendAsync(rig, 6, Rules.Replace("amount = 2001", "amount = 2000", StringComparison.Ordinal)),
            FraudStatus.PolicyRefused, "r/all.rules: line 2, column 3", "RuleTestFailed");
        await RefusedAsync(
            SendAsync(rig, 6, "rule \"x\": decline if nonsense"), FraudStatus.PolicyRefused, "RulesRefused");
        await RefusedAsync(SendAsync(rig, 6, Rules, "other.rules"), FraudStatus.PolicyRefused, "FileMissing");
        await RefusedAsync(SendAsync(rig, 4, Rules), FraudStatus.PolicyVersionNotNewer);
        await RefusedAsync(
            SendAsync(rig, 5, Rules.Replace("2_000", "2_100", StringComparison.Ordinal)
                .Replace("2001", "2101", StringComparison.Ordinal)),
            FraudStatus.PolicyVersionNotNewer);
        await RefusedAsync(
            PolicyDelivery.ActivateAsync(rig.Session, Encoding.UTF8.GetBytes("{"), new Dictionary<string, byte[]>()),
            FraudStatus.PolicyRefused, "NotJson");
        await RefusedAsync(
            PolicyDelivery.ActivateAsync(rig.Session, new byte[32]), FraudStatus.PolicyNotFound);
        Assert.Equal(5UL, (await PoliciesAsync(rig)).Single(policy => policy.PartitionsInForce > 0).Version);
    }

    [Fact]
    public async Task A_model_that_decides_otherwise_here_is_refused_bit_by_bit()
    {
        await using FraudRig rig = await FraudRig.OpenAsync(1);
        Dictionary<string, byte[]> files = ModelFiles();
        files["baseline.vectors"][^1] ^= 0x40;
        byte[] document = ModelDocument(7);
        await RefusedAsync(
            PolicyDelivery.ActivateAsync(rig.Session, document, files), FraudStatus.PolicyRefused, "VectorsDiffer");
        Assert.True((await PolicyDelivery.ActivateAsync(rig.Session, document, ModelFiles())).IsInForce);
    }

    [Fact]
    public async Task A_stored_policy_is_put_in_force_by_its_hash_and_a_damaged_one_is_not()
    {
        await using FraudRig rig = await FraudRig.OpenAsync(2, Durability.Async);
        FraudPolicy stored = rig.Node.Fraud!.Policies.Import(rig.WritePolicy(9, isForPayments: false));
        PolicyOutcome outcome = await PolicyDelivery.ActivateAsync(rig.Session, stored.Hash.ToArray());
        Assert.Equal((true, 9UL), (outcome.IsInForce, outcome.Answer.Version));

        FraudPolicy next = rig.Node.Fraud!.Policies.Import(
            rig.WritePolicy(10, isForPayments: false, Rules.Replace("500", "600", StringComparison.Ordinal)
                .Replace("501", "601", StringComparison.Ordinal)));
        byte[] hash = next.Hash.ToArray();
        byte[] rules = SHA256.HashData(Encoding.UTF8.GetBytes(Rules.Replace("500", "600", StringComparison.Ordinal)
            .Replace("501", "601", StringComparison.Ordinal)));
        await rig.ReopenAsync();
        string file = Path.Combine(rig.DataDirectory, "fraud", Convert.ToHexStringLower(rules));
        byte[] bytes = await File.ReadAllBytesAsync(file);
        bytes[0] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        await RefusedAsync(
            PolicyDelivery.ActivateAsync(rig.Session, hash), FraudStatus.PolicyDamaged,
            Convert.ToHexStringLower(rules));
        Assert.Equal(9UL, (await PoliciesAsync(rig))[^1].Version);
    }

    [Fact]
    public async Task Names_of_files_are_checked()
    {
        await using FraudRig rig = await FraudRig.OpenAsync(1);
        (_, PolicyUploadResult sent) = await PolicyDelivery.SendAsync(rig.Session, Encoding.UTF8.GetBytes(Document));
        Assert.Equal(FraudStatus.Ok, sent.Code);
        PolicyFile nameless = FileOf("", Document);
        PolicyFile named = FileOf("r/all.rules", Rules);
        PolicyFile broken = named;
        broken.Name[0] = 0xFF;
        PolicyFile split = named;
        split.Name[1] = 0;
        foreach (PolicyFile[] files in new PolicyFile[][]
        {
            [named], [nameless, nameless], [nameless, named, named], [nameless, broken], [nameless, split],
        })
        {
            PolicyAnswer[] answers = new PolicyAnswer[FraudLimits.PolicyAnswersMax];
            Reply reply = await rig.Session.ActivatePolicyAsync(files, answers);
            Assert.Equal((FrameStatus.Ok, 1), (reply.Status, reply.CountOf<PolicyAnswer>()));
            Assert.Equal(FraudStatus.PolicyFilesOutOfRange, answers[0].Code);
        }
    }

    [Fact]
    public async Task A_node_that_scores_nothing_says_so()
    {
        await using FastCoreNode node = FastCoreNode.Open(new NodeOptions { Durability = Durability.None });
        await using IFastCoreSession session = node.OpenSession();
        PolicyUploadResult sent = (await PolicyDelivery.SendAsync(session, new byte[10])).Result;
        Assert.Equal(FraudStatus.NotConfigured, sent.Code);
        PolicyOutcome outcome = await PolicyDelivery.ActivateAsync(session, new byte[32]);
        Assert.Equal(FraudStatus.NotConfigured, outcome.Answer.Code);
        ReasonRecord[] reasons = new ReasonRecord[3];
        Reply reply = await session.ExplainDecisionAsync(7, new ReasonFilter { Id = 1, Limit = 3 }, reasons);
        Assert.Equal((1, FraudStatus.NotConfigured), (reply.CountOf<ReasonRecord>(), reasons[0].Code));
        reply = await session.GetPoliciesAsync(new PolicyFilter { Limit = 3 }, new PolicyRecord[3]);
        Assert.Equal((FrameStatus.Ok, 0), (reply.Status, reply.Length));
        reply = await session.GetFraudMetricsAsync(new MetricFilter { Limit = 3 }, new FraudMetric[3]);
        Assert.Equal((FrameStatus.Ok, 0), (reply.Status, reply.Length));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Reasons_add_up_to_the_margin_and_are_those_of_the_model_that_decided(int partitions)
    {
        await using FraudRig rig = await FraudRig.OpenAsync(partitions);
        ulong byRules = 900;
        _ = await rig.ScoreAsync(FraudRig.Transaction(byRules));
        Assert.True((await PolicyDelivery.ActivateAsync(rig.Session, ModelDocument(7), ModelFiles())).IsInForce);
        ScoreResult scored = (await rig.ScoreAsync(FraudRig.Transaction(1, amount: 23_400))).Single();
        ReasonRecord[] first = await ExplainAsync(rig, 1);
        Assert.True((await SendAsync(rig, 8, Rules)).IsInForce);
        ReasonRecord[] later = await ExplainAsync(rig, 1);

        int features = rig.Node.Fraud!.Features.Count;
        Assert.Equal(features + 1, first.Length);
        Assert.Equal((uint.MaxValue, 0u), (first[0].Feature, first[0].Rank));
        Assert.Equal(scored.Margin, first.Sum(reason => reason.Contribution), 1e-4f);
        Assert.All(first, reason => Assert.Equal(
            (FraudStatus.Ok, 7UL, scored.Margin), (reason.Code, reason.PolicyVersion, reason.Margin)));
        Assert.Equal(
            first.Skip(1).Select(reason => reason.Contribution).OrderByDescending(added => added),
            first.Skip(1).Select(reason => reason.Contribution));
        ReasonRecord amount = first.Single(reason => NameOf(reason.Name) == "amount");
        Assert.Equal(234f, amount.Value);
        Assert.Equal(Bytes(first), Bytes(later));

        Assert.Equal(FraudStatus.NoModelDecided, (await ExplainAsync(rig, byRules)).Single().Code);
        Assert.Empty(await ExplainAsync(rig, 77));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Metrics_are_what_the_decisions_and_their_labels_come_to(int partitions)
    {
        await using FraudRig rig = await FraudRig.OpenAsync(partitions);
        Assert.True((await SendAsync(rig, 5, Rules)).IsInForce);
        ulong[] amounts = [100, 600, 1_100, 1_200, 2_100, 2_200, 400, 700, 1_300, 2_300];
        List<LabelTransaction> labels = [];
        for (int i = 0; i < amounts.Length; i++)
        {
            ulong merchant = 1 + ((ulong)i % 4);
            rig.Clock.Advance(TimeSpan.FromSeconds(1));
            _ = await rig.ScoreAsync(FraudRig.Transaction((ulong)i + 1, merchant, 42, amounts[i]));
            labels.Add(new LabelTransaction
            {
                Id = (UInt128)(i + 1),
                Merchant = merchant,
                Card = 42,
                Label = i % 2 == 0 ? TransactionLabel.Chargeback : TransactionLabel.Cleared,
            });
        }

        // The last one has no label. Frauds: 100, 1,100, 2,100, 400, 1,300.
        FraudResult[] told = new FraudResult[9];
        _ = await rig.Session.LabelTransactionsAsync(labels[..9].ToArray(), told);
        Assert.All(told, result => Assert.Equal(FraudStatus.Ok, result.Code));

        FraudMetric[] metrics = await MetricsAsync(rig, new MetricFilter());
        Assert.Equal(Enumerable.Range(1, metrics.Length).Select(i => (ulong)i), metrics.Select(metric => metric.Place));
        CheckDetection(Of(metrics, 0, MetricKind.Stopped), 6, 5, 3, 5);
        CheckDetection(Of(metrics, 0, MetricKind.Declined), 3, 2, 1, 5);
        CheckDetection(Of(metrics, 5, MetricKind.Rule, "large"), 3, 2, 1, 5);
        CheckDetection(Of(metrics, 5, MetricKind.Rule, "middle"), 3, 3, 2, 5);
        CheckDetection(Of(metrics, 5, MetricKind.ShadowRule, "watch"), 8, 7, 3, 5);
        float[] early = [1, 6, 11, 12, 21];
        Assert.Equal(
            (float)StabilityIndex.Of(early, [22, 4, 7, 13, 23])!.Value,
            Of(metrics, 0, MetricKind.FeatureStability, "amount").Psi);
        Assert.Equal(0f, Of(metrics, 0, MetricKind.FeatureStability, "night").Psi);

        FraudMetric[] newest = await MetricsAsync(rig, new MetricFilter { Decisions = 4 });
        Assert.Equal(4UL, Of(newest, 0, MetricKind.Stopped).Decisions);
        CheckDetection(Of(newest, 5, MetricKind.Rule, "large"), 1, 0, 0, 2);
        Assert.Empty(await MetricsAsync(rig, new MetricFilter { PolicyVersion = 4 }));
        ulong since = metrics[0].Since;
        Assert.Empty(await MetricsAsync(rig, new MetricFilter { To = since }));
        Assert.Equal(1UL, (await MetricsAsync(rig, new MetricFilter { To = since + 1 }))[0].Decisions);
        Assert.Equal(10UL, (await MetricsAsync(rig, new MetricFilter { From = since }))[0].Decisions);
        Assert.Equal(9UL, (await MetricsAsync(rig, new MetricFilter { From = since + 1 }))[0].Decisions);
        Assert.Equal(
            metrics[3..5].Select(metric => metric.Place),
            (await MetricsAsync(rig, new MetricFilter { After = 3, Limit = 2 })).Select(metric => metric.Place));
        Assert.Empty(await MetricsAsync(rig, new MetricFilter { Reserved = 1 }));
        Assert.Empty(await MetricsAsync(rig, new MetricFilter { Decisions = FraudLimits.MetricDecisionsMax + 1 }));
    }

    [Fact]
    public async Task A_closing_node_answers_what_lies_at_its_desk()
    {
        FraudRig rig = await FraudRig.OpenAsync(2);
        MetricFilter filter = new() { Limit = 5 };
        ValueTask<Reply>[] asked =
            [.. Enumerable.Range(0, 12).Select(_ => rig.Session.GetFraudMetricsAsync(filter, new FraudMetric[5]))];
        ValueTask closing = rig.DisposeAsync();
        foreach (ValueTask<Reply> one in asked)
        {
            FrameStatus status = (await one).Status;
            Assert.True(
                status is FrameStatus.Ok or FrameStatus.PartitionStopped or FrameStatus.ShuttingDown,
                $"{status}");
        }

        await closing;
    }

    private static void CheckDetection(FraudMetric metric, ulong flagged, ulong labelled, ulong fraud, ulong all)
    {
        Assert.Equal(
            (flagged, labelled, fraud, all),
            (metric.Flagged, metric.FlaggedLabelled, metric.FlaggedFraud, metric.Fraud));
        Assert.Equal(labelled == 0 ? float.NaN : (float)((double)fraud / labelled), metric.Precision);
        Assert.Equal((float)((double)fraud / all), metric.Recall);
        Assert.Equal(float.NaN, metric.Psi);
    }

    private static FraudMetric Of(FraudMetric[] metrics, ulong version, MetricKind kind, string name = "") =>
        metrics.Single(metric => (metric.PolicyVersion, metric.Kind, NameOf(metric.Name)) == (version, kind, name));

    private static string NameOf(FraudName name) =>
        Encoding.UTF8.GetString(((ReadOnlySpan<byte>)name).TrimEnd((byte)0));

    private static byte[] Bytes(ReasonRecord[] reasons) =>
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(reasons.AsSpan()).ToArray();

    private static PolicyFile FileOf(string name, string content)
    {
        PolicyFile file = default;
        SHA256.HashData(Encoding.UTF8.GetBytes(content)).CopyTo(file.Hash);
        Encoding.UTF8.GetBytes(name, file.Name);
        return file;
    }

    private static byte[] ModelDocument(int version) => Encoding.UTF8.GetBytes(
        File.ReadAllText(FraudRig.ModelPolicy).Replace("\"version\": 1", $"\"version\": {version}",
            StringComparison.Ordinal));

    private static Dictionary<string, byte[]> ModelFiles() =>
        FraudPolicy.FilesNamedBy(File.ReadAllBytes(FraudRig.ModelPolicy))
            .ToDictionary(name => name, name => File.ReadAllBytes(Path.Combine(ModelFolder, name)));

    private static Task<PolicyOutcome> SendAsync(
        FraudRig rig, ulong version, string rules, string name = "r/all.rules") => PolicyDelivery.ActivateAsync(
            rig.Session,
            Encoding.UTF8.GetBytes(Document.Replace("VERSION", $"{version}", StringComparison.Ordinal)),
            new Dictionary<string, byte[]> { [name] = Encoding.UTF8.GetBytes(rules) });

    private static async Task RefusedAsync(Task<PolicyOutcome> sending, FraudStatus code, params string[] words)
    {
        PolicyOutcome outcome = await sending;
        Assert.Equal((FrameStatus.Ok, code, false), (outcome.Status, outcome.Answer.Code, outcome.IsInForce));
        Assert.Equal(words.Length > 0, outcome.Mistakes.Count > 0);
        Assert.All(words, word => Assert.Contains(word, outcome.Mistakes[0], StringComparison.Ordinal));
    }

    private static async Task<PolicyRecord[]> PoliciesAsync(FraudRig rig)
    {
        PolicyRecord[] records = new PolicyRecord[10];
        Reply reply = await rig.Session.GetPoliciesAsync(new PolicyFilter { Limit = 10 }, records);
        Assert.Equal(FrameStatus.Ok, reply.Status);
        return records[..reply.CountOf<PolicyRecord>()];
    }

    // The rig's own policy is version 1.
    private static async Task CheckPoliciesAsync(FraudRig rig, int partitions, PolicyHash hash)
    {
        PolicyRecord[] policies = await PoliciesAsync(rig);
        Assert.Equal([1UL, 5UL], policies.Select(policy => policy.Version));
        Assert.Equal([0, partitions], policies.Select(policy => (int)policy.PartitionsInForce));
        Assert.All(policies, policy => Assert.Equal((partitions, 3), ((int)policy.Partitions, (int)policy.Rules)));
        Assert.Equal([1, 0], policies.Select(policy => (int)policy.ScreensPayments));
        Assert.True(policies[0].ActivatedAt < policies[1].ActivatedAt);
        PolicyHash last = policies[1].Hash;
        Assert.True(((ReadOnlySpan<byte>)last).SequenceEqual(hash));
    }

    private static async Task<ReasonRecord[]> ExplainAsync(FraudRig rig, ulong id)
    {
        ReasonRecord[] reasons = new ReasonRecord[300];
        Reply reply = await rig.Session.ExplainDecisionAsync(7, new ReasonFilter { Id = id, Limit = 300 }, reasons);
        Assert.Equal(FrameStatus.Ok, reply.Status);
        return reasons[..reply.CountOf<ReasonRecord>()];
    }

    private static async Task<FraudMetric[]> MetricsAsync(FraudRig rig, MetricFilter filter)
    {
        FraudMetric[] metrics = new FraudMetric[500];
        filter.Limit = filter.Limit == 0 ? 500 : filter.Limit;
        Reply reply = await rig.Session.GetFraudMetricsAsync(filter, metrics);
        Assert.Equal(FrameStatus.Ok, reply.Status);
        return metrics[..reply.CountOf<FraudMetric>()];
    }
}
