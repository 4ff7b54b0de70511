using Microsoft.Extensions.Logging;

namespace FastCore.Server;

/// <summary>Every line the server logs. Keys, bodies and amounts never appear in any of them.</summary>
internal static partial class ServerLog
{
    [LoggerMessage(2001, LogLevel.Information, "Listening on {Address}.")]
    public static partial void Listening(ILogger log, string address);

    [LoggerMessage(2002, LogLevel.Warning,
        "No access key is configured: everybody who reaches this server may do everything. It listens on loopback and "
        + "Unix sockets only.")]
    public static partial void Open(ILogger log);

    [LoggerMessage(2003, LogLevel.Warning, "{Address} has no certificate: keys and contents travel in the clear.")]
    public static partial void Unencrypted(ILogger log, string address);

    [LoggerMessage(2004, LogLevel.Debug, "{Connection}: Hello of {Who}, accepted: {Accepted}.")]
    public static partial void Greeted(ILogger log, string connection, string who, bool accepted);

    [LoggerMessage(2005, LogLevel.Debug, "{Connection}: lost.")]
    public static partial void ConnectionFailed(ILogger log, Exception error, string connection);

    [LoggerMessage(2006, LogLevel.Information, "{Connection}: cut, took too long in phase {Phase}.")]
    public static partial void ConnectionTimedOut(ILogger log, string connection, Fronts.WatchPhase phase);

    [LoggerMessage(2007, LogLevel.Warning, "Too many connections: {Count} are open.")]
    public static partial void TooManyConnections(ILogger log, int count);
}
