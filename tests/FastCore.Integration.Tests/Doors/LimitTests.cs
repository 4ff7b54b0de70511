using FastCore.Integration.Tests.Fronts;
using FastCore.Protocol;
using FastCore.Server;

namespace FastCore.Integration.Tests.Doors;

/// <summary>Limits of a connection and of a key over all its connections, on time that the test moves.</summary>
public sealed class LimitTests : IAsyncLifetime
{
    private readonly DoorRig _rig = DoorRig.Make();
    private readonly AccessKeyOptions _first = TestKeys.New("first", 1, "*", "*", out _);
    private readonly AccessKeyOptions _second = TestKeys.New("second", 2, "*", "*", out _);
    private string _firstKey = "";
    private string _secondKey = "";

    public Task InitializeAsync()
    {
        _firstKey = Renew(_first);
        _secondKey = Renew(_second);
        _rig.Options.Keys.Add(_first);
        _rig.Options.Keys.Add(_second);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task A_connection_has_a_rate_and_is_told_when_to_come_back()
    {
        _rig.Options.RequestsPerSecondMax = 5;
        await _rig.StartAsync();
        using RawClient client = await RawClient.GreetAsync(_rig.Address, _firstKey);
        Assert.Equal(5, await AdmittedAsync(client, 20));
        await client.SendAsync(Request(1));
        RawReply refused = await client.ExpectAsync(FrameStatus.Overloaded, 1);
        Assert.Equal(200u, refused.Header.TimeoutMs);
        _rig.Time.Advance(refused.Header.TimeoutMs - 1);
        Assert.Equal(0, await AdmittedAsync(client, 1));
        _rig.Time.Advance(1);
        Assert.Equal(1, await AdmittedAsync(client, 3));
        _rig.Time.Advance(10_000);
        Assert.Equal(5, await AdmittedAsync(client, 20));

        // Another connection has a rate of its own.
        using RawClient another = await RawClient.GreetAsync(_rig.Address, _firstKey);
        Assert.Equal(5, await AdmittedAsync(another, 20));
    }

    [Fact]
    public async Task Connections_of_one_key_share_its_rate_and_other_keys_do_not()
    {
        _first.RequestsPerSecondMax = 6;
        await _rig.StartAsync();
        using RawClient one = await RawClient.GreetAsync(_rig.Address, _firstKey);
        using RawClient two = await RawClient.GreetAsync(_rig.Address, _firstKey);
        using RawClient other = await RawClient.GreetAsync(_rig.Address, _secondKey);
        Assert.Equal(4, await AdmittedAsync(one, 4));
        Assert.Equal(2, await AdmittedAsync(two, 10));
        Assert.Equal(0, await AdmittedAsync(one, 10));
        Assert.Equal(10, await AdmittedAsync(other, 10));
        Assert.Contains(_rig.Log.Refusals, line => line.Text.Contains("more requests than its limit"));
    }

    [Fact]
    public async Task Connections_of_one_key_share_its_requests_in_flight()
    {
        _first.InFlightMax = 3;
        _rig.Doors.AnswersAtOnce = false;
        await _rig.StartAsync();
        using RawClient one = await RawClient.GreetAsync(_rig.Address, _firstKey);
        ScriptedDoor door = await _rig.Doors.Opened;
        using RawClient two = await RawClient.GreetAsync(_rig.Address, _firstKey);
        await one.SendAsync((byte[])[.. Request(1), .. Request(2)]);
        await FrontTests.UntilAsync(() => door.InFlight == 2);
        await two.SendAsync((byte[])[.. Request(3), .. Request(4)]);
        await two.ExpectAsync(FrameStatus.TooManyInFlight, 4);
        door.AnswerAll();
        await one.ExpectAsync(FrameStatus.Ok, 1);
        await one.ExpectAsync(FrameStatus.Ok, 2);
        await one.SendAsync((byte[])[.. Request(5), .. Request(6), .. Request(7)]);
        await one.ExpectAsync(FrameStatus.TooManyInFlight, 7);
        await FrontTests.UntilAsync(() => door.InFlight == 2);
        door.AnswerAll();
        await one.ExpectAsync(FrameStatus.Ok, 5);
    }

    [Fact]
    public async Task A_key_has_so_many_connections_and_no_more()
    {
        _first.ConnectionsMax = 1;
        await _rig.StartAsync();
        RawClient one = await RawClient.GreetAsync(_rig.Address, _firstKey);
        using RawClient two = await RawClient.ConnectAsync(_rig.Address);
        await two.SendAsync(RawClient.Hello(_firstKey));
        RawReply refused = await two.ExpectAsync(FrameStatus.Overloaded, 99);
        Assert.Equal(1000u, refused.Header.TimeoutMs);
        using RawClient other = await RawClient.GreetAsync(_rig.Address, _secondKey);
        one.Dispose();
        await FrontTests.UntilAsync(() => _rig.Connections.Count - _rig.Connections.HalfOpen == 1);
        using RawClient three = await RawClient.GreetAsync(_rig.Address, _firstKey);
    }

    [Fact]
    public async Task A_request_that_was_refused_gives_its_place_back()
    {
        _first.InFlightMax = 1;
        _rig.Doors.Admission = header => header.Correlation < 50 ? FrameStatus.Overloaded : FrameStatus.Ok;
        await _rig.StartAsync();
        using RawClient client = await RawClient.GreetAsync(_rig.Address, _firstKey);
        for (ulong i = 1; i < 50; i++)
        {
            await client.SendAsync(Request(i));
            await client.ExpectAsync(FrameStatus.Overloaded, i);
        }

        await client.SendAsync(Request(50));
        await client.ExpectAsync(FrameStatus.Ok, 50);
    }

    private static string Renew(AccessKeyOptions options)
    {
        AccessKeyOptions fresh = TestKeys.New(options.Name, options.Principal, "*", "*", out string key);
        options.Hash = fresh.Hash;
        return key;
    }

    private static byte[] Request(ulong correlation) =>
        RawClient.Frame(Operation.CreateTransfers, correlation, new byte[144]);

    private static async Task<int> AdmittedAsync(RawClient client, int requests)
    {
        int admitted = 0;
        for (int i = 0; i < requests; i++)
        {
            await client.SendAsync(Request((ulong)i));
            FrameStatus status = (await client.ReadAsync())!.Header.Status;
            Assert.True(status is FrameStatus.Ok or FrameStatus.Overloaded);
            admitted += status == FrameStatus.Ok ? 1 : 0;
        }

        return admitted;
    }
}
