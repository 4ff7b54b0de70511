using FastCore.Protocol;

namespace FastCore.Server;

/// <summary>How the TCP and Unix socket front listens, whom it lets in and where its limits are.</summary>
public sealed class ServerOptions
{
    /// <summary>Where to listen. Empty means <c>tcp://127.0.0.1:7040</c>.</summary>
    public IList<EndpointOptions> Endpoints { get; } = [];

    /// <summary>
    /// Access keys. Without any, everybody who reaches the server may do everything, and it listens on loopback and
    /// Unix sockets only: another endpoint is refused at start-up.
    /// </summary>
    public IList<AccessKeyOptions> Keys { get; } = [];

    /// <summary>Connections at most; one more is answered <see cref="FrameStatus.Overloaded"/> and closed.</summary>
    public int ConnectionsMax { get; set; } = 1024;

    /// <summary>Bytes of a request frame at most, header included.</summary>
    public int RequestFrameSizeMax { get; set; } = Limits.RequestFrameSizeMax;

    /// <summary>Requests in flight per connection at most, a power of two.</summary>
    public int InFlightMax { get; set; } = 1024;

    /// <summary>
    /// Bytes of the reply ring per connection, a power of two; half of it can be promised to requests in flight. Large
    /// replies take a buffer of their own and a few bytes of the ring.
    /// </summary>
    public int ReplyRingBytes { get; set; } = 1 << 20;

    /// <summary>Milliseconds in which a new connection must have sent its Hello (and finished TLS).</summary>
    public int HelloTimeoutMs { get; set; } = 5_000;

    /// <summary>Milliseconds in which a frame must be complete once its first byte came: bounds a slow drip.</summary>
    public int FrameTimeoutMs { get; set; } = 10_000;

    /// <summary>Milliseconds in which a peer must take some of what waits to be sent to it.</summary>
    public int WriteTimeoutMs { get; set; } = 30_000;

    /// <summary>
    /// Milliseconds without a whole frame, and with nothing in flight, after which a connection is closed.
    /// </summary>
    public int IdleTimeoutMs { get; set; } = 300_000;

    /// <summary>
    /// Milliseconds for which a connection closed by the server still swallows what the peer sends, so that the last
    /// reply is not lost to a reset.
    /// </summary>
    public int LingerTimeoutMs { get; set; } = 500;

    /// <summary>What is wrong with these options, one sentence each; empty when nothing is.</summary>
    public IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        RequireRange(nameof(ConnectionsMax), ConnectionsMax, 1, 1_000_000);
        RequireRange(
            nameof(RequestFrameSizeMax), RequestFrameSizeMax, Limits.HelloFrameSizeMax, Limits.RequestFrameSizeMax);
        RequireRange(nameof(InFlightMax), InFlightMax, 1, 1 << 16);
        RequireRange(nameof(ReplyRingBytes), ReplyRingBytes, 1 << 16, 1 << 30);
        RequireRange(nameof(HelloTimeoutMs), HelloTimeoutMs, 1, 3_600_000);
        RequireRange(nameof(FrameTimeoutMs), FrameTimeoutMs, 1, 3_600_000);
        RequireRange(nameof(WriteTimeoutMs), WriteTimeoutMs, 1, 3_600_000);
        RequireRange(nameof(IdleTimeoutMs), IdleTimeoutMs, 1, int.MaxValue);
        RequireRange(nameof(LingerTimeoutMs), LingerTimeoutMs, 0, 60_000);
        RequirePowerOfTwo(nameof(InFlightMax), InFlightMax);
        RequirePowerOfTwo(nameof(ReplyRingBytes), ReplyRingBytes);
        return problems;

        void RequireRange(string name, int value, int smallest, int largest)
        {
            if (value < smallest || value > largest)
            {
                problems.Add($"{name} is {value}; it must be {smallest} to {largest}.");
            }
        }

        void RequirePowerOfTwo(string name, int value)
        {
            if (!int.IsPow2(value))
            {
                problems.Add($"{name} is {value}; it must be a power of two.");
            }
        }
    }
}

/// <summary>One place to listen on.</summary>
public sealed class EndpointOptions
{
    /// <summary>
    /// <c>tcp://IP:port</c>, <c>tcp://localhost:port</c>, <c>tcp://*:port</c> (port 0 picks a free one), or
    /// <c>unix:///path/to/socket</c>.
    /// </summary>
    public string Address { get; set; } = "tcp://127.0.0.1:7040";

    /// <summary>PKCS#12 file with certificate and private key; null for a plain endpoint.</summary>
    public string? CertificatePath { get; set; }

    /// <summary>Password of the certificate file.</summary>
    public string? CertificatePassword { get; set; }
}

/// <summary>One access key: what whoever shows it may do. Nothing is allowed that is not named.</summary>
public sealed class AccessKeyOptions
{
    /// <summary>Name for the log; the key itself is never logged.</summary>
    public string Name { get; set; } = "";

    /// <summary>SHA-256 of the key's bytes, 64 hex digits. The key itself is stored nowhere.</summary>
    public string Sha256 { get; set; } = "";

    /// <summary>
    /// Operations by name (<c>create_transfers</c>) or group: <c>ledger</c>, <c>payments</c>, <c>reads</c>,
    /// <c>writes</c>, <c>*</c> for all.
    /// </summary>
    public IList<string> Operations { get; } = [];

    /// <summary>Books (and merchants) as <c>7</c>, <c>100-199</c>, or <c>*</c> for all.</summary>
    public IList<string> Books { get; } = [];
}
