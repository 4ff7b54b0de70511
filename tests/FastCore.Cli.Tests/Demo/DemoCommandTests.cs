using System.Text.Json;
using FastCore.Cli.Terminal;
using FastCore.Cli.Tests.Terminal;

namespace FastCore.Cli.Tests.Demo;

public sealed class DemoCommandTests
{
    [Fact]
    public async Task EveryStepHoldsAndIsPartOfOneDocument()
    {
        CliRun run = await CliRun.RunAsync("demo", "--json");

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.True(run.Document.GetProperty("ok").GetBoolean());
        JsonElement[] steps = [.. run.Document.GetProperty("steps").EnumerateArray()];
        Assert.Equal(
            ["replay", "manual capture", "refund", "same id twice", "on-sale", "restart", "verify"],
            steps.Select(step => step.GetProperty("step").GetString()));
        Assert.All(steps, step => Assert.NotEqual(0, step.GetProperty("checks").GetArrayLength()));
        Assert.All(
            steps.SelectMany(step => step.GetProperty("checks").EnumerateArray()),
            check => Assert.True(check.GetProperty("ok").GetBoolean()));
        JsonElement replay = steps[0].GetProperty("result");
        Assert.Equal(
            18_399,
            replay.GetProperty("accepted").GetInt64() + replay.GetProperty("under_review").GetInt64()
                + replay.GetProperty("rejected").GetProperty("declined").GetInt64());
        Assert.False(steps[5].GetProperty("result").GetProperty("changed").GetBoolean());
    }

    [Fact]
    public async Task TheStoryShowsWhatWasTypedAndAnswered()
    {
        CliRun run = await CliRun.RunAsync("demo");

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Contains("> refund_payments", run.Out);
        Assert.Contains("exists_with_different_amount", run.Out);
        Assert.Contains("#", run.Out);
        Assert.Contains("Everything held.", run.Out);
        Assert.Empty(run.Error);
    }
}
