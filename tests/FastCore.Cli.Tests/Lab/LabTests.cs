using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using FastCore.Cli.Lab;
using FastCore.Cli.Terminal;
using FastCore.Cli.Tests.Terminal;

namespace FastCore.Cli.Tests.Lab;

public sealed class LabTests
{
    // A machine that gets slower all the time: only neighbours in time can be compared.
    [Fact]
    public async Task ADifferenceIsFoundOnAMachineThatSlowsDown_AndTheDefaultDiffersNotFromItself()
    {
        int runs = 0;
        Random noise = new(3);
        (int exitCode, JsonElement found) = await RunAsync(
            cell => Run(1e6 * Math.Pow(0.99, runs++) * (1 + (noise.NextDouble() * 0.02))
                * (cell.Name == "idle=park" ? 0.8 : 1)),
            "--vary", "idle=park,yield", "--rounds", "8");

        Assert.Equal(ExitCode.Ok, exitCode);
        Assert.Equal(4 * 8, runs);
        JsonElement[] cells = [.. found.GetProperty("cells").EnumerateArray()];
        Assert.Equal(
            ["default", "idle=park", "idle=yield", "default again"],
            cells.Select(cell => cell.GetProperty("cell").GetString()));
        JsonElement park = cells[1].GetProperty("measures").GetProperty("accepted_per_s");
        Assert.InRange(park.GetProperty("ratio").GetDouble(), 0.77, 0.83);
        Assert.True(park.GetProperty("different").GetBoolean());
        JsonElement again = cells[3].GetProperty("measures").GetProperty("accepted_per_s");
        Assert.InRange(again.GetProperty("ratio").GetDouble(), 0.95, 1.05);
        Assert.Contains(
            found.GetProperty("findings").EnumerateArray(),
            finding => finding.GetString()!.StartsWith("idle=park: throughput 0.8", StringComparison.Ordinal));
        Assert.DoesNotContain(
            found.GetProperty("findings").EnumerateArray(),
            finding => finding.GetString()!.Contains("throughput", StringComparison.Ordinal)
                && finding.GetString()!.StartsWith("default", StringComparison.Ordinal));
    }

    [Fact]
    public async Task RunsThatDoNotCountAreNamedAndFailTheLab()
    {
        (int exitCode, JsonElement found) = await RunAsync(
            cell => cell.Name switch
            {
                "idle=park" => CliCommand.ErrorDocument("cell_failed", "exit code 6: no"),
                "idle=yield" => Run(1, verified: false),
                "idle=spin" => Run(1, notEffective: "idle: spin wanted, park"),
                _ => Run(2),
            },
            "--vary", "idle=park,yield,spin", "--rounds", "2");

        Assert.Equal(ExitCode.CheckFailed, exitCode);
        string[][] problems =
        [
            .. found.GetProperty("cells").EnumerateArray().Select(cell => (string[])
                [.. cell.GetProperty("problems").EnumerateArray().Select(problem => problem.GetString()!)]),
        ];
        Assert.Empty(problems[0]);
        Assert.Equal("exit code 6: no", Assert.Single(problems[1]));
        Assert.Equal("not verified", Assert.Single(problems[2]));
        Assert.Equal("not effective: idle: spin wanted, park", Assert.Single(problems[3]));
        Assert.Empty(found.GetProperty("findings").EnumerateArray());
    }

    [Fact]
    public async Task TheReportIsOneFileThatNeedsNothingElse()
    {
        using TemporaryDirectory directory = new();
        string path = directory.File("lab.html");
        await RunAsync(_ => Run(1e6), "--vary", "idle=park,<b>", "--html", path, "--rounds", "2");
        Assert.False(File.Exists(path));
        await RunAsync(cell => Run(cell.Name == "idle=park" ? 2e6 : 1e6), "idle", "--html", path, "--rounds", "2");
        string html = await File.ReadAllTextAsync(path);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http", html, StringComparison.Ordinal);
        XElement body = XDocument.Parse(html.Replace("<!doctype html>", "", StringComparison.Ordinal)
            .Replace("<meta charset=\"utf-8\">", "", StringComparison.Ordinal)).Root!.Element("body")!;
        Assert.Equal(3, body.Elements("svg").Count());
        Assert.Equal(6, body.Element("table")!.Elements("tr").Count());
    }

    [Theory]
    [InlineData("usage")]
    [InlineData("usage", "gc", "--vary", "idle=park")]
    [InlineData("usage", "gcc")]
    [InlineData("usage", "gc", "--rounds", "1")]
    [InlineData("unknown_knob", "--vary", "idel=park")]
    [InlineData("value_out_of_range", "--vary", "idle=park,sleep")]
    [InlineData("nothing_to_vary", "--vary", "idle=")]
    [InlineData(
        "too_many_cells", "--vary", "batch_elements_max=1,2,3,4,5,6,7", "--vary", "bench.batch=1,2,3,4,5,6,7,8,9,10")]
    public async Task WhatCannotBeVariedIsRefused(string code, params string[] arguments)
    {
        CliRun run = await CliRun.RunAsync(["lab", .. arguments, "--json"]);
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Equal(code, run.Document.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task AReportThatCannotBeWrittenIsFoundBeforeTheRuns()
    {
        using TemporaryDirectory directory = new();
        int runs = 0;
        (int exitCode, JsonElement document) = await RunAsync(
            _ =>
            {
                runs++;
                return Run(1);
            },
            "idle", "--html", directory.File("none/lab.html"));
        Assert.Equal((ExitCode.File, 0), (exitCode, runs));
        Assert.Equal("file_not_writable", document.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public void SettingsReachTheProcessInTheirOwnWay()
    {
        LabCell cell = LabCell.Of(
            ["gc_gen0_size=67108864", "gc_server=on", "processor_count=16", "idle=PARK", "gc_latency_mode=batch",
                "bench.batch=64"]);
        Assert.Equal("4000000", cell.Variables["DOTNET_GCgen0size"]);
        Assert.Equal("1", cell.Variables["DOTNET_gcServer"]);
        Assert.Equal("16", cell.Variables["DOTNET_PROCESSOR_COUNT"]);
        Assert.Equal(
            ["--knob", "idle=park", "--knob", "gc_latency_mode=Batch", "--batch", "64"], cell.Arguments);
    }

    [Fact]
    public void EveryQuestionCanBeAsked()
    {
        RootCommand root = CliApplication.Build(
            new CliConsole(new StringReader(""), new StringWriter(), new StringWriter()));
        Assert.All(LabPreset.All, preset =>
        {
            Assert.NotEmpty(preset.Cells);
            Assert.All(
                (LabCell[])[LabCell.Default, .. preset.Cells],
                cell => Assert.Empty(root.Parse(LabProcess.ArgumentsOf(preset.Workload, cell)).Errors));
        });
    }

    [Fact]
    public void WhatACellSetsTakesThePlaceOfTheWorkloads()
    {
        Assert.Equal(
            ["bench", "payments", "--knob", "idle=park", "--knob", "idle=spin", "--batch", "2", "--detail", "--json"],
            LabProcess.ArgumentsOf(
                ["payments", "--batch", "1", "--knob", "idle=park"], LabCell.Of(["idle=spin", "bench.batch=2"])));
    }

    [Fact]
    public void AnIntervalNeedsTwoRoundsAndShrinksWithMore()
    {
        Assert.Null(LabRatio.Of([1.0], [1.0]));
        Assert.Null(LabRatio.Of([1.0, null, 0.0], [1.0, 1.0, 1.0]));
        LabRatio two = LabRatio.Of([1.1, 0.9], [1.0, 1.0])!.Value;
        LabRatio many = LabRatio.Of([1.1, 0.9, 1.1, 0.9, 1.1, 0.9], [1.0, 1.0, 1.0, 1.0, 1.0, 1.0])!.Value;
        Assert.False(two.IsDifferent);
        Assert.True(many.High - many.Low < two.High - two.Low);
        LabRatio exact = LabRatio.Of([2.0, 2.0, 2.0], [1.0, 1.0, 1.0])!.Value;
        Assert.Equal((2.0, true), (Math.Round(exact.Mean, 9), exact.IsDifferent));
    }

    // The real thing: a process, its environment, the bench and the table of knobs.
    [Fact]
    public async Task ACellRunsInAProcessOfItsOwnWithItsKnobs()
    {
        LabProcess process = new(
            ["ledger", "--seconds", "1", "--warm-up", "0", "--durability", "none", "--batch", "8", "--accounts", "10"]);
        JsonObject run = await process.RunAsync(
            LabCell.Of(["gc_conserve_memory=3", "idle=park", "gc_latency_mode=Interactive"]), CancellationToken.None);
        Assert.Null(run["error"]);
        Assert.True(run["verified"]!.GetValue<bool>());
        Assert.Equal("3", (string)run["knobs"]!["gc_conserve_memory"]!);
        Assert.Equal("park", (string)run["knobs"]!["idle"]!);
        Assert.Empty(run["knobs_not_effective"]!.AsArray());
        Assert.NotEmpty(run["latency_us"]!.AsArray());
        JsonObject broken = await process.RunAsync(LabCell.Of(["bench.connections=0"]), CancellationToken.None);
        Assert.NotNull(broken["error"]);
    }

    private static JsonObject Run(double acceptedPerS, bool verified = true, string? notEffective = null)
    {
        JsonArray knobs = notEffective is null ? [] : [notEffective];
        return new JsonObject
        {
            ["accepted_per_s"] = acceptedPerS,
            ["p50_us"] = 1e9 / acceptedPerS,
            ["p99_us"] = 2e9 / acceptedPerS,
            ["verified"] = verified,
            ["knobs_not_effective"] = knobs,
            ["latency_us"] = new JsonArray(new JsonArray(0.0, 1.0), new JsonArray(99.0, 2e9 / acceptedPerS)),
            ["gc_pauses"] = new JsonArray(new JsonArray(0.5, 1.5)),
            ["machine"] = "a machine",
            ["runtime"] = "a runtime",
            ["commit"] = "a commit",
        };
    }

    private static async Task<(int ExitCode, JsonElement Document)> RunAsync(
        Func<LabCell, JsonObject> run, params string[] arguments)
    {
        StringWriter output = new();
        CliConsole console = new(new StringReader(""), output, new StringWriter());
        LabCommand command = new(console, _ => new FakeRunner(run));
        int exitCode = await command.Parse([.. arguments, "--json"]).InvokeAsync();
        return (exitCode, JsonDocument.Parse(output.ToString()).RootElement);
    }

    private sealed class FakeRunner(Func<LabCell, JsonObject> run) : ILabRunner
    {
        public Task<JsonObject> RunAsync(LabCell cell, CancellationToken cancellation) => Task.FromResult(run(cell));
    }
}
