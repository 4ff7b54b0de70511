using FastCore.Fraud.Features;

namespace FastCore.Fraud.Rules.Text;

/// <summary>What a name means: a number that conditions calculate with, or a key that they look for.</summary>
/// <param name="IsKey">Whether it is a key.</param>
/// <param name="Key">The key.</param>
/// <param name="Input">The number: 0 is the amount, 1 the score, then the features in the order of their set.</param>
/// <param name="Unit">What the number measures.</param>
internal readonly record struct RuleName(bool IsKey, RuleKey Key, int Input, RuleUnit Unit)
{
    public const int AmountInput = 0;
    public const int ScoreInput = 1;
    public const int FeatureInputs = 2;
}

/// <summary>Finds what names mean with a set of features.</summary>
internal sealed class RuleNames
{
    private readonly Dictionary<string, RuleName> _names = new(StringComparer.Ordinal);

    public RuleNames(FeatureSet features)
    {
        _names.Add(RuleWords.Amount, new RuleName(false, default, RuleName.AmountInput, RuleUnit.Money));
        _names.Add(RuleWords.Score, new RuleName(false, default, RuleName.ScoreInput, RuleUnit.Plain));
        foreach (RuleKey key in Enum.GetValues<RuleKey>())
        {
            _names.Add(RuleWords.Of(key), new RuleName(true, key, 0, default));
        }

        for (int i = 0; i < features.Count; i++)
        {
            FeatureDefinition feature = features.Definitions[i];
            RuleName name = new(false, default, RuleName.FeatureInputs + i, UnitOf(feature.Aggregate));
            _names[RuleWords.FeaturePrefix + feature.Name] = name;
            _names.TryAdd(feature.Name, name);
        }
    }

    public bool TryFind(string name, out RuleName meaning) => _names.TryGetValue(name, out meaning);

    /// <summary>A sentence about a name that means nothing.</summary>
    public string Unknown(string name)
    {
        string? near = _names.Keys
            .Where(known => CommonStart(known, name) >= 3)
            .OrderByDescending(known => CommonStart(known, name))
            .ThenBy(known => known, StringComparer.Ordinal)
            .FirstOrDefault();
        string hint = near is null ? "" : $" Is it {near}?";
        return $"There is no field and no feature '{name}'.{hint}";
    }

    private static int CommonStart(string a, string b)
    {
        int length = 0;
        int end = Math.Min(a.Length, b.Length);
        while (length < end && char.ToLowerInvariant(a[length]) == char.ToLowerInvariant(b[length]))
        {
            length++;
        }

        return length;
    }

    private static RuleUnit UnitOf(FeatureAggregate aggregate) => aggregate switch
    {
        FeatureAggregate.Amount or FeatureAggregate.Sum or FeatureAggregate.Mean => RuleUnit.Money,
        FeatureAggregate.FirstSeen => RuleUnit.Seconds,
        FeatureAggregate.ImpossibleSpeed => RuleUnit.Speed,
        _ => RuleUnit.Plain,
    };
}
