// Hot file: Score and Judge may not allocate, lock or throw, except for arguments of a wrong length.
using FastCore.Fraud.Models;
using FastCore.Fraud.Rules;

namespace FastCore.Fraud.Policies;

/// <summary>
/// Asks the models and rules of a policy. It has room of its own for what it computes on the way, so it belongs to one
/// thread at a time; the policy is shared.
/// </summary>
public sealed class PolicyEvaluator
{
    // Rows that are put in a model's order at once: a pass of the scorer.
    private const int PassSize = 64;

    private readonly PolicyModel[] _models;
    private readonly ModelScorer[] _scorers;
    private readonly RuleEvaluator _rules;
    private readonly float[] _pass;
    private readonly int _features;

    /// <summary>
    /// Binds a policy to the lists of a partition. Lists that are not there yet are opened, which changes state, so a
    /// partition does this while it executes the command that brings the policy, or after it recovered that command.
    /// </summary>
    /// <exception cref="ArgumentException">The store has a list for other keys, or no room for it.</exception>
    public PolicyEvaluator(FraudPolicy policy, RuleLists lists)
    {
        Policy = policy;
        _features = policy.Features.Count;
        _rules = new RuleEvaluator(policy.Rules, lists);
        PolicyModel?[] models = [policy.Champion, policy.Challenger, .. policy.Shadows];
        _models = [.. models.OfType<PolicyModel>()];
        _scorers = [.. _models.Select(model => new ModelScorer(model.Model))];
        int widest = _models.Where(model => !model.IsIdentity)
            .Select(model => model.Columns.Length).DefaultIfEmpty().Max();
        _pass = new float[widest * PassSize];
    }

    /// <summary>The policy.</summary>
    public FraudPolicy Policy { get; }

    /// <summary>Scores feature vectors with one of the policy's models.</summary>
    /// <param name="role">The model: the policy's champion, challenger, or one of its shadows.</param>
    /// <param name="vectors">Vectors of all features, one behind the other.</param>
    /// <param name="margins">One for each vector; <see cref="Probability"/> makes probabilities of them.</param>
    /// <exception cref="ArgumentException">Not a model of this policy, or lengths that do not fit.</exception>
    public void Score(PolicyModel role, ReadOnlySpan<float> vectors, Span<float> margins)
    {
        if (vectors.Length != (long)margins.Length * _features)
        {
            ThrowLength(vectors.Length, margins.Length);
        }

        ModelScorer scorer = ScorerOf(role);
        if (role.IsIdentity)
        {
            scorer.Score(vectors, margins);
            return;
        }

        ReadOnlySpan<int> columns = role.Columns;
        while (margins.Length > 0)
        {
            int count = Math.Min(margins.Length, PassSize);
            Span<float> rows = _pass.AsSpan(0, count * columns.Length);
            int at = 0;
            for (int row = 0; row < count; row++)
            {
                ReadOnlySpan<float> vector = vectors.Slice(row * _features, _features);
                foreach (int column in columns)
                {
                    rows[at++] = vector[column];
                }
            }

            scorer.Score(rows, margins[..count]);
            vectors = vectors[(count * _features)..];
            margins = margins[count..];
        }
    }

    /// <summary>The probability of a margin, with the same bits on every machine.</summary>
    public static float Probability(float margin) => TreeModel.Probability(margin);

    /// <summary>Judges a transaction by lists and rules.</summary>
    /// <param name="transaction">The transaction, with what the model says when one ran.</param>
    /// <param name="features">Its features in full precision, in the order of the policy's features.</param>
    public RuleVerdict Judge(in RuleTransaction transaction, ReadOnlySpan<double> features) =>
        _rules.Judge(transaction, features);

    /// <summary>Asks every rule and every list that blocks or allows, see <see cref="RuleEvaluator.AskAll"/>.</summary>
    /// <param name="transaction">The transaction, with what the model says when one ran.</param>
    /// <param name="features">Its features in full precision.</param>
    /// <param name="rules">Room for one answer for each rule.</param>
    /// <param name="lists">Room for one answer for each list.</param>
    public void AskAll(
        in RuleTransaction transaction, ReadOnlySpan<double> features, Span<bool> rules, Span<bool> lists) =>
        _rules.AskAll(transaction, features, rules, lists);

    private static void ThrowLength(int values, int margins) =>
        throw new ArgumentException($"{values} values are not {margins} vectors of all features.");

    private static ModelScorer ThrowForeign(PolicyModel model) =>
        throw new ArgumentException($"{model.Name} is not a model of this policy.");

    private ModelScorer ScorerOf(PolicyModel model)
    {
        PolicyModel[] models = _models;
        for (int i = 0; i < models.Length; i++)
        {
            if (ReferenceEquals(models[i], model))
            {
                return _scorers[i];
            }
        }

        return ThrowForeign(model);
    }
}
