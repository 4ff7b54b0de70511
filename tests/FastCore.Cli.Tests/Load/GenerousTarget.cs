using System.Runtime.InteropServices;
using FastCore.Bench.Load;
using FastCore.Protocol;
using FastCore.Protocol.Seats;

namespace FastCore.Cli.Tests.Load;

/// <summary>An engine that tells whoever wants a taken seat that it is theirs.</summary>
/// <param name="honest">Who knows the truth.</param>
internal sealed class GenerousTarget(ILoadTarget honest) : ILoadTarget
{
    /// <inheritdoc/>
    public IFastCoreSession Session => honest.Session;

    /// <inheritdoc/>
    public async Task<ILoadDoor> OpenDoorAsync(LoadOptions options, CancellationToken cancellation) =>
        new Door(await honest.OpenDoorAsync(options, cancellation));

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => honest.DisposeAsync();

    private sealed class Door(ILoadDoor honest) : ILoadDoor
    {
        public FrameStatus TrySubmit(int slot, LoadRequest request) => honest.TrySubmit(slot, request);

        public int Drain(ILoadReplies replies) => honest.Drain(new Replies(replies));

        public bool TryArm(AutoResetEvent wake) => honest.TryArm(wake);

        public void Disarm() => honest.Disarm();
    }

    private sealed class Replies(ILoadReplies replies) : ILoadReplies
    {
        public void OnReply(int slot, FrameStatus status, ReadOnlySpan<byte> results)
        {
            byte[] told = results.ToArray();
            foreach (ref SeatResult result in MemoryMarshal.Cast<byte, SeatResult>(told.AsSpan()))
            {
                result.Code = result.Code == SeatStatus.SeatsUnavailable ? SeatStatus.Ok : result.Code;
            }

            replies.OnReply(slot, status, told);
        }
    }
}
