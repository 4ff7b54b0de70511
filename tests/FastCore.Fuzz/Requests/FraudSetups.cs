using System.Text;
using FastCore.Fraud.Features;
using FastCore.Fraud.Policies;
using FastCore.Fraud.Scoring;
using FastCore.Node.Fraud;

namespace FastCore.Fuzz.Requests;

/// <summary>Fraud scoring in little room, with a policy that screens payments and has every kind of rule.</summary>
internal static class FraudSetups
{
    public const ulong PolicyVersion = 1;

    private const string Policy = """
        {
          "version": 1,
          "rules": ["fuzz.rules"],
          "thresholds": { "review": 0.5, "decline": 0.9 },
          "failure": { "features": "closed", "model": "open" },
          "payments": true
        }
        """;

    private const string Rules = """
        list "stolen" of card block
        list "friends" of device allow
        rule "large" priority 10: decline if amount > 50_000
          test "above" given amount = 50001 expect decline
        rule "often" priority 20: review if card.count_1d > 2 or terminal.risk_7d > 10%
          test "third" given card.count_1d = 3, terminal.risk_7d = 0 expect review
        rule "watch" shadow: decline if card.mean_7d * 3 < amount
          test "above" given amount = 1000, card.mean_7d = 100 expect decline
        """;

    private static readonly KeyFeatureOptions Small = new()
    {
        KeysMax = 4,
        BlocksMax = 8,
        EventsPerKeyMax = 8,
        HoursMax = 4,
        LabelsMax = 4,
        WaitingLabelsMax = 2,
    };

    private static readonly PolicyStore Store = new(null, FeatureSet.Default);

    private static readonly FraudPolicy Compiled =
        Store.Import(Encoding.UTF8.GetBytes(Policy), _ => Encoding.UTF8.GetBytes(Rules));

    public static ReadOnlySpan<byte> PolicyHash => Compiled.Hash;

    public static FraudSetup Make() => new(
        new FraudOptions
        {
            Bounds = new FeatureOptions { Cards = Small, Terminals = Small, Merchants = Small },
            ListEntriesMax = 4,
            ReviewsMax = 2,
        },
        FeatureSet.Default,
        Store,
        Partitions: 1,
        StageClock: null);
}
