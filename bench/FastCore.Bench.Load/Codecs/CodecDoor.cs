using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Buffers;
using FastCore.Protocol.Payments;

namespace FastCore.Bench.Load.Codecs;

/// <summary>
/// A connection whose edge speaks another format than the engine: each request is written and read again in it before
/// it is submitted, and each answer before it is handed over. Buffers are of the process's pool, for as long as a
/// request or an answer takes. Owns the door behind it and the codec.
/// </summary>
internal sealed class CodecDoor(FrontSessionDoor inner, IPaymentCodec codec, int batch)
    : ILoadDoor, ILoadReplies, IDisposable
{
    private readonly PaymentResult[] _results = new PaymentResult[batch];
    private ILoadReplies? _replies;

    /// <inheritdoc/>
    public FrameStatus TrySubmit(int slot, LoadRequest request)
    {
        ReadOnlySpan<CreatePayment> payments =
            MemoryMarshal.Cast<byte, CreatePayment>(request.Body.AsSpan(0, request.BodyLength));
        RentedBuffer text = BufferPool.Rent(64 + (payments.Length * codec.BytesPerElementMax));
        int length = codec.Write(payments, text.Bytes);
        RentedBuffer body = BufferPool.Rent(request.BodyLength);
        Span<byte> decoded = body.Bytes.AsSpan(0, request.BodyLength);
        codec.Read(text.Bytes.AsSpan(0, length), MemoryMarshal.Cast<byte, CreatePayment>(decoded));
        text.Return();
        FrameStatus status = inner.TrySubmit(slot, request.Operation, decoded);
        body.Return();
        return status;
    }

    /// <inheritdoc/>
    public int Drain(ILoadReplies replies)
    {
        _replies = replies;
        return inner.Drain(this);
    }

    /// <inheritdoc/>
    public bool TryArm(AutoResetEvent wake) => inner.TryArm(wake);

    /// <inheritdoc/>
    public void Disarm() => inner.Disarm();

    /// <inheritdoc/>
    public void OnReply(int slot, FrameStatus status, ReadOnlySpan<byte> results)
    {
        ReadOnlySpan<PaymentResult> found = MemoryMarshal.Cast<byte, PaymentResult>(results);
        Span<PaymentResult> decoded = _results.AsSpan(0, found.Length);
        RentedBuffer text = BufferPool.Rent(64 + (found.Length * codec.BytesPerElementMax));
        int length = codec.Write(found, text.Bytes);
        codec.Read(text.Bytes.AsSpan(0, length), decoded);
        text.Return();
        _replies!.OnReply(slot, status, MemoryMarshal.AsBytes(decoded));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        inner.Dispose();
        (codec as IDisposable)?.Dispose();
    }
}
