using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Testing;

namespace FastCore.Torture;

/// <summary>One thing that is asked about scored transactions, and how its answers are kept.</summary>
/// <param name="Operation">The operation.</param>
/// <param name="IsAsked">Whether it is asked about a transaction at all.</param>
/// <param name="ElementOf">The element that asks.</param>
/// <param name="AnswerOf">The first answer; all zero as long as none came.</param>
/// <param name="Take">Keeps the first answer.</param>
/// <param name="CodeOf">Code of an answer.</param>
/// <param name="Repeated">What an answer becomes when it is asked for once more.</param>
internal sealed record Asked<TElement, TResult>(
    Operation Operation,
    Func<ScoredTransaction, bool> IsAsked,
    Func<ScoredTransaction, TElement> ElementOf,
    Func<ScoredTransaction, TResult> AnswerOf,
    Action<ScoredTransaction, TResult> Take,
    Func<TResult, uint> CodeOf,
    Func<TResult, TResult> Repeated)
    where TElement : unmanaged
    where TResult : unmanaged
{
    /// <summary>Whether it is asked about a transaction and has no answer.</summary>
    public bool IsOpen(ScoredTransaction one) => IsAsked(one) && CodeOf(AnswerOf(one)) == 0;

    /// <summary>Asks what is open until all is answered. False when the server does not answer any more.</summary>
    public Task<bool> AskAsync(IFastCoreSession session, IEnumerable<ScoredTransaction> some) =>
        SendAsync(session, some.Where(IsOpen), Take);

    /// <summary>
    /// Asks all once more: every answer must be the first one, bit for bit, and say that it is a repetition. False when
    /// the server does not answer any more.
    /// </summary>
    public Task<bool> AskAgainAsync(
        IFastCoreSession session, IEnumerable<ScoredTransaction> some, TortureFindings findings) =>
        SendAsync(session, some.Where(IsAsked), (one, again) => findings.CheckKept(
            Bits.Same(again, Repeated(AnswerOf(one))), () => $"{Operation} again gave {CodeOf(again)}: {one}"));

    // A partition that refuses its share says so in each element; what it refused is sent once more.
    private async Task<bool> SendAsync(
        IFastCoreSession session, IEnumerable<ScoredTransaction> some, Action<ScoredTransaction, TResult> take)
    {
        ScoredTransaction[] waiting = [.. some];
        while (waiting.Length > 0)
        {
            byte[] body = MemoryMarshal.AsBytes<TElement>(waiting.Select(ElementOf).ToArray()).ToArray();
            byte[] results = new byte[waiting.Length * Unsafe.SizeOf<TResult>()];
            Reply reply = await session.SendAsync(Operation, body, results);
            if (reply.Status is not (FrameStatus.Ok or FrameStatus.Overloaded))
            {
                return false;
            }

            List<ScoredTransaction> refused = [];
            for (int i = 0; i < waiting.Length; i++)
            {
                TResult result = MemoryMarshal.Cast<byte, TResult>(results)[i];
                if (reply.Status == FrameStatus.Ok && CodeOf(result) != (uint)FrameStatus.Overloaded)
                {
                    take(waiting[i], result);
                }
                else
                {
                    refused.Add(waiting[i]);
                }
            }

            waiting = [.. refused];
            if (waiting.Length > 0)
            {
                await RetryPause.AfterAsync(reply);
            }
        }

        return true;
    }
}
