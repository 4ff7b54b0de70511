namespace FastCore.Fraud.Features;

/// <summary>Turns declared features into definitions, and says of each mistake what and where it is.</summary>
internal sealed class FeatureChecker(List<FeatureMistake> mistakes)
{
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _columns = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<FeatureKey, FeatureKey> _counterparties = [];
    private readonly Dictionary<FeatureKey, HashSet<ulong>> _reaches = [];

    public List<FeatureDefinition> Check(List<DeclaredFeature> features)
    {
        List<FeatureDefinition> definitions = [];
        if (features.Count > FeatureLimits.FeaturesMax)
        {
            Add(
                FeatureMistakeCode.TooManyFeatures,
                features[FeatureLimits.FeaturesMax],
                "",
                $"A file has at most {FeatureLimits.FeaturesMax} features, this one {features.Count}.");
            return definitions;
        }

        foreach (DeclaredFeature feature in features)
        {
            int before = mistakes.Count;
            FeatureDefinition definition = Check(feature);
            if (mistakes.Count == before)
            {
                definitions.Add(definition);
            }
        }

        return definitions;
    }

    private FeatureDefinition Check(DeclaredFeature feature)
    {
        string name = Name(feature, "name", _names) ?? "";
        string column = feature.Fields.ContainsKey("column") ? Name(feature, "column", _columns) ?? "" : name;
        if (!feature.Fields.ContainsKey("column") && name.Length != 0 && !_columns.Add(name))
        {
            Add(FeatureMistakeCode.RepeatedName, feature, "name", $"The column {name} is taken by an earlier feature.");
        }

        bool hasKey = Word(feature, "key", out string keyText);
        FeatureKey key = default;
        if (hasKey && !FeatureWords.TryKey(keyText, out key))
        {
            hasKey = false;
            Add(
                FeatureMistakeCode.UnknownKey,
                feature,
                "key",
                $"There is no key {FeatureWords.Quote(keyText)}; the keys are {FeatureWords.AllKeys}.");
        }

        FeatureAggregate aggregate = default;
        bool hasAggregate = Word(feature, "aggregate", out string aggregateText);
        if (hasAggregate && !FeatureWords.TryAggregate(aggregateText, out aggregate))
        {
            hasAggregate = false;
            Add(
                FeatureMistakeCode.UnknownAggregate,
                feature,
                "aggregate",
                $"There is no aggregate {FeatureWords.Quote(aggregateText)}; "
                + $"the aggregates are {FeatureWords.AllAggregates}.");
        }

        FeatureDefinition definition = new() { Name = name, Column = column, Key = key, Aggregate = aggregate };
        return hasKey && hasAggregate && CheckPair(feature, key, aggregate)
            ? CheckRest(feature, definition)
            : definition;
    }

    private bool CheckPair(DeclaredFeature feature, FeatureKey key, FeatureAggregate aggregate)
    {
        if (FeatureWords.IsOfTransaction(aggregate) == (key == FeatureKey.Transaction))
        {
            return true;
        }

        string sentence = key == FeatureKey.Transaction
            ? $"The aggregate {FeatureWords.Of(aggregate)} needs the key card, terminal or merchant."
            : $"The aggregate {FeatureWords.Of(aggregate)} goes with the key transaction only.";
        Add(FeatureMistakeCode.AggregateNotForKey, feature, "aggregate", sentence);
        return false;
    }

    private FeatureDefinition CheckRest(DeclaredFeature feature, FeatureDefinition definition)
    {
        FeatureAggregate aggregate = definition.Aggregate;
        bool mayHaveDelay = FeatureWords.MayHaveDelay(aggregate);
        ulong window = Duration(
            feature, "window", FeatureWords.HasWindow(aggregate), true, aggregate, FeatureLimits.WindowNsMin);
        ulong delay = Duration(feature, "delay", mayHaveDelay, false, aggregate, FeatureLimits.DelayNsMin);
        FeatureKey of = Counterparty(feature, definition.Key, aggregate);
        if (window != 0)
        {
            CountReaches(feature, definition.Key, window, delay);
        }

        return definition with { WindowNs = window, DelayNs = delay, Of = of };
    }

    private ulong Duration(
        DeclaredFeature feature, string field, bool isAllowed, bool isRequired, FeatureAggregate aggregate, ulong least)
    {
        bool isThere = feature.Fields.TryGetValue(field, out DeclaredField text);
        if (!isAllowed)
        {
            if (isThere)
            {
                AddNotForAggregate(feature, field, aggregate);
            }

            return 0;
        }

        if (!isThere)
        {
            if (isRequired)
            {
                Add(
                    FeatureMistakeCode.MissingField,
                    feature,
                    field,
                    $"The aggregate {FeatureWords.Of(aggregate)} needs a {field}, such as \"7d\".");
            }

            return 0;
        }

        if (text.Text is null)
        {
            return 0;
        }

        if (!DurationText.TryParse(text.Text, out ulong duration))
        {
            Add(
                FeatureMistakeCode.BadDuration,
                feature,
                field,
                $"{FeatureWords.Quote(text.Text)} is not a length of time; "
                + "write a whole number and s, m, h or d, such as \"90s\".");
            return 0;
        }

        if ((duration == 0 && !isRequired) || (duration >= least && duration <= FeatureLimits.WindowNsMax))
        {
            return duration;
        }

        Add(
            FeatureMistakeCode.DurationOutOfRange,
            feature,
            field,
            $"A {field} is {DurationText.Of(least)} to {DurationText.Of(FeatureLimits.WindowNsMax)}, not {text.Text}.");
        return 0;
    }

    private FeatureKey Counterparty(DeclaredFeature feature, FeatureKey key, FeatureAggregate aggregate)
    {
        bool isThere = feature.Fields.TryGetValue("of", out DeclaredField text);
        if (aggregate != FeatureAggregate.Distinct)
        {
            if (isThere)
            {
                AddNotForAggregate(feature, "of", aggregate);
            }

            return default;
        }

        if (!isThere)
        {
            Add(
                FeatureMistakeCode.MissingField,
                feature,
                "of",
                "The aggregate distinct needs the field of: which of card, terminal and merchant it counts.");
            return default;
        }

        if (text.Text is null)
        {
            return default;
        }

        if (!FeatureWords.TryKey(text.Text, out FeatureKey of) || of == key || of == FeatureKey.Transaction)
        {
            Add(
                FeatureMistakeCode.BadCounterparty,
                feature,
                "of",
                $"A {FeatureWords.Of(key)} cannot count {FeatureWords.Quote(text.Text)}; "
                + "it counts one of the two other keys.");
            return default;
        }

        if (!_counterparties.TryAdd(key, of) && _counterparties[key] != of)
        {
            Add(
                FeatureMistakeCode.TwoCounterparties,
                feature,
                "of",
                $"The features of a {FeatureWords.Of(key)} already count each {FeatureWords.Of(_counterparties[key])}; "
                + "one kind of key remembers one counterparty of a transaction.");
        }

        return of;
    }

    private void CountReaches(DeclaredFeature feature, FeatureKey key, ulong window, ulong delay)
    {
        if (!_reaches.TryGetValue(key, out HashSet<ulong>? reaches))
        {
            _reaches.Add(key, reaches = []);
        }

        bool wasFull = reaches.Count > FeatureLimits.ReachesMax;
        reaches.Add(window + delay);
        if (delay != 0)
        {
            reaches.Add(delay);
        }

        if (!wasFull && reaches.Count > FeatureLimits.ReachesMax)
        {
            Add(
                FeatureMistakeCode.TooManyWindows,
                feature,
                "window",
                $"The windows of a {FeatureWords.Of(key)} begin and end at more than {FeatureLimits.ReachesMax} "
                + "distances from the transaction.");
        }
    }

    private string? Name(DeclaredFeature feature, string field, HashSet<string> taken)
    {
        if (!Word(feature, field, out string text))
        {
            return null;
        }

        if (!IsName(text))
        {
            Add(
                FeatureMistakeCode.BadName,
                feature,
                field,
                $"A {field} has 1 to {FeatureLimits.NameLengthMax} letters, digits, points and underscores and begins "
                + "with a letter.");
            return null;
        }

        if (!taken.Add(text))
        {
            Add(FeatureMistakeCode.RepeatedName, feature, field, $"The {field} {text} is taken by an earlier feature.");
            return null;
        }

        return text;
    }

    private bool Word(DeclaredFeature feature, string field, out string text)
    {
        bool isThere = feature.Fields.TryGetValue(field, out DeclaredField declared);
        text = declared.Text ?? "";
        if (!isThere)
        {
            Add(FeatureMistakeCode.MissingField, feature, field, $"The field {field} is missing.");
        }

        return declared.Text is not null;
    }

    private static bool IsName(string text) =>
        text.Length is > 0 and <= FeatureLimits.NameLengthMax
        && char.IsAsciiLetter(text[0])
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_');

    private void AddNotForAggregate(DeclaredFeature feature, string field, FeatureAggregate aggregate) =>
        Add(
            FeatureMistakeCode.FieldNotForAggregate,
            feature,
            field,
            $"The aggregate {FeatureWords.Of(aggregate)} has no {field}.");

    private void Add(FeatureMistakeCode code, DeclaredFeature feature, string field, string sentence)
    {
        (int line, int column) = feature.Fields.TryGetValue(field, out DeclaredField declared)
            ? (declared.Line, declared.Column)
            : (feature.Line, feature.Column);
        mistakes.Add(new FeatureMistake(code, feature.Title, field, line, column, sentence));
    }
}
