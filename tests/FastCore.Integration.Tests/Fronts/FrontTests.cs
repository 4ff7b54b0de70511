using System.Net.Sockets;
using System.Runtime.InteropServices;
using FastCore.Integration.Tests.Doors;
using FastCore.Protocol;
using FastCore.Protocol.Frames;
using FastCore.Server;
using FastCore.Server.Fronts;
using FastCore.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FastCore.Integration.Tests.Fronts;

public sealed class FrontTests : IAsyncLifetime
{
    private readonly ScriptedDoorSource _doors = new();
    private readonly ServerOptions _options = new() { LingerTimeoutMs = 60_000 };
    private FastCoreServer? _server;

    private string Address => _server!.Addresses[0];

    public Task InitializeAsync()
    {
        _options.Endpoints.Add(new EndpointOptions { Address = "tcp://127.0.0.1:0" });
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.StopAsync(new CancellationToken(canceled: true));
            await _server.DisposeAsync();
        }
    }

    [Fact]
    public async Task Hello_tells_limits_and_requests_may_follow_in_the_same_packet()
    {
        await StartAsync();
        using RawClient client = await RawClient.ConnectAsync(Address);
        await client.SendAsync((byte[])[.. RawClient.Hello(), .. Request(1, 10), .. Request(2, 0)]);
        RawReply hello = await client.ExpectAsync(FrameStatus.Ok, 99);
        Assert.True(HelloReply.TryRead(hello.Body, out HelloReply limits));
        Assert.Equal((1, 1024u, (UInt128)4711), (limits.Version, limits.RequestsInFlightMax, limits.NodeId));
        Assert.Equal((uint)Limits.RequestFrameSizeMax, limits.RequestFrameSizeMax);
        Assert.Equal(Body(10), (await client.ExpectAsync(FrameStatus.Ok, 1)).Body);
        await client.ExpectAsync(FrameStatus.Ok, 2);
    }

    [Fact]
    public async Task Anything_but_hello_first_ends_the_connection()
    {
        await StartAsync();
        await RefusedAsync(Request(5, 8), FrameStatus.HelloExpected, 5);
        await RefusedAsync(Request(5, 400), FrameStatus.FrameTooLarge, 5);
        byte[] wrongMagic = RawClient.Hello();
        wrongMagic[32] ^= 0xFF;
        await RefusedAsync(Sealed(wrongMagic), FrameStatus.HelloExpected, 99);
        byte[] damaged = RawClient.Hello();
        damaged[60] ^= 1;
        await RefusedAsync(damaged, FrameStatus.ChecksumMismatch, 99);
        byte[] reserved = RawClient.Hello();
        reserved[32 + 12] = 1;
        await RefusedAsync(Sealed(reserved), FrameStatus.ReservedNotZero, 99);
        Assert.False(_doors.Opened.IsCompleted);
    }

    [Fact]
    public async Task A_version_that_is_not_spoken_is_refused_with_those_that_are()
    {
        await StartAsync();
        RawReply reply = await RefusedAsync(RawClient.Hello("", 2, 9), FrameStatus.VersionUnsupported, 99);
        Assert.True(HelloReply.TryRead(reply.Body, out HelloReply hello));
        Assert.Equal((0, 1, 1), (hello.Version, hello.VersionMin, hello.VersionMax));
        byte[] newer = RawClient.Hello();
        newer[18] = 7;
        await RefusedAsync(newer, FrameStatus.VersionUnsupported, 99);
        using RawClient able = await RawClient.ConnectAsync(Address);
        await able.SendAsync(RawClient.Hello("", 0, 9));
        Assert.True(HelloReply.TryRead((await able.ExpectAsync(FrameStatus.Ok, 99)).Body, out hello));
        Assert.Equal(1, hello.Version);
    }

    [Fact]
    public async Task A_second_hello_ends_the_connection_after_what_was_admitted()
    {
        await StartAsync();
        using RawClient client = await RawClient.GreetAsync(Address);
        await client.SendAsync((byte[])[.. Request(1, 4), .. RawClient.Hello(), .. Request(2, 4)]);
        HashSet<(ulong, FrameStatus)> seen = [];
        while (await client.ReadAsync() is { } reply)
        {
            seen.Add((reply.Header.Correlation, reply.Header.Status));
            if (seen.Count == 2)
            {
                client.Socket.Shutdown(SocketShutdown.Send);
            }
        }

        Assert.Equal([(1UL, FrameStatus.Ok), (99UL, FrameStatus.HelloExpected)], seen.Order());
    }

    [Fact]
    public async Task X19_Keys_decide_who_comes_in_and_what_they_may_do()
    {
        AccessKeyOptions reader = TestKeys.New("reader", 0, "reads", "7", out string key);
        reader.Operations.Add("create_transfers");
        reader.Books.Add("100-199");
        _options.Keys.Add(reader);
        await StartAsync();
        await RefusedAsync(RawClient.Hello(), FrameStatus.Unauthenticated, 99);
        await RefusedAsync(RawClient.Hello(key.ToUpperInvariant()), FrameStatus.Unauthenticated, 99);
        using RawClient client = await RawClient.GreetAsync(Address, key);
        await _doors.Opened;
        Node.Access.Grant grant = _doors.LastGrant!;
        Assert.Equal(1u, grant.Principal);
        Assert.True(grant.Allows(Operation.CreateTransfers) && grant.Allows(Operation.LookupPayments));
        Assert.False(grant.Allows(Operation.CreateAccounts) || grant.Allows(Operation.SetupAccounts));
        Assert.True(grant.AllowsBook(7) && grant.AllowsBook(100) && grant.AllowsBook(199));
        Assert.False(grant.AllowsBook(8) || grant.AllowsBook(200) || grant.AllowsBook(0));
    }

    [Theory]
    [InlineData("seats", false)]
    [InlineData("writes", false)]
    [InlineData("seats box_office", true)]
    [InlineData("*", true)]
    public async Task T13_The_box_office_is_a_right_of_its_own(string operations, bool isAllowed)
    {
        string[] words = operations.Split(' ');
        AccessKeyOptions seller = TestKeys.New("seller", 0, words[0], "*", out string key);
        foreach (string word in words[1..])
        {
            seller.Operations.Add(word);
        }

        _options.Keys.Add(seller);
        await StartAsync();
        using RawClient client = await RawClient.GreetAsync(Address, key);
        await _doors.Opened;
        Assert.True(_doors.LastGrant!.Allows(Operation.HoldSeats) && _doors.LastGrant.Allows(Operation.MoveToChannel));
        Assert.Equal(isAllowed, _doors.LastGrant.AllowsBoxOffice);
    }

    [Theory]
    [InlineData("fraud", true, false)]
    [InlineData("writes", true, false)]
    [InlineData("reads", false, false)]
    [InlineData("policies", false, true)]
    [InlineData("activate_policy", false, true)]
    [InlineData("*", true, true)]
    public async Task Putting_policies_in_force_is_a_right_of_its_own(string operations, bool scores, bool activates)
    {
        _options.Keys.Add(TestKeys.New("risk", 0, operations, "*", out string key));
        await StartAsync();
        using RawClient client = await RawClient.GreetAsync(Address, key);
        await _doors.Opened;
        Node.Access.Grant grant = _doors.LastGrant!;
        Assert.Equal(
            (scores, activates),
            (grant.Allows(Operation.ScoreTransactions), grant.Allows(Operation.ActivatePolicy)));
        Assert.Equal(
            activates && operations != "activate_policy",
            grant.Allows(Operation.UploadPolicyFile) && grant.Allows(Operation.GetPolicies)
                && grant.Allows(Operation.GetFraudMetrics));
        Assert.Equal(operations is "fraud" or "reads" or "*", grant.Allows(Operation.ExplainDecision));
    }

    [Fact]
    public async Task Damaged_bytes_end_the_connection_after_what_was_admitted()
    {
        _doors.AnswersAtOnce = false;
        await StartAsync();
        using RawClient client = await RawClient.GreetAsync(Address);
        byte[] damaged = Request(2, 100);
        damaged[70] ^= 1;
        await client.SendAsync((byte[])[.. Request(1, 100), .. damaged]);
        await client.ExpectAsync(FrameStatus.ChecksumMismatch, 2);
        (await _doors.Opened).AnswerAll();
        await client.ExpectAsync(FrameStatus.Ok, 1);
        client.Socket.Shutdown(SocketShutdown.Send);
        await client.ExpectEndAsync();
    }

    [Theory]
    [InlineData(uint.MaxValue, FrameStatus.FrameTooLarge)]
    [InlineData(1_048_241u, FrameStatus.FrameTooLarge)]
    [InlineData(31u, FrameStatus.InvalidBodySize)]
    public async Task A_length_out_of_bounds_ends_the_connection(uint length, FrameStatus expected)
    {
        await StartAsync();
        using RawClient client = await RawClient.GreetAsync(Address);
        byte[] frame = Request(3, 10);
        BitConverter.TryWriteBytes(frame, length);
        await client.SendAsync(frame);
        await client.ExpectAsync(expected, 3);
        client.Socket.Shutdown(SocketShutdown.Send);
        await client.ExpectEndAsync();
    }

    [Fact]
    public async Task Refusals_that_leave_the_stream_in_step_leave_the_connection_open()
    {
        _doors.Admission = header => header.Correlation switch
        {
            3 => FrameStatus.Overloaded,
            4 => FrameStatus.TooManyInFlight,
            5 => FrameStatus.Forbidden,
            _ => FrameStatus.Ok,
        };
        await StartAsync();
        using RawClient client = await RawClient.GreetAsync(Address);
        await client.SendAsync((byte[])
        [
            .. RawClient.Frame(Operation.CreateTransfers, 1, Body(8), flags: 4),
            .. RawClient.Frame(Operation.CreateTransfers, 2, Body(8), reserved1: 1),
            .. Request(3, 8), .. Request(4, 8), .. Request(5, 8),
            .. RawClient.Frame(Operation.Ping, 6, []), .. RawClient.Frame(Operation.Ping, 7, [1]),
        ]);
        await client.ExpectAsync(FrameStatus.ReservedNotZero, 1);
        await client.ExpectAsync(FrameStatus.ReservedNotZero, 2);
        Assert.Equal(17u, (await client.ExpectAsync(FrameStatus.Overloaded, 3)).Header.TimeoutMs);
        await client.ExpectAsync(FrameStatus.TooManyInFlight, 4);
        await client.ExpectAsync(FrameStatus.Forbidden, 5);
        await client.ExpectAsync(FrameStatus.Ok, 6);
        await client.ExpectAsync(FrameStatus.InvalidBodySize, 7);
        await client.SendAsync(Request(8, 8));
        await client.ExpectAsync(FrameStatus.Ok, 8);
    }

    [Fact]
    public async Task Frames_split_at_every_byte()
    {
        await StartAsync();
        using RawClient client = await RawClient.ConnectAsync(Address);
        byte[] bytes = [.. RawClient.Hello(), .. Request(1, 30), .. Request(2, 0)];
        foreach (byte value in bytes)
        {
            await client.SendAsync(new[] { value });
        }

        await client.ExpectAsync(FrameStatus.Ok, 99);
        Assert.Equal(Body(30), (await client.ExpectAsync(FrameStatus.Ok, 1)).Body);
        await client.ExpectAsync(FrameStatus.Ok, 2);
    }

    [Fact]
    public async Task Full_size_frames_pass_both_ways()
    {
        await StartAsync();
        using RawClient client = await RawClient.GreetAsync(Address);
        Task sending = client.SendAsync(
            (byte[])[.. Request(1, Limits.RequestBodySizeMax), .. Request(2, Limits.RequestBodySizeMax)]);
        Assert.Equal(Body(Limits.RequestBodySizeMax), (await client.ExpectAsync(FrameStatus.Ok, 1)).Body);
        Assert.Equal(Body(Limits.RequestBodySizeMax), (await client.ExpectAsync(FrameStatus.Ok, 2)).Body);
        await sending;
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Large_replies_never_pile_up_before_a_flush(bool isRead)
    {
        _doors.AnswersAtOnce = false;
        await StartAsync();
        RawClient client = await RawClient.GreetAsync(Address);
        const int Count = 32;
        const int Length = 300_000;
        for (int i = 0; i < Count; i++)
        {
            await client.SendAsync(Request((ulong)i, Length));
        }

        ScriptedDoor door = await _doors.Opened;
        await UntilAsync(() => door.InFlight == Count);
        if (isRead)
        {
            door.AnswerAll();
            for (int i = 0; i < Count; i++)
            {
                Assert.Equal(Length, (await client.ExpectAsync(FrameStatus.Ok, (ulong)i)).Body.Length);
            }
        }
        else
        {
            // Nobody flushes any more, and everything is taken from the node all the same.
            client.Socket.LingerState = new LingerOption(true, 0);
            client.Dispose();
            door.AnswerAll();
        }

        client.Dispose();
        await door.Disposed;
        Assert.InRange(door.DrainedBytesMax, Length, (1 << 20) + Length);
    }

    // More answers than the ring between reader and writer holds, none of them read until all were sent.
    [Fact]
    public async Task A_flood_of_pings_is_answered_whole()
    {
        await StartAsync();
        using RawClient client = await RawClient.GreetAsync(Address);
        const int Count = 20_000;
        byte[] pings = [.. Enumerable.Range(0, Count).SelectMany(i => RawClient.Frame(Operation.Ping, (ulong)i, []))];
        Task sending = client.SendAsync(pings);
        for (int i = 0; i < Count; i++)
        {
            await client.ExpectAsync(FrameStatus.Ok, (ulong)i);
        }

        await sending;
    }

    [Fact]
    public async Task A_peer_that_sends_no_more_still_gets_its_replies()
    {
        _doors.AnswersAtOnce = false;
        await StartAsync();
        using RawClient client = await RawClient.GreetAsync(Address);
        await client.SendAsync(Request(1, 10));
        ScriptedDoor door = await _doors.Opened;
        client.Socket.Shutdown(SocketShutdown.Send);
        await UntilAsync(() => door.InFlight == 1);
        door.AnswerAll();
        await client.ExpectAsync(FrameStatus.Ok, 1);
        await client.ExpectEndAsync();
    }

    [Fact]
    public async Task A_peer_that_is_gone_leaves_nothing_behind()
    {
        _doors.AnswersAtOnce = false;
        await StartAsync();
        RawClient client = await RawClient.GreetAsync(Address);
        await client.SendAsync(Request(1, 10));
        ScriptedDoor door = await _doors.Opened;
        await UntilAsync(() => door.InFlight == 1);
        client.Socket.LingerState = new LingerOption(true, 0);
        client.Dispose();
        door.AnswerAll();
        await door.Disposed;
        await UntilAsync(() => _server!.Connections == 0);
    }

    [Fact]
    public async Task Shutdown_answers_what_is_in_flight_refuses_the_rest_and_ends()
    {
        _doors.AnswersAtOnce = false;
        await StartAsync();
        using RawClient client = await RawClient.GreetAsync(Address);
        await client.SendAsync(Request(1, 10));
        ScriptedDoor door = await _doors.Opened;
        await UntilAsync(() => door.InFlight == 1);
        Task stopping = _server!.StopAsync();
        ulong correlation = 2;
        FrameStatus status;
        do
        {
            // Until the drain has reached this connection, requests are still admitted.
            await client.SendAsync(RawClient.Frame(Operation.Ping, correlation, []));
            status = (await client.ReadAsync())!.Header.Status;
            correlation++;
        }
        while (status == FrameStatus.Ok);

        Assert.Equal(FrameStatus.ShuttingDown, status);
        Assert.False(stopping.IsCompleted);
        door.AnswerAll();
        await client.ExpectAsync(FrameStatus.Ok, 1);
        client.Socket.Shutdown(SocketShutdown.Send);
        await client.ExpectEndAsync();
        await stopping;
        await Assert.ThrowsAsync<SocketException>(() => RawClient.ConnectAsync(Address));
    }

    [Fact]
    public async Task One_connection_too_many_is_told_so()
    {
        _options.ConnectionsMax = 1;
        await StartAsync();
        using RawClient first = await RawClient.GreetAsync(Address);
        using RawClient second = await RawClient.ConnectAsync(Address);
        RawReply reply = await second.ExpectAsync(FrameStatus.Overloaded, 0);
        Assert.Equal((Operation.Hello, 1000u), (reply.Header.Operation, reply.Header.TimeoutMs));
        second.Dispose();
        await UntilAsync(() => _server!.Connections == 1);
        first.Dispose();
        await UntilAsync(() => _server!.Connections == 0);
        using RawClient third = await RawClient.GreetAsync(Address);
    }

    [Theory]
    [InlineData("silent before hello")]
    [InlineData("drips its hello")]
    [InlineData("drips a frame")]
    [InlineData("idle")]
    public async Task Slow_peers_are_cut(string how)
    {
        ManualTimeProvider time = new();
        _options.IdleTimeoutMs = how == "idle" ? 5_000 : int.MaxValue;
        _options.FrameTimeoutMs = 3_000;
        _options.HelloTimeoutMs = 2_000;
        _options.LingerTimeoutMs = 0;
        await StartAsync(time);
        bool greets = how is "idle" or "drips a frame";
        using RawClient client = greets ? await RawClient.GreetAsync(Address) : await RawClient.ConnectAsync(Address);
        byte[] drip = how == "drips a frame" ? Request(1, 1000) : RawClient.Hello();
        Task end = client.ExpectEndAsync();
        for (int i = 0; !end.IsCompleted; i++)
        {
            // A byte every tenth of a second keeps the socket busy, and must not keep the connection.
            if (how.StartsWith("drips", StringComparison.Ordinal) && i < drip.Length - 1)
            {
                await DripAsync(client, drip[i]);
            }

            time.Advance(100);
            await Task.Yield();
        }

        await end;
    }

    [Fact]
    public async Task A_busy_connection_is_not_idle()
    {
        ManualTimeProvider time = new();
        _options.IdleTimeoutMs = 1_000;
        _doors.AnswersAtOnce = false;
        await StartAsync(time);
        using RawClient client = await RawClient.GreetAsync(Address);
        await client.SendAsync(Request(1, 10));
        ScriptedDoor door = await _doors.Opened;
        await UntilAsync(() => door.InFlight == 1);
        time.Advance(60_000);
        door.AnswerAll();
        await client.ExpectAsync(FrameStatus.Ok, 1);
    }

    internal static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await Task.Yield();
        }
    }

    private static async Task DripAsync(RawClient client, byte value)
    {
        try
        {
            await client.SendAsync(new[] { value });
        }
        catch (SocketException)
        {
            // Cut meanwhile, as it should be.
        }
    }

    private static byte[] Request(ulong correlation, int length) =>
        RawClient.Frame(Operation.CreateTransfers, correlation, Body(length));

    private static byte[] Body(int length)
    {
        byte[] body = new byte[length];
        for (int i = 0; i < length; i++)
        {
            body[i] = (byte)((i * 13) + (i >> 8));
        }

        return body;
    }

    private static byte[] Sealed(byte[] frame)
    {
        FrameHeader header = MemoryMarshal.Read<FrameHeader>(frame);
        FrameSeal.Write(frame, ref header, frame.AsSpan(Limits.FrameHeaderSize));
        return frame;
    }

    private async Task<RawReply> RefusedAsync(byte[] first, FrameStatus status, ulong correlation)
    {
        using RawClient client = await RawClient.ConnectAsync(Address);
        await client.SendAsync(first);
        RawReply reply = await client.ExpectAsync(status, correlation);
        client.Socket.Shutdown(SocketShutdown.Send);
        await client.ExpectEndAsync();
        return reply;
    }

    // Time stands still unless a test moves it, so a machine that is busy with other things cuts nobody.
    private async Task StartAsync(TimeProvider? time = null) =>
        _server = await FastCoreServer.StartAsync(
            services => services.AddSingleton<IFrontDoorSource>(_doors),
            _options,
            null,
            time ?? new ManualTimeProvider(),
            default);
}
