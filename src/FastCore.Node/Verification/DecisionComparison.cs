using System.Globalization;

using FastCore.Fraud.Features;
using FastCore.Fraud.Scoring;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;

namespace FastCore.Node.Verification;

/// <summary>Compares a stored decision with a recomputed one, bit by bit, and names what differs.</summary>
internal static class DecisionComparison
{
    /// <summary>Compares request, features, margins and decision. What became of it later is not compared.</summary>
    public static void Compare(
        FeatureSet features, StoredDecision stored, StoredDecision recomputed, List<DecisionDifference> differences)
    {
        DecisionRecord a = stored.Record;
        DecisionRecord b = recomputed.Record;
        (string Field, UInt128 Stored, UInt128 Recomputed)[] numbers =
        [
            ("card", a.Card, b.Card),
            ("terminal", a.Terminal, b.Terminal),
            ("device", a.Device, b.Device),
            ("amount", a.Amount, b.Amount),
            ("occurred_at", a.OccurredAt, b.OccurredAt),
            ("latitude", (uint)a.Latitude, (uint)b.Latitude),
            ("longitude", (uint)a.Longitude, (uint)b.Longitude),
            ("currency", a.Currency, b.Currency),
            ("bin", a.Bin, b.Bin),
            ("request_flags", (ushort)a.RequestFlags, (ushort)b.RequestFlags),
            ("user_data_64", a.UserData64, b.UserData64),
            ("user_data_128", a.UserData128, b.UserData128),
            ("time", stored.TimeNs, recomputed.TimeNs),
            ("timestamp", a.Timestamp, b.Timestamp),
            ("flags", (ushort)a.Flags, (ushort)b.Flags),
            ("rule", a.Rule, b.Rule),
            ("shadow_rules", a.ShadowRules, b.ShadowRules),
            ("policy_version", a.PolicyVersion, b.PolicyVersion),
        ];
        foreach ((string field, UInt128 left, UInt128 right) in numbers)
        {
            Compare(field, left == right, left, right, differences);
        }

        for (int i = 0; i < stored.Vector.Length; i++)
        {
            Compare($"feature.{features.Definitions[i].Name}", stored.Vector[i], recomputed.Vector[i], differences);
        }

        Compare("margin", a.Margin, b.Margin, differences);
        Compare("score", a.Score, b.Score, differences);
        for (int i = 0; i < stored.ShadowMargins.Length; i++)
        {
            Compare($"shadow_margin.{i}", stored.ShadowMargins[i], recomputed.ShadowMargins[i], differences);
        }

        Compare(
            "decision", a.Decision == b.Decision, SnakeCase.Of(a.Decision.ToString()),
            SnakeCase.Of(b.Decision.ToString()), differences);
        Compare(
            "reason", a.Reason == b.Reason, SnakeCase.Of(a.Reason.ToString()), SnakeCase.Of(b.Reason.ToString()),
            differences);
    }

    /// <summary>Compares what the second step carries of a card with what the card's partition counted.</summary>
    public static void Compare(in CardFeatures carried, in CardFeatures counted, List<DecisionDifference> differences)
    {
        Compare(
            "card.timestamp", carried.Timestamp == counted.Timestamp, carried.Timestamp, counted.Timestamp,
            differences);
        Compare("card.flags", carried.Flags == counted.Flags, carried.Flags, counted.Flags, differences);
        for (int i = 0; i < FraudLimits.CardValuesMax; i++)
        {
            Compare($"card.value.{i}", carried.Values[i] == counted.Values[i], carried.Values[i], counted.Values[i],
                differences);
        }
    }

    /// <summary>Compares the bits of two numbers: every NaN is a bit pattern too.</summary>
    public static void Compare(string field, float stored, float recomputed, List<DecisionDifference> differences) =>
        Compare(
            field,
            BitConverter.SingleToUInt32Bits(stored) == BitConverter.SingleToUInt32Bits(recomputed),
            Bits(stored),
            Bits(recomputed),
            differences);

    private static string Bits(float value) => string.Create(
        CultureInfo.InvariantCulture, $"{value:R} (0x{BitConverter.SingleToUInt32Bits(value):x8})");

    private static void Compare<T>(
        string field, bool isEqual, T stored, T recomputed, List<DecisionDifference> differences)
    {
        if (!isEqual)
        {
            differences.Add(new DecisionDifference(
                field,
                string.Create(CultureInfo.InvariantCulture, $"{stored}"),
                string.Create(CultureInfo.InvariantCulture, $"{recomputed}")));
        }
    }
}
