using System.Text.Json.Nodes;

using FastCore.Cli.Wire;
using FastCore.Fraud.Features;
using FastCore.Fraud.Policies;
using FastCore.Fraud.Rules;
using FastCore.Node.Verification;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;

namespace FastCore.Cli.Fraud;

/// <summary>An explanation as a document.</summary>
internal static class ExplanationJson
{
    /// <summary>Makes the document.</summary>
    /// <param name="data">The data directory.</param>
    /// <param name="found">What was found.</param>
    /// <param name="replayed">What the replay came to.</param>
    public static JsonObject Of(string data, DecisionExplanation found, ReplayedDecision replayed)
    {
        DecisionRecord record = found.Stored.Record;
        FraudPolicy? policy = replayed.Policy;
        PolicyThresholds? thresholds = policy?.ThresholdsOf(record.Merchant);
        return new JsonObject
        {
            ["command"] = "fraud explain",
            ["data"] = data,
            ["equal"] = found.IsEqual,
            ["differences"] = new JsonArray([.. found.Differences.Select(difference => (JsonNode)new JsonObject
            {
                ["field"] = difference.Field,
                ["stored"] = difference.Stored,
                ["recomputed"] = difference.Recomputed,
            })]),
            ["id"] = WireJson.Number(record.Id),
            ["merchant"] = WireJson.Number((UInt128)record.Merchant),
            ["card"] = WireJson.Number((UInt128)record.Card),
            ["terminal"] = WireJson.Number((UInt128)record.Terminal),
            ["amount"] = WireJson.Number((UInt128)record.Amount),
            ["time"] = TimeText.Write(found.Stored.TimeNs),
            ["committed"] = TimeText.Write(record.Timestamp),
            ["partition"] = found.Partition,
            ["sequence"] = replayed.Sequence == 0 ? null : WireJson.Number((UInt128)replayed.Sequence),
            ["decision"] = Word(record.Decision),
            ["reason"] = Word(record.Reason),
            ["flags"] = new JsonArray([.. FlagsOf(record.Flags).Select(flag => (JsonNode)flag)]),
            ["label"] = record.Label == TransactionLabel.None ? null : Word(record.Label),
            ["policy"] = policy is null
                ? null
                : new JsonObject
                {
                    ["version"] = WireJson.Number((UInt128)policy.Version),
                    ["sha256"] = Convert.ToHexStringLower(policy.Hash),
                    ["rules_version"] = policy.Rules.Version,
                    ["review"] = thresholds!.Value.Review,
                    ["decline"] = thresholds.Value.Decline,
                },
            ["model"] = replayed.Model is not { } model
                ? null
                : new JsonObject
                {
                    ["file"] = model.Name,
                    ["sha256"] = Convert.ToHexStringLower(model.Hash),
                    ["role"] = policy!.RoleFor(record.Card) == ModelRole.Challenger ? "challenger" : "champion",
                    ["trees"] = model.Model.TreeCount,
                },
            ["margin"] = Number(record.Margin),
            ["score"] = Number(record.Score),
            ["bias"] = replayed.Contributions is { } all ? Number(all[^1]) : null,
            ["rules"] = new JsonArray([.. FiredRules(replayed).Select(rule => (JsonNode)new JsonObject
            {
                ["name"] = rule.Name,
                ["priority"] = rule.Priority,
                ["shadow"] = rule.IsShadow,
                ["outcome"] = Word(rule.Outcome),
            })]),
            ["lists"] = new JsonArray([.. ListsHit(replayed).Select(list => (JsonNode)new JsonObject
            {
                ["name"] = list.Name,
                ["effect"] = Word(list.Effect),
            })]),
            ["features"] = FeaturesOf(found, replayed),
        };
    }

    /// <summary>The rules whose condition was true, in the policy's order.</summary>
    public static IEnumerable<RuleDescription> FiredRules(ReplayedDecision replayed) =>
        replayed.Policy is null ? [] : replayed.Policy.Rules.Rules.Where((_, i) => replayed.Rules[i]);

    /// <summary>The lists that block or allow and had the transaction.</summary>
    public static IEnumerable<RuleListDescription> ListsHit(ReplayedDecision replayed) =>
        replayed.Policy is null ? [] : replayed.Policy.Rules.Lists.Where((_, i) => replayed.Lists[i]);

    /// <summary>The flags by name.</summary>
    public static IEnumerable<string> FlagsOf(DecisionFlags flags) =>
        Enum.GetValues<DecisionFlags>().Where(flag => flag != 0 && (flags & flag) != 0).Select(Word);

    /// <summary>A value of an enumeration as the wire names it.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => SnakeCase.Of(value.ToString());

    private static JsonArray FeaturesOf(DecisionExplanation found, ReplayedDecision replayed)
    {
        JsonArray features = [];
        IReadOnlyList<FeatureDefinition> definitions = found.Features.Definitions;
        for (int i = 0; i < definitions.Count; i++)
        {
            float stored = found.Stored.Vector[i];
            float recomputed = replayed.Decision.Vector[i];
            features.Add((JsonNode)new JsonObject
            {
                ["name"] = definitions[i].Name,
                ["column"] = definitions[i].Column,
                ["value"] = double.IsFinite(replayed.Values[i]) ? replayed.Values[i] : null,
                ["stored"] = Number(stored),
                ["recomputed"] = Number(recomputed),
                ["equal"] =
                    BitConverter.SingleToUInt32Bits(stored) == BitConverter.SingleToUInt32Bits(recomputed),
                ["contribution"] = replayed.Contributions is { } all ? Number(all[i]) : null,
            });
        }

        return features;
    }

    // JSON has neither NaN nor infinity.
    private static JsonValue? Number(float value) => float.IsFinite(value) ? JsonValue.Create(value) : null;
}
