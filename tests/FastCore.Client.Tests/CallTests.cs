using FastCore.Protocol;
using FastCore.Testing;

namespace FastCore.Client.Tests;

public sealed class CallTests
{
    private static readonly byte[] OneTransfer = Enumerable.Range(0, 16 + 128).Select(i => (byte)i).ToArray();

    [Fact]
    public async Task LX8_Replies_in_any_order_find_their_calls()
    {
        using ScriptedPeer peer = new();
        (FastCoreClient client, PeerConnection connection) = await OpenAsync(peer, peer.Options);
        byte[] firstReply = new byte[16];
        byte[] secondReply = new byte[16];
        ValueTask<Reply> first = client.SendAsync(Operation.CreateTransfers, OneTransfer, firstReply);
        ValueTask<Reply> second = client.SendAsync(Operation.CreateTransfers, OneTransfer, secondReply, new(7000, 2));
        Frame firstFrame = await connection.ReadAsync();
        Frame secondFrame = await connection.ReadAsync();
        Assert.Equal(OneTransfer, secondFrame.Body);
        Assert.Equal(2, secondFrame.Header.Flags);
        Assert.InRange(secondFrame.Header.TimeoutMs, 1u, 7000u);

        await connection.ReplyAsync(secondFrame, FrameStatus.Ok, Filled(16, 2));
        Assert.Equal(new Reply(FrameStatus.Ok, 16, 0), await second);
        Assert.Equal(Filled(16, 2), secondReply);
        Assert.Equal(new byte[16], firstReply);
        await connection.ReplyAsync(firstFrame, FrameStatus.Ok, Filled(16, 1));
        Assert.Equal(new Reply(FrameStatus.Ok, 16, 0), await first);
        Assert.Equal(Filled(16, 1), firstReply);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task Refusals_are_values()
    {
        using ScriptedPeer peer = new();
        (FastCoreClient client, PeerConnection connection) = await OpenAsync(peer, peer.Options);
        ValueTask<Reply> call = client.SendAsync(Operation.CreateTransfers, OneTransfer, new byte[16]);
        await connection.ReplyAsync(await connection.ReadAsync(), FrameStatus.Overloaded, retryAfterMs: 12);
        Assert.Equal(new Reply(FrameStatus.Overloaded, 0, 12), await call);

        // What the server would refuse for its shape does not leave the process.
        Assert.Equal(
            FrameStatus.InvalidBodySize,
            (await client.SendAsync(Operation.CreateTransfers, new byte[15], default)).Status);
        Assert.Equal(
            FrameStatus.InvalidBodySize,
            (await client.SendAsync(Operation.CreateTransfers, new byte[17], default)).Status);
        Assert.Equal(FrameStatus.UnknownOperation, (await client.SendAsync((Operation)999, default, default)).Status);
        Assert.Equal(
            FrameStatus.UnknownOperation,
            (await client.SendAsync(Operation.ConnectorAnswers, default, default)).Status);
        await Assert.ThrowsAsync<ArgumentException>(
            () => client.SendAsync(Operation.CreateTransfers, OneTransfer, new byte[15]).AsTask());
        await client.DisposeAsync();
    }

    [Fact]
    public async Task A_reply_split_at_every_byte()
    {
        using ScriptedPeer peer = new();
        (FastCoreClient client, PeerConnection connection) = await OpenAsync(peer, peer.Options);
        byte[] buffer = new byte[16];
        ValueTask<Reply> call = client.SendAsync(Operation.CreateTransfers, OneTransfer, buffer);
        byte[] reply = PeerConnection.Reply(await connection.ReadAsync(), FrameStatus.Ok, Filled(16, 9));
        connection.Socket.NoDelay = true;
        foreach (byte value in reply)
        {
            await connection.WriteAsync(new[] { value });
        }

        Assert.Equal(FrameStatus.Ok, (await call).Status);
        Assert.Equal(Filled(16, 9), buffer);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task A_full_batch_and_its_full_reply_pass()
    {
        using ScriptedPeer peer = new();
        (FastCoreClient client, PeerConnection connection) = await OpenAsync(peer, peer.Options);
        byte[] body = new byte[16 + (Limits.ElementsPerRequestMax * 16)];
        new Random(5).NextBytes(body);
        byte[] answer = new byte[Limits.ElementsPerRequestMax * 128];
        new Random(6).NextBytes(answer);
        byte[] large = new byte[Limits.RequestBodySizeMax];
        new Random(7).NextBytes(large);
        byte[] buffer = new byte[answer.Length];
        ValueTask<Reply> lookup = client.SendAsync(Operation.LookupTransfers, body, buffer);
        ValueTask<Reply> create = client.SendAsync(
            Operation.CreateTransfers, large, new byte[Limits.ElementsPerRequestMax * 16]);
        Frame lookupFrame = await connection.ReadAsync();
        Frame createFrame = await connection.ReadAsync();
        Assert.Equal(body, lookupFrame.Body);
        Assert.Equal(large, createFrame.Body);
        await connection.ReplyAsync(lookupFrame, FrameStatus.Ok, answer);
        await connection.ReplyAsync(createFrame);
        Assert.Equal(new Reply(FrameStatus.Ok, answer.Length, 0), await lookup);
        Assert.Equal(answer, buffer);
        Assert.Equal(new Reply(FrameStatus.Ok, 0, 0), await create);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task Calls_beyond_the_limit_are_told_at_once()
    {
        using ScriptedPeer peer = new();
        FastCoreClientOptions options = peer.Options;
        options.MaxInFlight = 2;
        (FastCoreClient client, PeerConnection connection) = await OpenAsync(peer, options);
        ValueTask<Reply> first = client.SendAsync(Operation.CreateTransfers, OneTransfer, new byte[16]);
        ValueTask<Reply> second = client.SendAsync(Operation.CreateTransfers, OneTransfer, new byte[16]);
        ValueTask<Reply> third = client.SendAsync(Operation.CreateTransfers, OneTransfer, new byte[16]);
        Assert.True(third.IsCompleted);
        Assert.Equal(FrameStatus.TooManyInFlight, (await third).Status);
        await connection.ReplyAsync(await connection.ReadAsync(), body: new byte[16]);
        Assert.Equal(FrameStatus.Ok, (await first).Status);
        ValueTask<Reply> fourth = client.SendAsync(Operation.CreateTransfers, OneTransfer, new byte[16]);
        await connection.ReplyAsync(await connection.ReadAsync(), body: new byte[16]);
        await connection.ReplyAsync(await connection.ReadAsync(), body: new byte[16]);
        Assert.Equal(FrameStatus.Ok, (await second).Status);
        Assert.Equal(FrameStatus.Ok, (await fourth).Status);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task The_servers_limits_are_kept()
    {
        using ScriptedPeer peer = new();
        Protocol.Frames.HelloReply hello = ScriptedPeer.DefaultHello;
        hello.RequestsInFlightMax = 1;
        hello.RequestFrameSizeMax = 1000;
        (FastCoreClient client, _) = await OpenAsync(peer, peer.Options, hello);
        _ = client.SendAsync(Operation.CreateTransfers, OneTransfer, new byte[16]).AsTask();
        Assert.Equal(
            FrameStatus.TooManyInFlight,
            (await client.SendAsync(Operation.CreateTransfers, OneTransfer, new byte[16])).Status);
        Assert.Equal(
            FrameStatus.FrameTooLarge,
            (await client.SendAsync(Operation.CreateTransfers, new byte[16 + (8 * 128)], new byte[8 * 16])).Status);
        Assert.Equal((UInt128)42, client.Server.NodeId);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task LX1_A_call_without_reply_is_unknown_at_its_deadline_and_its_late_reply_meets_nobody()
    {
        using ScriptedPeer peer = new();
        ManualTimeProvider time = new();
        FastCoreClientOptions options = peer.Options;
        options.Time = time;
        (FastCoreClient client, PeerConnection connection) = await OpenAsync(peer, options);
        byte[] buffer = new byte[16];
        ValueTask<Reply> call = client.SendAsync(
            Operation.CreateTransfers, OneTransfer, buffer, new SendOptions(TimeoutMs: 500));
        Frame frame = await connection.ReadAsync();
        Assert.Equal(500u, frame.Header.TimeoutMs);
        time.Advance(490);
        Assert.False(call.IsCompleted);
        time.Advance(20);
        Assert.True(call.IsCompleted);
        Assert.Equal(new Reply(FrameStatus.Unknown, 0, 0), await call);

        byte[] nextBuffer = new byte[16];
        ValueTask<Reply> next = client.SendAsync(Operation.CreateTransfers, OneTransfer, nextBuffer);
        Frame nextFrame = await connection.ReadAsync();
        await connection.ReplyAsync(frame, FrameStatus.Ok, Filled(16, 1));
        await connection.ReplyAsync(nextFrame, FrameStatus.Ok, Filled(16, 2));
        Assert.Equal(FrameStatus.Ok, (await next).Status);
        Assert.Equal(Filled(16, 2), nextBuffer);
        Assert.Equal(new byte[16], buffer);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task LX1_Deadline_exceeded_is_said_only_when_it_is_certain()
    {
        ManualTimeProvider time = new();
        FastCoreClientOptions options;
        using (ScriptedPeer gone = new())
        {
            options = gone.Options;
        }

        // Nobody listens there any more: the call never leaves, so nothing can have happened.
        options.Time = time;
        await using FastCoreClient client = FastCoreClient.Start(options);
        ValueTask<Reply> call = client.SendAsync(
            Operation.CreateTransfers, OneTransfer, new byte[16], new(TimeoutMs: 100));
        Assert.False(call.IsCompleted);
        time.Advance(120);
        Assert.Equal(FrameStatus.DeadlineExceeded, (await call).Status);
        Assert.Equal(0, client.InFlight);
    }

    [Fact]
    public async Task An_idle_client_sets_no_sweep_timer()
    {
        using ScriptedPeer peer = new();
        ManualTimeProvider time = new();
        FastCoreClientOptions options = peer.Options;
        options.Time = time;
        (FastCoreClient client, PeerConnection connection) = await OpenAsync(peer, options);
        int idle = time.TimersSet;
        ValueTask<Reply> call = client.SendAsync(Operation.CreateTransfers, OneTransfer, new byte[16]);
        Assert.Equal(idle + 1, time.TimersSet);
        await connection.ReplyAsync(await connection.ReadAsync(), body: new byte[16]);
        await call;
        time.Advance(20);
        Assert.Equal(idle, time.TimersSet);
        await client.DisposeAsync();
    }

    // The continuation of the first call blocks its thread until the second has its reply. Were it run by the reader
    // loop, that reply would never be read.
    [Fact]
    public async Task A_callers_continuation_never_holds_the_reader()
    {
        using ScriptedPeer peer = new();
        (FastCoreClient client, PeerConnection connection) = await OpenAsync(peer, peer.Options);
        ValueTask<Reply> first = client.SendAsync(Operation.CreateTransfers, OneTransfer, new byte[16]);
        Task<Reply> second = client.SendAsync(Operation.CreateTransfers, OneTransfer, new byte[16]).AsTask();
        TaskCompletionSource entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<FrameStatus> blocker = BlockAsync(first, second, entered);

        Frame firstFrame = await connection.ReadAsync();
        Frame secondFrame = await connection.ReadAsync();
        await connection.ReplyAsync(firstFrame, body: new byte[16]);
        await entered.Task;
        await connection.ReplyAsync(secondFrame, body: new byte[16]);
        Assert.Equal(FrameStatus.Ok, await blocker);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task Disposing_decides_every_call()
    {
        using ScriptedPeer peer = new();
        (FastCoreClient client, PeerConnection connection) = await OpenAsync(peer, peer.Options);
        ValueTask<Reply> sent = client.SendAsync(Operation.CreateTransfers, OneTransfer, new byte[16]);
        await connection.ReadAsync();
        await client.DisposeAsync();
        Assert.Equal(FrameStatus.Unknown, (await sent).Status);
        Assert.Equal(
            FrameStatus.ShuttingDown,
            (await client.SendAsync(Operation.CreateTransfers, OneTransfer, new byte[16])).Status);
        Assert.Equal(ClientState.Closed, client.State);
        await connection.ReadEndAsync();
        await client.DisposeAsync();
    }

    internal static async Task<(FastCoreClient Client, PeerConnection Peer)> OpenAsync(
        ScriptedPeer peer, FastCoreClientOptions options, Protocol.Frames.HelloReply? hello = null)
    {
        Task<PeerConnection> accepting = peer.AcceptAsync(hello);
        FastCoreClient client = await FastCoreClient.ConnectAsync(options);
        Assert.Equal(ClientState.Connected, client.State);
        return (client, await accepting);
    }

    private static async Task<FrameStatus> BlockAsync(
        ValueTask<Reply> first, Task<Reply> second, TaskCompletionSource entered)
    {
        await first.ConfigureAwait(false);
        entered.SetResult();
        return second.GetAwaiter().GetResult().Status;
    }

    internal static byte[] Filled(int length, byte value) => Enumerable.Repeat(value, length).ToArray();
}
