using FastCore.Integration.Tests.Fronts;
using FastCore.Protocol;
using FastCore.Server;
using FastCore.Server.Access;

namespace FastCore.Integration.Tests.Doors;

/// <summary>Keys come and go while the server runs and clients are connected.</summary>
public sealed class KeyRotationTests : IAsyncLifetime
{
    private readonly DoorRig _rig = DoorRig.Make();
    private readonly AccessKeyOptions _old = TestKeys.New("shop", 1, "*", "10-19", out _);
    private string _oldKey = "";

    private string KeyFile => _rig.Folder.Of("keys.json");

    public async Task InitializeAsync()
    {
        _oldKey = AccessSecret.NewKey();
        _old.Hash = AccessSecret.HashOf(_oldKey);
        AccessKeyFile.Write(KeyFile, [_old]);
        _rig.Options.KeyFile = KeyFile;

        // The server closes first and at once, so that its closing can be told from the client's.
        _rig.Options.LingerTimeoutMs = 0;
        await _rig.StartAsync();
    }

    public async Task DisposeAsync() => await _rig.DisposeAsync();

    [Fact]
    public async Task A_new_key_is_accepted_and_a_removed_one_is_not_any_more()
    {
        AccessKeyOptions next = TestKeys.New("shop", 1, "*", "10-19", out string nextKey);
        using RawClient before = await RawClient.GreetAsync(_rig.Address, _oldKey);
        await RefusedAsync(nextKey);

        AccessKeyFile.Write(KeyFile, [_old, next]);
        PassPollAndSweep();
        using RawClient both = await RawClient.GreetAsync(_rig.Address, nextKey);
        await PingAsync(before);

        AccessKeyFile.Write(KeyFile, [next]);
        PassPollAndSweep();
        await before.ExpectEndAsync();
        await RefusedAsync(_oldKey);
        await PingAsync(both);
        Assert.Equal(2, _rig.Access.Reloads);
    }

    [Fact]
    public async Task A_removed_key_may_still_have_its_answers_but_no_new_ones()
    {
        _rig.Doors.AnswersAtOnce = false;
        using RawClient client = await RawClient.GreetAsync(_rig.Address, _oldKey);
        await client.SendAsync(Request(1));
        ScriptedDoor door = await _rig.Doors.Opened;
        await FrontTests.UntilAsync(() => door.InFlight == 1);
        AccessKeyFile.Write(KeyFile, []);
        PassPollAndSweep();
        await client.SendAsync(Request(2));
        await client.ExpectAsync(FrameStatus.Unauthenticated, 2);
        door.AnswerAll();
        await client.ExpectAsync(FrameStatus.Ok, 1);
        await client.ExpectEndAsync();
        Assert.Contains(_rig.Log.Refusals, line => line.Text.Contains("removed while connected"));

        // No keys is not no key needed.
        await RefusedAsync("");
        await RefusedAsync(_oldKey);
    }

    [Fact]
    public async Task A_key_whose_scopes_change_has_to_come_again()
    {
        using RawClient before = await RawClient.GreetAsync(_rig.Address, _oldKey);
        _old.Books.Add("77");
        AccessKeyFile.Write(KeyFile, [_old]);
        PassPollAndSweep();
        await before.ExpectEndAsync();
        using RawClient after = await RawClient.GreetAsync(_rig.Address, _oldKey);
        await FrontTests.UntilAsync(() => _rig.Doors.LastGrant!.AllowsBook(77));
    }

    [Theory]
    [InlineData("{ \"Keys\": [")]
    [InlineData("")]
    [InlineData("{ }")]
    [InlineData("{ \"Keys\": null }")]
    [InlineData("{ \"Keys\": [ { \"Name\": \"x\", \"Principal\": 2, \"Hash\": \"fc1:1\" } ] }")]
    [InlineData("{ \"Keys\": [], \"Kyes\": [] }")]
    [InlineData(null)]
    public async Task A_file_that_cannot_be_used_changes_nothing(string? text)
    {
        using RawClient client = await RawClient.GreetAsync(_rig.Address, _oldKey);
        File.Delete(KeyFile);
        if (text is not null)
        {
            await File.WriteAllTextAsync(KeyFile, text);
        }

        PassPollAndSweep();
        PassPollAndSweep();
        Assert.Equal((0, 1), (_rig.Access.Reloads, _rig.Access.ReloadFailures));
        await PingAsync(client);
        using RawClient another = await RawClient.GreetAsync(_rig.Address, _oldKey);
        Assert.Contains(_rig.Log.Lines, line => line.Event == 2009);
    }

    [Fact]
    public async Task A_file_that_everybody_may_write_is_not_believed()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        AccessKeyFile.Write(KeyFile, []);
        File.SetUnixFileMode(KeyFile, File.GetUnixFileMode(KeyFile) | UnixFileMode.OtherWrite);
        PassPollAndSweep();
        using RawClient client = await RawClient.GreetAsync(_rig.Address, _oldKey);
        Assert.Equal(1, _rig.Access.ReloadFailures);
    }

    [Fact]
    public void A_key_file_is_its_owners_alone()
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(KeyFile));
        }

        AccessKeyOptions read = Assert.Single(AccessKeyFile.Read(KeyFile));
        Assert.Equal((_old.Name, _old.Hash, 1u), (read.Name, read.Hash, read.Principal));
        Assert.Equal(_old.Books, read.Books);
    }

    private static byte[] Request(ulong correlation) =>
        RawClient.Frame(Operation.CreateTransfers, correlation, new byte[144]);

    private static async Task PingAsync(RawClient client)
    {
        await client.SendAsync(RawClient.Frame(Operation.Ping, 1, []));
        await client.ExpectAsync(FrameStatus.Ok, 1);
    }

    // The time that the documents state.
    private void PassPollAndSweep() => _rig.Time.Advance(_rig.Options.KeyFilePollMs + 100);

    private async Task RefusedAsync(string key)
    {
        using RawClient client = await RawClient.ConnectAsync(_rig.Address);
        await client.SendAsync(RawClient.Hello(key));
        await client.ExpectAsync(FrameStatus.Unauthenticated, 99);
        await client.ExpectEndAsync();
    }
}
