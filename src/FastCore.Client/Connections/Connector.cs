using System.IO.Pipelines;
using System.Net.Security;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using FastCore.Client.Calls;
using FastCore.Protocol;
using FastCore.Protocol.Frames;

namespace FastCore.Client.Connections;

/// <summary>Makes connections: socket, TLS, Hello, all within one time limit.</summary>
internal sealed class Connector(FastCoreClientOptions options, Endpoint endpoint, CallTable calls, LoopSignal signal)
{
    private const int ReadBufferSize = 128 * 1024;

    /// <summary>Connects once. Never throws for what the peer does.</summary>
    public async Task<ConnectOutcome> ConnectAsync(CancellationToken closing)
    {
        using CancellationTokenSource timeout = new(TimeSpan.FromMilliseconds(options.ConnectTimeoutMs), options.Time);
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, closing);
        Stream? stream = null;
        try
        {
            stream = options.Dial is { } dial
                ? await dial(either.Token).ConfigureAwait(false)
                : new NetworkStream(await endpoint.ConnectAsync(either.Token).ConfigureAwait(false), ownsSocket: true);
            if (options.Tls is not null)
            {
                stream = await EncryptAsync(stream, either.Token).ConfigureAwait(false);
            }

            ConnectOutcome outcome = await GreetAsync(stream, either.Token).ConfigureAwait(false);
            stream = outcome.Connection is null ? stream : null;
            return outcome;
        }
        catch (OperationCanceledException error) when (either.IsCancellationRequested)
        {
            string reason = $"{endpoint} did not answer within {options.ConnectTimeoutMs} ms.";
            return new ConnectOutcome(null, FrameStatus.Unknown, reason, error);
        }
        catch (SocketException error) when (endpoint.Path is string path && !File.Exists(path))
        {
            // The system's own words are of addresses that cannot be assigned.
            return new ConnectOutcome(null, FrameStatus.Unknown, $"{endpoint}: there is no such socket.", error);
        }
        catch (Exception error)
        {
            // Not only what sockets and TLS throw: callbacks and certificates of the caller take part in it.
            return new ConnectOutcome(null, FrameStatus.Unknown, $"{endpoint}: {error.Message}", error);
        }
        finally
        {
            if (stream is not null)
            {
                await stream.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task<Stream> EncryptAsync(Stream plain, CancellationToken cancellation)
    {
        SslClientAuthenticationOptions tls = options.Tls!;
        tls.TargetHost = string.IsNullOrEmpty(tls.TargetHost) ? endpoint.Host ?? "localhost" : tls.TargetHost;
        SslStream encrypted = new(plain, leaveInnerStreamOpen: false);
        try
        {
            await encrypted.AuthenticateAsClientAsync(tls, cancellation).ConfigureAwait(false);
            return encrypted;
        }
        catch
        {
            await encrypted.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task<ConnectOutcome> GreetAsync(Stream stream, CancellationToken cancellation)
    {
        await stream.WriteAsync(HelloFrame(), cancellation).ConfigureAwait(false);
        PipeReader input = PipeReader.Create(stream, new StreamPipeReaderOptions(bufferSize: ReadBufferSize));
        while (true)
        {
            ReadResult result = await input.ReadAsync(cancellation).ConfigureAwait(false);
            FrameRead read = TakeHello(
                result, out SequencePosition consumed, out FrameStatus status, out HelloReply hello);
            input.AdvanceTo(consumed, result.Buffer.End);
            if (read == FrameRead.Complete && status == FrameStatus.Ok)
            {
                calls.Limit((int)Math.Min(hello.RequestsInFlightMax, int.MaxValue));
                ClientConnection connection = new(stream, input, hello, calls, signal, options.Time);
                return new ConnectOutcome(connection, FrameStatus.Ok, "Connected.", null);
            }

            if (read != FrameRead.Incomplete || result.IsCompleted)
            {
                await input.CompleteAsync().ConfigureAwait(false);
                return new ConnectOutcome(null, status, Describe(status, hello), null);
            }
        }
    }

    private byte[] HelloFrame()
    {
        // Lengths were checked when the client was made.
        _ = HelloRequest.TryCreate(options.ClientName, options.ApiKey, out HelloRequest request);
        FrameHeader header = new() { Operation = Operation.Hello };
        byte[] frame = new byte[Limits.FrameHeaderSize + HelloRequest.Size];
        FrameSeal.Write(frame, ref header, MemoryMarshal.AsBytes(new ReadOnlySpan<HelloRequest>(in request)));
        return frame;
    }

    // The first bytes of an unknown server.
    internal static FrameRead TakeHello(
        in ReadResult result, out SequencePosition consumed, out FrameStatus status, out HelloReply hello)
    {
        hello = default;
        status = FrameStatus.Unknown;
        FrameReader reader = new(result.Buffer, Limits.HelloFrameSizeMax);
        FrameRead read = reader.Read();
        consumed = reader.Consumed;
        if (read != FrameRead.Complete || reader.Header.Operation != Operation.Hello)
        {
            return read == FrameRead.Incomplete ? read : FrameRead.Refused;
        }

        Span<byte> body = stackalloc byte[HelloReply.Size];
        int length = (int)reader.Header.Length - Limits.FrameHeaderSize;
        if (length > HelloReply.Size)
        {
            return FrameRead.Refused;
        }

        reader.CopyBodyTo(body);
        bool isHello = HelloReply.TryRead(body[..length], out hello);
        status = reader.Header.Status;
        bool agreed = isHello && hello.Version == FrameHeader.CurrentVersion;
        if (status == FrameStatus.Ok && !agreed)
        {
            status = isHello ? FrameStatus.VersionUnsupported : FrameStatus.Unknown;
            return FrameRead.Refused;
        }

        return read;
    }

    private string Describe(FrameStatus status, in HelloReply hello) => status switch
    {
        FrameStatus.Unknown => $"{endpoint} does not speak this protocol, or closed the connection during Hello.",
        FrameStatus.VersionUnsupported =>
            $"{endpoint} speaks protocol versions {hello.VersionMin} to {hello.VersionMax}, this client "
            + $"{ProtocolVersions.Min} to {ProtocolVersions.Max}.",
        FrameStatus.Unauthenticated => $"{endpoint} refused the access key.",
        _ => $"{endpoint} refused the connection: {status}.",
    };
}

/// <summary>How an attempt to connect ended.</summary>
/// <param name="Connection">The connection, or null.</param>
/// <param name="Status">Ok, what the server answered, or Unknown when it was not reached.</param>
/// <param name="Reason">A sentence for people.</param>
/// <param name="Error">What the socket said, if that was it.</param>
internal sealed record ConnectOutcome(
    ClientConnection? Connection, FrameStatus Status, string Reason, Exception? Error);
