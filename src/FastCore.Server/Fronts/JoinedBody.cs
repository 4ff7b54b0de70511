using System.Buffers;
using FastCore.Protocol;
using FastCore.Protocol.Frames;

namespace FastCore.Server.Fronts;

/// <summary>One piece for a body that straddles segments; the buffer is kept for the next one.</summary>
internal sealed class JoinedBody
{
    private byte[] _bytes = [];

    /// <summary>The body of the frame read last, in one piece.</summary>
    public ReadOnlySpan<byte> Of(ref FrameReader reader)
    {
        if (reader.IsContiguous)
        {
            return reader.Body;
        }

        int length = (int)reader.Header.Length - Limits.FrameHeaderSize;
        if (_bytes.Length < length)
        {
            Release();
            _bytes = ArrayPool<byte>.Shared.Rent(length);
        }

        reader.CopyBodyTo(_bytes);
        return _bytes.AsSpan(0, length);
    }

    /// <summary>Gives the buffer back.</summary>
    public void Release()
    {
        if (_bytes.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = [];
        }
    }
}
