using System.Runtime.InteropServices;

namespace FastCore.Storage.Disk;

/// <summary>Native memory on the boundary that direct I/O asks for.</summary>
public sealed unsafe class AlignedBuffer : IDisposable
{
    /// <summary>Boundary of addresses, offsets and lengths in direct I/O.</summary>
    public const int Alignment = 4096;

    private readonly bool _isPiece;
    private byte* _pointer;

    /// <summary>Allocates a buffer.</summary>
    /// <param name="size">Bytes, a multiple of <see cref="Alignment"/>.</param>
    /// <param name="isZeroed">
    /// False for what is only read after it was written; then no memory is touched before it is needed.
    /// </param>
    public AlignedBuffer(int size, bool isZeroed = true)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        if (size % Alignment != 0)
        {
            throw new ArgumentOutOfRangeException(nameof(size), size, "The size must be a multiple of the alignment.");
        }

        Size = size;
        _pointer = (byte*)NativeMemory.AlignedAlloc((nuint)size, Alignment);
        if (isZeroed)
        {
            NativeMemory.Clear(_pointer, (nuint)size);
        }
    }

    // A piece of an arena, which frees it.
    internal AlignedBuffer(byte* pointer, int size)
    {
        _isPiece = true;
        _pointer = pointer;
        Size = size;
    }

    /// <summary>Bytes of the buffer.</summary>
    public int Size { get; }

    /// <summary>The bytes.</summary>
    public Span<byte> Span => new(_pointer, Size);

    /// <summary>Address of the first byte.</summary>
    public byte* Pointer => _pointer;

    /// <summary>Rounds a position up to the alignment.</summary>
    public static long RoundUp(long position) => (position + Alignment - 1) & -Alignment;

    /// <summary>Rounds a position down to the alignment.</summary>
    public static long RoundDown(long position) => position & -Alignment;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isPiece)
        {
            NativeMemory.AlignedFree(_pointer);
        }

        _pointer = null;
    }
}
