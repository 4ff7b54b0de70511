using FastCore.Fuzz.Core;
using FastCore.Protocol.MessagePack;
using FastCore.Testing;

namespace FastCore.Fuzz.MessagePack;

/// <summary>
/// A stream of MessagePack values: passed over and read value by value it ends at the same place, where the naive twin
/// says; written again it is never longer, and reading and writing that once more gives the same bytes.
/// </summary>
public sealed class MessagePackFuzzer : Fuzzer
{
    private const int SizeMax = 2048;

    private readonly byte[] _once = new byte[SizeMax];
    private readonly byte[] _twice = new byte[SizeMax];

    /// <inheritdoc/>
    public override string Name => "messagepack";

    /// <inheritdoc/>
    public override string Summary => "MessagePackReader and MessagePackWriter: a stream of values.";

    /// <inheritdoc/>
    public override int InputSizeMax => SizeMax;

    /// <inheritdoc/>
    public override long AllocationMax => 0;

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Tokens =>
    [
        [0xC1], [0xC4, 0x10], [0xC6, 0xFF, 0xFF, 0xFF, 0xFF], [0xC7, 12, 0xFF], [0xC8, 0, 12, 0xFF],
        [0xC9, 0, 0, 0, 4, 0xFF], [0xD6, 0xFF], [0xD7, 0xFF], [0xD8, 0xFF], [0xDB, 0, 0, 0, 1], [0xDC, 0, 2],
        [0xDD, 0, 0, 0, 1], [0xDD, 0x80, 0, 0, 0], [0xDE, 0, 1], [0xDF, 0x80, 0, 0, 0], [0xDF, 0, 0, 0, 1],
        [0xCF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0xD3, 0x80, 0, 0, 0, 0, 0, 0, 0],
        [0x91, 0x91, 0x91, 0x91, 0x91, 0x91, 0x91, 0x91, 0x91, 0x91, 0x91, 0x91, 0x91, 0x91, 0x91, 0x91],
        [0x81, 0xC0, 0x81, 0xC0, 0x81, 0xC0, 0x81, 0xC0],
    ];

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds()
    {
        SeededRandom random = new(11);
        byte[] bytes = new byte[SizeMax];
        for (int i = 0; i < 40; i++)
        {
            yield return bytes[..Generate(bytes, random)];
        }

        yield return [.. Enumerable.Repeat((byte)0x91, MessagePackReader.DepthMax), 0xC0];
        yield return [.. Enumerable.Repeat<byte[]>([0x81, 0x01], MessagePackReader.DepthMax).SelectMany(one => one), 1];
    }

    /// <summary>Values in forms of any length, some of them in arrays and maps.</summary>
    public override int Generate(Span<byte> input, SeededRandom random)
    {
        int at = 0;
        for (int values = random.Between(1, 30); values > 0 && at < input.Length - 64; values--)
        {
            at += Value(input[at..], random);
        }

        // What arrays and maps at the end still lack.
        int nils = int.Min(random.Below(12), input.Length - at);
        input.Slice(at, nils).Fill(0xC0);
        return at + nils;
    }

    /// <inheritdoc/>
    public override Verdict Run(ReadOnlySpan<byte> input)
    {
        int whole = SkipAll(input, out MessagePackStatus skipped);
        int once = Rewrite(input[..whole], _once, out uint kinds);
        BrokenPropertyException.Unless(once <= whole, "a shortest form is longer");
        int again = Rewrite(_once.AsSpan(0, once), _twice, out uint sameKinds);
        BrokenPropertyException.Unless(
            _twice.AsSpan(0, again).SequenceEqual(_once.AsSpan(0, once)) && kinds == sameKinds,
            "a shortest form is written otherwise");
        ReadOnly(input[whole..]);
        return whole > 0
            ? Verdict.Accepted((int)kinds, (int)skipped, Verdict.SizeClass(whole))
            : Verdict.Refused((int)skipped, Verdict.SizeClass(input.Length));
    }

    // Passes over top-level values as long as there are some.
    private static int SkipAll(ReadOnlySpan<byte> input, out MessagePackStatus status)
    {
        MessagePackReader reader = new(input);
        while (true)
        {
            int start = reader.Position;
            int expected = NaiveValue.SizeOf(input[start..]);
            bool isSkipped = reader.TrySkip();
            BrokenPropertyException.Unless(reader.Depth == 0, "something stays open");
            BrokenPropertyException.Unless(isSkipped == (expected > 0), "the twin disagrees about a value");
            BrokenPropertyException.Unless(
                reader.Position - start == (isSkipped ? expected : 0), "a skip ends elsewhere than its value");
            status = reader.Status;
            if (!isSkipped)
            {
                return start;
            }
        }
    }

    // Everything but the first byte of the first refused value is whatever it is: any reads must end.
    private static void ReadOnly(ReadOnlySpan<byte> rest)
    {
        MessagePackReader reader = new(rest);
        for (int last = -1; reader.Position > last;)
        {
            last = reader.Position;
            bool isRead = reader.NextKind switch
            {
                MessagePackKind.Array => reader.TryReadArrayHeader(out _),
                MessagePackKind.Map => reader.TryReadMapHeader(out _),
                _ => reader.TrySkip(),
            };
            BrokenPropertyException.Unless(
                isRead == (reader.Position > last) && reader.Depth <= MessagePackReader.DepthMax,
                "a refused read moved, or an accepted one did not");
        }
    }

    private static int Rewrite(ReadOnlySpan<byte> input, Span<byte> output, out uint kinds)
    {
        MessagePackReader reader = new(input);
        MessagePackWriter writer = new(output);
        kinds = 0;
        while (!reader.IsAtEnd)
        {
            kinds |= 1u << (int)reader.NextKind;
            BrokenPropertyException.Unless(Copy(ref reader, ref writer), "a value that was skipped is not read");
        }

        BrokenPropertyException.Unless(reader.Depth == 0, "something stays open");
        return writer.Position;
    }

    private static bool Copy(ref MessagePackReader reader, ref MessagePackWriter writer)
    {
        switch (reader.NextKind)
        {
            case MessagePackKind.Nil:
                return reader.TryReadNil() && writer.TryWriteNil();
            case MessagePackKind.Boolean:
                return reader.TryReadBoolean(out bool flag) && writer.TryWriteBoolean(flag);
            case MessagePackKind.Integer:
                return reader.TryReadInt64(out long signed)
                    ? writer.TryWriteInt64(signed)
                    : reader.TryReadUInt64(out ulong large) && large > long.MaxValue && writer.TryWriteUInt64(large);
            case MessagePackKind.Float32:
                return reader.TryReadFloat32(out float single) && writer.TryWriteFloat32(single);
            case MessagePackKind.Float64:
                return reader.TryReadFloat64(out double real) && writer.TryWriteFloat64(real);
            case MessagePackKind.Text:
                return reader.TryReadUtf8(out ReadOnlySpan<byte> utf8) && writer.TryWriteUtf8(utf8);
            case MessagePackKind.Binary:
                return reader.TryReadBinary(out ReadOnlySpan<byte> bytes) && writer.TryWriteBinary(bytes);
            case MessagePackKind.Array:
                return reader.TryReadArrayHeader(out int count) && writer.TryWriteArrayHeader((uint)count);
            case MessagePackKind.Map:
                return reader.TryReadMapHeader(out int pairs) && writer.TryWriteMapHeader((uint)pairs);
            case MessagePackKind.Timestamp when reader.TryReadTimestamp(out MessagePackTimestamp time):
                BrokenPropertyException.Unless(
                    !time.TryToUnixNs(out ulong ns) || MessagePackTimestamp.FromUnixNs(ns) == time,
                    "a time is another one in nanoseconds");
                return writer.TryWriteTimestamp(time);
            case MessagePackKind.Timestamp or MessagePackKind.Extension:
                return reader.TryReadExtension(out sbyte type, out ReadOnlySpan<byte> content)
                    && writer.TryWriteExtension(type, content);
            default:
                return false;
        }
    }

    private static int Value(Span<byte> room, SeededRandom random)
    {
        MessagePackWriter writer = new(room[..64]);
        Span<byte> bytes = stackalloc byte[16];
        random.Fill(bytes);
        ReadOnlySpan<byte> some = bytes[..random.Below(17)];
        _ = random.Below(12) switch
        {
            0 => writer.TryWriteNil(),
            1 => writer.TryWriteBoolean(random.OneIn(2)),
            2 => writer.TryWriteUInt64(random.Skewed()),
            3 => writer.TryWriteInt64(-(long)(random.Skewed() >> 1)),
            4 => writer.TryWriteFloat32(random.Below(1000) / 8f),
            5 => writer.TryWriteFloat64(random.Below(1000) / 3.0),
            6 => writer.TryWriteUtf8(some),
            7 => writer.TryWriteBinary(some),
            8 => writer.TryWriteExtension((sbyte)random.Below(128), some),
            9 => writer.TryWriteTimestamp(
                new((long)(random.Skewed() >> 20) - random.Below(2), (uint)random.Below(1_000_000_000))),
            10 => writer.TryWriteArrayHeader((uint)random.Below(5)),
            _ => writer.TryWriteMapHeader((uint)random.Below(3)),
        };
        return writer.Position;
    }
}
