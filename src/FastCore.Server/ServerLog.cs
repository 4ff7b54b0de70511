using FastCore.Protocol;
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

    [LoggerMessage(2004, LogLevel.Debug, "{Connection}: Hello of {Who}: {Status}.")]
    public static partial void Greeted(ILogger log, string connection, string who, FrameStatus status);

    [LoggerMessage(2005, LogLevel.Debug, "{Connection}: lost.")]
    public static partial void ConnectionFailed(ILogger log, Exception error, string connection);

    [LoggerMessage(2006, LogLevel.Information, "{Connection}: cut, took too long in phase {Phase}.")]
    public static partial void ConnectionTimedOut(ILogger log, string connection, Fronts.WatchPhase phase);

    [LoggerMessage(2008, LogLevel.Information,
        "The key file was read again: {Keys} keys are valid now, {Removed} earlier ones are not any more.")]
    public static partial void KeysRead(ILogger log, int keys, int removed);

    [LoggerMessage(2009, LogLevel.Error, "The key file cannot be used, so the keys stay as they were: {Problem}")]
    public static partial void KeysNotRead(ILogger log, string problem);

    [LoggerMessage(2010, LogLevel.Warning,
        "Refused {Status}: {Who} from {From}, connection {Connection}, operation {Operation}, book {Book}: {Why}.")]
    public static partial void Refused(
        ILogger log, FrameStatus status, string who, string from, string connection, Operation operation, ulong book,
        string why);

    [LoggerMessage(2011, LogLevel.Warning,
        "{Count} refusals were counted and not written, there were too many ({Total} since the start).")]
    public static partial void RefusalsNotWritten(ILogger log, long count, long total);

    [LoggerMessage(2012, LogLevel.Information,
        "{Address}: the TLS files were read again; new connections meet the certificate {Certificate}, which is valid "
        + "until {Until:u}, and {Revoked} revoked certificates.")]
    public static partial void TlsRead(
        ILogger log, string address, string certificate, DateTime until, int revoked);

    [LoggerMessage(2013, LogLevel.Error,
        "{Address}: the TLS files cannot be used, so new connections meet those from before: {Problem}")]
    public static partial void TlsNotRead(ILogger log, string address, string problem);

    [LoggerMessage(2014, LogLevel.Warning,
        "{Who} showed a key, but no access key is configured: it was let in like everybody, whatever the key is. "
        + "This is said once.")]
    public static partial void KeyNotWanted(ILogger log, string who);
}
