using FastCore.Protocol;

namespace FastCore.Server.Audit;

/// <summary>One refusal, as the audit writes it.</summary>
/// <param name="Status">What the peer was told.</param>
/// <param name="Operation">What it wanted; None when it got nowhere near an operation.</param>
/// <param name="Book">The book it may not touch; 0 when no book was the reason.</param>
/// <param name="Why">The reason, in words of ours; never a peer's text.</param>
internal readonly record struct Refusal(FrameStatus Status, Operation Operation, ulong Book, string Why);
