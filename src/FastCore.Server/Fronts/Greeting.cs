using System.Buffers;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using FastCore.Protocol;
using FastCore.Protocol.Frames;
using FastCore.Server.Access;
using FastCore.Server.Audit;
using FastCore.Server.Limiting;
using Microsoft.Extensions.Logging;

namespace FastCore.Server.Fronts;

/// <summary>The first frame of a connection: who is there, which version, what it may do.</summary>
internal sealed class Greeting(
    FrontServices services, Guest guest, X509Certificate2? certificate, ReplyWriter replies)
{
    private const uint RetryAfterMs = 1000;

    /// <summary>The key that lets the connection in; null while there is none.</summary>
    public AccessEntry? Entry { get; private set; }

    /// <summary>What the key's owner uses of its limits.</summary>
    public KeyUsage? Usage { get; private set; }

    /// <summary>Says that there is no room, whether Hello came or not.</summary>
    public void Refuse()
    {
        Refuse(FrameStatus.Overloaded, "too many connections");
        services.Connections.CountRefused();
        Answer(0, FrameStatus.Overloaded);
    }

    /// <summary>Takes a Hello off the buffer and writes its answer. Looks at 256 bytes at most.</summary>
    /// <param name="buffer">What came so far.</param>
    /// <param name="consumed">Up to where bytes were taken.</param>
    public FrameRead TryTake(in ReadOnlySequence<byte> buffer, out SequencePosition consumed)
    {
        FrameReader reader = new(buffer, Limits.HelloFrameSizeMax);
        FrameRead read = reader.Read();
        consumed = reader.Consumed;
        if (read == FrameRead.Incomplete)
        {
            return read;
        }

        FrameStatus status = read == FrameRead.Refused ? reader.Refusal : Judge(ref reader);
        if (RefusalAudit.IsAudited(status))
        {
            Refuse(status, status == FrameStatus.Unauthenticated
                ? "no key or certificate was shown that lets it in"
                : RefusalReason.Why(status));
        }

        Answer(reader.Header.Correlation, status);
        ServerLog.Greeted(services.Log, guest.Id, guest.Who, status);
        return read;
    }

    private void Refuse(FrameStatus status, string why) =>
        services.Audit.Add(guest, new Refusal(status, Operation.Hello, 0, why));

    private void Answer(ulong correlation, FrameStatus status)
    {
        HelloReply hello = Describe();
        hello.Version = status == FrameStatus.Ok ? FrameHeader.CurrentVersion : (byte)0;
        bool tells = status is FrameStatus.Ok or FrameStatus.VersionUnsupported;
        ReadOnlySpan<byte> body = tells ? MemoryMarshal.AsBytes(new ReadOnlySpan<HelloReply>(in hello)) : default;
        uint retryAfterMs = status == FrameStatus.Overloaded ? RetryAfterMs : 0;
        replies.OnReply(correlation, Operation.Hello, status, retryAfterMs, body);
    }

    private FrameStatus Judge(ref FrameReader reader)
    {
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
        if (status == FrameStatus.Ok)
        {
            status = ProtocolVersions.Choose(request.VersionMin, request.VersionMax) == 0
                ? FrameStatus.VersionUnsupported
                : Admit(in request);
        }

        // The key is wanted no longer than this. What the socket's buffers still hold is overwritten by what follows.
        CryptographicOperations.ZeroMemory(body);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(new Span<HelloRequest>(ref request)));
        return status;
    }

    private FrameStatus Admit(in HelloRequest request)
    {
        ReadOnlySpan<byte> key = request.ApiKey;
        ReadOnlySpan<byte> name = request.ClientName;
        AccessTable table = services.Access.Current;
        AccessEntry? entry = table.Find(key[..request.KeyLength], certificate);
        string client = Printable(name[..request.NameLength]);
        guest.Introduce(entry, table, $"{entry?.Name ?? "nobody"} ({client})");
        if (entry is null)
        {
            return FrameStatus.Unauthenticated;
        }

        if (request.KeyLength > 0 && table.IsOpen && services.Access.IsFirstKeyNotWanted())
        {
            ServerLog.KeyNotWanted(services.Log, guest.Who);
        }

        KeyUsage usage = services.Access.UsageOf(entry);
        if (!usage.TryConnect(entry.ConnectionsMax))
        {
            Refuse(FrameStatus.Overloaded, "too many connections of this key");
            services.Connections.CountRefused();
            return FrameStatus.Overloaded;
        }

        if (!services.Connections.TryAdmit(guest))
        {
            usage.Disconnect();
            Refuse(FrameStatus.Overloaded, "too many connections");
            services.Connections.CountRefused();
            return FrameStatus.Overloaded;
        }

        Entry = entry;
        Usage = usage;
        return FrameStatus.Ok;
    }

    private HelloReply Describe() => new()
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

    /// <summary>
    /// A peer's text as it may stand in a log: no control characters, so no line of its own, and nothing that looks
    /// like a key, should one have been put into the wrong field.
    /// </summary>
    private static string Printable(ReadOnlySpan<byte> utf8) => utf8.IndexOf("fck_"u8) >= 0
        ? "a key in place of its name"
        : string.Concat(Encoding.UTF8.GetString(utf8).Select(c => char.IsControl(c) ? '?' : c));
}
