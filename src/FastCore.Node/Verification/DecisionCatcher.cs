using FastCore.Fraud.Policies;
using FastCore.Fraud.Scoring;
using FastCore.Protocol.Fraud;

namespace FastCore.Node.Verification;

/// <summary>Catches one transaction while a journal is replayed.</summary>
internal sealed class DecisionCatcher(UInt128 id, ulong merchant) : IDecisionWatcher
{
    /// <summary>The decision, once the replay came by it.</summary>
    public ReplayedDecision? Decision { get; private set; }

    /// <summary>What its card's partition handed over, once the replay came by it.</summary>
    public CardFeatures? Card { get; private set; }

    /// <summary>An entry was executed.</summary>
    public void AtEntry(ulong sequence)
    {
        if (Decision is { Sequence: 0 })
        {
            Decision.Sequence = sequence;
        }
    }

    public void Decided(in WatchedDecision decision)
    {
        if (decision.Record.Id != id || decision.Record.Merchant != merchant)
        {
            return;
        }

        FraudPolicy? policy = decision.Policy?.Policy;
        bool[] rules = new bool[policy?.Rules.Rules.Count ?? 0];
        bool[] lists = new bool[policy?.Rules.Lists.Count ?? 0];
        decision.Policy?.AskAll(decision.Transaction, decision.Values, rules, lists);
        PolicyModel? model = policy?.ModelFor(decision.Record.Card);
        Decision = new ReplayedDecision
        {
            Decision = new StoredDecision(
                decision.Record, decision.TimeNs, decision.Vector.ToArray(), decision.ShadowMargins.ToArray()),
            Values = decision.Values.ToArray(),
            Card = decision.Card,
            Policy = policy,
            Model = model,
            Rules = rules,
            Lists = lists,
            Contributions = DecisionExplainer.ContributionsOf(model, decision.Vector),
        };
    }

    public void Counted(UInt128 transaction, ulong transactionMerchant, in CardFeatures card)
    {
        if (transaction == id && transactionMerchant == merchant)
        {
            Card = card;
        }
    }

    public void ListChanged(string list, in ListChange change, ulong nowNs)
    {
        // The lists of the replay are what they were.
    }
}
