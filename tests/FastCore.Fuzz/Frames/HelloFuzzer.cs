using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.InteropServices;
using System.Text;
using FastCore.Fuzz.Core;
using FastCore.Node.Access;
using FastCore.Protocol;
using FastCore.Protocol.Frames;
using FastCore.Server;
using FastCore.Server.Access;
using FastCore.Server.Audit;
using FastCore.Server.Fronts;
using FastCore.Testing;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging.Abstractions;

namespace FastCore.Fuzz.Frames;

/// <summary>What a server does with the first bytes of a connection, before it knows who is there.</summary>
public sealed class HelloFuzzer : StreamFuzzer
{
    private const string Key =
        "fck_0123456789abcdef_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private static readonly DefaultConnectionContext Context = new("fuzzed");
    private readonly ArrayBufferWriter<byte> _output = new(1024);
    private readonly FrontServices _services;
    private readonly ReplyWriter _replies;

    /// <summary>A server with one key.</summary>
    public HelloFuzzer()
    {
        AccessKeyOptions key = new() { Name = "till", Hash = AccessSecret.HashOf(Key) };
        key.Operations.Add("*");
        key.Books.Add("*");
        ServerOptions options = new();
        options.Keys.Add(key);

        // Time stands still: nothing is swept and nothing is said twice.
        ManualTimeProvider time = new();
        CoarseClock clock = new(time);
        AccessControl access = new(options, time, NullLogger.Instance);
        RefusalAudit audit = new(options, clock, NullLoggerFactory.Instance);
        ConnectionTable connections = new(options, access, audit, clock, time);
        _services = new FrontServices(
            options, access, audit, connections, new NoDoors(), clock, NullLogger.Instance);
        _replies = new ReplyWriter(new OutputWriter(_output));
    }

    /// <inheritdoc/>
    public override string Name => "hello";

    /// <inheritdoc/>
    public override string Summary => "Greeting: a server's handshake with an unknown peer.";

    /// <inheritdoc/>
    public override int InputSizeMax => 512;

    /// <inheritdoc/>
    public override long AllocationMax => 8192;

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds()
    {
        foreach ((string name, string key) in new[] { ("till-7", Key), ("", ""), (new string('n', 64), "wrong") })
        {
            _ = HelloRequest.TryCreate(name, key, out HelloRequest request);
            ReadOnlySpan<byte> body = MemoryMarshal.AsBytes(new ReadOnlySpan<HelloRequest>(in request));
            yield return [40, .. FrameBytes.Of(new FrameHeader { Operation = Operation.Hello }, body)];
        }

        foreach (byte[] frame in GoldenFrames.Requests.Where(frame => frame.Length < 400))
        {
            yield return [9, .. frame];
        }
    }

    /// <inheritdoc/>
    protected override Verdict Run(ReadOnlySpan<byte> bytes, in ReadOnlySequence<byte> pieces)
    {
        _output.ResetWrittenCount();
        Guest guest = new(Context, _services.Clock);
        _services.Connections.Add(guest);
        Greeting greeting = new(_services, guest, certificate: null, _replies);
        FrameRead read = greeting.TryTake(pieces, out _);
        _services.Connections.Remove(guest);
        greeting.Usage?.Disconnect();
        string who = guest.Who;
        Grant? grant = greeting.Entry?.Grant;
        BrokenPropertyException.Unless(
            (read == FrameRead.Incomplete) == (_output.WrittenCount == 0), "every decision is answered, once");
        BrokenPropertyException.Unless(!who.Any(char.IsControl), "a log line takes control characters from a peer");
        if (read == FrameRead.Incomplete)
        {
            BrokenPropertyException.Unless(
                bytes.Length < Limits.HelloFrameSizeMax, "more bytes are waited for than a Hello has");
            return Verdict.Refused(Verdict.SizeClass(bytes.Length));
        }

        FrameReader answer = new(new ReadOnlySequence<byte>(_output.WrittenMemory), Limits.HelloFrameSizeMax);
        BrokenPropertyException.Unless(
            answer.Read() == FrameRead.Complete && FrameSeal.IsReplyReservedZero(in answer.Header),
            "the answer is no frame");
        FrameStatus status = answer.Header.Status;
        BrokenPropertyException.Unless(
            (grant is not null) == (status == FrameStatus.Ok), "the answer is not the grant");
        if (grant is null)
        {
            return Verdict.Refused((int)read, (int)status);
        }

        CheckKnown(bytes);
        return Verdict.Accepted((int)status, bytes[Limits.FrameHeaderSize + 10]);
    }

    // Whoever got in had the key, and everything beside name and key is as the document says.
    private static void CheckKnown(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> body = bytes[Limits.FrameHeaderSize..(Limits.FrameHeaderSize + HelloRequest.Size)];
        ReadOnlySpan<byte> key = body.Slice(80, body[11]);
        BrokenPropertyException.Unless(key.SequenceEqual(Encoding.UTF8.GetBytes(Key)), "a wrong key was let in");
        BrokenPropertyException.Unless(
            !body[(80 + key.Length)..].ContainsAnyExcept((byte)0)
            && !body[(16 + body[10])..80].ContainsAnyExcept((byte)0)
            && MemoryMarshal.Read<uint>(body[12..]) == 0,
            "reserved bytes are not zero");
    }

    private sealed class NoDoors : IFrontDoorSource
    {
        public UInt128 NodeId => 7;

        public IFrontDoor Open(Grant grant, Action onRepliesReady) =>
            throw new InvalidOperationException("A greeting opens no door.");
    }

    // A pipe writer that keeps what is written.
    private sealed class OutputWriter(ArrayBufferWriter<byte> output) : PipeWriter
    {
        public override void Advance(int bytes) => output.Advance(bytes);

        public override void CancelPendingFlush()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => default;

        public override Memory<byte> GetMemory(int sizeHint = 0) => output.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => output.GetSpan(sizeHint);
    }
}
