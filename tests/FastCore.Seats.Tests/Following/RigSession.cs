using FastCore.Protocol;
using FastCore.Seats.Tests.Shows;

namespace FastCore.Seats.Tests.Following;

/// <summary>Reads of a rig as a session gives them, with failures where a test wants them.</summary>
internal sealed class RigSession(SeatsRig rig) : IFastCoreSession
{
    /// <summary>What the next requests are answered with in the place of an answer.</summary>
    public Queue<Reply> Failures { get; } = [];

    /// <summary>Operations that were asked for, in order.</summary>
    public List<Operation> Asked { get; } = [];

    public ValueTask<Reply> SendAsync(
        Operation operation, ReadOnlyMemory<byte> body, Memory<byte> reply, SendOptions options = default)
    {
        Asked.Add(operation);
        if (Failures.TryDequeue(out Reply failure))
        {
            return new ValueTask<Reply>(failure);
        }

        byte[] answer = rig.Read<byte>(operation, body.Span);
        answer.CopyTo(reply);
        return new ValueTask<Reply>(new Reply(FrameStatus.Ok, answer.Length, 0));
    }

    public ValueTask DisposeAsync() => default;
}
