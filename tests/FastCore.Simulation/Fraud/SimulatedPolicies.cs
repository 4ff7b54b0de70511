using System.Text;

using FastCore.Fraud.Features;
using FastCore.Fraud.Policies;
using FastCore.Fraud.Scoring;
using FastCore.Node.Fraud;

namespace FastCore.Simulation.Fraud;

/// <summary>
/// Features and policies of the nodes that score. Shadow rules tell in each answer where most features stand; what the
/// files mean is written a second time, in C#, in <see cref="ModelPolicies"/>.
/// </summary>
internal static class SimulatedPolicies
{
    /// <summary>Transactions that may wait for a verdict: few, so that the queue is full now and then.</summary>
    public const int ReviewsMax = 12;

    /// <summary>Policies; their versions are 1 to this.</summary>
    public const int Count = 4;

    // No room is ever missing: what happens then is not simulated.
    private const int Many = 1 << 14;

    private const string Features = """
        { "format": 1, "features": [
          { "name": "amount", "key": "transaction", "aggregate": "amount" },
          { "name": "night", "key": "transaction", "aggregate": "night" },
          { "name": "card.count_1m", "key": "card", "aggregate": "count", "window": "1m" },
          { "name": "card.sum_10m", "key": "card", "aggregate": "sum", "window": "10m" },
          { "name": "card.mean_10m", "key": "card", "aggregate": "mean", "window": "10m" },
          { "name": "card.ratio_10m", "key": "card", "aggregate": "ratio", "window": "10m" },
          { "name": "card.terminals_10m", "key": "card", "aggregate": "distinct", "of": "terminal", "window": "10m" },
          { "name": "card.first_seen", "key": "card", "aggregate": "first_seen" },
          { "name": "terminal.count_late", "key": "terminal", "aggregate": "count", "window": "30m", "delay": "1h" },
          { "name": "terminal.frauds_1h", "key": "terminal", "aggregate": "fraud_count", "window": "1h" },
          { "name": "terminal.risk_10m", "key": "terminal", "aggregate": "risk", "window": "10m" },
          { "name": "merchant.count_10s", "key": "merchant", "aggregate": "count", "window": "10s" },
          { "name": "merchant.sum_1m", "key": "merchant", "aggregate": "sum", "window": "1m" }
        ] }
        """;

    private const string Shadows = """
        rule "s01" shadow: review if card.count_1m > 1
        rule "s02" shadow: review if card.count_1m > 2
        rule "s03" shadow: review if card.count_1m > 4
        rule "s04" shadow: review if card.sum_10m > 100_000
        rule "s05" shadow: review if card.mean_10m > 20_000
        rule "s06" shadow: review if card.ratio_10m > 1.5
        rule "s07" shadow: review if card.terminals_10m > 1
        rule "s08" shadow: review if card.first_seen < 10m
        rule "s09" shadow: review if terminal.count_late > 0
        rule "s10" shadow: review if terminal.count_late > 2
        rule "s11" shadow: review if terminal.frauds_1h > 0
        rule "s12" shadow: review if terminal.risk_10m > 25%
        rule "s13" shadow: review if merchant.count_10s > 5
        rule "s14" shadow: review if merchant.sum_1m > 200_000
        rule "s15" shadow: review if night = 1
        rule "s16" shadow: review if currency = 978 or bin = 411111
        rule "s17" shadow: review if device in list "watched"
        rule "s18" shadow: review if score is missing
        """;

    private static readonly string[] Deciding =
    [
        """
        list "stolen" of card block
        list "trusted" of merchant allow
        list "watched" of device
        rule "large" priority 10: decline if amount > 80_000
        rule "fraud" priority 20: decline if terminal.frauds_1h > 1
        rule "often" priority 30: review if card.count_1m > 3
        rule "pass" priority 40: approve if amount < 100
        rule "shop": review if merchant.count_10s > 8
        """,
        """
        list "stolen" of card block
        list "phones" of device block
        list "watched" of device
        rule "large" priority 10: review if amount > 60_000
        rule "first" priority 20: review if card.first_seen < 1m and amount > 20_000
        """,

        // The same list of other keys: refused where the others were in force, and refuses them where it was first.
        """
        list "stolen" of merchant block
        list "watched" of device
        rule "late": decline if terminal.count_late > 1
        """,
        """
        list "stolen" of card block
        list "bins" of bin block
        list "watched" of device allow
        rule "large" priority 10: review if amount > 1_000
        """,
    ];

    /// <summary>How a node that scores is opened.</summary>
    public static FraudOptions Options() => new()
    {
        Features = Features,
        Bounds = new FeatureOptions { Cards = Bounds(), Terminals = Bounds(), Merchants = Bounds() },
        ListEntriesMax = 4_096,
        ReviewsMax = ReviewsMax,
    };

    /// <summary>Stores a policy and all that it names.</summary>
    /// <param name="store">Where.</param>
    /// <param name="version">1 to <see cref="Count"/>.</param>
    public static FraudPolicy Import(PolicyStore store, int version) => store.Import(
        Encoding.UTF8.GetBytes($$"""
            {
              "version": {{version}},
              "rules": ["all.rules"],
              "thresholds": { "review": 0.5, "decline": 0.9 },
              "failure": { "features": "open", "model": "closed" },
              "payments": false
            }
            """),
        _ => Encoding.UTF8.GetBytes(Deciding[version - 1] + "\n" + Shadows));

    /// <summary>All policies in memory, for a replay.</summary>
    public static FraudSetup NewSetup(int partitions)
    {
        FraudOptions options = Options();
        FeatureSet features = options.Compile();
        PolicyStore store = new(null, features);
        for (int version = 1; version <= Count; version++)
        {
            _ = Import(store, version);
        }

        return new FraudSetup(options, features, store, partitions, null);
    }

    private static KeyFeatureOptions Bounds() => new()
    {
        KeysMax = Many,
        BlocksMax = Many,
        EventsPerKeyMax = Many,
        HoursMax = Many,
        LabelsMax = Many,
        WaitingLabelsMax = Many,
    };
}
