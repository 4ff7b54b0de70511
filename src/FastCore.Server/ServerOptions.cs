using FastCore.Protocol;
using FastCore.Server.Access;

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

    /// <summary>
    /// File of further access keys (see <see cref="AccessKeyFile"/>); null for none. It is read again when it changes:
    /// within <see cref="KeyFilePollMs"/> and a tenth of a second a key that it no longer names is not accepted any
    /// more, on open connections either. A file without keys lets nobody in.
    /// </summary>
    public string? KeyFile { get; set; }

    /// <summary>Milliseconds between two looks at the key file, and at the files of <see cref="Endpoints"/>.</summary>
    public int KeyFilePollMs { get; set; } = 1_000;

    /// <summary>
    /// Connections that have shown a key at most; one more is answered <see cref="FrameStatus.Overloaded"/> and closed.
    /// </summary>
    public int ConnectionsMax { get; set; } = 1024;

    /// <summary>
    /// Connections that have not finished TLS and Hello at most, beside those above. One more takes the place of the
    /// one that has waited longest.
    /// </summary>
    public int HalfOpenMax { get; set; } = 128;

    /// <summary>Requests a second of one connection at most; 0 = no limit.</summary>
    public int RequestsPerSecondMax { get; set; }

    /// <summary>
    /// Lines a second that the audit writes at most about clients with a key, and as many again about strangers; for a
    /// moment ten times as many. What is refused beyond is counted only.
    /// </summary>
    public int AuditLinesPerSecondMax { get; set; } = 10;

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
    /// The same once the connection ends in order, at a stop of the server for instance: what a peer that reads nothing
    /// can delay it. Not above <see cref="WriteTimeoutMs"/> in effect.
    /// </summary>
    public int DrainTimeoutMs { get; set; } = 5_000;

    /// <summary>
    /// Milliseconds without a whole frame, and with nothing in flight, after which a connection is closed.
    /// </summary>
    public int IdleTimeoutMs { get; set; } = 300_000;

    /// <summary>
    /// Milliseconds for which a connection closed by the server still swallows what the peer sends, so that the last
    /// reply is not lost to a reset.
    /// </summary>
    public int LingerTimeoutMs { get; set; } = 500;

    /// <summary>Whether there are no keys, so that everybody who gets here may do everything.</summary>
    internal bool IsOpen => Keys.Count == 0 && KeyFile is null;

    /// <summary>What is wrong with these options, one sentence each; empty when nothing is.</summary>
    public IReadOnlyList<string> Problems()
    {
        List<string> problems = [];
        RequireRange(nameof(KeyFilePollMs), KeyFilePollMs, 10, 3_600_000);
        RequireRange(nameof(ConnectionsMax), ConnectionsMax, 1, 1_000_000);
        RequireRange(nameof(HalfOpenMax), HalfOpenMax, 1, 1_000_000);
        RequireRange(nameof(RequestsPerSecondMax), RequestsPerSecondMax, 0, 1_000_000_000);
        RequireRange(nameof(AuditLinesPerSecondMax), AuditLinesPerSecondMax, 1, 100_000);
        RequireRange(
            nameof(RequestFrameSizeMax), RequestFrameSizeMax, Limits.HelloFrameSizeMax, Limits.RequestFrameSizeMax);
        RequireRange(nameof(InFlightMax), InFlightMax, 1, 1 << 16);
        RequireRange(nameof(ReplyRingBytes), ReplyRingBytes, 1 << 16, 1 << 30);
        RequireRange(nameof(HelloTimeoutMs), HelloTimeoutMs, 1, 3_600_000);
        RequireRange(nameof(FrameTimeoutMs), FrameTimeoutMs, 1, 3_600_000);
        RequireRange(nameof(WriteTimeoutMs), WriteTimeoutMs, 1, 3_600_000);
        RequireRange(nameof(DrainTimeoutMs), DrainTimeoutMs, 1, 3_600_000);
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

/// <summary>
/// One place to listen on. Its files are read again when they change, within <see cref="ServerOptions.KeyFilePollMs"/>;
/// connections that are open stay as they are.
/// </summary>
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

    /// <summary>
    /// PEM file with the authorities (and intermediates) of client certificates. With it, every client must show a
    /// certificate for client authentication that leads to one of them and is valid now; null asks for none.
    /// </summary>
    public string? ClientAuthorityPath { get; set; }

    /// <summary>
    /// Text file of revoked certificates, one a line: the SHA-256 of a certificate (64 hex digits), or <c>serial</c>
    /// and a serial number in hex. No client gets in whose certificate, or one between it and its authority, is in it;
    /// null for none. Needs <see cref="ClientAuthorityPath"/>.
    /// </summary>
    public string? RevokedPath { get; set; }

    /// <summary>Whether clients that cannot speak TLS 1.3 may speak 1.2.</summary>
    public bool AllowTls12 { get; set; }
}

/// <summary>
/// One access key: how it is recognised, and what whoever shows it may do. Nothing is allowed that is not named. A key
/// is recognised by the hash of its text, by a client certificate, or by both together.
/// </summary>
public sealed class AccessKeyOptions
{
    /// <summary>Name for the log; the key itself is never logged.</summary>
    public string Name { get; set; } = "";

    /// <summary>
    /// Number under which the journal records what was done with the key. Keys of one client share name and number (an
    /// old and a new one during a rotation), and then its limits, too. 0 = the key's position in the configuration,
    /// from 1; in a key file it must be given.
    /// </summary>
    public uint Principal { get; set; }

    /// <summary>
    /// The key's salted hash as <c>fastcore keys new</c> prints it; empty when a certificate is enough. The key itself
    /// is stored nowhere.
    /// </summary>
    public string Hash { get; set; } = "";

    /// <summary>SHA-256 of the client certificate that must be shown, 64 hex digits; null for any or none.</summary>
    public string? CertificateSha256 { get; set; }

    /// <summary>
    /// Subject of the client certificate that must be shown, such as <c>CN=shop, O=Example</c>; null for any or none.
    /// </summary>
    public string? CertificateSubject { get; set; }

    /// <summary>
    /// Operations by name (<c>create_transfers</c>) or group: <c>ledger</c>, <c>payments</c>, <c>fraud</c>,
    /// <c>seats</c>, <c>reads</c>, <c>writes</c>, <c>*</c> for all. <c>policies</c> names those that put fraud policies
    /// in force and tell about them; of the groups only <c>*</c> has them, too. <c>box_office</c> beside them (<c>*</c>
    /// has it) allows the flags <c>box_office</c> and <c>allow_single_seats</c> of holds and <c>paid_elsewhere</c> of
    /// bookings.
    /// </summary>
    public IList<string> Operations { get; } = [];

    /// <summary>Books (and merchants) as <c>7</c>, <c>100-199</c>, or <c>*</c> for all.</summary>
    public IList<string> Books { get; } = [];

    /// <summary>Connections of its client at most; 0 = no limit but the server's.</summary>
    public int ConnectionsMax { get; set; }

    /// <summary>Requests in flight of all its client's connections at most; 0 = only each connection's limit.</summary>
    public int InFlightMax { get; set; }

    /// <summary>Requests a second of all connections of its client at most; 0 = no limit.</summary>
    public int RequestsPerSecondMax { get; set; }
}
