using FastCore.Integration.Tests.Fronts;

namespace FastCore.Integration.Tests.Doors;

/// <summary>A server that was started without keys, or without the keys it should have had.</summary>
public sealed class OpenServerTests
{
    private const int KeyNotWanted = 2014;

    [Fact]
    public async Task X19_A_key_that_nobody_checks_is_told_once()
    {
        await using DoorRig rig = DoorRig.Make();
        await rig.StartAsync();
        const string Key = "fck_4711";
        using RawClient without = await RawClient.GreetAsync(rig.Address);
        Assert.DoesNotContain(rig.Log.Lines, line => line.Event == KeyNotWanted);
        using RawClient one = await RawClient.GreetAsync(rig.Address, Key);
        using RawClient other = await RawClient.GreetAsync(rig.Address, Key);

        LogLine line = Assert.Single(rig.Log.Lines, line => line.Event == KeyNotWanted);
        Assert.Equal("anyone (test)", line.Fields["Who"]);
        Assert.DoesNotContain(rig.Log.Lines, line => line.ToString().Contains(Key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_key_that_is_checked_is_nothing_to_tell()
    {
        await using DoorRig rig = DoorRig.Make();
        rig.Options.Keys.Add(TestKeys.New("shop", 1, "create_transfers", "10-19", out string key));
        await rig.StartAsync();
        using RawClient client = await RawClient.GreetAsync(rig.Address, key);
        Assert.DoesNotContain(rig.Log.Lines, line => line.Event == KeyNotWanted);
    }
}
