namespace FastCore.Protocol.Tests;

/// <summary>A session that keeps what it was sent and answers what it was told, at once.</summary>
internal sealed class RecordingSession : IFastCoreSession
{
    public Operation Operation { get; private set; }

    public byte[] Body { get; } = new byte[Limits.RequestBodySizeMax];

    public int BodyLength { get; private set; }

    public int ReplyRoom { get; private set; }

    public byte[] Answer { get; set; } = [];

    public FrameStatus Status { get; set; }

    public ValueTask<Reply> SendAsync(
        Operation operation, ReadOnlyMemory<byte> body, Memory<byte> reply, SendOptions options = default)
    {
        Operation = operation;
        body.CopyTo(Body);
        BodyLength = body.Length;
        ReplyRoom = reply.Length;
        Answer.CopyTo(reply);
        return new ValueTask<Reply>(new Reply(Status, Answer.Length, 0));
    }

    public ValueTask DisposeAsync() => default;
}
