using System.Buffers;

namespace FastCore.Fuzz.Frames;

/// <summary>Bytes as a sequence of pieces. Its pieces are used again and again.</summary>
internal sealed class PieceSequence
{
    private readonly List<Piece> _pieces = [];

    /// <summary>Cuts the bytes into pieces of one size; the last may be shorter.</summary>
    public ReadOnlySequence<byte> Cut(ReadOnlyMemory<byte> bytes, int size)
    {
        int count = Math.Max(1, (bytes.Length + size - 1) / size);
        while (_pieces.Count < count)
        {
            _pieces.Add(new Piece());
        }

        for (int i = count - 1; i >= 0; i--)
        {
            int start = i * size;
            _pieces[i].Set(
                bytes.Slice(start, Math.Min(size, bytes.Length - start)), start, i + 1 < count ? _pieces[i + 1] : null);
        }

        Piece last = _pieces[count - 1];
        return new ReadOnlySequence<byte>(_pieces[0], 0, last, last.Memory.Length);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public void Set(ReadOnlyMemory<byte> memory, long start, Piece? next)
        {
            Memory = memory;
            RunningIndex = start;
            Next = next;
        }
    }
}
