namespace FastCore.Fraud.Features;

/// <summary>
/// Compiles definitions: equal totals are read once, and every feature becomes a formula over raw values, so that what
/// remains per transaction is a few loops without a choice in them.
/// </summary>
internal sealed class FeatureCompiler
{
    private readonly IReadOnlyList<FeatureDefinition> _definitions;
    private readonly KeyPlan[] _plans = new KeyPlan[4];

    public FeatureCompiler(IReadOnlyList<FeatureDefinition> definitions)
    {
        _definitions = definitions;
        int start = TransactionRaw.Length;
        for (FeatureKey key = FeatureKey.Card; key <= FeatureKey.Merchant; key++)
        {
            _plans[(int)key] = Plan(key, start);
            start += _plans[(int)key].RawLength;
        }

        RawLength = start;
        Formulas = [.. definitions.Select(Formula)];
    }

    public int RawLength { get; }

    public FeatureFormula[] Formulas { get; }

    public KeyPlan PlanOf(FeatureKey key) => _plans[(int)key];

    private KeyPlan Plan(FeatureKey key, int start)
    {
        FeatureDefinition[] own = [.. _definitions.Where(definition => definition.Key == key)];
        ulong[] reaches =
        [
            .. own.Where(definition => definition.WindowNs != 0)
                .SelectMany(d => d.DelayNs == 0 ? [d.WindowNs] : new[] { d.DelayNs, d.DelayNs + d.WindowNs })
                .Distinct()
                .Order(),
        ];
        return new KeyPlan
        {
            ReachNs = reaches,
            Sums = Reads(own, reaches, FeatureAggregate.Sum, FeatureAggregate.Mean, FeatureAggregate.Ratio),
            Counts = Reads(
                own,
                reaches,
                FeatureAggregate.Count,
                FeatureAggregate.Mean,
                FeatureAggregate.Ratio,
                FeatureAggregate.Risk),
            Frauds = Reads(own, reaches, FeatureAggregate.FraudCount, FeatureAggregate.Risk),
            Distincts = Reads(own, reaches, FeatureAggregate.Distinct),
            HasAge = own.Any(definition => definition.Aggregate == FeatureAggregate.FirstSeen),
            HasSpeed = own.Any(definition => definition.Aggregate == FeatureAggregate.ImpossibleSpeed),
            DistinctOf = own.FirstOrDefault(d => d.Aggregate == FeatureAggregate.Distinct)?.Of ?? default,
            RawStart = start,
        };
    }

    private static WindowRead[] Reads(FeatureDefinition[] own, ulong[] reaches, params FeatureAggregate[] aggregates) =>
        [.. own.Where(definition => aggregates.Contains(definition.Aggregate))
            .Select(definition => Read(definition, reaches))
            .Distinct()];

    private static WindowRead Read(FeatureDefinition definition, ulong[] reaches) => new(
        Array.IndexOf(reaches, definition.DelayNs + definition.WindowNs),
        definition.DelayNs == 0 ? -1 : Array.IndexOf(reaches, definition.DelayNs));

    private FeatureFormula Formula(FeatureDefinition definition)
    {
        KeyPlan plan = _plans[(int)definition.Key];
        return definition.Aggregate switch
        {
            FeatureAggregate.Amount => Over(TransactionRaw.Amount, TransactionRaw.One, 100),
            FeatureAggregate.Weekend => Over(TransactionRaw.Weekend, TransactionRaw.One, 1),
            FeatureAggregate.Night => Over(TransactionRaw.Night, TransactionRaw.One, 1),
            FeatureAggregate.Count => Over(Count(plan, definition), TransactionRaw.One, 1),
            FeatureAggregate.Sum => Over(Sum(plan, definition), TransactionRaw.One, 100),
            FeatureAggregate.Mean => Over(Sum(plan, definition), Count(plan, definition), 100),
            FeatureAggregate.Distinct => Over(Distinct(plan, definition), TransactionRaw.One, 1),
            FeatureAggregate.FirstSeen => Over(Age(plan), TransactionRaw.One, FeatureLimits.Second),
            FeatureAggregate.FraudCount => Over(Fraud(plan, definition), TransactionRaw.One, 1),
            FeatureAggregate.Risk => Over(Fraud(plan, definition), Count(plan, definition), 1),

            // The amount over (sum ÷ count) is the amount times the count over the sum.
            FeatureAggregate.Ratio => new FeatureFormula(
                TransactionRaw.Amount, Count(plan, definition), Sum(plan, definition), 1, 1),

            // Metres per nanosecond are 3.6 × 10^9 kilometres per hour.
            FeatureAggregate.ImpossibleSpeed => new FeatureFormula(
                Distance(plan), TransactionRaw.One, Distance(plan) + 1, 3.6e9, 1),
            _ => throw new InvalidOperationException($"The aggregate {definition.Aggregate} has no formula."),
        };
    }

    private static FeatureFormula Over(int raw, int under, double divisor) =>
        new(raw, TransactionRaw.One, under, 1, divisor);

    private static int Sum(KeyPlan plan, FeatureDefinition definition) =>
        plan.RawStart + Array.IndexOf(plan.Sums, Read(definition, plan.ReachNs));

    private static int Count(KeyPlan plan, FeatureDefinition definition) =>
        plan.RawStart + plan.Sums.Length + Array.IndexOf(plan.Counts, Read(definition, plan.ReachNs));

    private static int Fraud(KeyPlan plan, FeatureDefinition definition) =>
        plan.RawStart + plan.Sums.Length + plan.Counts.Length
        + Array.IndexOf(plan.Frauds, Read(definition, plan.ReachNs));

    private static int Distinct(KeyPlan plan, FeatureDefinition definition) =>
        plan.RawStart + plan.Sums.Length + plan.Counts.Length + plan.Frauds.Length
        + Array.IndexOf(plan.Distincts, Read(definition, plan.ReachNs));

    private static int Age(KeyPlan plan) =>
        plan.RawStart + plan.Sums.Length + plan.Counts.Length + plan.Frauds.Length + plan.Distincts.Length;

    private static int Distance(KeyPlan plan) => Age(plan) + (plan.HasAge ? 1 : 0);
}
