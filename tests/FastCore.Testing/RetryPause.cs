using FastCore.Protocol;

namespace FastCore.Testing;

/// <summary>What lies between two tries of a request that an overloaded server refused.</summary>
public static class RetryPause
{
    /// <summary>Waits as long as the reply asks for, a second at most.</summary>
    public static Task AfterAsync(Reply reply) => Task.Delay(
        TimeSpan.FromMilliseconds(Math.Clamp(reply.RetryAfterMs, 1, 1_000)),
        TimeProvider.System,
        CancellationToken.None);
}
