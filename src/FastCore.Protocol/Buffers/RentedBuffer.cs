namespace FastCore.Protocol.Buffers;

/// <summary>A buffer of <see cref="BufferPool"/>. Whoever rented it returns it, once.</summary>
public readonly struct RentedBuffer
{
    private readonly BufferPooling _kind;

    internal RentedBuffer(byte[] bytes, BufferPooling kind)
    {
        Bytes = bytes;
        _kind = kind;
    }

    /// <summary>At least as many bytes as were asked for.</summary>
    public byte[] Bytes { get; }

    /// <summary>Gives it back; the bytes are not to be touched any more.</summary>
    /// <exception cref="InvalidOperationException">In a debug build: it was given back before.</exception>
    public void Return() => BufferPool.Return(Bytes, _kind);
}
