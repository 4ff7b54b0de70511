using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using BenchmarkDotNet.Attributes;
using FastCore.Bench.Load.Codecs;
using FastCore.Protocol.Payments;

namespace FastCore.Bench.Micro;

/// <summary>
/// A payment request encoded and decoded, and its answer, in the three formats of the codec knob: the struct's own
/// bytes, MessagePack maps with names, and JSON by System.Text.Json with generated code. Each decoding is compared with
/// what was encoded before anything is measured.
/// </summary>
[MemoryDiagnoser]
public class CodecBenchmarks : IDisposable
{
    private readonly byte[] _room = new byte[2_048];
    private readonly ArrayBufferWriter<byte> _json = new(2_048);
    private readonly Utf8JsonWriter _writer;
    private CreatePayment _request;
    private PaymentResult _answer;

    /// <summary>Makes the messages.</summary>
    public CodecBenchmarks()
    {
        _writer = new Utf8JsonWriter(_json);
        _request = new CreatePayment
        {
            Id = new UInt128(0x0193_5C2E_7A41_0000, 0xF00D_F00D_1234_5678),
            Merchant = 4_711,
            Amount = 149_900,
            Card = 987_654_321,
            UserData64 = 1UL << 60,
            Currency = 978,
            Method = 2,
            Terminal = 12,
        };
        _answer = new PaymentResult
        {
            Timestamp = 1_790_000_000_123_456_789,
            Code = PaymentStatus.Ok,
            State = 3,
            Fee = 2_998,
            Tax = 570,
        };
    }

    [GlobalSetup]
    public void Check()
    {
        if (!IsSame(Struct()) || !IsSame(MessagePack()) || !IsSame(SystemTextJson()))
        {
            throw new InvalidOperationException("A codec gives another message than it was given.");
        }
    }

    [Benchmark(Baseline = true)]
    public (CreatePayment Request, PaymentResult Answer) Struct()
    {
        MemoryMarshal.Write(_room, in _request);
        CreatePayment request = MemoryMarshal.Read<CreatePayment>(_room);
        MemoryMarshal.Write(_room, in _answer);
        return (request, MemoryMarshal.Read<PaymentResult>(_room));
    }

    [Benchmark]
    public (CreatePayment Request, PaymentResult Answer) MessagePack()
    {
        int size = PaymentPacking<CreatePayment>.Write(in _request, _room);
        PaymentPacking<CreatePayment>.TryRead(_room.AsSpan(0, size), out CreatePayment request);
        size = PaymentPacking<PaymentResult>.Write(in _answer, _room);
        PaymentPacking<PaymentResult>.TryRead(_room.AsSpan(0, size), out PaymentResult answer);
        return (request, answer);
    }

    [Benchmark]
    public (CreatePayment Request, PaymentResult Answer) SystemTextJson()
    {
        Encode(_request, PaymentJson.Default.CreatePayment);
        CreatePayment request = JsonSerializer.Deserialize(_json.WrittenSpan, PaymentJson.Default.CreatePayment);
        Encode(_answer, PaymentJson.Default.PaymentResult);
        return (request, JsonSerializer.Deserialize(_json.WrittenSpan, PaymentJson.Default.PaymentResult));
    }

    /// <inheritdoc/>
    [GlobalCleanup]
    public void Dispose()
    {
        _writer.Dispose();
        GC.SuppressFinalize(this);
    }

    private void Encode<T>(in T message, JsonTypeInfo<T> type)
    {
        _json.ResetWrittenCount();
        _writer.Reset();
        JsonSerializer.Serialize(_writer, message, type);
    }

    private bool IsSame((CreatePayment Request, PaymentResult Answer) decoded) =>
        Bytes(in decoded.Request).SequenceEqual(Bytes(in _request))
            && Bytes(in decoded.Answer).SequenceEqual(Bytes(in _answer));

    private static ReadOnlySpan<byte> Bytes<T>(in T message)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in message));
}
