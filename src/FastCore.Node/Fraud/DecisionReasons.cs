using FastCore.Fraud.Models;
using FastCore.Fraud.Policies;
using FastCore.Fraud.Scoring;
using FastCore.Node.Verification;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;

namespace FastCore.Node.Fraud;

/// <summary>
/// Says what each feature added to the margin of a stored decision: from the features and the policy that decided, both
/// of which are kept, so it says the same whenever it is asked.
/// </summary>
internal static class DecisionReasons
{
    /// <summary>Explains.</summary>
    /// <param name="fraud">The node's scoring.</param>
    /// <param name="merchant">The merchant.</param>
    /// <param name="id">Transaction, or payment.</param>
    /// <returns>
    /// The bias, then all features; or the one row that says why there are none; nothing for what is not known.
    /// </returns>
    public static async Task<ReasonRecord[]> ExplainAsync(FraudControl fraud, ulong merchant, UInt128 id)
    {
        int partition = PartitionMap.Of(merchant, fraud.Partitions);
        (StoredDecision? stored, PastPolicy[] policies) = await fraud
            .ReadAsync(partition, machine => (machine.Decisions.Find(id, merchant), machine.Policies))
            .ConfigureAwait(false);
        if (stored is null)
        {
            return [];
        }

        ReasonRecord refused = new()
        {
            PolicyVersion = stored.Record.PolicyVersion,
            Margin = stored.Record.Margin,
        };
        if ((stored.Record.Flags & DecisionFlags.NoModel) != 0)
        {
            return [refused with { Code = FraudStatus.NoModelDecided }];
        }

        int place = Array.FindIndex(policies, policy => policy.Version == stored.Record.PolicyVersion);
        return place < 0
            ? [refused with { Code = FraudStatus.PolicyForgotten }]
            : Explain(fraud, fraud.Policies.Load(policies[place].Hash), stored, refused);
    }

    private static ReasonRecord[] Explain(
        FraudControl fraud, FraudPolicy policy, StoredDecision stored, ReasonRecord refused)
    {
        bool isChallenger = (stored.Record.Flags & DecisionFlags.Challenger) != 0;
        PolicyModel model = (isChallenger ? policy.Challenger : policy.Champion)!;
        model.Hash.CopyTo(refused.Model);
        if (DecisionExplainer.ContributionsOf(model, stored.Vector) is not float[] contributions)
        {
            return [refused with { Code = FraudStatus.ModelWithoutReasons }];
        }

        float margin = new ModelScorer(model.Model).Score(DecisionExplainer.RowOf(model, stored.Vector));
        if (BitConverter.SingleToInt32Bits(margin) != BitConverter.SingleToInt32Bits(stored.Record.Margin))
        {
            return [refused with { Code = FraudStatus.MarginDiffers }];
        }

        ReasonRecord row = refused with { Code = FraudStatus.Ok };
        List<ReasonRecord> rows = [row with
        {
            Feature = uint.MaxValue,
            Value = float.NaN,
            Contribution = contributions[^1],
        }];
        foreach (int feature in Enumerable.Range(0, stored.Vector.Length)
            .OrderByDescending(feature => contributions[feature]).ThenBy(feature => feature))
        {
            ReasonRecord reason = row with
            {
                Rank = (uint)rows.Count,
                Feature = (uint)feature,
                Value = stored.Vector[feature],
                Contribution = contributions[feature],
            };
            _ = FieldText.TryPut(reason.Name, fraud.Features.Definitions[feature].Name);
            rows.Add(reason);
        }

        return [.. rows];
    }
}
