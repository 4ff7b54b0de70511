using FastCore.Protocol.Fraud;

namespace FastCore.Fraud.Scoring;

/// <summary>What must hold between any two commands.</summary>
internal sealed class FraudInvariants(FraudStore store)
{
    /// <summary>Null, or a sentence that says what is broken.</summary>
    public string? Check()
    {
        if (store.Vectors.Count != store.Decisions.Count * store.VectorRows)
        {
            return $"{store.Decisions.Count} decisions have {store.Vectors.Count} rows of vectors.";
        }

        return CheckReviews() ?? store.Features.CheckInvariants();
    }

    private string? CheckReviews()
    {
        for (int slot = 0; slot < store.Reviews.SlotsUsed; slot++)
        {
            if (!store.Reviews.IsLive(slot))
            {
                continue;
            }

            ReviewRow row = store.Reviews.Read(slot);
            DecisionRow decision = store.Decisions.Get(row.Decision);
            if (decision.Request.Id != row.Id || decision.Request.Merchant != row.Merchant
                || decision.Decision != Decision.Review)
            {
                return $"Transaction {row.Id} of merchant {row.Merchant} waits for a verdict that nobody asked for.";
            }

            if (store.TryFind(row.Id, RecordKinds.Verdict, row.Merchant, out _))
            {
                return $"Transaction {row.Id} of merchant {row.Merchant} waits for a verdict and has one.";
            }
        }

        return null;
    }
}
