using FastCore.Protocol;

namespace FastCore.Bench.Load;

/// <summary>
/// One connection as the sender's thread sees it: submit without waiting, take what is answered without waiting. Used
/// by one thread.
/// </summary>
internal interface ILoadDoor
{
    /// <summary>Sends a request, or says why not now (<see cref="FrameStatus.Overloaded"/> and the like).</summary>
    FrameStatus TrySubmit(int slot, LoadRequest request);

    /// <summary>Hands over every answer that is there.</summary>
    /// <returns>How many there were.</returns>
    int Drain(ILoadReplies replies);

    /// <summary>
    /// Makes sure that <paramref name="wake"/> is set when an answer comes. False when one is there already. The sender
    /// drains once more after arming, before it waits.
    /// </summary>
    bool TryArm(AutoResetEvent wake);

    /// <summary>The sender is awake: no more setting of events.</summary>
    void Disarm();
}

/// <summary>Takes answers.</summary>
internal interface ILoadReplies
{
    /// <summary>One answer. The results are valid during the call.</summary>
    void OnReply(int slot, FrameStatus status, ReadOnlySpan<byte> results);
}
