using System.Runtime.InteropServices;
using FastCore.Engine.Rings;
using FastCore.Engine.Sessions;
using FastCore.Protocol;

namespace FastCore.Node.Sessions;

/// <summary>One request in flight of a session: what is needed to turn its replies into one.</summary>
internal sealed class RequestSlot
{
    /// <summary>The partition of an element that takes no part in a step.</summary>
    public const short NoPart = -1;

    /// <summary>The client's own correlation.</summary>
    public ulong Correlation;

    /// <summary>The operation that the client asked for.</summary>
    public Operation Operation;

    /// <summary>Whether it may wait for something to tell, and is counted as one that does.</summary>
    public bool IsAwaiting;

    /// <summary>Shape of the step under way.</summary>
    public OperationShape Shape = null!;

    /// <summary>Shape of the step to come; null when this is the last one.</summary>
    public OperationShape? Second;

    /// <summary>
    /// The step under way is the first of two, of those elements only whose cards live elsewhere than their merchants.
    /// </summary>
    public bool HandsOver;

    /// <summary>The envelope of a request of two steps.</summary>
    public RequestEnvelope Envelope;

    /// <summary>Ring bytes reserved for the replies of the second step.</summary>
    public int SecondReservedBytes;

    /// <summary>Bytes of native buffers reserved for the replies of the second step.</summary>
    public int SecondReservedBuffers;

    /// <summary>Ring bytes reserved for its replies.</summary>
    public int ReservedBytes;

    /// <summary>Bytes of native buffers reserved for its replies.</summary>
    public int ReservedBuffers;

    /// <summary>Parts (partitions) whose reply is still missing.</summary>
    public int PartsLeft;

    /// <summary>Parts in all.</summary>
    public int Parts;

    /// <summary>Replies of parts are put together; false: the one reply is the answer.</summary>
    public bool IsGathered;

    /// <summary>Elements of a scattered request.</summary>
    public int Count;

    /// <summary>
    /// Partition of each element of a scattered request, <see cref="NoPart"/> for one that takes no part in the step;
    /// kept and reused.
    /// </summary>
    public short[] PartOf = [];

    /// <summary>Gathered results of a scattered request of a front; kept and reused.</summary>
    public byte[] Gathered = [];

    /// <summary>Bytes of results gathered so far of a query that every partition answers.</summary>
    public int GatheredLength;

    /// <summary>Bytes of results that such a query may have.</summary>
    public int GatheredMax;

    /// <summary>Status that all parts so far share.</summary>
    public FrameStatus Status;

    /// <summary>True once two parts differed in status.</summary>
    public bool IsMixed;

    /// <summary>Largest retry-after of the parts.</summary>
    public uint RetryAfterMs;

    private byte[] _request = [];
    private byte[] _second = [];
    private int _requestLength;

    /// <summary>The elements of a request of two steps.</summary>
    public ReadOnlySpan<byte> Request => _request.AsSpan(0, _requestLength);

    /// <summary>Keeps a request of two steps, and counts what the replies of the second one may take.</summary>
    public void KeepRequest(
        in RequestEnvelope envelope, ReadOnlySpan<byte> body, OperationShape second, int partitions)
    {
        Envelope = envelope;
        Grow(ref _request, body.Length);
        body.CopyTo(_request);
        _requestLength = body.Length;

        // However the elements spread: so many parts, each in line or in a buffer.
        int parts = Math.Min(partitions, Count);
        int bytes = Count * second.ResultSize;
        SecondReservedBytes = (parts * ReplyPort.RingCost(0)) + Math.Min(bytes, parts * ReplyPort.InlineMax);
        SecondReservedBuffers = bytes > ReplyPort.InlineMax ? bytes : 0;
    }

    /// <summary>
    /// The body of the second step: each element, and what the first step answered to it if it wants that.
    /// </summary>
    public ReadOnlySpan<byte> BuildSecond(ReadOnlySpan<byte> first)
    {
        int from = Shape.ElementSize;
        int to = Second!.ElementSize;
        if (from == to)
        {
            return Request;
        }

        int added = Shape.ResultSize;
        Grow(ref _second, Count * to);
        for (int i = 0; i < Count; i++)
        {
            Span<byte> element = _second.AsSpan(i * to, to);
            _request.AsSpan(i * from, from).CopyTo(element);
            if (PartOf[i] == NoPart)
            {
                element[from..].Clear();
            }
            else
            {
                first.Slice(i * added, added).CopyTo(element[from..]);
            }
        }

        return _second.AsSpan(0, Count * to);
    }

    /// <summary>Makes room for the partition of each element.</summary>
    public Span<short> RoomForParts()
    {
        if (PartOf.Length < Count)
        {
            PartOf = new short[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Count)];
        }

        return PartOf.AsSpan(0, Count);
    }

    /// <summary>Where results are gathered when the session has no better place.</summary>
    public Span<byte> OwnGatherBuffer()
    {
        Grow(ref Gathered, Math.Max(Count * Shape.ResultSize, GatheredMax));
        return Gathered;
    }

    /// <summary>
    /// Merges results that are sorted by their first u64 into those gathered so far, up to the most there may be.
    /// </summary>
    public void Merge(ReadOnlySpan<byte> sorted, Span<byte> gathered)
    {
        int size = Shape.ResultSize;
        Grow(ref _second, GatheredLength);
        ReadOnlySpan<byte> before = _second.AsSpan(0, GatheredLength);
        gathered[..GatheredLength].CopyTo(_second);
        int length = Math.Min(GatheredMax, before.Length + sorted.Length);
        for (int at = 0; at < length; at += size)
        {
            bool takesBefore = sorted.IsEmpty || (!before.IsEmpty
                && MemoryMarshal.Read<ulong>(before) <= MemoryMarshal.Read<ulong>(sorted));
            ref ReadOnlySpan<byte> from = ref takesBefore ? ref before : ref sorted;
            from[..size].CopyTo(gathered[at..]);
            from = from[size..];
        }

        GatheredLength = length;
    }

    // To the largest request ever seen, then no more.
    private static void Grow(ref byte[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = new byte[(int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)length)];
        }
    }
}
