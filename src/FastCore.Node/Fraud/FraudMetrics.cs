using FastCore.Fraud.Backtesting;
using FastCore.Fraud.Policies;
using FastCore.Fraud.Rules;
using FastCore.Fraud.Scoring;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;

namespace FastCore.Node.Fraud;

/// <summary>
/// Computes what rules and models picked out and how far scores and features moved, from the newest decisions as they
/// are kept. Partitions are asked for a few hundred at a time between two batches; everything else happens here.
/// </summary>
/// <param name="fraud">The node's scoring.</param>
internal sealed class FraudMetrics(FraudControl fraud)
{
    private const int DecisionsPerRead = 256;

    private readonly List<FraudMetric> _metrics = [];

    /// <summary>Computes.</summary>
    /// <param name="filter">About which decisions; its place and limit are the caller's business.</param>
    /// <returns>For all decisions together (version 0), then for each version of the policy.</returns>
    public async Task<IReadOnlyList<FraudMetric>> ComputeAsync(MetricFilter filter)
    {
        int most = filter.Decisions == 0 ? FraudLimits.MetricDecisionsMax : (int)filter.Decisions;
        List<StoredDecision> found = [];
        for (int partition = 0; partition < fraud.Partitions; partition++)
        {
            await ReadAsync(partition, most, filter, found).ConfigureAwait(false);
        }

        StoredDecision[] decisions = [.. found.OrderByDescending(decision => decision.Record.Timestamp)
            .ThenBy(decision => decision.Record.Merchant).Take(most)
            .Where(decision => filter.PolicyVersion == 0 || decision.Record.PolicyVersion == filter.PolicyVersion)
            .OrderBy(decision => decision.TimeNs).ThenBy(decision => decision.Record.Timestamp)
            .ThenBy(decision => decision.Record.Merchant)];
        if (decisions.Length == 0)
        {
            return [];
        }

        Dictionary<ulong, PolicyRecord> policies = (await fraud.PoliciesAsync().ConfigureAwait(false))
            .ToDictionary(record => record.Version);
        Population all = new(0, decisions);
        AddOutcomes(all);
        AddStability(all);
        foreach (IGrouping<ulong, StoredDecision> version in decisions
            .GroupBy(decision => decision.Record.PolicyVersion).OrderBy(version => version.Key))
        {
            Population own = new(version.Key, [.. version]);
            AddOutcomes(own);
            if (policies.TryGetValue(version.Key, out PolicyRecord record))
            {
                FraudPolicy policy = fraud.Policies.Load(record.Hash);
                AddRules(policy, own);
                AddModels(policy, own);
            }

            AddStability(own);
        }

        return _metrics;
    }

    // From the newest back: commit times fall, so what lies before the time asked for ends it.
    private async Task ReadAsync(int partition, int most, MetricFilter filter, List<StoredDecision> found)
    {
        long before = long.MaxValue;
        int taken = 0;
        while (taken < most && before > 0)
        {
            (StoredDecision[] some, before) = await fraud
                .ReadAsync(partition, machine => ReadSome(machine.Decisions, before)).ConfigureAwait(false);
            foreach (StoredDecision decision in some)
            {
                if (decision.Record.Timestamp < filter.From || taken == most)
                {
                    return;
                }

                if (filter.To == 0 || decision.Record.Timestamp < filter.To)
                {
                    found.Add(decision);
                    taken++;
                }
            }
        }
    }

    private static (StoredDecision[] Decisions, long Before) ReadSome(DecisionReader reader, long before)
    {
        long end = Math.Min(before, reader.Count);
        long first = Math.Max(0, end - DecisionsPerRead);
        StoredDecision[] some = new StoredDecision[end - first];
        for (int i = 0; i < some.Length; i++)
        {
            some[i] = reader.Get(end - 1 - i);
        }

        return (some, first);
    }

    private void AddOutcomes(Population own)
    {
        Add(own, MetricKind.Stopped, Decision.None, "",
            decision => decision.Record.Decision is Decision.Review or Decision.Decline);
        Add(own, MetricKind.Declined, Decision.None, "",
            decision => decision.Record.Decision == Decision.Decline);
    }

    // Which rules would have decided had others not come first is not kept; a backtest tells.
    private void AddRules(FraudPolicy policy, Population own)
    {
        IReadOnlyList<RuleDescription> rules = policy.Rules.Rules;
        for (int i = 0; i < rules.Count; i++)
        {
            int rule = i;
            int shadow = rules[i].IsShadow ? policy.Rules.ShadowRules.ToList().IndexOf(i) : -1;
            Add(own, rules[i].IsShadow ? MetricKind.ShadowRule : MetricKind.Rule,
                OutcomeOf(rules[i].Outcome), rules[i].Name, decision => shadow >= 0
                    ? (decision.Record.ShadowRules >> shadow & 1) != 0
                    : decision.Record.Reason == DecisionReason.Rule && decision.Record.Rule == rule);
        }

        for (int i = 0; i < policy.Rules.Lists.Count; i++)
        {
            int list = i;
            RuleListDescription described = policy.Rules.Lists[i];
            Add(own, MetricKind.List, OutcomeOf(described.Effect), described.Name,
                decision => decision.Record.Reason == DecisionReason.List && decision.Record.Rule == list);
        }
    }

    private void AddModels(FraudPolicy policy, Population own)
    {
        bool IsOf(StoredDecision decision, DecisionFlags role) =>
            (decision.Record.Flags & (DecisionFlags.NoModel | DecisionFlags.Challenger)) == role;

        if (policy.Champion is not null)
        {
            AddModel(policy, own.Where(decision => IsOf(decision, DecisionFlags.None)), "champion",
                decision => decision.Record.Score);
        }

        if (policy.Challenger is not null)
        {
            AddModel(policy, own.Where(decision => IsOf(decision, DecisionFlags.Challenger)), "challenger",
                decision => decision.Record.Score);
        }

        for (int i = 0; i < policy.Shadows.Count; i++)
        {
            int shadow = i;
            AddModel(policy, own, $"shadow {i + 1}",
                decision => PolicyEvaluator.Probability(decision.ShadowMargins[shadow]));
        }
    }

    private void AddModel(
        FraudPolicy policy, Population own, string role, Func<StoredDecision, float> scoreOf)
    {
        Add(own, MetricKind.ModelReview, Decision.Review, role,
            decision => scoreOf(decision) >= policy.ThresholdsOf(decision.Record.Merchant).Review);
        Add(own, MetricKind.ModelDecline, Decision.Decline, role,
            decision => scoreOf(decision) >= policy.ThresholdsOf(decision.Record.Merchant).Decline);
        AddPsi(own, MetricKind.ScoreStability, role, scoreOf);
    }

    private void AddStability(Population own)
    {
        if (own.Version == 0)
        {
            AddPsi(own, MetricKind.ScoreStability, "", decision => decision.Record.Score);
        }

        for (int i = 0; i < fraud.Features.Count; i++)
        {
            int feature = i;
            AddPsi(own, MetricKind.FeatureStability, fraud.Features.Definitions[i].Name,
                decision => decision.Vector[feature]);
        }
    }

    private void AddPsi(
        Population own, MetricKind kind, string name, Func<StoredDecision, float> valueOf)
    {
        float[] values = [.. own.Decisions.Select(valueOf)];
        double? psi = StabilityIndex.Of(values.AsSpan(0, values.Length / 2), values.AsSpan(values.Length / 2));
        Add(own, kind, Decision.None, name, default, psi);
    }

    private void Add(
        Population own, MetricKind kind, Decision outcome, string name, Func<StoredDecision, bool> picks)
    {
        StoredDecision[] flagged = [.. own.Decisions.Where(picks)];
        Add(own, kind, outcome, name, new Detection(
            flagged.Length,
            flagged.LongCount(decision => decision.Record.Label != TransactionLabel.None),
            flagged.LongCount(decision => decision.Record.Label.IsFraud()),
            own.Fraud), null);
    }

    private void Add(
        Population own, MetricKind kind, Decision outcome, string name, Detection detection, double? psi)
    {
        FraudMetric metric = new()
        {
            Place = (ulong)_metrics.Count + 1,
            PolicyVersion = own.Version,
            Kind = kind,
            Outcome = outcome,
            Precision = SingleOf(detection.Precision),
            Recall = SingleOf(detection.Recall),
            Psi = SingleOf(psi),
            Decisions = (ulong)own.Decisions.Length,
            Flagged = (ulong)detection.Flagged,
            FlaggedLabelled = (ulong)detection.FlaggedLabelled,
            FlaggedFraud = (ulong)detection.FlaggedFraud,
            Fraud = (ulong)detection.Fraud,
            Since = own.Since,
            Until = own.Until,
        };
        _ = FieldText.TryPut(metric.Name, name);
        _metrics.Add(metric);
    }

    // The bits of a NaN that was converted are the processor's choice.
    private static float SingleOf(double? value) => value is double known ? (float)known : float.NaN;

    private static Decision OutcomeOf(RuleOutcome outcome) => outcome switch
    {
        RuleOutcome.Approve => Decision.Approve,
        RuleOutcome.Review => Decision.Review,
        RuleOutcome.Decline => Decision.Decline,
        _ => Decision.None,
    };

    // Decisions that metrics are about, in the order of their happening; what all metrics tell of them is counted once.
    private sealed class Population(ulong version, StoredDecision[] decisions)
    {
        public ulong Version { get; } = version;

        public StoredDecision[] Decisions { get; } = decisions;

        public long Fraud { get; } = decisions.LongCount(decision => decision.Record.Label.IsFraud());

        public ulong Since { get; } =
            decisions.Length == 0 ? 0 : decisions.Min(decision => decision.Record.Timestamp);

        public ulong Until { get; } =
            decisions.Length == 0 ? 0 : decisions.Max(decision => decision.Record.Timestamp);

        public Population Where(Func<StoredDecision, bool> picks) => new(Version, [.. Decisions.Where(picks)]);
    }
}
