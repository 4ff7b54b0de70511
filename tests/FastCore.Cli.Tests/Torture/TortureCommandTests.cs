using System.Text.Json;
using FastCore.Cli.Terminal;
using FastCore.Cli.Tests.Terminal;

namespace FastCore.Cli.Tests.Torture;

public sealed class TortureCommandTests
{
    [Fact]
    public async Task ShortTortureTellsWhatItDidAndLosesNothing()
    {
        CliRun run = await CliRun.RunAsync("torture", "--kills", "2", "--seed", "1", "--power-loss", "--json");

        Assert.True(run.ExitCode == ExitCode.Ok, run.Out + run.Error);
        JsonElement document = run.Document;
        Assert.Equal(0, document.GetProperty("lost").GetInt64());
        Assert.True(document.GetProperty("kills").GetInt32() >= 2);
        Assert.True(document.GetProperty("verified").GetInt64() >= document.GetProperty("acknowledged").GetInt64());
        Assert.Equal(1, document.GetProperty("journals_verified").GetInt32());
        Assert.True(document.GetProperty("power_loss").GetBoolean());
    }

    [Fact]
    public async Task NothingToDoIsRefused()
    {
        CliRun run = await CliRun.RunAsync("torture", "--kills", "0");

        Assert.Equal(ExitCode.Usage, run.ExitCode);
    }
}
