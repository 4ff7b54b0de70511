using FastCore.Engine.Ports;

namespace FastCore.Fraud.Scoring;

/// <summary>Rebuilds what is derived from the recovered parts: the record index.</summary>
internal static class FraudRecovery
{
    public static void Rebuild(FraudStore store)
    {
        for (long block = 0; block * store.Decisions.RowsPerBlock < store.Decisions.Count; block++)
        {
            ulong position = (ulong)(block * store.Decisions.RowsPerBlock);
            foreach (ref readonly DecisionRow row in store.Decisions.Block(block))
            {
                store.Index.Set(
                    RecordKey.Of(row.Request.Id, RecordKinds.Decision, row.Request.Merchant), position++);
            }
        }

        for (long block = 0; block * store.Cards.RowsPerBlock < store.Cards.Count; block++)
        {
            ulong position = (ulong)(block * store.Cards.RowsPerBlock);
            foreach (ref readonly CardRow row in store.Cards.Block(block))
            {
                store.Index.Set(RecordKey.Of(row.Id, RecordKinds.Card, row.Merchant), position++);
            }
        }

        for (long block = 0; block * store.Feedback.RowsPerBlock < store.Feedback.Count; block++)
        {
            ulong position = (ulong)(block * store.Feedback.RowsPerBlock);
            foreach (ref readonly FeedbackRow row in store.Feedback.Block(block))
            {
                // Newer labels come later, so the last one stays.
                store.Index.Set(RecordKey.Of(row.Id, row.Kind, row.Merchant), position++);
            }
        }
    }
}
