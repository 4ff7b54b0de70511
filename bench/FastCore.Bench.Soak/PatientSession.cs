using FastCore.Protocol;
using FastCore.Testing;
using FastCore.Torture;

namespace FastCore.Bench.Soak;

/// <summary>A session that asks an overloaded server again, as long as it says, for some minutes at most.</summary>
internal sealed class PatientSession(IFastCoreSession inner) : IFastCoreSession
{
    private const int TriesMax = 1_000;

    public async ValueTask<Reply> SendAsync(
        Operation operation, ReadOnlyMemory<byte> body, Memory<byte> reply, SendOptions options = default)
    {
        for (int attempt = 1; ; attempt++)
        {
            Reply answer = await inner.SendAsync(operation, body, reply, options);
            if (answer.Status != FrameStatus.Overloaded || attempt == TriesMax)
            {
                return answer;
            }

            await RetryPause.AfterAsync(answer);
        }
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();
}
