namespace FastCore.Protocol;

/// <summary>
/// Outcome of a request as a whole. <see cref="Ok"/> means: executed and durable, one result per element in the body.
/// Anything else means that no element had an effect.
/// </summary>
public enum FrameStatus : ushort
{
    /// <summary>Executed, durable; the body holds the results.</summary>
    Ok = 0,

    /// <summary>The partition's queue is full or too old for the request's class; retry after the time given.</summary>
    Overloaded = 1,

    /// <summary>The request's own deadline passed before it was started.</summary>
    DeadlineExceeded = 2,

    /// <summary>The disk is full: reads are served, writes are refused until there is space again.</summary>
    StorageFull = 3,

    /// <summary>The partition stopped at a broken invariant or a failed device; see the server's log.</summary>
    PartitionStopped = 4,

    /// <summary>The node is shutting down; reconnect and retry.</summary>
    ShuttingDown = 5,

    /// <summary>More requests in flight than the connection may have.</summary>
    TooManyInFlight = 6,

    /// <summary>Unknown operation number.</summary>
    UnknownOperation = 20,

    /// <summary>
    /// The body's length is not prefix + n × element, or n is out of bounds. When the frame's own length is shorter
    /// than its header, the connection is closed after this reply.
    /// </summary>
    InvalidBodySize = 21,

    /// <summary>A reserved byte of the header or the prefix is not zero.</summary>
    ReservedNotZero = 22,

    /// <summary>The key (book, merchant) is zero or above its maximum.</summary>
    InvalidKey = 23,

    /// <summary>Checksum mismatch; the connection is closed after this reply.</summary>
    ChecksumMismatch = 24,

    /// <summary>Frame longer than the limit; the connection is closed after this reply.</summary>
    FrameTooLarge = 25,

    /// <summary>Protocol version not spoken here; the connection is closed after this reply.</summary>
    VersionUnsupported = 26,

    /// <summary>
    /// Anything but Hello before Hello, or a second Hello; the connection is closed after this reply.
    /// </summary>
    HelloExpected = 27,

    /// <summary>Credentials missing or wrong; the connection is closed after this reply.</summary>
    Unauthenticated = 40,

    /// <summary>The key's scopes do not cover this operation or this book.</summary>
    Forbidden = 41,

    /// <summary>
    /// Client side only: the connection was lost before a reply; the outcome is unknown until looked up.
    /// </summary>
    Unknown = 60,
}
