using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastCore.Protocol;

/// <summary>
/// The batch door: one request and its results as wire bytes, filled in place, sent without another copy, and used
/// again and again without allocating. One request of a batch is in flight at a time; use several batches to pipeline.
/// </summary>
/// <typeparam name="TElement">The operation's element struct.</typeparam>
/// <typeparam name="TResult">The operation's result struct.</typeparam>
public sealed class RequestBatch<TElement, TResult>
    where TElement : unmanaged
    where TResult : unmanaged
{
    private readonly OperationShape _shape;
    private readonly byte[] _request;
    private readonly byte[] _reply;

    /// <summary>Makes an empty batch.</summary>
    /// <param name="operation">What its requests do; the structs must be this operation's.</param>
    /// <param name="capacity">Elements at most, 1 … the operation's own maximum.</param>
    /// <param name="resultCapacity">Results at most; 0 = one per element.</param>
    /// <exception cref="ArgumentException">The structs are not the operation's, or a capacity is out of
    /// bounds.</exception>
    public RequestBatch(Operation operation, int capacity, int resultCapacity = 0)
    {
        _shape = OperationTable.Find(operation)
            ?? throw new ArgumentException($"{operation} has no shape.", nameof(operation));
        if (_shape.ElementSize != Unsafe.SizeOf<TElement>() || _shape.ResultSize != Unsafe.SizeOf<TResult>())
        {
            throw new ArgumentException(
                $"{_shape.Name} has elements of {_shape.ElementSize} and results of {_shape.ResultSize} bytes, not of "
                + $"{Unsafe.SizeOf<TElement>()} and {Unsafe.SizeOf<TResult>()}.",
                nameof(operation));
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(capacity, _shape.ElementsMax);
        ArgumentOutOfRangeException.ThrowIfNegative(resultCapacity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(resultCapacity, Limits.ElementsPerRequestMax);
        Capacity = capacity;
        _request = new byte[_shape.PrefixSize + (capacity * _shape.ElementSize)];
        _reply = new byte[Math.Max(resultCapacity, capacity) * _shape.ResultSize];
    }

    /// <summary>Elements at most.</summary>
    public int Capacity { get; }

    /// <summary>Elements added.</summary>
    public int Count { get; private set; }

    /// <summary>The book of all elements. Only for operations whose elements do not carry their own key.</summary>
    /// <exception cref="InvalidOperationException">The operation has no book prefix.</exception>
    public ulong Book
    {
        get => MemoryMarshal.Read<BookPrefix>(Prefix()).Book;
        set => MemoryMarshal.Write(Prefix(), new BookPrefix { Book = value });
    }

    /// <summary>The elements added, to read or change.</summary>
    public Span<TElement> Elements => Slots()[..Count];

    /// <summary>Adds an element, all zero, to be filled in place.</summary>
    /// <exception cref="InvalidOperationException">The batch is full.</exception>
    public ref TElement Add()
    {
        if (Count == Capacity)
        {
            ThrowFull();
        }

        ref TElement element = ref Slots()[Count++];
        element = default;
        return ref element;
    }

    /// <summary>Adds a copy of an element.</summary>
    /// <exception cref="InvalidOperationException">The batch is full.</exception>
    public void Add(in TElement element)
    {
        if (Count == Capacity)
        {
            ThrowFull();
        }

        Slots()[Count++] = element;
    }

    /// <summary>Empties the batch; the book stays.</summary>
    public void Clear() => Count = 0;

    /// <summary>Sends the elements added. The batch must not change until this completes.</summary>
    public ValueTask<Reply> SendAsync(IFastCoreSession session, SendOptions options = default)
    {
        ArgumentNullException.ThrowIfNull(session);
        int length = _shape.PrefixSize + (Count * _shape.ElementSize);
        return session.SendAsync(_shape.Operation, _request.AsMemory(0, length), _reply, options);
    }

    /// <summary>The results of a reply to this batch, until it is sent again.</summary>
    public ReadOnlySpan<TResult> Results(scoped in Reply reply) =>
        MemoryMarshal.Cast<byte, TResult>(_reply.AsSpan(0, reply.Length));

    private Span<TElement> Slots() => MemoryMarshal.Cast<byte, TElement>(_request.AsSpan(_shape.PrefixSize));

    private Span<byte> Prefix() => _shape.PrefixSize == BookPrefix.Size
        ? _request
        : throw new InvalidOperationException($"The elements of {_shape.Name} carry their own key.");

    private static void ThrowFull() => throw new InvalidOperationException("The batch is full.");
}
