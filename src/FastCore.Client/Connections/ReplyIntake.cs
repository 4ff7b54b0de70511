using System.Buffers;
using FastCore.Client.Calls;
using FastCore.Protocol;
using FastCore.Protocol.Frames;

namespace FastCore.Client.Connections;

/// <summary>
/// Takes replies off received bytes and completes the calls they belong to. Trusts nothing that the server says: a
/// reply that belongs to no call, or does not fit, decides none.
/// </summary>
internal sealed class ReplyIntake(CallTable calls, TimeProvider time)
{
    /// <summary>Replies read, pings included.</summary>
    public long Count { get; private set; }

    /// <summary>Takes all whole replies off the buffer. False when the connection cannot go on.</summary>
    public bool Take(in ReadOnlySequence<byte> buffer, out SequencePosition consumed)
    {
        FrameReader reader = new(buffer, Limits.ReplyFrameSizeMax);
        FrameRead read;
        while ((read = reader.Read()) == FrameRead.Complete)
        {
            if (!TakeReply(ref reader))
            {
                read = FrameRead.Refused;
                break;
            }
        }

        consumed = reader.Consumed;
        return read != FrameRead.Refused;
    }

    /// <summary>Completes the call that a reply belongs to. False when the connection cannot go on.</summary>
    private bool TakeReply(ref FrameReader reader)
    {
        ref FrameHeader header = ref reader.Header;
        if (!FrameSeal.IsReplyReservedZero(in header) || EndsConnection(header.Status))
        {
            return false;
        }

        Count++;
        if (IsForTheMoment(header.Status))
        {
            long notBefore = time.GetTimestamp() + (Math.Max(header.TimeoutMs, 1) * time.TimestampFrequency / 1000);
            if (calls.TryDelay(header.Correlation, notBefore))
            {
                return true;
            }
        }

        // A late reply of a call whose caller gave up finds nothing, and so does the answer to a ping.
        PendingCall? call = calls.TryTakeAwaiting(header.Correlation, header.Operation);
        call?.Complete(ReadReply(ref reader, call));
        return true;
    }

    private static Reply ReadReply(ref FrameReader reader, PendingCall call)
    {
        if (reader.Header.Status != FrameStatus.Ok)
        {
            FrameStatus status = call.MayHaveHadEffect ? FrameStatus.Unknown : reader.Header.Status;
            return new Reply(status, 0, reader.Header.TimeoutMs);
        }

        int length = (int)reader.Header.Length - Limits.FrameHeaderSize;
        if (length > call.ReplyBuffer.Length)
        {
            // Checked before sending for everything but filters, whose limit promised more than the buffer holds.
            return new Reply(FrameStatus.InvalidBodySize, 0, 0);
        }

        reader.CopyBodyTo(call.ReplyBuffer.Span);
        return new Reply(FrameStatus.Ok, length, 0);
    }

    /// <summary>
    /// Statuses after which the server closes. When bytes were damaged on the way, so may the correlation be: such a
    /// reply must not decide any call, and the cut leaves the outcome of all of them open.
    /// </summary>
    private static bool EndsConnection(FrameStatus status) => status is FrameStatus.ChecksumMismatch
        or FrameStatus.FrameTooLarge or FrameStatus.VersionUnsupported or FrameStatus.HelloExpected
        or FrameStatus.Unauthenticated;

    private static bool IsForTheMoment(FrameStatus status) =>
        status is FrameStatus.Overloaded or FrameStatus.TooManyInFlight or FrameStatus.ShuttingDown;
}
