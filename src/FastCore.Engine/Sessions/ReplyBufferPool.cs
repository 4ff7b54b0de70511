using System.Numerics;
using System.Runtime.InteropServices;

using FastCore.Engine.Ports;

namespace FastCore.Engine.Sessions;

/// <summary>
/// Native buffers for large replies, rented on partition threads and given back by sessions' consumers. The C library
/// would hand the memory back to the kernel each time and pay a fault per page for it again.
/// </summary>
internal static unsafe class ReplyBufferPool
{
    private const int SmallestBits = 13;
    private const int LargestBits = 21;
    private const int SlotsPerClass = 64;

    private static readonly nint[] Slots = new nint[(LargestBits - SmallestBits + 1) * SlotsPerClass];

    // The first word of a buffer keeps its class, so that whoever gives it back need not know its length.
    private const int HeaderBytes = 64;

    public static byte* Rent(int length)
    {
        int size = Math.Max(SmallestBits, BitOperations.Log2((uint)Math.Max(1, length + HeaderBytes - 1)) + 1);
        if (size <= LargestBits)
        {
            foreach (ref nint slot in ClassOf(size))
            {
                // The exchange hands the buffer to exactly one renter.
                if (Volatile.Read(ref slot) != 0 && Interlocked.Exchange(ref slot, 0) is var pooled and not 0)
                {
                    return (byte*)pooled + HeaderBytes;
                }
            }
        }

        byte* buffer = (byte*)NativeMemory.AlignedAlloc((nuint)1 << size, HeaderBytes);
        *(int*)buffer = size;
        return buffer + HeaderBytes;
    }

    public static void Return(byte* rented)
    {
        if (rented == null)
        {
            return;
        }

        byte* buffer = rented - HeaderBytes;
        int size = *(int*)buffer;
        if (size <= LargestBits)
        {
            foreach (ref nint slot in ClassOf(size))
            {
                if (Volatile.Read(ref slot) == 0 && Interlocked.CompareExchange(ref slot, (nint)buffer, 0) == 0)
                {
                    return;
                }
            }
        }

        NativeMemory.AlignedFree(buffer);
    }

    // A moment's view: a buffer that is rented meanwhile is counted or not, but never touched.
    public static void MeasureMemory(ICollection<MemoryUse> uses)
    {
        long bytes = 0;
        long count = 0;
        for (int size = SmallestBits; size <= LargestBits; size++)
        {
            foreach (ref nint slot in ClassOf(size))
            {
                bool isThere = Volatile.Read(ref slot) != 0;
                count += isThere ? 1 : 0;
                bytes += isThere ? 1L << size : 0;
            }
        }

        uses.Add(new MemoryUse("reply_buffers", MemoryUseKind.Buffer)
        {
            Bytes = bytes,
            FreeBytes = bytes,
            Count = count,
            CountMax = Slots.Length,
        });
    }

    private static Span<nint> ClassOf(int size) => Slots.AsSpan((size - SmallestBits) * SlotsPerClass, SlotsPerClass);
}
