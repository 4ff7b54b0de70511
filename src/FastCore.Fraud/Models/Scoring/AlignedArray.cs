using System.Runtime.CompilerServices;

namespace FastCore.Fraud.Models.Scoring;

/// <summary>
/// Values that stay at one place, on the boundary of a cache line, until nobody refers to them any more: the model and
/// its pointers go together, so a model that was replaced needs nobody to free it.
/// </summary>
internal sealed unsafe class AlignedArray<T>
    where T : unmanaged
{
    private const int Alignment = 64;

    private readonly byte[] _bytes;

    /// <summary>Makes an array of zeros, with a line of zeros behind it that whole vectors may read.</summary>
    public AlignedArray(int count)
    {
        Count = count;
        _bytes = GC.AllocateArray<byte>(checked((count * sizeof(T)) + (2 * Alignment)), pinned: true);
        nuint start = (nuint)Unsafe.AsPointer(ref _bytes[0]);
        Pointer = (T*)((start + Alignment - 1) & ~(nuint)(Alignment - 1));
    }

    public AlignedArray(ReadOnlySpan<T> values)
        : this(values.Length) => values.CopyTo(Span);

    public int Count { get; }

    /// <summary>Where the values are, for as long as this object is referred to.</summary>
    public T* Pointer { get; }

    public Span<T> Span => new(Pointer, Count);
}
