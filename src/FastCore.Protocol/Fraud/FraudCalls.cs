namespace FastCore.Protocol.Fraud;

/// <summary>
/// The fraud operations over any session, embedded or remote. Elements of one request may belong to different merchants
/// and cards; each is idempotent by its own content. Elements are copied at once; results must stay the caller's until
/// completion.
/// </summary>
public static class FraudCalls
{
    /// <summary>Decides about transactions; one result per element, in order.</summary>
    /// <param name="session">The session.</param>
    /// <param name="transactions">1 to <see cref="FraudLimits.TransactionsPerRequestMax"/> elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    /// <remarks>
    /// Where cards and merchants live on different partitions this takes two steps. A request that was refused or lost
    /// between them was counted for its cards; sent again, it goes on from there and is counted once.
    /// </remarks>
    public static ValueTask<Reply> ScoreTransactionsAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<ScoreTransaction> transactions,
        Memory<ScoreResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.ScoreTransactions, 0, transactions.Span, results, options);

    /// <summary>Tells what transactions were found to be; one result per element, in order.</summary>
    /// <param name="session">The session.</param>
    /// <param name="labels">1 to 8,189 elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> LabelTransactionsAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<LabelTransaction> labels,
        Memory<FraudResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.LabelTransactions, 0, labels.Span, results, options);

    /// <summary>Decisions of a merchant by transaction id: those found, in the order of the ids.</summary>
    /// <param name="session">The session.</param>
    /// <param name="merchant">The merchant.</param>
    /// <param name="ids">1 to 8,189 ids.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> LookupDecisionsAsync(
        this IFastCoreSession session,
        ulong merchant,
        ReadOnlyMemory<UInt128> ids,
        Memory<DecisionRecord> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.LookupDecisions, merchant, ids.Span, results, options);

    /// <summary>Transactions of a merchant that wait for a verdict, the oldest first.</summary>
    /// <param name="session">The session.</param>
    /// <param name="merchant">The merchant.</param>
    /// <param name="filter">Which.</param>
    /// <param name="results">As long as the filter's limit.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> QueryReviewsAsync(
        this IFastCoreSession session,
        ulong merchant,
        ReviewFilter filter,
        Memory<DecisionRecord> results,
        SendOptions options = default) =>
        TypedCall.Send(
            session, Operation.QueryReviews, merchant, new ReadOnlySpan<ReviewFilter>(in filter), results, options);

    /// <summary>Ends reviews; one result per element, in order.</summary>
    /// <param name="session">The session.</param>
    /// <param name="verdicts">1 to 8,189 elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> ResolveReviewsAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<ReviewVerdict> verdicts,
        Memory<FraudResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.ResolveReviews, 0, verdicts.Span, results, options);

    /// <summary>Changes lists of the rules; one result per element, in order.</summary>
    /// <param name="session">The session.</param>
    /// <param name="changes">1 to 8,189 elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    /// <remarks>
    /// Every partition has the lists. When one of them refuses, send the changes again until all took them: they change
    /// nothing where they were made already.
    /// </remarks>
    public static ValueTask<Reply> ChangeListsAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<ListChange> changes,
        Memory<FraudResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.ChangeLists, 0, changes.Span, results, options);

    /// <summary>
    /// Sends a part of a policy's file. <see cref="PolicyDelivery"/> sends whole files, and puts policies in force.
    /// </summary>
    /// <param name="session">The session, which must be allowed every book.</param>
    /// <param name="parts">
    /// The part, and behind it its bytes, 128 in an element, zeros behind the last: 2 to 8,189 elements.
    /// </param>
    /// <param name="results">Room for one.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> UploadPolicyFileAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<PolicyUpload> parts,
        Memory<PolicyUploadResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.UploadPolicyFile, 0, parts.Span, results, options);

    /// <summary>
    /// Proves a policy (models against their verification vectors, rules against their tests), stores it, and puts it
    /// in force in every partition. The same policy again is Ok.
    /// </summary>
    /// <param name="session">The session, which must be allowed every book.</param>
    /// <param name="files">A stored policy; or an uploaded policy file, and the uploaded files that it names.</param>
    /// <param name="results">Room for <see cref="FraudLimits.PolicyAnswersMax"/>.</param>
    /// <param name="options">Deadline and priority class. Large models take seconds to be proved.</param>
    public static ValueTask<Reply> ActivatePolicyAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<PolicyFile> files,
        Memory<PolicyAnswer> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.ActivatePolicy, 0, files.Span, results, options);

    /// <summary>The policies that are in force or were, by version.</summary>
    /// <param name="session">The session, which must be allowed every book.</param>
    /// <param name="filter">Which.</param>
    /// <param name="results">As long as the filter's limit.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> GetPoliciesAsync(
        this IFastCoreSession session,
        PolicyFilter filter,
        Memory<PolicyRecord> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.GetPolicies, 0, new ReadOnlySpan<PolicyFilter>(in filter), results, options);

    /// <summary>Precision and recall of rules and models, and how far scores and features moved.</summary>
    /// <param name="session">The session, which must be allowed every book.</param>
    /// <param name="filter">About which decisions.</param>
    /// <param name="results">As long as the filter's limit.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> GetFraudMetricsAsync(
        this IFastCoreSession session,
        MetricFilter filter,
        Memory<FraudMetric> results,
        SendOptions options = default) =>
        TypedCall.Send(
            session, Operation.GetFraudMetrics, 0, new ReadOnlySpan<MetricFilter>(in filter), results, options);

    /// <summary>What each feature added to the margin of a decision.</summary>
    /// <param name="session">The session.</param>
    /// <param name="merchant">The merchant.</param>
    /// <param name="filter">The decision.</param>
    /// <param name="results">As long as the filter's limit.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> ExplainDecisionAsync(
        this IFastCoreSession session,
        ulong merchant,
        ReasonFilter filter,
        Memory<ReasonRecord> results,
        SendOptions options = default) =>
        TypedCall.Send(
            session, Operation.ExplainDecision, merchant, new ReadOnlySpan<ReasonFilter>(in filter), results, options);
}
