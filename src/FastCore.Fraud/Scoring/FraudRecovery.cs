using FastCore.Engine.Ports;

namespace FastCore.Fraud.Scoring;

/// <summary>Rebuilds what is derived from the recovered parts: the record index.</summary>
internal static class FraudRecovery
{
    public static void Rebuild(FraudStore store)
    {
        store.Index.SetAll(
            store.Decisions,
            static (in DecisionRow row) =>
                RecordKey.Of(row.Request.Id, RecordKinds.Decision, row.Request.Merchant));
        store.Index.SetAll(
            store.Cards,
            static (in CardRow row) => RecordKey.Of(row.Id, RecordKinds.Card, row.Merchant));

        // Newer labels come later, so the last one stays.
        store.Index.SetAll(
            store.Feedback,
            static (in FeedbackRow row) => RecordKey.Of(row.Id, row.Kind, row.Merchant));
    }
}
