using FastCore.Protocol;
using FastCore.Protocol.Fraud;

namespace FastCore.Allocation.Tests.Turns;

/// <summary>Transactions that are scored, scored again and refused, labels, and lookups of decisions.</summary>
internal sealed class ScoreTurns : Workload
{
    private const ulong FirstMerchant = 3_001;
    private const int Merchants = 16;
    private const int Cards = 997;
    private const int Count = 64;
    private const int Labels = 16;

    private readonly RequestBatch<ScoreTransaction, ScoreResult> _scores = new(Operation.ScoreTransactions, Count + 1);
    private readonly RequestBatch<LabelTransaction, FraudResult> _labels = new(Operation.LabelTransactions, Labels);
    private readonly RequestBatch<UInt128, DecisionRecord> _lookups =
        new(Operation.LookupDecisions, Count) { Book = FirstMerchant };

    public override void Prepare(IFastCoreSession session)
    {
    }

    public override void Turn(IFastCoreSession session)
    {
        Fill();
        ExpectScores(Send(session, _scores));
        ExpectScores(Send(session, _scores));
        ReadOnlySpan<FraudResult> labelled = Send(session, _labels);
        for (int i = 0; i < labelled.Length; i++)
        {
            Expect(labelled[i].Code, FraudStatus.Ok, i);
        }

        Send(session, _lookups);
    }

    private static void ExpectScores(ReadOnlySpan<ScoreResult> results)
    {
        for (int i = 0; i < Count; i++)
        {
            Expect(results[i].Code, FraudStatus.Ok, i);
            if (results[i].Score is <= 0 or >= 1)
            {
                throw new InvalidOperationException($"Result {i} has no score of the model.");
            }
        }

        Expect(results[Count].Code, FraudStatus.AmountTooLarge, Count);
    }

    private void Fill()
    {
        _scores.Clear();
        _labels.Clear();
        _lookups.Clear();
        for (int i = 0; i < Count; i++)
        {
            ref ScoreTransaction transaction = ref _scores.Add();
            Write(ref transaction, i);
            _lookups.Add(transaction.Id);
            if (i < Labels)
            {
                _labels.Add(new LabelTransaction
                {
                    Id = transaction.Id,
                    Merchant = transaction.Merchant,
                    Card = transaction.Card,
                    Label = i % 2 == 0 ? TransactionLabel.Chargeback : TransactionLabel.Cleared,
                });
            }
        }

        ref ScoreTransaction refused = ref _scores.Add();
        Write(ref refused, 0);
        refused.Amount = FraudLimits.AmountMax + 1;
    }

    private void Write(ref ScoreTransaction transaction, int i)
    {
        transaction.Id = NextId();
        transaction.Merchant = FirstMerchant + (ulong)(i % Merchants);
        transaction.Card = 1 + (NextId() * 7 % Cards);
        transaction.Terminal = (ulong)(1 + (i % 4));
        transaction.Amount = 500;
        transaction.Currency = 356;
        transaction.Flags = i % 16 == 0 ? ScoreFlags.StageTimes : ScoreFlags.None;
    }
}
