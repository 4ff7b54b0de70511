using System.Buffers;
using FastCore.Fuzz.Core;
using FastCore.Testing;

namespace FastCore.Fuzz.Frames;

/// <summary>
/// Attacks a parser of frames. The first byte of the input says into how large pieces the rest is cut, the way a socket
/// hands bytes over.
/// </summary>
public abstract class StreamFuzzer : Fuzzer
{
    private readonly PieceSequence _pieces = new();
    private byte[] _stream = [];

    /// <summary>A copy of the stream in one piece, for the run to change.</summary>
    protected Memory<byte> Stream { get; private set; }

    /// <inheritdoc/>
    public sealed override void Mend(Span<byte> input, SeededRandom random)
    {
        if (!input.IsEmpty)
        {
            FrameBytes.Mend(input[1..]);
        }
    }

    /// <inheritdoc/>
    public sealed override Verdict Run(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
        {
            return Verdict.Refused(-1);
        }

        if (_stream.Length < InputSizeMax)
        {
            _stream = new byte[InputSizeMax];
        }

        ReadOnlySpan<byte> bytes = input[1..];
        bytes.CopyTo(_stream);
        Stream = _stream.AsMemory(0, bytes.Length);
        return Run(bytes, _pieces.Cut(Stream, input[0] + 1));
    }

    /// <summary>Parses the pieces and checks what must hold.</summary>
    protected abstract Verdict Run(ReadOnlySpan<byte> bytes, in ReadOnlySequence<byte> pieces);
}
