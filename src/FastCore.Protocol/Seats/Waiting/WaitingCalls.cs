namespace FastCore.Protocol.Seats.Waiting;

/// <summary>
/// The operations about waiting rooms over any session, embedded or remote. Elements of one request may belong to
/// different shows; elements are copied at once; results must stay the caller's until completion.
/// </summary>
public static class WaitingCalls
{
    /// <summary>Gives shows waiting rooms; one result per element, in order.</summary>
    /// <param name="session">The session.</param>
    /// <param name="elements">1 to 8,189 elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> OpenWaitingRoomAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<OpenWaitingRoom> elements,
        Memory<SeatResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.OpenWaitingRoom, 0, elements.Span, results, options);

    /// <summary>Tells the seeds of waiting rooms; one result per element, in order.</summary>
    /// <param name="session">The session.</param>
    /// <param name="elements">1 to <see cref="SeatLimits.ShowsPerRequestMax"/> elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> DrawWaitingRoomAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<DrawWaitingRoom> elements,
        Memory<SeatResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.DrawWaitingRoom, 0, elements.Span, results, options);

    /// <summary>Buyers join waiting rooms; one result per element, in order.</summary>
    /// <param name="session">The session.</param>
    /// <param name="elements">1 to 8,189 elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> JoinWaitingRoomAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<WaitingChange> elements,
        Memory<SeatResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.JoinWaitingRoom, 0, elements.Span, results, options);

    /// <summary>
    /// Called buyers come in; one result per element, in order. A request with a ticket that is not genuine is refused
    /// as a whole, <see cref="FrameStatus.Forbidden"/>.
    /// </summary>
    /// <param name="session">The session.</param>
    /// <param name="elements">1 to 8,189 elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> EnterWaitingRoomAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<EnterWaitingRoom> elements,
        Memory<SeatResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.EnterWaitingRoom, 0, elements.Span, results, options);

    /// <summary>Buyers leave waiting rooms or end their turns; one result per element, in order.</summary>
    /// <param name="session">The session.</param>
    /// <param name="elements">1 to 8,189 elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> LeaveWaitingRoomAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<WaitingChange> elements,
        Memory<SeatResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.LeaveWaitingRoom, 0, elements.Span, results, options);

    /// <summary>Closes waiting rooms; one result per element, in order.</summary>
    /// <param name="session">The session.</param>
    /// <param name="elements">1 to <see cref="SeatLimits.ShowsPerRequestMax"/> elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> CloseWaitingRoomAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<WaitingChange> elements,
        Memory<SeatResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.CloseWaitingRoom, 0, elements.Span, results, options);

    /// <summary>A waiting room with its counts, or nothing.</summary>
    /// <param name="session">The session.</param>
    /// <param name="show">Number of the show.</param>
    /// <param name="result">Room for one result.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> GetWaitingRoomAsync(
        this IFastCoreSession session,
        ulong show,
        Memory<WaitingRoomRecord> result,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.GetWaitingRoom, show, new ReadOnlySpan<ulong>(in show), result, options);

    /// <summary>Buyers in a waiting room: those found, in the order asked for.</summary>
    /// <param name="session">The session.</param>
    /// <param name="show">Number of the show.</param>
    /// <param name="buyers">1 to 8,189 buyers.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> GetWaitingAsync(
        this IFastCoreSession session,
        ulong show,
        ReadOnlyMemory<ulong> buyers,
        Memory<WaitingRecord> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.GetWaiting, show, buyers.Span, results, options);

    /// <summary>Those who take part in a draw, after a number of the list, without what is theirs alone.</summary>
    /// <param name="session">The session.</param>
    /// <param name="show">Number of the show.</param>
    /// <param name="filter">Which.</param>
    /// <param name="results">As long as the filter's limit.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> ListWaitingAsync(
        this IFastCoreSession session,
        ulong show,
        SeatFilter filter,
        Memory<WaitingRecord> results,
        SendOptions options = default) =>
        TypedCall.Send(
            session, Operation.ListWaiting, show, new ReadOnlySpan<SeatFilter>(in filter), results, options);
}
