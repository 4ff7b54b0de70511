using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using FastCore.Node.Access;
using FastCore.Protocol;
using FastCore.Protocol.Frames;

namespace FastCore.Server.Fronts;

/// <summary>The first frame of a connection: who is there, which version, what it may do.</summary>
internal static class Greeting
{
    /// <summary>Takes a Hello off the buffer and writes its answer.</summary>
    /// <param name="buffer">What came so far.</param>
    /// <param name="services">Keys and limits.</param>
    /// <param name="replies">Receives the answer.</param>
    /// <param name="consumed">Up to where bytes were taken.</param>
    /// <param name="grant">What the connection may do; null = it must end.</param>
    /// <param name="who">Key and client name, for the log.</param>
    public static FrameRead TryTake(
        in ReadOnlySequence<byte> buffer,
        FrontServices services,
        ReplyWriter replies,
        out SequencePosition consumed,
        out Grant? grant,
        out string who)
    {
        grant = null;
        who = "nobody";
        FrameReader reader = new(buffer, Limits.HelloFrameSizeMax);
        FrameRead read = reader.Read();
        consumed = reader.Consumed;
        if (read == FrameRead.Incomplete)
        {
            return read;
        }

        HelloReply hello = Describe(services);
        FrameStatus status = read == FrameRead.Refused
            ? reader.Refusal
            : Judge(ref reader, services, out grant, out who);
        hello.Version = status == FrameStatus.Ok ? FrameHeader.CurrentVersion : (byte)0;
        bool tells = status is FrameStatus.Ok or FrameStatus.VersionUnsupported;
        ReadOnlySpan<byte> body = tells ? MemoryMarshal.AsBytes(new ReadOnlySpan<HelloReply>(in hello)) : default;
        replies.OnReply(reader.Header.Correlation, Operation.Hello, status, 0, body);
        return read;
    }

    private static FrameStatus Judge(ref FrameReader reader, FrontServices services, out Grant? grant, out string who)
    {
        grant = null;
        who = "nobody";
        if (!FrameSeal.IsRequestReservedZero(in reader.Header))
        {
            return FrameStatus.ReservedNotZero;
        }

        if (reader.Header.Operation != Operation.Hello)
        {
            return FrameStatus.HelloExpected;
        }

        Span<byte> body = stackalloc byte[Limits.HelloFrameSizeMax];
        body = body[..((int)reader.Header.Length - Limits.FrameHeaderSize)];
        reader.CopyBodyTo(body);
        FrameStatus status = HelloRequest.TryRead(body, out HelloRequest request);
        if (status != FrameStatus.Ok)
        {
            return status;
        }

        if (ProtocolVersions.Choose(request.VersionMin, request.VersionMax) == 0)
        {
            return FrameStatus.VersionUnsupported;
        }

        ReadOnlySpan<byte> key = request.ApiKey;
        ReadOnlySpan<byte> name = request.ClientName;
        grant = services.Access.Find(key[..request.KeyLength], out string keyName);
        who = $"{keyName} ({Printable(name[..request.NameLength])})";
        return grant is null ? FrameStatus.Unauthenticated : FrameStatus.Ok;
    }

    private static HelloReply Describe(FrontServices services) => new()
    {
        Magic = HelloRequest.ExpectedMagic,
        VersionMin = ProtocolVersions.Min,
        VersionMax = ProtocolVersions.Max,
        RequestFrameSizeMax = (uint)services.Options.RequestFrameSizeMax,
        ReplyFrameSizeMax = Limits.ReplyFrameSizeMax,
        RequestsInFlightMax = (uint)services.Options.InFlightMax,
        IdleTimeoutMs = (uint)services.Options.IdleTimeoutMs,
        NodeId = services.Doors.NodeId,
    };

    /// <summary>A peer's text as it may stand in a log: no control characters, so no line of its own.</summary>
    private static string Printable(ReadOnlySpan<byte> utf8) =>
        string.Concat(Encoding.UTF8.GetString(utf8).Select(c => char.IsControl(c) ? '?' : c));
}
