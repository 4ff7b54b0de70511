using System.Net.Security;
using System.Security.Cryptography;
using FastCore.Protocol.Frames;

namespace FastCore.Client;

/// <summary>How a client finds and treats its server. Read once, when the client is made.</summary>
public sealed class FastCoreClientOptions
{
    /// <summary>Calls in flight at most that any client may ask for.</summary>
    public const int MaxInFlightLimit = 32_768;

    /// <summary><c>tcp://host:port</c> or <c>unix:///path/to/socket</c>.</summary>
    public string Endpoint { get; set; } = "tcp://127.0.0.1:7040";

    /// <summary>
    /// TLS settings; null for a plain connection. An empty target host is filled with the endpoint's.
    /// </summary>
    public SslClientAuthenticationOptions? Tls { get; set; }

    /// <summary>
    /// The access key, at most 128 bytes as UTF-8; null for none. Send keys over TLS or local sockets only.
    /// </summary>
    public string? ApiKey { get; set; }

    /// <summary>Name for the server's log, at most 64 bytes as UTF-8.</summary>
    public string ClientName { get; set; } = "fastcore-client";

    /// <summary>Deadline of a call that sets none itself, in milliseconds; 0 = none.</summary>
    public uint TimeoutMs { get; set; } = 10_000;

    /// <summary>
    /// Calls in flight at most; the server's own limit is kept too. A call beyond is answered
    /// <see cref="Protocol.FrameStatus.TooManyInFlight"/> at once.
    /// </summary>
    public int MaxInFlight { get; set; } = 256;

    /// <summary>
    /// Whether calls whose connection was lost are sent again, unchanged, until their deadline. Safe because every
    /// write is idempotent by its ids; an element that the first attempt already committed answers with its
    /// <c>exists</c> code. Otherwise such calls complete as <see cref="Protocol.FrameStatus.Unknown"/>.
    /// </summary>
    public bool RetryUnknown { get; set; }

    /// <summary>Milliseconds that connecting, TLS and Hello together may take.</summary>
    public int ConnectTimeoutMs { get; set; } = 5_000;

    /// <summary>Milliseconds before the first reconnect; doubled after every failure, with jitter.</summary>
    public int ReconnectDelayMinMs { get; set; } = 50;

    /// <summary>Milliseconds between reconnects at most.</summary>
    public int ReconnectDelayMaxMs { get; set; } = 5_000;

    /// <summary>
    /// Milliseconds of silence after which the client sends a ping; after twice as many the connection counts as lost.
    /// 0 = never.
    /// </summary>
    public int KeepAliveMs { get; set; } = 15_000;

    /// <summary>Source of time for deadlines and delays.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>
    /// Makes the connection instead of a socket to the endpoint; null for that. A simulator puts its network here.
    /// </summary>
    internal Func<CancellationToken, ValueTask<Stream>>? Dial { get; set; }

    /// <summary>Where loops and callers go on. A simulator keeps them on its own thread.</summary>
    internal LoopThreads Threads { get; set; }

    /// <summary>Draws the jitter of reconnects: a number from the first to below the second.</summary>
    internal Func<int, int, int> Draw { get; set; } = RandomNumberGenerator.GetInt32;

    /// <summary>The same settings, apart from the caller's object.</summary>
    internal FastCoreClientOptions Validated()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Endpoint);
        ArgumentNullException.ThrowIfNull(ClientName);
        ArgumentNullException.ThrowIfNull(Time);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxInFlight, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxInFlight, MaxInFlightLimit);
        ArgumentOutOfRangeException.ThrowIfLessThan(ConnectTimeoutMs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ReconnectDelayMinMs, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(ReconnectDelayMaxMs, ReconnectDelayMinMs);
        ArgumentOutOfRangeException.ThrowIfNegative(KeepAliveMs);
        return (FastCoreClientOptions)MemberwiseClone();
    }
}
