using FastCore.Cli.Terminal;

namespace FastCore.Cli.Tests.Terminal;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("genrate", "generate")]
    [InlineData("generate", "cards", "--dayz", "--days")]
    [InlineData("generate", "crads", "cards")]
    public async Task MisspelledWordIsNamedWithTheNearestKnownOne(params string[] wordsAndHint)
    {
        CliRun run = await CliRun.RunAsync(wordsAndHint[..^1]);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains($"Did you mean '{wordsAndHint[^1]}'?", run.Error);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task UsageErrorIsADocumentWhenJsonIsAsked()
    {
        CliRun run = await CliRun.RunAsync("generate", "cards", "--json");

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Equal("usage", run.Document.GetProperty("error").GetProperty("code").GetString());
        Assert.Contains("--out", run.Document.GetProperty("error").GetProperty("message").GetString());
    }

    [Fact]
    public async Task HelpTeachesWithExamplesAndExitCodes()
    {
        CliRun run = await CliRun.RunAsync("generate", "cards", "--help");

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Contains("Examples:", run.Out);
        Assert.Contains("--customers", run.Out);
        Assert.Contains("Exit codes:", run.Out);
        foreach ((int code, string meaning) in ExitCode.All)
        {
            Assert.Contains($"{code}  {meaning}", run.Out);
        }
    }

    [Fact]
    public void ExitCodesAreDistinct() =>
        Assert.Equal(ExitCode.All.Count, ExitCode.All.Select(entry => entry.Code).Distinct().Count());
}
