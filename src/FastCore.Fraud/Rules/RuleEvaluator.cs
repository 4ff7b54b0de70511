using FastCore.Fraud.Features;
using FastCore.Fraud.Rules.Program;
using FastCore.Fraud.Rules.Text;

namespace FastCore.Fraud.Rules;

/// <summary>
/// Judges transactions by a set, for one thread. Allocates nothing and throws nothing; what it answers depends on the
/// transaction, its features, the set and the lists only.
/// </summary>
public sealed class RuleEvaluator
{
    private readonly RuleProgram _program;
    private readonly RuleLists _store;
    private readonly int[] _listIds;
    private readonly RuleKey[] _listKeys;
    private readonly int[] _blocking;
    private readonly int[] _allowing;
    private readonly int[] _deciding;
    private readonly int[] _shadows;
    private readonly RuleOutcome[] _outcomes;
    private readonly InputLoad[] _loads;
    private readonly double[] _registers;
    private readonly UInt128[] _keys = new UInt128[KeySlots.Count];
    private readonly int _featureCount;

    /// <summary>Binds a set to the lists of a partition, opening those that are not there yet.</summary>
    /// <exception cref="ArgumentException">The store has a list for other keys, or no room for it.</exception>
    public RuleEvaluator(RuleSet set, RuleLists lists)
    {
        Set = set;
        _program = set.Program;
        _store = lists;
        _featureCount = set.Features.Count;
        _listIds = [.. set.Lists.Select(list => Bind(list, lists))];
        _listKeys = [.. set.Lists.Select(list => list.Key)];
        _blocking = With(set, RuleOutcome.Decline);
        _allowing = With(set, RuleOutcome.Approve);
        _deciding = [.. Enumerable.Range(0, set.Rules.Count).Where(i => !set.Rules[i].IsShadow)];
        _shadows = [.. set.ShadowRules];
        _outcomes = [.. set.Rules.Select(rule => rule.Outcome)];
        _loads = [.. _program.Used.Where(input => input >= RuleName.FeatureInputs)
            .Select(input => new InputLoad(input, ScaleOf(set, input)))];
        _registers = new double[_program.Registers];
        _program.LoadConstants(_registers);
    }

    private enum Scale : byte
    {
        None,
        Cents,
        WholeCents,
    }

    /// <summary>The set.</summary>
    public RuleSet Set { get; }

    internal Span<double> Inputs => _registers.AsSpan(0, RuleName.FeatureInputs + _featureCount);

    internal Span<UInt128> Keys => _keys;

    internal IReadOnlyList<int> ListIds => _listIds;

    /// <summary>Judges a transaction.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="features">Its features in full precision, in the order of the set's features.</param>
    public RuleVerdict Judge(in RuleTransaction transaction, ReadOnlySpan<double> features)
    {
        Load(transaction, features);
        return JudgeLoaded(transaction.TimeNs);
    }

    /// <summary>
    /// Says of every rule whether its condition is true, and of every list that blocks or allows whether the
    /// transaction is on it, whatever comes before it in the order. For those who look back.
    /// </summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="features">Its features in full precision, in the order of the set's features.</param>
    /// <param name="rules">Room for one answer for each of the set's rules.</param>
    /// <param name="lists">One answer for each of the set's lists; false where rules alone look into it.</param>
    public void AskAll(
        in RuleTransaction transaction, ReadOnlySpan<double> features, Span<bool> rules, Span<bool> lists)
    {
        Load(transaction, features);
        BoundLists bound = new(_store, _listIds, _listKeys, transaction.TimeNs);
        for (int list = 0; list < _listIds.Length; list++)
        {
            lists[list] = Set.Lists[list].Effect != RuleOutcome.None && bound.Contains(list, _keys);
        }

        for (int rule = 0; rule < _outcomes.Length; rule++)
        {
            rules[rule] = FiresLoaded(rule, transaction.TimeNs);
        }
    }

    private void Load(in RuleTransaction transaction, ReadOnlySpan<double> features)
    {
        double[] registers = _registers;
        registers[RuleName.AmountInput] = transaction.Amount;
        registers[RuleName.ScoreInput] = Known(transaction.Score);
        features = features[.._featureCount];
        foreach (InputLoad load in _loads)
        {
            // Features count currency units, and rules count minor ones like the amount. Whole ones stay whole.
            double value = features[load.Input - RuleName.FeatureInputs];
            registers[load.Input] = Known(load.Scale switch
            {
                Scale.None => value,
                Scale.Cents => value * 100,
                _ => Math.Round(value * 100),
            });
        }

        KeySlots.Load(transaction, _keys);
    }

    /// <summary>Judges what lies in <see cref="Inputs"/> and <see cref="Keys"/>.</summary>
    internal RuleVerdict JudgeLoaded(ulong nowNs)
    {
        BoundLists lists = new(_store, _listIds, _listKeys, nowNs);
        ulong shadows = 0;
        for (int i = 0; i < _shadows.Length; i++)
        {
            shadows |= _program.Run(_shadows[i], _registers, _keys, lists) ? 1UL << i : 0;
        }

        // Who is on a blocking and on an allowing list is blocked.
        foreach (int list in _blocking)
        {
            if (lists.Contains(list, _keys))
            {
                return new RuleVerdict(RuleOutcome.Decline, RuleReason.List, list, shadows);
            }
        }

        foreach (int list in _allowing)
        {
            if (lists.Contains(list, _keys))
            {
                return new RuleVerdict(RuleOutcome.Approve, RuleReason.List, list, shadows);
            }
        }

        foreach (int rule in _deciding)
        {
            if (_program.Run(rule, _registers, _keys, lists))
            {
                return new RuleVerdict(_outcomes[rule], RuleReason.Rule, rule, shadows);
            }
        }

        return new RuleVerdict(RuleOutcome.None, RuleReason.None, -1, shadows);
    }

    /// <summary>Whether the condition of one rule is true for what is loaded.</summary>
    internal bool FiresLoaded(int rule, ulong nowNs) =>
        _program.Run(rule, _registers, _keys, new BoundLists(_store, _listIds, _listKeys, nowNs));

    private static double Known(double value) => double.IsFinite(value) ? value : double.NaN;

    private static int Bind(RuleListDescription list, RuleLists lists) => lists.TryOpen(list.Name, list.Key, out int id)
        ? id
        : throw new ArgumentException($"The list \"{list.Name}\" is there for other keys, or there are too many.");

    private static int[] With(RuleSet set, RuleOutcome effect) =>
        [.. Enumerable.Range(0, set.Lists.Count).Where(i => set.Lists[i].Effect == effect)];

    private static Scale ScaleOf(RuleSet set, int input) =>
        set.Features.Definitions[input - RuleName.FeatureInputs].Aggregate switch
        {
            FeatureAggregate.Amount or FeatureAggregate.Sum => Scale.WholeCents,
            FeatureAggregate.Mean => Scale.Cents,
            _ => Scale.None,
        };

    private readonly record struct InputLoad(int Input, Scale Scale);
}
