using System.Runtime.InteropServices;
using FastCore.Cli.Terminal;
using FastCore.Protocol;

namespace FastCore.Cli.Replay;

/// <summary>
/// Sends requests until they are answered. One whose outcome is unknown is simply sent again: ids make that safe.
/// </summary>
/// <param name="session">The engine.</param>
internal sealed class ReplaySender(IFastCoreSession session)
{
    private const int AttemptsMax = 1_000;

    // Every result of a write has its code here, and outcomes begin behind all statuses of frames.
    private const int CodeOffset = 8;
    private const uint OutcomeMin = 1_000;

    /// <summary>Sends a request whose reply fills all of the results.</summary>
    public async Task<Reply> SendAsync(Operation operation, ReadOnlyMemory<byte> body, Memory<byte> results)
    {
        for (int attempt = 1; ; attempt++)
        {
            Reply reply = await session.SendAsync(operation, body, results);
            if (reply.Status == FrameStatus.Ok && reply.Length == results.Length)
            {
                return reply;
            }

            await PauseAsync(reply, attempt);
        }
    }

    /// <summary>Sends a question, whose answer may be shorter than its room.</summary>
    /// <returns>Bytes of the answer.</returns>
    public async Task<int> AskAsync(Operation operation, ReadOnlyMemory<byte> body, Memory<byte> answer)
    {
        for (int attempt = 1; ; attempt++)
        {
            Reply reply = await session.SendAsync(operation, body, answer);
            if (reply.Status == FrameStatus.Ok)
            {
                return reply.Length;
            }

            await PauseAsync(reply, attempt);
        }
    }

    /// <summary>
    /// Sends elements of which each has its own result. An overloaded partition refuses its share of a request and says
    /// so in each element; only those are sent again, for the others would answer as duplicates.
    /// </summary>
    /// <param name="operation">What to do.</param>
    /// <param name="body">The elements.</param>
    /// <param name="results">Room for the results of all.</param>
    /// <param name="count">How many elements.</param>
    public async Task SendElementsAsync(Operation operation, Memory<byte> body, Memory<byte> results, int count)
    {
        Reply reply = await SendAsync(operation, body, results);
        int size = body.Length / count;
        int resultSize = results.Length / count;
        int[] refused = RefusedOf(results.Span, resultSize);
        for (int attempt = 1; refused.Length != 0; attempt++)
        {
            FrameStatus status = (FrameStatus)CodeOf(results.Span, resultSize, refused[0]);
            await PauseAsync(reply with { Status = status }, attempt);
            byte[] bodyAgain = new byte[refused.Length * size];
            byte[] resultsAgain = new byte[refused.Length * resultSize];
            for (int i = 0; i < refused.Length; i++)
            {
                body.Span.Slice(refused[i] * size, size).CopyTo(bodyAgain.AsSpan(i * size));
            }

            reply = await SendAsync(operation, bodyAgain, resultsAgain);
            for (int i = 0; i < refused.Length; i++)
            {
                resultsAgain.AsSpan(i * resultSize, resultSize).CopyTo(results.Span[(refused[i] * resultSize)..]);
            }

            refused = RefusedOf(results.Span, resultSize);
        }
    }

    private static int[] RefusedOf(ReadOnlySpan<byte> results, int resultSize)
    {
        List<int> refused = [];
        for (int i = 0; i < results.Length / resultSize; i++)
        {
            if (CodeOf(results, resultSize, i) < OutcomeMin)
            {
                refused.Add(i);
            }
        }

        return [.. refused];
    }

    private static uint CodeOf(ReadOnlySpan<byte> results, int resultSize, int element) =>
        MemoryMarshal.Read<uint>(results[((element * resultSize) + CodeOffset)..]);

    // Waits as long as the reply asks for, or ends the run when another attempt would not help.
    private static async Task PauseAsync(Reply reply, int attempt)
    {
        bool again = reply.Status is FrameStatus.Overloaded or FrameStatus.TooManyInFlight or FrameStatus.Unknown;
        if (!again || attempt == AttemptsMax)
        {
            int exitCode = reply.Status is FrameStatus.Unknown or FrameStatus.Unauthenticated
                ? ExitCode.Connection
                : ExitCode.Refused;
            throw new CliException(exitCode, FrameStatusText.CodeOf(reply.Status), FrameStatusText.MessageOf(reply));
        }

        // Longer with each attempt: a disk that is busy with others may keep an engine overloaded for minutes.
        TimeSpan pause = TimeSpan.FromMilliseconds(Math.Clamp(Math.Max(reply.RetryAfterMs, attempt), 1, 1_000));
        await Task.Delay(pause, TimeProvider.System, CancellationToken.None);
    }
}
