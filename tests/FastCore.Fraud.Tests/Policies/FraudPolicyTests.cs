using System.Security.Cryptography;
using System.Text;
using FastCore.Fraud.Features;
using FastCore.Fraud.Models;
using FastCore.Fraud.Policies;
using FastCore.Fraud.Rules;
using FastCore.Fraud.Tests.Models;
using FastCore.Testing;
using Xunit;

namespace FastCore.Fraud.Tests.Policies;

/// <summary>What a policy says, its name by content, and what asks it.</summary>
public sealed class FraudPolicyTests
{
    private static readonly int[] Percents = [0, 10, 35, 100];

    [Fact]
    public void F4_Policy_SaysWhatItsFileSays()
    {
        PolicyRig rig = new();
        FraudPolicy policy = rig.Parse();
        Assert.Equal(3UL, policy.Version);
        Assert.Equal("depth6.json", policy.Champion!.Name);
        Assert.True(policy.Champion.Hash.SequenceEqual(SHA256.HashData(rig.Files["depth6.json"])));
        Assert.True(policy.Champion.IsIdentity);
        Assert.Equal(("m/depth3.json", 10), (policy.Challenger!.Name, policy.ChallengerPercent));
        PolicyModel shadow = Assert.Single(policy.Shadows);
        Assert.False(shadow.IsIdentity);
        Assert.Equal([2, 5, 0, 1, 6, 7, 8, 9, 10, 11, 3, 4], shadow.Columns.ToArray());
        Assert.Equal("fast", Assert.Single(policy.Rules.Rules).Name);
        Assert.Equal(new PolicyThresholds(0.5f, 0.9f), policy.ThresholdsOf(1));
        Assert.Equal(new PolicyThresholds(0.4f, 0.8f), policy.ThresholdsOf(100));
        Assert.Equal(new PolicyThresholds(0f, 1e-3f), policy.ThresholdsOf(20));
        Assert.Equal((FailureMode.Open, FailureMode.Closed), (policy.OnFeatureFailure, policy.OnModelFailure));
        Assert.True(policy.ScreensPayments);
        Assert.Equal(rig.Asked.Distinct().Order(), rig.Files.Keys.Order());
        Assert.Equal(0, Allocations.Of(() => policy.ThresholdsOf(100)));
    }

    [Fact]
    public void F4_PolicyOfRulesOnly_HasNoModel()
    {
        FraudPolicy policy = new PolicyRig().Parse("{\"version\":18446744073709551615," + PolicyRig.Rest);
        Assert.Equal(ulong.MaxValue, policy.Version);
        Assert.Null(policy.Champion);
        Assert.Empty(policy.Rules.Rules);
        Assert.Equal(ModelRole.None, policy.RoleFor(7));
        Assert.Null(policy.ModelFor(7));
        Assert.False(policy.ScreensPayments);
    }

    [Fact]
    public void F4_CanonicalForm_IsTheSamePolicy()
    {
        PolicyRig rig = new();
        FraudPolicy policy = rig.Parse();
        Assert.True(policy.Hash.SequenceEqual(SHA256.HashData(policy.Canonical)));
        Assert.Empty(FraudPolicy.TryLoad(policy.Canonical, PolicyRig.Features, rig.ByHash, out FraudPolicy? loaded));
        Assert.True(loaded!.Hash.SequenceEqual(policy.Hash));
        Assert.True(loaded.Canonical.SequenceEqual(policy.Canonical));
        Assert.Equal(policy.ThresholdsOf(20), loaded.ThresholdsOf(20));
        Assert.Equal(policy.Rules.Version, loaded.Rules.Version);

        // Layout, order of fields, merchants and rule files do not matter.
        string other = """
            { "payments": true, "failure": { "model": "closed", "features": "open" },
              "thresholds": { "merchants": { "20": { "decline": 0.001, "review": -0.0 },
                "100": { "review": 0.40, "decline": 0.8 } }, "decline": 9e-1, "review": 0.5 },
              "rules": [ "lists.rules", "rules/velocity.rules" ], // A comment.
              "models": { "shadows": [ { "vectors": "named.vectors", "file": "named.json" } ],
                "challenger": { "percent": 10, "file": "m/depth3.json", "vectors": "m/depth3.vectors" },
                "champion": { "file": "depth6.json", "vectors": "depth6.vectors" } },
              "version": 3 }
            """;
        Assert.Equal(Convert.ToHexString(policy.Hash), Convert.ToHexString(rig.Parse(other).Hash));
        foreach ((string old, string changed) in new[]
        {
            ("\"version\": 3", "\"version\": 4"), ("0.8", "0.81"), ("10 }", "11 }"), ("\"open\"", "\"closed\""),
            ("\"payments\": true", "\"payments\": false"), ("\"20\"", "\"21\""), (", \"lists.rules\"", ""),
        })
        {
            FraudPolicy changedPolicy = rig.Parse(PolicyRig.Everything.Replace(old, changed));
            Assert.False(changedPolicy.Hash.SequenceEqual(policy.Hash), changed);
        }

        // A space in a rule file is another file, and so another policy.
        rig.Files["lists.rules"] = [.. rig.Files["lists.rules"], (byte)' '];
        Assert.False(rig.Parse().Hash.SequenceEqual(policy.Hash));
    }

    [Fact]
    public void F4_Canonical_IsReadInOneWayOnly()
    {
        PolicyRig rig = new();
        string canonical = Encoding.UTF8.GetString(rig.Parse().Canonical);
        Assert.Equal(PolicyMistakeCode.NotCanonical, Code(canonical + " "));
        Assert.Equal(PolicyMistakeCode.NotCanonical, Code(canonical.Replace("\"review\":0.5", "\"review\":0.50")));
        Assert.Equal(PolicyMistakeCode.BadValue, Code(canonical.Replace("\"policy\":1", "\"policy\":2")));
        Assert.Equal(PolicyMistakeCode.MissingField, Code(canonical.Replace("\"policy\":1,", "")));
        Assert.Equal(PolicyMistakeCode.MissingField, Code(canonical.Replace("\"merchants\"", "\"others\"")));
        string features = PolicyRig.Features.Version;
        Assert.Equal(PolicyMistakeCode.OtherFeatures, Code(canonical.Replace(features, new string('0', 64))));
        string file = Convert.ToHexStringLower(SHA256.HashData(rig.Files["lists.rules"]));
        Assert.Equal(PolicyMistakeCode.FileMissing, Code(canonical.Replace(file, new string('0', 64))));
        Assert.Equal(PolicyMistakeCode.BadValue, Code(canonical.Replace(file, file.ToUpperInvariant())));
        IReadOnlyList<PolicyMistake> mistakes = FraudPolicy.TryLoad(
            Encoding.UTF8.GetBytes(canonical),
            PolicyRig.Features,
            hash => hash == file ? [1, 2, 3] : rig.ByHash(hash),
            out _);
        Assert.Equal(PolicyMistakeCode.OtherContent, mistakes[0].Code);

        PolicyMistakeCode Code(string text) => FraudPolicy.TryLoad(
            Encoding.UTF8.GetBytes(text), PolicyRig.Features, rig.ByHash, out _)[0].Code;
    }

    [Fact]
    public void F6_Challenger_GetsItsShareOfCards_AndMoreOnlyAdds()
    {
        PolicyRig rig = new();
        FraudPolicy[] policies = [.. Percents.Select(percent =>
            rig.Parse(PolicyRig.Everything.Replace("\"percent\": 10", $"\"percent\": {percent}")))];
        int[] counts = new int[policies.Length];
        for (ulong card = 1; card <= 20_000; card++)
        {
            bool wasChallenger = false;
            for (int i = 0; i < policies.Length; i++)
            {
                bool isChallenger = policies[i].RoleFor(card) == ModelRole.Challenger;
                Assert.Same(isChallenger ? policies[i].Challenger : policies[i].Champion, policies[i].ModelFor(card));
                Assert.True(isChallenger || !wasChallenger, $"card {card} went back to the champion");
                counts[i] += isChallenger ? 1 : 0;
                wasChallenger = isChallenger;
            }
        }

        Assert.Equal((0, 20_000), (counts[0], counts[3]));
        Assert.InRange(counts[1], 1_850, 2_150);
        Assert.InRange(counts[2], 6_700, 7_300);

        // Never another mix: the cards of a running comparison would change sides.
        Assert.Equal(
            [10UL, 18, 21, 41, 48],
            Enumerable.Range(1, 50).Select(card => (ulong)card)
                .Where(card => policies[1].RoleFor(card) == ModelRole.Challenger));
    }

    [Fact]
    public void F5_Evaluator_PutsFeaturesInTheModelsOrder_WithoutAllocation()
    {
        FraudPolicy policy = new PolicyRig().Parse();
        using RuleLists lists = new(4);
        PolicyEvaluator evaluator = new(policy, lists);
        Fixture fixture = Fixture.Own("depth3.json");
        PolicyModel shadow = policy.Shadows[0];
        int count = fixture.Margins.Length;
        float[] vectors = new float[fixture.Rows.Length];
        for (int i = 0; i < fixture.Rows.Length; i++)
        {
            vectors[(i / 12 * 12) + shadow.Columns[i % 12]] = fixture.Rows[i];
        }

        float[] margins = new float[count];
        foreach (int rows in new[] { 1, 15, 64, 65, count })
        {
            Array.Clear(margins);
            evaluator.Score(shadow, vectors.AsSpan(0, rows * 12), margins.AsSpan(0, rows));
            Assert.Equal(fixture.Margins[..rows], margins[..rows]);
        }

        evaluator.Score(policy.Challenger!, fixture.Rows, margins);
        Assert.Equal(fixture.Margins, margins);
        Assert.Equal(0, Allocations.Of(() => evaluator.Score(shadow, vectors, margins)));
        Assert.Throws<ArgumentException>(() => evaluator.Score(shadow, vectors, margins.AsSpan(1)));
        FraudPolicy other = new PolicyRig().Parse();
        Assert.Throws<ArgumentException>(() => evaluator.Score(other.Champion!, vectors, margins));
    }

    [Fact]
    public void F4_Evaluator_AsksRulesAndLists()
    {
        FraudPolicy policy = new PolicyRig().Parse();
        using RuleLists lists = new(4);
        PolicyEvaluator evaluator = new(policy, lists);
        double[] features = new double[12];
        features[3] = 6;
        RuleTransaction transaction = new() { Card = 5, TimeNs = 10 };
        RuleVerdict verdict = evaluator.Judge(transaction, features);
        Assert.Equal(new RuleVerdict(RuleOutcome.Decline, RuleReason.Rule, 0, 0), verdict);
        Assert.True(lists.TryOpen("stolen", RuleKey.Card, out int stolen));
        lists.Add(stolen, 5, 0, 1);
        verdict = evaluator.Judge(transaction, features);
        Assert.Equal(new RuleVerdict(RuleOutcome.Decline, RuleReason.List, 0, 0), verdict);
        Assert.Equal(0, Allocations.Of(() => evaluator.Judge(transaction, features)));
    }

    [Fact]
    public void F5_Probability_IsTheExponentialRoundedOnce()
    {
        int different = 0;
        SeededRandom random = new(5);
        for (int i = 0; i < 200_000; i++)
        {
            float value = i < 100_000 ? ((i - 50_000) / 540f) : (float)((random.Next() % 2_000_000 / 1e5) - 10);
            float exact = (float)Math.Exp(value);
            float ours = PortableExp.Of(value);
            int apart = Math.Abs(BitConverter.SingleToInt32Bits(exact) - BitConverter.SingleToInt32Bits(ours));
            Assert.True(apart <= 1, $"{value:R}");
            different += apart;
        }

        Assert.True(different <= 2, $"{different} of 200,000 differ");
        Assert.Equal([1f, 0f, float.PositiveInfinity], new[] { 0f, -200f, 89.5f }.Select(PortableExp.Of));
        Assert.True(float.IsNaN(PortableExp.Of(float.NaN)));
        Assert.Equal(0.5f, PolicyEvaluator.Probability(0));
        Assert.Equal(1f, PolicyEvaluator.Probability(float.PositiveInfinity));
        Assert.True(PolicyEvaluator.Probability(float.NegativeInfinity) is > 0 and < 1e-37f);

        // The very bits, because they are part of decisions that are replayed.
        Assert.Equal(
            [0x3DF420A9, 0x3F3B26A8, 0x3E89B2B1],
            new[] { -2f, 1f, -1f }.Select(m => BitConverter.SingleToInt32Bits(PolicyEvaluator.Probability(m))));
    }
}
