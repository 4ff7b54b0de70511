using System.Globalization;
using System.Numerics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using FastCore.Protocol.Frames;
using FastCore.Testing;

namespace FastCore.Protocol.Tests.Documents;

/// <summary>
/// The golden vectors as text: one file per operation and version, frames in hex with a comment per field,
/// <c>hex # type name = value</c>. Values are arbitrary but all different, so that a swapped field shows.
/// </summary>
internal static class Vectors
{
    public static string FileOf(int number, string name) => $"{number:D3}_{name}.v1.txt";

    public static Dictionary<string, string> RenderAll()
    {
        Dictionary<string, string> files = [];
        foreach (OperationShape shape in WireStructs.Public)
        {
            (Type element, Type result) = WireStructs.Bodies[shape.Operation];
            List<(Type, byte[])> request = [];
            if (shape.PrefixSize > 0)
            {
                request.Add((typeof(BookPrefix), Bytes(new BookPrefix { Book = 7 })));
            }

            request.Add((element, Sample(element, 1)));
            StringBuilder text = Begin(shape.Name, shape.Operation);
            RenderFrame(text, "request", Header(shape.Operation, FrameStatus.Ok, 2500), request);
            RenderFrame(text, "reply", Header(shape.Operation, FrameStatus.Ok, 0), [(result, Sample(result, 2))]);
            RenderFrame(text, "reply overloaded", Header(shape.Operation, FrameStatus.Overloaded, 12), []);
            files[FileOf((int)shape.Operation, shape.Name)] = text.ToString();
        }

        StringBuilder ping = Begin("ping", Operation.Ping);
        RenderFrame(ping, "request", Header(Operation.Ping, FrameStatus.Ok, 0), []);
        RenderFrame(ping, "reply", Header(Operation.Ping, FrameStatus.Ok, 0), []);
        files[FileOf(2, "ping")] = ping.ToString();
        files[FileOf(1, "hello")] = RenderHello();
        return files;
    }

    private static string RenderHello()
    {
        _ = HelloRequest.TryCreate("till-7", "an-access-key", out HelloRequest request);
        HelloReply reply = new()
        {
            Magic = HelloRequest.ExpectedMagic,
            Version = 1,
            VersionMin = 1,
            VersionMax = 1,
            RequestFrameSizeMax = Limits.RequestFrameSizeMax,
            ReplyFrameSizeMax = Limits.ReplyFrameSizeMax,
            RequestsInFlightMax = 1024,
            IdleTimeoutMs = 300_000,
            NodeId = (UInt128)0x0123_4567_89AB_CDEF << 64 | 0xFEDC_BA98_7654_3210,
        };
        HelloReply refusal = reply;
        refusal.Version = 0;
        StringBuilder text = Begin("hello", Operation.Hello);
        RenderFrame(text, "request", Header(Operation.Hello, FrameStatus.Ok, 0),
            [(typeof(HelloRequest), Bytes(request))]);
        RenderFrame(text, "reply", Header(Operation.Hello, FrameStatus.Ok, 0), [(typeof(HelloReply), Bytes(reply))]);
        FrameHeader unsupported = Header(Operation.Hello, FrameStatus.VersionUnsupported, 0);
        RenderFrame(text, "reply version unsupported", unsupported, [(typeof(HelloReply), Bytes(refusal))]);
        RenderFrame(text, "reply unauthenticated", Header(Operation.Hello, FrameStatus.Unauthenticated, 0), []);
        return text.ToString();
    }

    private static StringBuilder Begin(string name, Operation operation) => new(
        $"# Golden vector: {name} (operation {(int)operation}), protocol version 1.\n"
        + "# Each line is bytes in hex, then '# type name = value'; numbers are little-endian on the wire.\n");

    private static void RenderFrame(
        StringBuilder text, string title, FrameHeader header, List<(Type Type, byte[] Bytes)> parts)
    {
        byte[] body = [.. parts.SelectMany(part => part.Bytes)];
        FrameSeal.Close(ref header, body);
        text.Append(CultureInfo.InvariantCulture, $"\n[{title}]\n");
        foreach ((Type type, byte[] bytes) in parts.Prepend((typeof(FrameHeader), Bytes(header))))
        {
            RenderFields(text, type, bytes);
        }
    }

    private static void RenderFields(StringBuilder text, Type type, byte[] bytes)
    {
        if (type.IsPrimitive || type == typeof(UInt128))
        {
            Line(text, bytes, WireStructs.NameOf(type), "element", new BigInteger(bytes, isUnsigned: true)
                .ToString(CultureInfo.InvariantCulture));
            return;
        }

        foreach (WireField field in WireLayout.FieldsOf(type))
        {
            byte[] value = bytes.AsSpan(field.Offset, field.Size).ToArray();
            string shown = field.IsBytes ? Convert.ToHexString(value)
                : field.Read(bytes).ToString(CultureInfo.InvariantCulture);
            Line(text, value, field.Type, $"{type.Name}.{field.Name}", shown);
        }
    }

    private static void Line(StringBuilder text, byte[] bytes, string type, string name, string value) =>
        text.Append(CultureInfo.InvariantCulture, $"{Convert.ToHexString(bytes)} # {type} {name} = {value}\n");

    private static FrameHeader Header(Operation operation, FrameStatus status, uint timeoutMs) => new()
    {
        Operation = operation,
        Correlation = 0x1122_3344_5566_7788,
        Status = status,
        TimeoutMs = timeoutMs,
    };

    /// <summary>A struct with another value in every field, zero in the reserved ones.</summary>
    private static byte[] Sample(Type type, int seed)
    {
        byte[] bytes = new byte[WireStructs.SizeOf(type)];
        if (type.IsPrimitive || type == typeof(UInt128))
        {
            bytes[0] = (byte)(40 + seed);
            bytes[^1] = (byte)seed;
            return bytes;
        }

        int number = 0;
        foreach (WireField field in WireLayout.FieldsOf(type))
        {
            number++;
            Span<byte> target = bytes.AsSpan(field.Offset, field.Size);
            if (!field.IsReserved)
            {
                target[0] = (byte)((seed * 16) + number);
                target[^1] = field.Size > 1 ? (byte)(number + seed) : target[0];
            }
        }

        return bytes;
    }

    private static byte[] Bytes<T>(T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();
}
