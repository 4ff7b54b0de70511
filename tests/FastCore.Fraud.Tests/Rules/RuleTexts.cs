using System.Text;
using FastCore.Fraud.Features;
using FastCore.Fraud.Rules;

namespace FastCore.Fraud.Tests.Rules;

/// <summary>Rules as the tests write them, and transactions to judge with them.</summary>
internal static class RuleTexts
{
    /// <summary>One feature of each unit; one is called like a field and one like a word of the language.</summary>
    public static FeatureSet Features { get; } = FeatureSet.Parse(Encoding.UTF8.GetBytes("""
        {
          "format": 1,
          "features": [
            { "name": "amount", "key": "transaction", "aggregate": "amount" },
            { "name": "night", "key": "transaction", "aggregate": "night" },
            { "name": "card.count_1h", "key": "card", "aggregate": "count", "window": "1h" },
            { "name": "card.sum_1d", "key": "card", "aggregate": "sum", "window": "1d" },
            { "name": "card.mean_7d", "key": "card", "aggregate": "mean", "window": "7d" },
            { "name": "card.age", "key": "card", "aggregate": "first_seen" },
            { "name": "card.speed", "key": "card", "aggregate": "impossible_speed" },
            { "name": "all", "key": "terminal", "aggregate": "risk", "window": "7d", "delay": "7d" }
          ]
        }
        """));

    public static RuleFile File(string text, string path = "a.rules") => new(path, Encoding.UTF8.GetBytes(text));

    public static RuleSet Parse(params string[] texts) =>
        RuleSet.Parse([.. texts.Select((text, i) => File(text, $"{i}.rules"))], Features);

    public static IReadOnlyList<RuleMistake> Mistakes(string text)
    {
        IReadOnlyList<RuleMistake> mistakes = RuleSet.TryParse([File(text)], Features, out RuleSet? set);
        Xunit.Assert.Equal(mistakes.Count == 0, set is not null);
        return mistakes;
    }

    /// <summary>Features of a transaction by name; those that are not named are 0.</summary>
    public static double[] Values(params (string Name, double Value)[] values)
    {
        double[] all = new double[Features.Count];
        foreach ((string name, double value) in values)
        {
            all[Features.Definitions.Select(feature => feature.Name).ToList().IndexOf(name)] = value;
        }

        return all;
    }
}
