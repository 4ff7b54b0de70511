using System.Text.Json;
using FastCore.Cli.Terminal;
using FastCore.Cli.Tests.Terminal;

namespace FastCore.Cli.Tests.Simulate;

public sealed class SimulateCommandTests
{
    [Fact]
    public async Task OneSeedTellsWhatItDid()
    {
        CliRun run = await CliRun.RunAsync("simulate", "--seed", "7", "--requests", "500", "--json");

        Assert.True(run.ExitCode == ExitCode.Ok, run.Out + run.Error);
        JsonElement document = run.Document;
        Assert.Equal(1, document.GetProperty("runs").GetInt64());
        Assert.True(document.GetProperty("requests").GetInt64() > 0);
        Assert.True(document.GetProperty("commands_compared").GetInt64() > 0);
        Assert.Equal(0, document.GetProperty("failed").GetArrayLength());
    }

    [Fact]
    public async Task NothingToDoAndUnknownDomainsAreRefused()
    {
        Assert.Equal(ExitCode.Usage, (await CliRun.RunAsync("simulate", "--seeds", "0")).ExitCode);
        Assert.Equal(ExitCode.Usage, (await CliRun.RunAsync("simulate", "--domains", "weather")).ExitCode);
    }
}
