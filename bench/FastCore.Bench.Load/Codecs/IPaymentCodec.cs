using FastCore.Protocol.Payments;

namespace FastCore.Bench.Load.Codecs;

/// <summary>
/// Another way to write the payments of a request and their results than the wire structs, as an edge that speaks to
/// the world would: fields by name, merchants by name.
/// </summary>
internal interface IPaymentCodec
{
    /// <summary>Bytes that an element takes at most.</summary>
    int BytesPerElementMax { get; }

    /// <summary>Writes the payments of a request.</summary>
    /// <returns>Bytes written.</returns>
    int Write(ReadOnlySpan<CreatePayment> payments, Span<byte> room);

    /// <summary>Reads as many payments as there is room for.</summary>
    void Read(ReadOnlySpan<byte> bytes, Span<CreatePayment> payments);

    /// <summary>Writes the results of a request.</summary>
    /// <returns>Bytes written.</returns>
    int Write(ReadOnlySpan<PaymentResult> results, Span<byte> room);

    /// <summary>Reads as many results as there is room for.</summary>
    void Read(ReadOnlySpan<byte> bytes, Span<PaymentResult> results);
}
