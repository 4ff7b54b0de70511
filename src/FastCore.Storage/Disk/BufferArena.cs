using System.Runtime.InteropServices;

namespace FastCore.Storage.Disk;

/// <summary>
/// Buffers of one size cut from large chunks of native memory. Buffers are never given back one by one. Small pages on
/// purpose: with huge ones the first touch of a GiB took twice as long on a virtual machine whose host gives memory out
/// late (docs/BENCH.md). Any thread, but for the end.
/// </summary>
internal sealed unsafe class BufferArena : IDisposable
{
    private const int ChunkBytesMax = 64 << 20;

    private readonly Lock _gate = new();
    private readonly List<nint> _chunks = [];
    private readonly int _bufferBytes;
    private readonly long _chunkBytes;
    private long _used;
    private int _count;

    /// <summary>Makes an arena; nothing is allocated yet.</summary>
    /// <param name="bufferBytes">Bytes of a buffer, a multiple of the alignment.</param>
    /// <param name="memoryBytes">What the buffers in use will take about; chunks are no larger than that.</param>
    public BufferArena(int bufferBytes, long memoryBytes)
    {
        _bufferBytes = bufferBytes;
        _chunkBytes = Math.Max(1, Math.Min(memoryBytes, ChunkBytesMax) / bufferBytes) * bufferBytes;
        _used = _chunkBytes;
    }

    /// <summary>Buffers taken so far.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>A buffer of whatever bytes, all pages of it touched.</summary>
    public AlignedBuffer Take()
    {
        byte* pointer = Cut();
        for (int at = 0; at < _bufferBytes; at += AlignedBuffer.Alignment)
        {
            pointer[at] = 0;
        }

        return new AlignedBuffer(pointer, _bufferBytes);
    }

    /// <summary>Frees all chunks and with them every buffer.</summary>
    public void Dispose()
    {
        foreach (nint chunk in _chunks)
        {
            NativeMemory.AlignedFree((void*)chunk);
        }

        _chunks.Clear();
        _used = _chunkBytes;
    }

    private byte* Cut()
    {
        lock (_gate)
        {
            if (_used + _bufferBytes > _chunkBytes)
            {
                _chunks.Add((nint)NativeMemory.AlignedAlloc((nuint)_chunkBytes, AlignedBuffer.Alignment));
                _used = 0;
            }

            byte* pointer = (byte*)_chunks[^1] + _used;
            _used += _bufferBytes;
            _count++;
            return pointer;
        }
    }
}
