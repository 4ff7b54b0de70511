using FastCore.Protocol;

namespace FastCore.Simulation.Fraud.Desk;

/// <summary>A node as whoever asks its desk sees it.</summary>
public interface IDesk
{
    /// <summary>Makes one request and waits for its answer; null when the node ended meanwhile.</summary>
    DeskReply? Call(Operation operation, ReadOnlySpan<byte> body);
}

/// <summary>An answer.</summary>
/// <param name="Status">Status of the frame.</param>
/// <param name="Body">Its results; empty unless the status is Ok.</param>
public sealed record DeskReply(FrameStatus Status, byte[] Body);
