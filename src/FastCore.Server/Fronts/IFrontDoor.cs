using FastCore.Node.Access;
using FastCore.Protocol;

namespace FastCore.Server.Fronts;

/// <summary>
/// What a connection needs of the node: the real one is a front session; tests script another. One thread submits (the
/// reader), one drains (the writer).
/// </summary>
internal interface IFrontDoor : IDisposable
{
    /// <summary>Requests admitted and not yet drained.</summary>
    int InFlight { get; }

    /// <summary>Admits a request, or says why not; then it had no effect.</summary>
    FrameStatus TrySubmit(in FrameHeader header, ReadOnlySpan<byte> body, out uint retryAfterMs);

    /// <summary>
    /// True when the last drain stopped at its limit: more replies may be ready, and no signal tells of them.
    /// </summary>
    bool HasMore { get; }

    /// <summary>
    /// The connection ends: requests that wait for something to tell are answered with what there is. Any thread.
    /// </summary>
    void EndAwaiting();

    /// <summary>Writes the replies that are ready, until about so many bytes; returns how many replies.</summary>
    int Drain(ReplyWriter writer, long bytesMax);
}

/// <summary>Opens doors.</summary>
internal interface IFrontDoorSource
{
    /// <summary>Identity of the node's data, told to clients.</summary>
    UInt128 NodeId { get; }

    /// <summary>Opens a door for one connection.</summary>
    /// <param name="grant">What the connection may do.</param>
    /// <param name="onRepliesReady">Called, by any thread, when replies are there after a drain found none.</param>
    IFrontDoor Open(Grant grant, Action onRepliesReady);
}
