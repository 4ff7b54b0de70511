using System.Buffers;
using System.Numerics;
using Microsoft.Extensions.ObjectPool;

namespace FastCore.Protocol.Buffers;

/// <summary>
/// Buffers that live as long as a call. The way of a command through the engine needs none; the convenient calls of a
/// session do, and bodies that straddle segments of a connection. One for the process; any thread may use it.
/// </summary>
public static class BufferPool
{
    private const int SmallestBits = 12;
    private const int LargestBits = 21;

    private static readonly ObjectPool<byte[]>[] Pools =
    [
        .. Enumerable.Range(SmallestBits, LargestBits - SmallestBits + 1).Select(
            bits => new DefaultObjectPool<byte[]>(new NewBuffers(1 << bits), 2 * Environment.ProcessorCount)),
    ];

    private static volatile BufferPooling _kind;
    private static long _outstanding;

    /// <summary>Where buffers come from now; each goes back to where it came from, whatever this says then.</summary>
    public static BufferPooling Kind
    {
        get => _kind;
        set => _kind = value;
    }

    /// <summary>Buffers that were rented and not returned yet. One that only rises is a leak.</summary>
    public static long Outstanding => Volatile.Read(ref _outstanding);

    /// <summary>Rents a buffer of at least so many bytes, whatever they hold.</summary>
    /// <param name="length">Bytes, 0 or more.</param>
    public static RentedBuffer Rent(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Interlocked.Increment(ref _outstanding);
        BufferPooling kind = length > 1 << LargestBits && _kind == BufferPooling.Object ? BufferPooling.Array : _kind;
        byte[] bytes = kind switch
        {
            BufferPooling.Array => ArrayPool<byte>.Shared.Rent(length),
            BufferPooling.Object => PoolOf(length).Get(),
            _ => new byte[length],
        };
        RentedBuffers.Note(bytes);
        return new RentedBuffer(bytes, kind);
    }

    internal static void Return(byte[] bytes, BufferPooling kind)
    {
        RentedBuffers.Forget(bytes);
        Interlocked.Decrement(ref _outstanding);
        switch (kind)
        {
            case BufferPooling.Array:
                ArrayPool<byte>.Shared.Return(bytes);
                break;
            case BufferPooling.Object:
                PoolOf(bytes.Length).Return(bytes);
                break;
        }
    }

    private static ObjectPool<byte[]> PoolOf(int length) =>
        Pools[Math.Max(0, BitOperations.Log2((uint)Math.Max(1, length - 1)) + 1 - SmallestBits)];

    private sealed class NewBuffers(int size) : PooledObjectPolicy<byte[]>
    {
        public override byte[] Create() => new byte[size];

        public override bool Return(byte[] obj) => true;
    }
}
