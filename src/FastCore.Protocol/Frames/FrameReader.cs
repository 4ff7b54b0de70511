using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastCore.Protocol.Frames;

/// <summary>
/// Takes frames off a buffer of received bytes. Frames inside the first segment are read in place; only one that
/// straddles segments takes the slow path. Nothing in this file allocates, waits or throws for what the bytes say.
/// <para>
/// The order of the checks is fixed: length, version, checksum. The length is believed only to count bytes, and only up
/// to the maximum given, so a peer can make the receiver hold one maximal frame and no more.
/// </para>
/// </summary>
public ref struct FrameReader
{
    private readonly int _frameSizeMax;
    private ReadOnlySequence<byte> _rest;
    private ReadOnlySpan<byte> _span;
    private int _taken;
    private ReadOnlySequence<byte> _bodyPieces;

    /// <summary>Reads frames off a buffer.</summary>
    /// <param name="buffer">Received bytes.</param>
    /// <param name="frameSizeMax">Bytes of a frame at most, header included.</param>
    public FrameReader(in ReadOnlySequence<byte> buffer, int frameSizeMax)
    {
        _frameSizeMax = frameSizeMax;
        _rest = buffer;
        _span = buffer.FirstSpan;
    }

    /// <summary>Header of the last frame read, or of the one refused (its correlation is worth echoing).</summary>
    public FrameHeader Header;

    /// <summary>The body when <see cref="IsContiguous"/>.</summary>
    public ReadOnlySpan<byte> Body { readonly get; private set; }

    /// <summary>The body in pieces when not <see cref="IsContiguous"/>.</summary>
    public readonly ReadOnlySequence<byte> BodyPieces => _bodyPieces;

    /// <summary>Whether the body lies in one piece.</summary>
    public bool IsContiguous { readonly get; private set; }

    /// <summary>Why the bytes are not a frame.</summary>
    public FrameStatus Refusal { get; private set; }

    /// <summary>Up to where bytes were taken.</summary>
    public readonly SequencePosition Consumed => _rest.GetPosition(_taken);

    /// <summary>Whether bytes are left that do not make a whole frame.</summary>
    public readonly bool HasPartialFrame => _rest.Length > _taken;

    /// <summary>Reads the next frame.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public FrameRead Read()
    {
        if (_span.Length < Limits.FrameHeaderSize)
        {
            return ReadAcrossSegments();
        }

        Header = MemoryMarshal.Read<FrameHeader>(_span);
        if (Header.Length - Limits.FrameHeaderSize > (uint)(_span.Length - Limits.FrameHeaderSize))
        {
            return ReadAcrossSegments();
        }

        return ReadInPlace();
    }

    /// <summary>Copies the body of the last frame, in one piece or in several.</summary>
    /// <param name="target">At least as long as the body.</param>
    public readonly void CopyBodyTo(Span<byte> target)
    {
        if (IsContiguous)
        {
            Body.CopyTo(target);
        }
        else
        {
            _bodyPieces.CopyTo(target);
        }
    }

    private FrameRead ReadInPlace()
    {
        if (IsHeaderRefused())
        {
            return FrameRead.Refused;
        }

        int length = (int)Header.Length;
        ReadOnlySpan<byte> body = _span[Limits.FrameHeaderSize..length];
        if (Crc32C.End(Crc32C.Append(FrameSeal.BeginChecksum(in Header), body)) != Header.Checksum)
        {
            Refusal = FrameStatus.ChecksumMismatch;
            return FrameRead.Refused;
        }

        Body = body;
        IsContiguous = true;
        _span = _span[length..];
        _taken += length;
        return FrameRead.Complete;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private FrameRead ReadAcrossSegments()
    {
        _rest = _rest.Slice(_taken);
        _taken = 0;
        _span = _rest.FirstSpan;
        if (_rest.Length < Limits.FrameHeaderSize)
        {
            return FrameRead.Incomplete;
        }

        _rest.Slice(0, Limits.FrameHeaderSize).CopyTo(MemoryMarshal.AsBytes(new Span<FrameHeader>(ref Header)));
        if (IsHeaderRefused())
        {
            return FrameRead.Refused;
        }

        if (_rest.Length < Header.Length)
        {
            return FrameRead.Incomplete;
        }

        return TakePieces();
    }

    private FrameRead TakePieces()
    {
        ReadOnlySequence<byte> pieces = _rest.Slice(Limits.FrameHeaderSize, Header.Length - Limits.FrameHeaderSize);
        uint state = FrameSeal.BeginChecksum(in Header);
        foreach (ReadOnlyMemory<byte> piece in pieces)
        {
            state = Crc32C.Append(state, piece.Span);
        }

        if (Crc32C.End(state) != Header.Checksum)
        {
            Refusal = FrameStatus.ChecksumMismatch;
            return FrameRead.Refused;
        }

        IsContiguous = pieces.IsSingleSegment;
        Body = IsContiguous ? pieces.FirstSpan : default;
        _bodyPieces = pieces;
        _rest = _rest.Slice(Header.Length);
        _span = _rest.FirstSpan;
        return FrameRead.Complete;
    }

    private bool IsHeaderRefused()
    {
        if (Header.Length > (uint)_frameSizeMax)
        {
            Refusal = FrameStatus.FrameTooLarge;
            return true;
        }

        if (Header.Length < Limits.FrameHeaderSize)
        {
            Refusal = FrameStatus.InvalidBodySize;
            return true;
        }

        if (Header.Version != FrameHeader.CurrentVersion)
        {
            Refusal = FrameStatus.VersionUnsupported;
            return true;
        }

        return false;
    }
}
