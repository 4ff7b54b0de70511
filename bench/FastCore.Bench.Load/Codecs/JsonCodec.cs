using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using FastCore.Protocol.Payments;

namespace FastCore.Bench.Load.Codecs;

/// <summary>
/// JSON by System.Text.Json with generated code, as a service would use it: an array of objects with the merchant's
/// name and the payment's fields that are not zero.
/// </summary>
internal sealed class JsonCodec : IPaymentCodec, IDisposable
{
    private readonly MerchantNames _names;
    private readonly PaymentJson _json;
    private readonly ArrayBufferWriter<byte> _written = new(1 << 20);
    private readonly Utf8JsonWriter _writer;

    /// <summary>Makes the codec.</summary>
    /// <param name="names">Names of merchants.</param>
    public JsonCodec(MerchantNames names)
    {
        _names = names;
        _json = new PaymentJson(new JsonSerializerOptions(PaymentJson.Default.Options)
        {
            Converters = { new NameConverter(names) },
        });
        _writer = new Utf8JsonWriter(_written);
    }

    /// <inheritdoc/>
    public int BytesPerElementMax => 1_024;

    /// <inheritdoc/>
    public int Write(ReadOnlySpan<CreatePayment> payments, Span<byte> room)
    {
        NamedPayment[] messages = new NamedPayment[payments.Length];
        for (int i = 0; i < messages.Length; i++)
        {
            messages[i] = new NamedPayment
            {
                Merchant = _names.NameOf(payments[i].Merchant),
                Payment = payments[i] with { Merchant = 0 },
            };
        }

        Begin();
        JsonSerializer.Serialize(_writer, messages, _json.NamedPaymentArray);
        return End(room);
    }

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<byte> bytes, Span<CreatePayment> payments)
    {
        NamedPayment[]? messages = JsonSerializer.Deserialize(bytes, _json.NamedPaymentArray);
        Require(messages?.Length == payments.Length);
        for (int i = 0; i < payments.Length; i++)
        {
            payments[i] = messages![i].Payment with { Merchant = _names.NumberOf(messages[i].Merchant) };
        }
    }

    /// <inheritdoc/>
    public int Write(ReadOnlySpan<PaymentResult> results, Span<byte> room)
    {
        Begin();
        JsonSerializer.Serialize(_writer, results.ToArray(), _json.PaymentResultArray);
        return End(room);
    }

    /// <inheritdoc/>
    public void Read(ReadOnlySpan<byte> bytes, Span<PaymentResult> results)
    {
        PaymentResult[]? read = JsonSerializer.Deserialize(bytes, _json.PaymentResultArray);
        Require(read?.Length == results.Length);
        read.CopyTo(results);
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private static void Require(bool isRead)
    {
        if (!isRead)
        {
            throw new LoadException("What was written as JSON could not be read again.");
        }
    }

    private void Begin()
    {
        _written.ResetWrittenCount();
        _writer.Reset();
    }

    private int End(Span<byte> room)
    {
        _writer.Flush();
        _written.WrittenSpan.CopyTo(room);
        return _written.WrittenCount;
    }

    private sealed class NameConverter(MerchantNames names) : JsonConverter<string>
    {
        public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.HasValueSequence || reader.ValueIsEscaped ? reader.GetString()! : names.TextOf(reader.ValueSpan);

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value);
    }
}

/// <summary>A payment whose merchant has a name.</summary>
public struct NamedPayment
{
    /// <summary>The merchant's name.</summary>
    public string Merchant;

    /// <summary>The payment; its merchant is 0.</summary>
    public CreatePayment Payment;
}

/// <summary>The code that System.Text.Json generates; fields that are zero are left out.</summary>
[JsonSourceGenerationOptions(
    IncludeFields = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(CreatePayment))]
[JsonSerializable(typeof(PaymentResult))]
[JsonSerializable(typeof(NamedPayment[]))]
[JsonSerializable(typeof(PaymentResult[]))]
public sealed partial class PaymentJson : JsonSerializerContext;
