using System.Runtime.InteropServices;
using FastCore.Protocol;

namespace FastCore.Bench.Soak;

/// <summary>
/// A sequence of elements, each of which follows from its number: sent in order, each until it is answered. So what was
/// acknowledged is known by one number, and everything can be sent once more at the end.
/// </summary>
/// <param name="worker">Number of the worker that sends it; no two lanes have the same.</param>
/// <param name="seed">Contents follow from it, too.</param>
internal abstract class SoakLane(int worker, ulong seed)
{
    // Elements before this number may be there already: a request that had them was not wholly answered.
    private ulong _uncertainUntil;

    /// <summary>Upper half of all its ids; not zero.</summary>
    protected ulong IdHigh => (ulong)worker + 1;

    /// <summary>Kind of the load.</summary>
    public abstract string Name { get; }

    /// <summary>Elements in a request of a burst.</summary>
    public virtual int BurstBatch => 64;

    /// <summary>Elements acknowledged: those before this number.</summary>
    public ulong Acknowledged { get; set; }

    /// <summary>Takes note of what was answered to the elements from <see cref="Acknowledged"/> on.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="count">Elements of the request.</param>
    /// <returns>What should not be so, or null.</returns>
    public string? Take(in LaneAnswer answer, int count)
    {
        ulong first = Acknowledged;
        ulong end = first + (ulong)count;
        if (answer.Status != FrameStatus.Ok || !answer.IsWhole)
        {
            // A part may have been accepted, or all of it by a server that did not live to say so. The elements may
            // come again in smaller requests.
            _uncertainUntil = Math.Max(_uncertainUntil, end);
            return answer.Wrong;
        }

        Acknowledged = end;
        return answer.Wrong ?? (answer.Repeated != 0 && first >= _uncertainUntil
            ? $"{Name} {first}: {answer.Repeated} were there before they were sent"
            : null);
    }

    /// <summary>Opens what it works on; does nothing when it is open already.</summary>
    public abstract Task OpenAsync(IFastCoreSession session);

    /// <summary>Sends elements.</summary>
    /// <param name="session">Where to.</param>
    /// <param name="first">Number of the first.</param>
    /// <param name="count">How many.</param>
    public abstract Task<LaneAnswer> SendAsync(IFastCoreSession session, ulong first, int count);

    /// <summary>Looks acknowledged elements up.</summary>
    /// <returns>What is wrong with them, or null; a status that is not Ok when it was not answered.</returns>
    public virtual Task<(FrameStatus Status, string? Wrong)> ReadAsync(
        IFastCoreSession session, ulong first, int count) => ReadBySendingAsync(session, first, count);

    /// <summary>What must hold of all together at the end.</summary>
    /// <returns>What is wrong, or null.</returns>
    public virtual Task<string?> CheckBooksAsync(IFastCoreSession session) => Task.FromResult<string?>(null);

    /// <summary>A number that follows from an element's number and what it is for.</summary>
    protected ulong Mix(ulong index, ulong use)
    {
        ulong z = ((index + 1) * 0x9E3779B97F4A7C15UL) ^ (use << 56) ^ (IdHigh << 40) ^ seed;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    // What cannot be looked up by id is sent again: the server compares it with what it has.
    private async Task<(FrameStatus Status, string? Wrong)> ReadBySendingAsync(
        IFastCoreSession session, ulong first, int count)
    {
        LaneAnswer answer = await SendAsync(session, first, count);
        string? lost = answer.Created != 0 ? $"{Name} from {first} on: {answer.Created} were lost" : null;
        return (answer.Status, answer.Wrong ?? lost);
    }
}

/// <summary>What became of a request.</summary>
/// <param name="Reply">As a whole.</param>
/// <param name="IsWhole">Every element has its answer; otherwise it has to be sent again.</param>
/// <param name="Created">Elements that were new.</param>
/// <param name="Repeated">Elements that were there before.</param>
/// <param name="Wrong">An answer that no element should get, or null.</param>
internal readonly record struct LaneAnswer(
    Reply Reply, bool IsWhole, int Created, int Repeated, string? Wrong)
{
    /// <summary>As a whole.</summary>
    public FrameStatus Status => Reply.Status;
}

/// <summary>A lane of one kind of element.</summary>
/// <typeparam name="TElement">The element.</typeparam>
/// <typeparam name="TResult">Its answer.</typeparam>
internal abstract class SoakLane<TElement, TResult>(int worker, ulong seed, Operation operation)
    : SoakLane(worker, seed)
    where TElement : unmanaged
    where TResult : unmanaged
{
    /// <summary>The book that its requests name before their elements; 0 = their elements name theirs.</summary>
    protected virtual ulong Book => 0;

    /// <summary>An element by its number.</summary>
    protected abstract TElement Element(ulong index);

    /// <summary>What an answer means.</summary>
    protected abstract Judgement Judge(in TElement element, in TResult result);

    /// <inheritdoc/>
    public override async Task<LaneAnswer> SendAsync(IFastCoreSession session, ulong first, int count)
    {
        TElement[] elements = new TElement[count];
        for (int i = 0; i < count; i++)
        {
            elements[i] = Element(first + (ulong)i);
        }

        TResult[] results = new TResult[count];
        Reply reply = await TypedSend(session, elements, results);
        if (reply.Status != FrameStatus.Ok)
        {
            return new LaneAnswer(reply, false, 0, 0, null);
        }

        int created = 0;
        int repeated = 0;
        bool isWhole = true;
        string? wrong = null;
        for (int i = 0; i < count; i++)
        {
            switch (Judge(in elements[i], in results[i]))
            {
                case Judgement.Repeated:
                    repeated++;
                    break;
                case Judgement.Later:
                    isWhole = false;
                    break;
                case Judgement.Wrong:
                    wrong ??= $"{Name} {first + (ulong)i}: {Describe(in results[i])}";
                    break;
                default:
                    created++;
                    break;
            }
        }

        return new LaneAnswer(reply, isWhole, created, repeated, wrong);
    }

    /// <summary>
    /// Whether a code says that the element's partition took no share of the request, while another one took its own:
    /// it had no room, or its machine stood still until the request's deadline had passed.
    /// </summary>
    protected static bool IsRefusedShare(uint code) =>
        code is (uint)FrameStatus.Overloaded or (uint)FrameStatus.DeadlineExceeded;

    /// <summary>An answer in words.</summary>
    protected abstract string Describe(in TResult result);

    private async Task<Reply> TypedSend(IFastCoreSession session, TElement[] elements, TResult[] results)
    {
        int prefix = Book == 0 ? 0 : BookPrefix.Size;
        byte[] body = new byte[prefix + MemoryMarshal.AsBytes(elements.AsSpan()).Length];
        if (prefix != 0)
        {
            MemoryMarshal.Write(body, new BookPrefix { Book = Book });
        }

        MemoryMarshal.AsBytes(elements.AsSpan()).CopyTo(body.AsSpan(prefix));
        byte[] answer = new byte[MemoryMarshal.AsBytes(results.AsSpan()).Length];
        Reply reply = await session.SendAsync(operation, body, answer);
        if (reply.Status == FrameStatus.Ok)
        {
            answer.CopyTo(MemoryMarshal.AsBytes(results.AsSpan()));
        }

        return reply;
    }
}

/// <summary>What an answer to an element means.</summary>
internal enum Judgement
{
    /// <summary>It was accepted by this request.</summary>
    Created,

    /// <summary>It was there before, with the same content.</summary>
    Repeated,

    /// <summary>Its partition did not take it this time.</summary>
    Later,

    /// <summary>Anything else.</summary>
    Wrong,
}
