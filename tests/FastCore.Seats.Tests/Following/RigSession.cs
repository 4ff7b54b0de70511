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

    /// <summary>How the last question was sent.</summary>
    public SendOptions LastOptions { get; private set; }

    /// <summary>While it is set, questions that wait are answered when it completes.</summary>
    public TaskCompletionSource? News { get; set; }

    public async ValueTask<Reply> SendAsync(
        Operation operation, ReadOnlyMemory<byte> body, Memory<byte> reply, SendOptions options = default)
    {
        Asked.Add(operation);
        LastOptions = options;
        if (operation == Operation.AwaitSeatChanges && News is { } news)
        {
            await news.Task;
        }

        if (Failures.TryDequeue(out Reply failure))
        {
            return failure;
        }

        byte[] answer = rig.Read<byte>(operation, body.Span);
        answer.CopyTo(reply);
        return new Reply(FrameStatus.Ok, answer.Length, 0);
    }

    public ValueTask DisposeAsync() => default;
}
