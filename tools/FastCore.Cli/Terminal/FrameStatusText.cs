using FastCore.Protocol;

namespace FastCore.Cli.Terminal;

/// <summary>What a request's status as a whole means, in words.</summary>
internal static class FrameStatusText
{
    /// <summary>The status in snake_case.</summary>
    public static string CodeOf(FrameStatus status) => SnakeCase.Of(status.ToString());

    /// <summary>A sentence for people.</summary>
    public static string MessageOf(Reply reply) => reply.Status switch
    {
        FrameStatus.Overloaded => $"The engine is overloaded; try again in {reply.RetryAfterMs} ms.",
        FrameStatus.DeadlineExceeded => "The deadline passed before the request was started.",
        FrameStatus.StorageFull => "The disk is full: reads are served, writes are refused until there is space.",
        FrameStatus.PartitionStopped => "The partition stopped at a broken invariant or a failed device; see the log.",
        FrameStatus.ShuttingDown => "The node is shutting down.",
        FrameStatus.TooManyInFlight => "Too many requests are in flight on this connection.",
        FrameStatus.UnknownOperation => "The server does not know this operation, or this door does not allow it.",
        FrameStatus.InvalidBodySize => "The request holds no object, too many, or bytes that are none.",
        FrameStatus.ReservedNotZero => "A reserved byte of the request's header or prefix is not zero.",
        FrameStatus.InvalidKey => "The book or merchant is zero or above its maximum.",
        FrameStatus.Unauthenticated => "The key is missing or wrong.",
        FrameStatus.Forbidden => "The key does not cover this operation or this book.",
        FrameStatus.Unknown => "The connection was lost before the answer; look the ids up to learn the outcome.",
        _ => $"The request was refused as a whole ({(ushort)reply.Status}).",
    };
    /// <summary>Ends a command whose request was refused as a whole.</summary>
    /// <exception cref="CliException">The status is not Ok; it says why.</exception>
    public static void ThrowUnlessOk(Reply reply)
    {
        if (reply.Status != FrameStatus.Ok)
        {
            throw new CliException(ExitCode.Refused, CodeOf(reply.Status), MessageOf(reply));
        }
    }
}
