namespace FastCore.Fraud.Features;

/// <summary>The words of feature files for keys and aggregates, and which go together.</summary>
internal static class FeatureWords
{
    // As long as a name may be.
    private const int ShownMax = FeatureLimits.NameLengthMax;

    private static readonly (string Word, FeatureKey Key)[] Keys =
    [
        ("transaction", FeatureKey.Transaction),
        ("card", FeatureKey.Card),
        ("terminal", FeatureKey.Terminal),
        ("merchant", FeatureKey.Merchant),
    ];

    private static readonly (string Word, FeatureAggregate Aggregate)[] Aggregates =
    [
        ("amount", FeatureAggregate.Amount),
        ("weekend", FeatureAggregate.Weekend),
        ("night", FeatureAggregate.Night),
        ("count", FeatureAggregate.Count),
        ("sum", FeatureAggregate.Sum),
        ("mean", FeatureAggregate.Mean),
        ("distinct", FeatureAggregate.Distinct),
        ("ratio", FeatureAggregate.Ratio),
        ("first_seen", FeatureAggregate.FirstSeen),
        ("impossible_speed", FeatureAggregate.ImpossibleSpeed),
        ("fraud_count", FeatureAggregate.FraudCount),
        ("risk", FeatureAggregate.Risk),
    ];

    public static string AllKeys { get; } = string.Join(", ", Keys.Select(pair => pair.Word));

    public static string AllAggregates { get; } = string.Join(", ", Aggregates.Select(pair => pair.Word));

    public static bool TryKey(string word, out FeatureKey key)
    {
        int index = Array.FindIndex(Keys, pair => pair.Word == word);
        key = index < 0 ? default : Keys[index].Key;
        return index >= 0;
    }

    public static bool TryAggregate(string word, out FeatureAggregate aggregate)
    {
        int index = Array.FindIndex(Aggregates, pair => pair.Word == word);
        aggregate = index < 0 ? default : Aggregates[index].Aggregate;
        return index >= 0;
    }

    public static string Of(FeatureKey key) => Array.Find(Keys, pair => pair.Key == key).Word;

    public static string Of(FeatureAggregate aggregate) =>
        Array.Find(Aggregates, pair => pair.Aggregate == aggregate).Word;

    /// <summary>Computed from the transaction alone.</summary>
    public static bool IsOfTransaction(FeatureAggregate aggregate) =>
        aggregate is FeatureAggregate.Amount or FeatureAggregate.Weekend or FeatureAggregate.Night;

    /// <summary>Has a window.</summary>
    public static bool HasWindow(FeatureAggregate aggregate) =>
        !IsOfTransaction(aggregate)
        && aggregate is not (FeatureAggregate.FirstSeen or FeatureAggregate.ImpossibleSpeed);

    /// <summary>
    /// May end before the transaction. Different counterparties of a window that ended are not known from running
    /// totals: those of the longer window less those of the shorter one are something else.
    /// </summary>
    public static bool MayHaveDelay(FeatureAggregate aggregate) =>
        HasWindow(aggregate) && aggregate != FeatureAggregate.Distinct;

    /// <summary>A text of a file in a sentence: one short line, whatever the file says.</summary>
    public static string Quote(string text) => $"'{Shown(text)}'";

    /// <summary>As <see cref="Quote"/>, without the marks.</summary>
    public static string Shown(string text)
    {
        return OneLine(text.Length > ShownMax ? text[..ShownMax] + "…" : text);
    }

    /// <summary>Text of a file without what would break the line that it is shown in.</summary>
    public static string OneLine(string text) =>
        string.Concat(text.Select(sign => char.IsControl(sign) ? '?' : sign));
}
