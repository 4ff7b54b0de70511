using FastCore.Protocol;
using FastCore.Protocol.Buffers;
using FastCore.Protocol.Frames;

namespace FastCore.Server.Fronts;

/// <summary>One piece for a body that straddles segments; the buffer is kept for the next one.</summary>
internal sealed class JoinedBody
{
    private RentedBuffer? _buffer;

    /// <summary>The body of the frame read last, in one piece.</summary>
    public ReadOnlySpan<byte> Of(ref FrameReader reader)
    {
        if (reader.IsContiguous)
        {
            return reader.Body;
        }

        int length = (int)reader.Header.Length - Limits.FrameHeaderSize;
        if (_buffer is null || _buffer.Value.Bytes.Length < length)
        {
            Release();
            _buffer = BufferPool.Rent(length);
        }

        byte[] bytes = _buffer.Value.Bytes;
        reader.CopyBodyTo(bytes);
        return bytes.AsSpan(0, length);
    }

    /// <summary>Gives the buffer back.</summary>
    public void Release()
    {
        _buffer?.Return();
        _buffer = null;
    }
}
