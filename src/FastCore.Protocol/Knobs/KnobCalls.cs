namespace FastCore.Protocol.Knobs;

/// <summary>
/// The operations about knobs over any session. Only a session that may touch every book may use them.
/// </summary>
public static class KnobCalls
{
    /// <summary>Turns knobs of the running node; one result per element, in order.</summary>
    /// <param name="session">The session.</param>
    /// <param name="changes">1 to <see cref="KnobLimits.ChangesPerRequestMax"/> elements.</param>
    /// <param name="results">At least as long.</param>
    /// <param name="options">Deadline and priority class.</param>
    /// <remarks>
    /// Ok says that the change is journaled and on its way; <see cref="GetKnobsAsync"/> says what became of it: a
    /// runtime may refuse a value that is in range (a heap limit below what is in use).
    /// </remarks>
    public static ValueTask<Reply> SetKnobsAsync(
        this IFastCoreSession session,
        ReadOnlyMemory<KnobChange> changes,
        Memory<KnobResult> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.SetKnobs, 0, changes.Span, results, options);

    /// <summary>The table of knobs: those of the process once, those of partitions once each.</summary>
    /// <param name="session">The session.</param>
    /// <param name="filter">Which.</param>
    /// <param name="results">As long as the filter's limit.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> GetKnobsAsync(
        this IFastCoreSession session,
        KnobFilter filter,
        Memory<KnobRecord> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.GetKnobs, 0, new ReadOnlySpan<KnobFilter>(in filter), results, options);
}
