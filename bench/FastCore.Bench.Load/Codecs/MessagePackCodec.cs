using FastCore.Protocol.MessagePack;
using FastCore.Protocol.Payments;

namespace FastCore.Bench.Load.Codecs;

/// <summary>
/// MessagePack by our reader and writer: an array of pairs, the merchant's name and the payment as a map of the fields
/// that are not zero; the results an array of such maps.
/// </summary>
internal sealed class MessagePackCodec(MerchantNames names) : IPaymentCodec
{
    /// <inheritdoc/>
    public int BytesPerElementMax => 512;

    /// <inheritdoc/>
    public int Write(ReadOnlySpan<CreatePayment> payments, Span<byte> room)
    {
        int at = WriteCount(payments.Length, room);
        Span<byte> name = stackalloc byte[64];
        foreach (ref readonly CreatePayment payment in payments)
        {
            int length = System.Text.Encoding.UTF8.GetBytes(names.NameOf(payment.Merchant), name);
            MessagePackWriter writer = new(room[at..]);
            _ = writer.TryWriteArrayHeader(2);
            _ = writer.TryWriteUtf8(name[..length]);
            at += writer.Position;
            CreatePayment unnamed = payment with { Merchant = 0 };
            at += PaymentPacking<CreatePayment>.Write(in unnamed, room[at..]);
        }

        return at;
    }

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<byte> bytes, Span<CreatePayment> payments)
    {
        int at = ReadCount(bytes, payments.Length);
        foreach (ref CreatePayment payment in payments)
        {
            MessagePackReader reader = new(bytes[at..]);
            if (!reader.TryReadArrayHeader(out int parts) || parts != 2
                || !reader.TryReadUtf8(out ReadOnlySpan<byte> name))
            {
                throw Broken();
            }

            ulong merchant = names.NumberOf(names.TextOf(name));
            at += reader.Position;
            at += Required(PaymentPacking<CreatePayment>.Read(bytes[at..], out payment));
            payment.Merchant = merchant;
        }
    }

    /// <inheritdoc/>
    public int Write(ReadOnlySpan<PaymentResult> results, Span<byte> room)
    {
        int at = WriteCount(results.Length, room);
        foreach (ref readonly PaymentResult result in results)
        {
            at += PaymentPacking<PaymentResult>.Write(in result, room[at..]);
        }

        return at;
    }

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<byte> bytes, Span<PaymentResult> results)
    {
        int at = ReadCount(bytes, results.Length);
        foreach (ref PaymentResult result in results)
        {
            at += Required(PaymentPacking<PaymentResult>.Read(bytes[at..], out result));
        }
    }

    private static int WriteCount(int count, Span<byte> room)
    {
        MessagePackWriter writer = new(room);
        _ = writer.TryWriteArrayHeader((uint)count);
        return writer.Position;
    }

    private static int ReadCount(ReadOnlySpan<byte> bytes, int expected)
    {
        MessagePackReader reader = new(bytes);
        return reader.TryReadArrayHeader(out int count) && count == expected ? reader.Position : throw Broken();
    }

    private static int Required(int bytes) => bytes > 0 ? bytes : throw Broken();

    private static LoadException Broken() => new("What was written as MessagePack could not be read again.");
}
