using System.Threading.Tasks.Sources;
using FastCore.Bench.Load;
using FastCore.Protocol;

namespace FastCore.Cli.Tests.Load;

/// <summary>The load generator's way to wait for sessions.</summary>
public sealed class SessionDoorTests
{
    /// <summary>
    /// A completion that has set its result and not yet called back still reads the call, so nobody may take it before.
    /// </summary>
    [Fact]
    public void A_result_that_is_awaited_is_taken_after_its_call_back_only()
    {
        SlowSession session = new();
        SessionDoor door = new(session, 4);
        Taken taken = new();
        using AutoResetEvent wake = new(false);
        Assert.Equal(FrameStatus.Ok, door.TrySubmit(3, new LoadRequest(Operation.Ping, 8, 8, 1)));
        Assert.True(door.TryArm(wake));

        session.Finish();
        Assert.Equal(0, door.Drain(taken));
        Assert.True(door.TryArm(wake));
        Assert.False(wake.WaitOne(0));

        session.CallBack();
        Assert.True(wake.WaitOne(0));
        Assert.False(door.TryArm(wake));
        Assert.Equal(1, door.Drain(taken));
        Assert.Equal([3], taken.Slots);
    }

    /// <summary>Nobody awaits it, so it is taken as soon as it is there.</summary>
    [Fact]
    public void A_result_that_is_polled_is_taken_at_once()
    {
        SlowSession session = new();
        SessionDoor door = new(session, 4);
        Taken taken = new();
        Assert.Equal(FrameStatus.Ok, door.TrySubmit(1, new LoadRequest(Operation.Ping, 8, 8, 1)));
        Assert.Equal(0, door.Drain(taken));

        session.Finish();
        Assert.Equal(1, door.Drain(taken));
        Assert.Equal([1], taken.Slots);
    }

    private sealed class Taken : ILoadReplies
    {
        public List<int> Slots { get; } = [];

        public void OnReply(int slot, FrameStatus status, ReadOnlySpan<byte> results) => Slots.Add(slot);
    }

    // Completes in two steps, as a thread does that is interrupted between them.
    private sealed class SlowSession : IFastCoreSession, IValueTaskSource<Reply>
    {
        private bool _isDone;
        private Action<object?>? _continuation;
        private object? _state;

        public void Finish() => _isDone = true;

        public void CallBack() => _continuation!(_state);

        public ValueTask<Reply> SendAsync(
            Operation operation, ReadOnlyMemory<byte> body, Memory<byte> reply, SendOptions options = default) =>
            new(this, 0);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        public Reply GetResult(short token) => new(FrameStatus.Ok, 0, 0);

        public ValueTaskSourceStatus GetStatus(short token) =>
            _isDone ? ValueTaskSourceStatus.Succeeded : ValueTaskSourceStatus.Pending;

        public void OnCompleted(
            Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
            (_continuation, _state) = (continuation, state);
    }
}
