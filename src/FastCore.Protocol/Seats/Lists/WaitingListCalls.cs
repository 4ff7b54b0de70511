namespace FastCore.Protocol.Seats.Lists;

/// <summary>
/// The operations about waiting lists over any session, embedded or remote. Elements of one request may belong to
/// different shows; elements are copied at once; results must stay the caller's until completion.
/// </summary>
public static class WaitingListCalls
{
    /// <summary>Gives shows waiting lists; one result per element, in order.</summary>
    /// <param name="session">The session.</param>
    /// <param name="elements">1 to 8,189 elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> OpenWaitingListAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<OpenWaitingList> elements,
        Memory<SeatResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.OpenWaitingList, 0, elements.Span, results, options);

    /// <summary>
    /// Buyers join waiting lists; one result per element, in order: its state is a <see cref="WaitingListEntryState"/>,
    /// and who could be served at once has the offer in it.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="elements">1 to 8,189 elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> JoinWaitingListAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<JoinWaitingList> elements,
        Memory<SeatResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.JoinWaitingList, 0, elements.Span, results, options);

    /// <summary>
    /// Buyers leave waiting lists, or refuse what they were offered; one result per element, in order.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="elements">1 to 8,189 elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> LeaveWaitingListAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<LeaveWaitingList> elements,
        Memory<SeatResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.LeaveWaitingList, 0, elements.Span, results, options);

    /// <summary>Ends waiting lists; one result per element, in order.</summary>
    /// <param name="session">The session.</param>
    /// <param name="elements">1 to 8,189 elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> CloseWaitingListAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<CloseWaitingList> elements,
        Memory<SeatResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.CloseWaitingList, 0, elements.Span, results, options);

    /// <summary>The waiting list of a show with its counts, or nothing.</summary>
    /// <param name="session">The session.</param>
    /// <param name="show">Number of the show.</param>
    /// <param name="result">Room for one result.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> GetWaitingListAsync(
        this IFastCoreSession session,
        ulong show,
        Memory<WaitingListRecord> result,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.GetWaitingList, show, new ReadOnlySpan<ulong>(in show), result, options);

    /// <summary>Entries of a show's waiting list by token: those found, in the order of the tokens.</summary>
    /// <param name="session">The session.</param>
    /// <param name="show">Number of the show.</param>
    /// <param name="ids">1 to 8,189 ids.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> GetWaitingListEntryAsync(
        this IFastCoreSession session,
        ulong show,
        ReadOnlyMemory<UInt128> ids,
        Memory<WaitingListEntry> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.GetWaitingListEntry, show, ids.Span, results, options);

    /// <summary>The entries of a show's waiting list that wait, after a place, in order.</summary>
    /// <param name="session">The session.</param>
    /// <param name="show">Number of the show.</param>
    /// <param name="filter">After which place, and how many.</param>
    /// <param name="results">As long as the filter's limit.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> ListWaitingListAsync(
        this IFastCoreSession session,
        ulong show,
        SeatFilter filter,
        Memory<WaitingListEntry> results,
        SendOptions options = default) =>
        TypedCall.Send(
            session, Operation.ListWaitingList, show, new ReadOnlySpan<SeatFilter>(in filter), results, options);
}
