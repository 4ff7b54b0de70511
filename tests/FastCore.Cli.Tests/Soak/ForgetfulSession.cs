using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;

namespace FastCore.Cli.Tests.Soak;

/// <summary>A server that has every transfer, but for one that it lost and one that it has otherwise.</summary>
internal sealed class ForgetfulSession(ulong lost, ulong other) : IFastCoreSession
{
    private readonly FrameStatus _status = FrameStatus.Ok;

    public ForgetfulSession(FrameStatus status)
        : this(0, 0) => _status = status;

    public ValueTask<Reply> SendAsync(
        Operation operation, ReadOnlyMemory<byte> body, Memory<byte> reply, SendOptions options = default)
    {
        if (_status != FrameStatus.Ok || operation != Operation.CreateTransfers)
        {
            return ValueTask.FromResult(new Reply(_status, 0, 0));
        }

        ReadOnlySpan<Transfer> transfers = MemoryMarshal.Cast<byte, Transfer>(body.Span[BookPrefix.Size..]);
        Span<CreateTransferResult> answers = MemoryMarshal.Cast<byte, CreateTransferResult>(reply.Span);
        for (int i = 0; i < transfers.Length; i++)
        {
            ulong index = (ulong)transfers[i].Id - 1;
            answers[i] = new CreateTransferResult
            {
                Timestamp = 1,
                Status = index == lost ? CreateTransferStatus.Created
                    : index == other ? CreateTransferStatus.ExistsWithDifferentAmount
                    : CreateTransferStatus.Exists,
            };
        }

        return ValueTask.FromResult(new Reply(FrameStatus.Ok, reply.Length, 0));
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
