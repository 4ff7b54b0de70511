using System.Net;
using FastCore.Integration.Tests.Fronts;
using FastCore.Protocol;
using FastCore.Server.Audit;

namespace FastCore.Integration.Tests.Doors;

/// <summary>Every refusal is counted, some are written, and an attacker decides neither how many nor whose.</summary>
public sealed class AuditTests : IAsyncLifetime
{
    private readonly DoorRig _rig = DoorRig.Make();
    private string _key = "";

    public async Task InitializeAsync()
    {
        _rig.Options.Keys.Add(TestKeys.New("shop", 1, "create_transfers", "10-19", out _key));
        _rig.Options.AuditLinesPerSecondMax = 3;
        await _rig.StartAsync();
    }

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task X19_A_refusal_says_who_from_where_what_and_why()
    {
        _rig.Doors.Admission = _ => FrameStatus.Forbidden;
        using RawClient client = await RawClient.GreetAsync(_rig.Address, _key);
        byte[] body = new byte[144];
        body[0] = 20;
        await client.SendAsync(RawClient.Frame(Operation.CreateTransfers, 1, body));
        await client.ExpectAsync(FrameStatus.Forbidden, 1);
        await client.SendAsync(RawClient.Frame(Operation.LookupAccounts, 2, body));
        await client.ExpectAsync(FrameStatus.Forbidden, 2);
        LogLine[] lines = [.. _rig.Log.Refusals];
        Assert.Equal(2, lines.Length);
        string from = $"127.0.0.1:{((IPEndPoint)client.Socket.LocalEndPoint!).Port}";
        Assert.All(lines, line => Assert.Equal(
            ("FastCore.Server.Audit", "shop (test)", from),
            (line.Category, line.Fields["Who"], line.Fields["From"])));
        Assert.Equal(
            (Operation.CreateTransfers, 20UL, "the key does not name the book"),
            (lines[0].Fields["Operation"], lines[0].Fields["Book"], lines[0].Fields["Why"]));
        Assert.Equal(
            (Operation.LookupAccounts, 0UL, "the key does not name the operation"),
            (lines[1].Fields["Operation"], lines[1].Fields["Book"], lines[1].Fields["Why"]));
    }

    [Fact]
    public async Task A_flood_of_refusals_is_counted_whole_and_written_in_part()
    {
        const int Flood = 200;
        for (int i = 0; i < Flood; i++)
        {
            using RawClient stranger = await RawClient.ConnectAsync(_rig.Address);
            await stranger.SendAsync(RawClient.Hello("wrong"));
            await stranger.ExpectAsync(FrameStatus.Unauthenticated, 99);
        }

        Assert.Equal([(FrameStatus.Unauthenticated, (long)Flood)], _rig.Audit.Counts);
        Assert.Equal(RefusalAudit.SourceBurst, _rig.Log.Refusals.Count);
        Assert.Equal(Flood - RefusalAudit.SourceBurst, _rig.Audit.Suppressed);

        // A client is not hidden by strangers.
        _rig.Doors.Admission = _ => FrameStatus.Forbidden;
        using RawClient client = await RawClient.GreetAsync(_rig.Address, _key);
        await client.SendAsync(RawClient.Frame(Operation.CreateTransfers, 1, new byte[144]));
        await client.ExpectAsync(FrameStatus.Forbidden, 1);
        Assert.Equal("shop (test)", _rig.Log.Refusals[^1].Fields["Who"]);

        // What was left out is reported once, and then there is room for lines again.
        _rig.Time.Advance(60_000);
        LogLine report = Assert.Single(_rig.Log.Lines, line => line.Event == 2011);
        Assert.Equal((long)Flood - RefusalAudit.SourceBurst, report.Fields["Count"]);
        int written = _rig.Log.Refusals.Count;
        using RawClient late = await RawClient.ConnectAsync(_rig.Address);
        await late.SendAsync(RawClient.Hello("wrong"));
        await late.ExpectAsync(FrameStatus.Unauthenticated, 99);
        Assert.Equal(written + 1, _rig.Log.Refusals.Count);
    }

    [Fact]
    public async Task All_clients_together_have_a_limit_of_lines_too()
    {
        _rig.Doors.Admission = _ => FrameStatus.Forbidden;
        using RawClient client = await RawClient.GreetAsync(_rig.Address, _key);
        const int Flood = 500;
        for (ulong i = 0; i < Flood; i++)
        {
            await client.SendAsync(RawClient.Frame(Operation.CreateTransfers, i, new byte[144]));
            await client.ExpectAsync(FrameStatus.Forbidden, i);
        }

        Assert.Equal(RefusalAudit.SourceBurst, _rig.Log.Refusals.Count);
        Assert.Equal(Flood, _rig.Audit.Total);
    }

    // Four ways to be nobody, one answer: not a byte tells an unknown key from a wrong one.
    [Fact]
    public async Task X19_Wrong_and_unknown_keys_get_the_same_answer()
    {
        string wrongSecret = _key[..^1] + (_key[^1] == '0' ? '1' : '0');
        string unknownId = _key[..4] + (_key[4] == '0' ? '1' : '0') + _key[5..];
        HashSet<string> answers = [];
        foreach (string key in new[] { "", "password", wrongSecret, unknownId, _key[..^1], _key + "0" })
        {
            using RawClient stranger = await RawClient.ConnectAsync(_rig.Address);
            await stranger.SendAsync(RawClient.Hello(key));
            RawReply reply = await stranger.ExpectAsync(FrameStatus.Unauthenticated, 99);
            answers.Add($"{reply.Header.Length} {reply.Header.Checksum} {reply.Header.TimeoutMs}");
        }

        Assert.Single(answers);
        Assert.False(_rig.Doors.Opened.IsCompleted);
    }

    // The node's own pressure says nothing about the peer.
    [Fact]
    public async Task Overload_is_no_refusal_of_the_audits()
    {
        _rig.Doors.Admission = _ => FrameStatus.Overloaded;
        using RawClient client = await RawClient.GreetAsync(_rig.Address, _key);
        await client.SendAsync(RawClient.Frame(Operation.CreateTransfers, 1, new byte[144]));
        await client.ExpectAsync(FrameStatus.Overloaded, 1);
        Assert.Equal(0, _rig.Audit.Total);
        Assert.Equal(1, _rig.Connections.FramesRefused);
    }
}
