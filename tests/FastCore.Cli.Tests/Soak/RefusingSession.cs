using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;

namespace FastCore.Cli.Tests.Soak;

/// <summary>
/// Knows every transaction, but the partition of each third one does not take its share of the first request.
/// </summary>
internal sealed class RefusingSession(FrameStatus refusal) : IFastCoreSession
{
    private int _requests;

    public ValueTask<Reply> SendAsync(
        Operation operation, ReadOnlyMemory<byte> body, Memory<byte> reply, SendOptions options = default)
    {
        bool isFirst = _requests++ == 0;
        Span<ScoreResult> answers = MemoryMarshal.Cast<byte, ScoreResult>(reply.Span);
        for (int i = 0; i < answers.Length; i++)
        {
            answers[i] = isFirst && i % 3 == 0
                ? new ScoreResult { Code = (FraudStatus)refusal }
                : new ScoreResult { Code = FraudStatus.Ok, ResultFlags = ScoreResultFlags.Duplicate };
        }

        return ValueTask.FromResult(new Reply(FrameStatus.Ok, reply.Length, 0));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
