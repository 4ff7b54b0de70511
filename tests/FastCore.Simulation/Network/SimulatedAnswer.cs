using FastCore.Protocol;
using FastCore.Simulation.Domains;

namespace FastCore.Simulation.Network;

/// <summary>What a simulated client knows in the end of one request.</summary>
/// <param name="Ticket">What the submission returned.</param>
/// <param name="Request">The request.</param>
/// <param name="Status">
/// The outcome; <see cref="FrameStatus.Unknown"/> when no attempt was answered in a way that decides it.
/// </param>
/// <param name="Body">The results.</param>
/// <param name="Attempts">
/// Times that the request was sent at most. After more than one the answer may be the one to a repetition.
/// </param>
public sealed record SimulatedAnswer(
    long Ticket, SimulatedRequest Request, FrameStatus Status, byte[] Body, int Attempts);
