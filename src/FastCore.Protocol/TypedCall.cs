using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCore.Protocol.Buffers;

namespace FastCore.Protocol;

/// <summary>
/// Turns structs into a request and results back into structs, over pooled buffers: the convenient calls of both
/// domains. Elements and results are copied once more than with <see cref="RequestBatch{TElement, TResult}"/>.
/// </summary>
internal static class TypedCall
{
    public static ValueTask<Reply> Send<TElement, TResult>(
        IFastCoreSession session,
        Operation operation,
        ulong book,
        ReadOnlySpan<TElement> elements,
        Memory<TResult> results,
        SendOptions options)
        where TElement : unmanaged
        where TResult : unmanaged
    {
        OperationShape shape = OperationTable.Find(operation)!;
        int bodyLength = checked(shape.PrefixSize + (elements.Length * Unsafe.SizeOf<TElement>()));
        int replyLength = checked(results.Length * Unsafe.SizeOf<TResult>());
        if (shape.Kind != OperationKind.Query && results.Length < shape.ResultsOf(elements.Length))
        {
            throw new ArgumentException("There must be room for one result per element.", nameof(results));
        }

        RentedBuffer buffer = BufferPool.Rent(bodyLength + replyLength);
        Span<byte> body = buffer.Bytes.AsSpan(0, bodyLength);
        if (shape.PrefixSize > 0)
        {
            MemoryMarshal.Write(body, new BookPrefix { Book = book });
        }

        MemoryMarshal.AsBytes(elements).CopyTo(body[shape.PrefixSize..]);
        return Complete(session, operation, buffer, bodyLength, replyLength, results, options);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<Reply> Complete<TResult>(
        IFastCoreSession session,
        Operation operation,
        RentedBuffer buffer,
        int bodyLength,
        int replyLength,
        Memory<TResult> results,
        SendOptions options)
        where TResult : unmanaged
    {
        try
        {
            Memory<byte> replyBuffer = buffer.Bytes.AsMemory(bodyLength, replyLength);
            Reply reply = await session
                .SendAsync(operation, buffer.Bytes.AsMemory(0, bodyLength), replyBuffer, options).ConfigureAwait(false);
            replyBuffer.Span[..reply.Length].CopyTo(MemoryMarshal.AsBytes(results.Span));
            return reply;
        }
        finally
        {
            // A session touches neither buffer after completion, whatever the outcome.
            buffer.Return();
        }
    }
}
