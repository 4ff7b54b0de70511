namespace FastCore.Protocol.Memory;

/// <summary>
/// The operation about memory over any session. Only a session that may touch every book may use it.
/// </summary>
public static class MemoryCalls
{
    /// <summary>What holds memory: rows of the process once, those of partitions once each.</summary>
    /// <param name="session">The session.</param>
    /// <param name="filter">Which.</param>
    /// <param name="results">As long as the filter's limit.</param>
    /// <param name="options">Deadline and priority class.</param>
    public static ValueTask<Reply> GetMemoryAsync(
        this IFastCoreSession session,
        MemoryFilter filter,
        Memory<MemoryRecord> results,
        SendOptions options = default) =>
        TypedCall.Send(session, Operation.GetMemory, 0, new ReadOnlySpan<MemoryFilter>(in filter), results, options);
}
