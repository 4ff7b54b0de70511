using FastCore.Fraud.Backtesting;
using FastCore.Fraud.Policies;
using FastCore.Fraud.Rules;
using FastCore.Fraud.Scoring;
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
    private StoredDecision[] _decisions = [];

    private delegate bool Picks(StoredDecision decision);

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

        _decisions = [.. found.OrderByDescending(decision => decision.Record.Timestamp)
            .ThenBy(decision => decision.Record.Merchant).Take(most)
            .Where(decision => filter.PolicyVersion == 0 || decision.Record.PolicyVersion == filter.PolicyVersion)
            .OrderBy(decision => decision.TimeNs).ThenBy(decision => decision.Record.Timestamp)
            .ThenBy(decision => decision.Record.Merchant)];
        if (_decisions.Length == 0)
        {
            return [];
        }

        Dictionary<ulong, PolicyRecord> policies = (await fraud.PoliciesAsync().ConfigureAwait(false))
            .ToDictionary(record => record.Version);
        AddOutcomes(0, _decisions);
        AddStability(0, _decisions);
        foreach (IGrouping<ulong, StoredDecision> version in _decisions
            .GroupBy(decision => decision.Record.PolicyVersion).OrderBy(version => version.Key))
        {
            StoredDecision[] own = [.. version];
            AddOutcomes(version.Key, own);
            if (policies.TryGetValue(version.Key, out PolicyRecord record))
            {
                FraudPolicy policy = fraud.Policies.Load(record.Hash);
                AddRules(policy, own);
                AddModels(policy, own);
            }

            AddStability(version.Key, own);
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

    private void AddOutcomes(ulong version, StoredDecision[] own)
    {
        Add(version, own, MetricKind.Stopped, Decision.None, "",
            decision => decision.Record.Decision is Decision.Review or Decision.Decline);
        Add(version, own, MetricKind.Declined, Decision.None, "",
            decision => decision.Record.Decision == Decision.Decline);
    }

    // Which rules would have decided had others not come first is not kept; a backtest tells.
    private void AddRules(FraudPolicy policy, StoredDecision[] own)
    {
        IReadOnlyList<RuleDescription> rules = policy.Rules.Rules;
        for (int i = 0; i < rules.Count; i++)
        {
            int rule = i;
            int shadow = rules[i].IsShadow ? policy.Rules.ShadowRules.ToList().IndexOf(i) : -1;
            Add(policy.Version, own, rules[i].IsShadow ? MetricKind.ShadowRule : MetricKind.Rule,
                OutcomeOf(rules[i].Outcome), rules[i].Name, decision => shadow >= 0
                    ? (decision.Record.ShadowRules >> shadow & 1) != 0
                    : decision.Record.Reason == DecisionReason.Rule && decision.Record.Rule == rule);
        }

        for (int i = 0; i < policy.Rules.Lists.Count; i++)
        {
            int list = i;
            RuleListDescription described = policy.Rules.Lists[i];
            Add(policy.Version, own, MetricKind.List, OutcomeOf(described.Effect), described.Name,
                decision => decision.Record.Reason == DecisionReason.List && decision.Record.Rule == list);
        }
    }

    private void AddModels(FraudPolicy policy, StoredDecision[] own)
    {
        bool IsOf(StoredDecision decision, DecisionFlags role) =>
            (decision.Record.Flags & (DecisionFlags.NoModel | DecisionFlags.Challenger)) == role;

        if (policy.Champion is not null)
        {
            AddModel(policy, [.. own.Where(decision => IsOf(decision, DecisionFlags.None))], "champion",
                decision => decision.Record.Score);
        }

        if (policy.Challenger is not null)
        {
            AddModel(policy, [.. own.Where(decision => IsOf(decision, DecisionFlags.Challenger))], "challenger",
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
        FraudPolicy policy, StoredDecision[] own, string role, Func<StoredDecision, float> scoreOf)
    {
        Add(policy.Version, own, MetricKind.ModelReview, Decision.Review, role,
            decision => scoreOf(decision) >= policy.ThresholdsOf(decision.Record.Merchant).Review);
        Add(policy.Version, own, MetricKind.ModelDecline, Decision.Decline, role,
            decision => scoreOf(decision) >= policy.ThresholdsOf(decision.Record.Merchant).Decline);
        AddPsi(policy.Version, own, MetricKind.ScoreStability, role, scoreOf);
    }

    private void AddStability(ulong version, StoredDecision[] own)
    {
        if (version == 0)
        {
            AddPsi(version, own, MetricKind.ScoreStability, "", decision => decision.Record.Score);
        }

        for (int i = 0; i < fraud.Features.Count; i++)
        {
            int feature = i;
            AddPsi(version, own, MetricKind.FeatureStability, fraud.Features.Definitions[i].Name,
                decision => decision.Vector[feature]);
        }
    }

    private void AddPsi(
        ulong version, StoredDecision[] own, MetricKind kind, string name, Func<StoredDecision, float> valueOf)
    {
        float[] values = [.. own.Select(valueOf)];
        double? psi = StabilityIndex.Of(values.AsSpan(0, values.Length / 2), values.AsSpan(values.Length / 2));
        Add(version, own, kind, Decision.None, name, default, psi);
    }

    private void Add(
        ulong version, StoredDecision[] own, MetricKind kind, Decision outcome, string name, Picks picks)
    {
        StoredDecision[] flagged = [.. own.Where(decision => picks(decision))];
        Add(version, own, kind, outcome, name, new Detection(
            flagged.Length,
            flagged.LongCount(decision => decision.Record.Label != TransactionLabel.None),
            flagged.LongCount(IsFraud),
            own.LongCount(IsFraud)), null);
    }

    private void Add(
        ulong version, StoredDecision[] own, MetricKind kind, Decision outcome, string name, Detection detection,
        double? psi)
    {
        FraudMetric metric = new()
        {
            Place = (ulong)_metrics.Count + 1,
            PolicyVersion = version,
            Kind = kind,
            Outcome = outcome,
            Precision = SingleOf(detection.Precision),
            Recall = SingleOf(detection.Recall),
            Psi = SingleOf(psi),
            Decisions = (ulong)own.Length,
            Flagged = (ulong)detection.Flagged,
            FlaggedLabelled = (ulong)detection.FlaggedLabelled,
            FlaggedFraud = (ulong)detection.FlaggedFraud,
            Fraud = (ulong)detection.Fraud,
            Since = own.Length == 0 ? 0 : own.Min(decision => decision.Record.Timestamp),
            Until = own.Length == 0 ? 0 : own.Max(decision => decision.Record.Timestamp),
        };
        FraudNames.Write(name, metric.Name);
        _metrics.Add(metric);
    }

    // The bits of a NaN that was converted are the processor's choice.
    private static float SingleOf(double? value) => value is double known ? (float)known : float.NaN;

    private static bool IsFraud(StoredDecision decision) =>
        decision.Record.Label is TransactionLabel.Confirmed or TransactionLabel.Chargeback;

    private static Decision OutcomeOf(RuleOutcome outcome) => outcome switch
    {
        RuleOutcome.Approve => Decision.Approve,
        RuleOutcome.Review => Decision.Review,
        RuleOutcome.Decline => Decision.Decline,
        _ => Decision.None,
    };
}
