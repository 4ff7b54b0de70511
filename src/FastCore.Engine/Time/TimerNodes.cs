using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace FastCore.Engine.Time;

/// <summary>The timers of a wheel by number, from 1. They lie in chunks, so growth copies nothing.</summary>
internal sealed class TimerNodes
{
    /// <summary>Place of a timer that lies in the heap of what is due.</summary>
    public const int InHeap = -1;

    /// <summary>Place of a timer that lies in the run of what is due.</summary>
    public const int InRun = -2;

    /// <summary>Place of a number that stands for no timer.</summary>
    public const int Free = -3;

    /// <summary>Place of a timer that was cancelled and still lies among what is due.</summary>
    public const int Cancelled = -4;

    // 64 KiB: one that counts as a large object would call for a full collection now and then.
    private const int ChunkShift = 11;
    private const int ChunkMask = (1 << ChunkShift) - 1;

    private Timer[][] _chunks = [];
    private int _used = 1;
    private int _freeHead;

    /// <summary>Numbers ever used + 1.</summary>
    public int Used => _used;

    /// <summary>A timer by its number.</summary>
    public ref Timer this[int node] => ref _chunks[node >> ChunkShift][node & ChunkMask];

    /// <summary>
    /// Brings a timer towards the CPU. Should the collector move it meanwhile, the wrong place is brought, and nothing
    /// else happens.
    /// </summary>
    public unsafe void Prefetch(int node)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref this[node]));
        }
    }

    /// <summary>A number for a new timer.</summary>
    public int Take()
    {
        int node = _freeHead;
        if (node != 0)
        {
            _freeHead = this[node].Next;
            return node;
        }

        node = _used;
        if (node >> ChunkShift == _chunks.Length)
        {
            Array.Resize(ref _chunks, _chunks.Length + 1);
            _chunks[^1] = new Timer[1 << ChunkShift];
        }

        _used++;
        return node;
    }

    /// <summary>The number stands for no timer any more.</summary>
    public void Release(int node)
    {
        ref Timer timer = ref this[node];
        timer.Generation = (timer.Generation + 1) & int.MaxValue;
        timer.Bucket = Free;
        timer.Next = _freeHead;
        _freeHead = node;
    }

    /// <summary>One timer.</summary>
    internal struct Timer
    {
        public ulong DueNs;
        public ulong Token;
        public int Next;
        public int Previous;

        /// <summary>The bucket that it waits in, or one of the places above.</summary>
        public int Bucket;
        public int Generation;
    }
}
