using System.Net.Security;
using FastCore.Protocol;
using FastCore.Protocol.Frames;
using FastCore.Testing;

namespace FastCore.Client.Tests;

public sealed class ConnectionTests
{
    private static readonly byte[] OneTransfer = new byte[16 + 128];
    private static readonly byte[] OneLookup = new byte[16 + 16];

    [Fact]
    public async Task LX1_A_cut_leaves_sent_calls_unknown_and_the_next_connection_serves_new_ones()
    {
        using ScriptedPeer peer = new();
        (FastCoreClient client, PeerConnection first) = await CallTests.OpenAsync(peer, peer.Options);
        ValueTask<Reply> call = client.SendAsync(Operation.CreateTransfers, OneTransfer, new byte[16]);
        await first.ReadAsync();
        first.Dispose();
        Assert.Equal(FrameStatus.Unknown, (await call).Status);

        ValueTask<Reply> next = client.SendAsync(Operation.CreateTransfers, OneTransfer, new byte[16]);
        PeerConnection second = await peer.AcceptAsync();
        await second.ReplyAsync(await second.ReadAsync(), body: new byte[16]);
        Assert.Equal(FrameStatus.Ok, (await next).Status);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task LX1_Safe_retry_sends_the_same_bytes_in_order_until_there_is_an_outcome()
    {
        using ScriptedPeer peer = new();
        FastCoreClientOptions options = peer.Options;
        options.RetryUnknown = true;
        (FastCoreClient client, PeerConnection first) = await CallTests.OpenAsync(peer, options);
        byte[][] bodies = [.. Enumerable.Range(1, 3).Select(i => CallTests.Filled(144, (byte)i))];
        Task<Reply>[] calls =
            [.. bodies.Select(body => client.SendAsync(Operation.CreateTransfers, body, new byte[16]).AsTask())];
        foreach (byte[] body in bodies)
        {
            Assert.Equal(body, (await first.ReadAsync()).Body);
        }

        first.Dispose();
        PeerConnection second = await peer.AcceptAsync();
        foreach (byte[] body in bodies)
        {
            Frame frame = await second.ReadAsync();
            Assert.Equal(body, frame.Body);
            await second.ReplyAsync(frame, body: new byte[16]);
        }

        Assert.All(await Task.WhenAll(calls), reply => Assert.Equal(FrameStatus.Ok, reply.Status));
        await client.DisposeAsync();
    }

    // The first attempt may have been executed, so "this attempt had no effect" decides nothing.
    [Fact]
    public async Task LX1_A_refusal_of_a_retry_is_never_taken_for_the_outcome_of_a_write()
    {
        using ScriptedPeer peer = new();
        ManualTimeProvider time = new();
        FastCoreClientOptions options = peer.Options;
        options.RetryUnknown = true;
        options.Time = time;

        // Time runs below until the sockets have met, however far that is: nothing may be due on the way.
        options.TimeoutMs = 0;
        options.ConnectTimeoutMs = int.MaxValue;
        (FastCoreClient client, PeerConnection first) = await CallTests.OpenAsync(peer, options);
        ValueTask<Reply> write = client.SendAsync(Operation.CreateTransfers, OneTransfer, new byte[16]);
        ValueTask<Reply> other = client.SendAsync(Operation.CreateTransfers, OneTransfer, new byte[16]);
        ValueTask<Reply> read = client.SendAsync(Operation.LookupTransfers, OneLookup, new byte[128]);
        await first.ReadAsync();
        await first.ReadAsync();
        await first.ReadAsync();
        first.Dispose();

        Task<PeerConnection> accepting = peer.AcceptAsync();
        while (!accepting.IsCompleted)
        {
            time.Advance(1);
            await Task.Yield();
        }

        PeerConnection second = await accepting;
        Frame writeFrame = await second.ReadAsync();
        Frame otherFrame = await second.ReadAsync();
        Frame readFrame = await second.ReadAsync();
        await second.ReplyAsync(otherFrame, FrameStatus.Forbidden);
        await second.ReplyAsync(readFrame, FrameStatus.Forbidden);
        Assert.Equal(FrameStatus.Unknown, (await other).Status);
        Assert.Equal(FrameStatus.Forbidden, (await read).Status);

        // A refusal for the moment is waited out.
        await second.ReplyAsync(writeFrame, FrameStatus.Overloaded, retryAfterMs: 40);
        ValueTask<Reply> barrier = client.SendAsync(Operation.LookupTransfers, OneLookup, new byte[128]);
        await second.ReplyAsync(await second.ReadAsync());
        await barrier;
        Assert.False(write.IsCompleted);
        time.Advance(60);
        Frame again = await second.ReadAsync();
        Assert.Equal(OneTransfer, again.Body);
        await second.ReplyAsync(again, body: new byte[16]);
        Assert.Equal(FrameStatus.Ok, (await write).Status);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task A_damaged_reply_cuts_the_connection()
    {
        using ScriptedPeer peer = new();
        (FastCoreClient client, PeerConnection connection) = await CallTests.OpenAsync(peer, peer.Options);
        ValueTask<Reply> call = client.SendAsync(Operation.CreateTransfers, OneTransfer, new byte[16]);
        byte[] reply = PeerConnection.Reply(await connection.ReadAsync(), FrameStatus.Ok, new byte[16]);
        reply[40] ^= 1;
        await connection.WriteAsync(reply);
        Assert.Equal(FrameStatus.Unknown, (await call).Status);
        await connection.ReadEndAsync();
        await client.DisposeAsync();
    }

    [Theory]
    [InlineData(19)]
    [InlineData(22)]
    [InlineData(31)]
    public async Task A_reply_with_a_reserved_byte_set_cuts_the_connection(int offset)
    {
        using ScriptedPeer peer = new();
        (FastCoreClient client, PeerConnection connection) = await CallTests.OpenAsync(peer, peer.Options);
        ValueTask<Reply> call = client.SendAsync(Operation.CreateTransfers, OneTransfer, new byte[16]);
        byte[] reply = PeerConnection.Reply(await connection.ReadAsync(), FrameStatus.Ok, new byte[16]);
        reply[offset] = 1;
        BitConverter.TryWriteBytes(reply.AsSpan(4), Crc32C.Compute(reply.AsSpan(8)));
        await connection.WriteAsync(reply);
        Assert.Equal(FrameStatus.Unknown, (await call).Status);
        await client.DisposeAsync();
    }

    // A server that received damaged bytes cannot know which request they were, whatever correlation it echoes.
    [Theory]
    [InlineData(FrameStatus.ChecksumMismatch)]
    [InlineData(FrameStatus.FrameTooLarge)]
    [InlineData(FrameStatus.Unauthenticated)]
    public async Task A_status_that_ends_the_connection_decides_no_call(FrameStatus status)
    {
        using ScriptedPeer peer = new();
        (FastCoreClient client, PeerConnection connection) = await CallTests.OpenAsync(peer, peer.Options);
        ValueTask<Reply> call = client.SendAsync(Operation.CreateTransfers, OneTransfer, new byte[16]);
        await connection.ReplyAsync(await connection.ReadAsync(), status);
        Assert.Equal(FrameStatus.Unknown, (await call).Status);
        await client.DisposeAsync();
    }

    [Fact]
    public async Task X19_A_wrong_key_fails_connecting_and_later_calls_are_told()
    {
        using ScriptedPeer peer = new();
        Task<PeerConnection> accepting = peer.AcceptAsync(status: FrameStatus.Unauthenticated);
        FastCoreConnectException error =
            await Assert.ThrowsAsync<FastCoreConnectException>(() => FastCoreClient.ConnectAsync(peer.Options));
        Assert.Equal(FrameStatus.Unauthenticated, error.Status);
        (await accepting).Dispose();

        accepting = peer.AcceptAsync(status: FrameStatus.Unauthenticated);
        await using FastCoreClient client = FastCoreClient.Start(peer.Options);
        ValueTask<Reply> waiting = client.SendAsync(Operation.CreateTransfers, OneTransfer, new byte[16]);
        (await accepting).Dispose();
        Assert.Equal(FrameStatus.Unauthenticated, (await waiting).Status);
    }

    [Fact]
    public async Task Versions_are_negotiated_and_never_assumed()
    {
        using ScriptedPeer peer = new();
        HelloReply newer = ScriptedPeer.DefaultHello;
        newer.Version = 0;
        newer.VersionMin = 2;
        newer.VersionMax = 3;
        Task<PeerConnection> accepting = peer.AcceptAsync(newer, FrameStatus.VersionUnsupported);
        FastCoreConnectException error =
            await Assert.ThrowsAsync<FastCoreConnectException>(() => FastCoreClient.ConnectAsync(peer.Options));
        Assert.Equal(FrameStatus.VersionUnsupported, error.Status);
        Assert.Contains("2 to 3", error.Message, StringComparison.Ordinal);
        (await accepting).Dispose();

        // A peer that agrees to a version nobody offered.
        newer.Version = 2;
        accepting = peer.AcceptAsync(newer);
        error = await Assert.ThrowsAsync<FastCoreConnectException>(() => FastCoreClient.ConnectAsync(peer.Options));
        Assert.Equal(FrameStatus.VersionUnsupported, error.Status);
        (await accepting).Dispose();
    }

    [Fact]
    public async Task Something_else_that_listens_there_is_named_as_such()
    {
        using ScriptedPeer peer = new();
        Task<PeerConnection> accepting = peer.AcceptSilentAsync();
        Task<FastCoreClient> connecting = FastCoreClient.ConnectAsync(peer.Options);
        using PeerConnection web = await accepting;
        await web.ReadAsync();
        await web.WriteAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        FastCoreConnectException error = await Assert.ThrowsAsync<FastCoreConnectException>(() => connecting);
        Assert.Equal(FrameStatus.Unknown, error.Status);
        Assert.Contains("does not speak this protocol", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_never_answers_hello_times_out()
    {
        using ScriptedPeer peer = new();
        ManualTimeProvider time = new();
        FastCoreClientOptions options = peer.Options;
        options.Time = time;
        Task<FastCoreClient> connecting = FastCoreClient.ConnectAsync(options);
        using PeerConnection silent = await peer.AcceptSilentAsync();
        await silent.ReadAsync();
        Assert.False(connecting.IsCompleted);
        time.Advance(options.ConnectTimeoutMs + 1.0);
        FastCoreConnectException error = await Assert.ThrowsAsync<FastCoreConnectException>(() => connecting);
        Assert.Equal(FrameStatus.Unknown, error.Status);
    }

    [Fact]
    public async Task An_exception_of_the_callers_own_callback_is_a_failed_attempt()
    {
        using ScriptedPeer peer = new();
        FastCoreClientOptions options = peer.Options;
        options.Tls = new SslClientAuthenticationOptions
        {
            LocalCertificateSelectionCallback =
                (_, _, _, _, _) => throw new InvalidOperationException("The key store is locked."),
        };
        Task<PeerConnection> accepting = peer.AcceptSilentAsync();
        Task<FastCoreClient> connecting = FastCoreClient.ConnectAsync(options);
        using PeerConnection silent = await accepting;
        FastCoreConnectException error = await Assert.ThrowsAsync<FastCoreConnectException>(
            () => connecting.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(FrameStatus.Unknown, error.Status);
        Assert.Contains("The key store is locked.", error.Message, StringComparison.Ordinal);
    }

    // Half open: the peer is there for TCP, but nothing ever comes back.
    [Fact]
    public async Task Silence_is_pinged_and_then_cut()
    {
        using ScriptedPeer peer = new();
        ManualTimeProvider time = new();
        FastCoreClientOptions options = peer.Options;
        options.Time = time;
        options.KeepAliveMs = 1000;
        options.TimeoutMs = 0;
        (FastCoreClient client, PeerConnection connection) = await CallTests.OpenAsync(peer, options);
        ValueTask<Reply> call = client.SendAsync(Operation.CreateTransfers, OneTransfer, new byte[16]);
        Frame request = await connection.ReadAsync();
        Assert.Equal(0u, request.Header.TimeoutMs);
        time.Advance(1000);
        Frame ping = await connection.ReadAsync();
        Assert.Equal(Operation.Ping, ping.Header.Operation);
        Assert.Empty(ping.Body);
        Assert.False(call.IsCompleted);
        time.Advance(1000);
        Assert.Equal(FrameStatus.Unknown, (await call).Status);
        await client.DisposeAsync();
    }

    [Theory]
    [InlineData("http://localhost:1")]
    [InlineData("tcp://localhost")]
    [InlineData("localhost:7040")]
    [InlineData("unix://")]
    [InlineData("tcp://:99")]
    public void Endpoints_that_are_none_are_refused(string endpoint) =>
        Assert.ThrowsAny<ArgumentException>(
            () => FastCoreClient.Start(new FastCoreClientOptions { Endpoint = endpoint }));

    [Fact]
    public async Task A_socket_that_is_not_there_is_told_as_that()
    {
        string path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.sock");
        FastCoreConnectException e = await Assert.ThrowsAsync<FastCoreConnectException>(
            () => FastCoreClient.ConnectAsync(new FastCoreClientOptions { Endpoint = "unix://" + path }));
        Assert.Equal($"unix://{path}: there is no such socket.", e.Message);
    }

    [Fact]
    public void Endpoints_are_read()
    {
        Assert.Equal(new Endpoint("127.0.0.1", 7040, null), Endpoint.Parse("tcp://127.0.0.1:7040"));
        Assert.Equal(new Endpoint("::1", 7040, null), Endpoint.Parse("tcp://[::1]:7040"));
        Assert.Equal(new Endpoint(null, 0, "/run/fastcore.sock"), Endpoint.Parse("unix:///run/fastcore.sock"));
        Assert.Throws<ArgumentException>(
            () => FastCoreClient.Start(new FastCoreClientOptions { ApiKey = new string('k', 129) }));
    }
}
