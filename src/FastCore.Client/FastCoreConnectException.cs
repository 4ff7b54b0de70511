using FastCore.Protocol;

namespace FastCore.Client;

/// <summary>The first connection of a client could not be made. Calls never throw this; only connecting does.</summary>
public sealed class FastCoreConnectException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="status">
    /// What the server answered, or <see cref="FrameStatus.Unknown"/> when it was not reached.
    /// </param>
    /// <param name="message">What happened.</param>
    /// <param name="inner">What the socket or TLS said.</param>
    public FastCoreConnectException(FrameStatus status, string message, Exception? inner = null)
        : base(message, inner) => Status = status;

    /// <summary>
    /// What the server answered to Hello, or <see cref="FrameStatus.Unknown"/> when it was not reached.
    /// </summary>
    public FrameStatus Status { get; }
}
