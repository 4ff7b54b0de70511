using System.Runtime.CompilerServices;

namespace FastCore.Protocol;

/// <summary>
/// One door to FastCore, the same whether the engine is embedded in this process or behind a network front; a host
/// switches between them by configuration. Requests of one session may be pipelined and complete in any order.
/// </summary>
public interface IFastCoreSession : IAsyncDisposable
{
    /// <summary>
    /// Sends one request and completes when its reply is here, or when its outcome can no longer be learned on this
    /// session. Never throws for what a server or a peer does: the outcome is a value.
    /// </summary>
    /// <param name="operation">What to do; its body shape is in <see cref="OperationTable"/>.</param>
    /// <param name="body">Prefix and elements as wire bytes. Must stay unchanged until completion.</param>
    /// <param name="reply">
    /// Receives the results. Sized for the worst case: elements (or the filter's limit) × result size.
    /// </param>
    /// <param name="options">Deadline and priority class.</param>
    ValueTask<Reply> SendAsync(
        Operation operation, ReadOnlyMemory<byte> body, Memory<byte> reply, SendOptions options = default);
}

/// <summary>Outcome of a request.</summary>
/// <param name="Status">Outcome as a whole; <see cref="FrameStatus.Unknown"/> when only a lookup can tell.</param>
/// <param name="Length">Bytes of results written into the reply buffer.</param>
/// <param name="RetryAfterMs">Milliseconds to wait before a retry when overloaded.</param>
public readonly record struct Reply(FrameStatus Status, int Length, uint RetryAfterMs)
{
    /// <summary>How many results of the operation's struct were written.</summary>
    public int CountOf<TResult>()
        where TResult : unmanaged => Length / Unsafe.SizeOf<TResult>();
}

/// <summary>How a request is sent.</summary>
/// <param name="TimeoutMs">
/// Milliseconds until the caller gives up; 0 = the session's default. A request not started by then is refused with
/// <see cref="FrameStatus.DeadlineExceeded"/>; one whose reply did not come is <see cref="FrameStatus.Unknown"/>.
/// </param>
/// <param name="PriorityClass">0 (shed last) to 3 (shed first).</param>
public readonly record struct SendOptions(uint TimeoutMs = 0, byte PriorityClass = 0);
