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
}
