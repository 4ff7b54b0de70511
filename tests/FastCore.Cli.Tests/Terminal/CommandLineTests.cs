using System.CommandLine;
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
    public async Task TheListOfCommandsSaysOfEachWhatItIsFor()
    {
        CliRun all = await CliRun.RunAsync("--help");
        CliRun one = await CliRun.RunAsync("soak", "--help");

        Assert.Contains("Keep a server under load for a long time", all.Out);
        Assert.Contains("Theil-Sen", one.Out);
        Assert.DoesNotContain("Theil-Sen", all.Out);
        Assert.InRange(all.Out.Split('\n').Length, 30, 80);
    }

    [Theory]
    [InlineData("--durability", "maybe")]
    [InlineData("--clock", "sundial")]
    [InlineData("--partitions", "two")]
    public async Task AWrongValueIsToldInOneLineWithoutTypesOfTheRuntime(string option, string value)
    {
        CliRun run = await CliRun.RunAsync("repl", "--data", "nowhere", option, value);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains($"'{value}'", run.Error);
        Assert.DoesNotContain("System.", run.Error);
        Assert.DoesNotContain("FastCore.", run.Error);
        Assert.Equal(2, run.Error.TrimEnd().Split('\n').Length);
    }

    [Fact]
    public async Task NoOptionOfAnyCommandTakesAWordForANumber()
    {
        Type[] numbers = [typeof(int), typeof(long), typeof(ulong), typeof(double), typeof(TimeSpan), typeof(DateOnly)];
        int asked = 0;
        foreach ((string[] path, Option option) in OptionsOf(CliApplication.Build(new CliConsole(
            TextReader.Null, TextWriter.Null, TextWriter.Null)), []))
        {
            if (numbers.Contains(Nullable.GetUnderlyingType(option.ValueType) ?? option.ValueType))
            {
                CliRun run = await CliRun.RunAsync([.. path, option.Name, "many"]);
                Assert.Equal((option.Name, ExitCode.Usage), (option.Name, run.ExitCode));
                Assert.DoesNotContain("System.", run.Error);
                asked++;
            }
        }

        Assert.InRange(asked, 50, 1_000);
    }

    [Theory]
    [InlineData(ExitCode.Usage, "usage", "bench", "ledger", "--rate", "-5")]
    [InlineData(ExitCode.Usage, "usage", "serve", "--memory", "--simulated-bank", "0")]
    [InlineData(ExitCode.Usage, "usage", "serve", "--memory", "--simulated-bank", "256")]
    [InlineData(ExitCode.Usage, "usage", "generate", "cards", "--out", "never", "--start", "04/01/2018")]
    [InlineData(ExitCode.Usage, "usage", "generate", "cards", "--out", "never", "--start", "1969-12-31")]
    [InlineData(ExitCode.Usage, "usage", "generate", "cards", "--out", "never", "--start", "2400-01-02")]
    [InlineData(ExitCode.Usage, "usage", "repl", "--connect", "127.0.0.1:0")]
    [InlineData(ExitCode.Usage, "usage", "repl", "--memory", "--partitions", "129")]
    [InlineData(ExitCode.File, "file_not_writable", "soak", "--minutes", "1", "--report", "/nowhere/at/all.html")]
    public async Task WhatCannotWorkIsRefusedBeforeAnythingRuns(
        int exitCode, string code, params string[] arguments)
    {
        CliRun run = await CliRun.RunAsync([.. arguments, "--json"]);

        Assert.Equal(exitCode, run.ExitCode);
        Assert.Equal(code, run.Document.GetProperty("error").GetProperty("code").GetString());
        Assert.DoesNotContain("(Parameter", run.Error);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnErrorThatNobodyForesawHasAnExitCodeAndOneDocument(bool afterItsDocument)
    {
        StringWriter output = new();
        StringWriter error = new();
        BrokenCommand command = new(new CliConsole(new StringReader(""), output, error), afterItsDocument);
        int exitCode = await command.Parse(["--json"]).InvokeAsync(
            new InvocationConfiguration { EnableDefaultExceptionHandler = false });

        CliRun run = new(exitCode, output.ToString(), error.ToString()) { Bytes = [] };
        Assert.Equal(ExitCode.Internal, run.ExitCode);
        Assert.Contains("error: Broken on purpose.", run.Error);
        Assert.Contains(nameof(BrokenCommand), run.Error);
        Assert.Equal(
            afterItsDocument ? "answer" : "error", Assert.Single(run.Document.EnumerateObject()).Name);
    }

    [Fact]
    public void ExitCodesAreDistinct() =>
        Assert.Equal(ExitCode.All.Count, ExitCode.All.Select(entry => entry.Code).Distinct().Count());

    private sealed class BrokenCommand(CliConsole console, bool afterItsDocument)
        : CliCommand(console, "broken", "Breaks.")
    {
        public override IReadOnlyList<(string CommandLine, string Meaning)> Examples => [];

        protected override Task<int> RunAsync(
            ParseResult arguments, CliContext context, CancellationToken cancellation)
        {
            if (afterItsDocument)
            {
                context.WriteDocument(new() { ["answer"] = 1 });
            }

            throw new InvalidOperationException("Broken on purpose.");
        }
    }

    private static IEnumerable<(string[] Path, Option Option)> OptionsOf(Command command, string[] path) =>
        command.Options.Select(option => (path, option)).Concat(
            command.Subcommands.SelectMany(sub => OptionsOf(sub, [.. path, sub.Name])));
}
