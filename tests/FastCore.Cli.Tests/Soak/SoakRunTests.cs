using System.Text.Json;
using FastCore.Bench.Soak;
using FastCore.Cli.Terminal;
using FastCore.Cli.Tests.Terminal;
using FastCore.Protocol;
using FastCore.Storage;

namespace FastCore.Cli.Tests.Soak;

/// <summary>Runs alone: a soak begins with all the load that the machine takes, and would disturb others.</summary>
[CollectionDefinition(nameof(SoakRunTests), DisableParallelization = true)]
public sealed class Alone;

/// <summary>Short soaks over a real server in a process of its own.</summary>
[Collection(nameof(SoakRunTests))]
public sealed class SoakRunTests
{
    [Fact]
    public async Task AShortSoakKeepsEverythingAndTellsIt()
    {
        using TemporaryDirectory directory = new();
        string html = directory.File("soak.html");
        CliRun run = await CliRun.RunAsync(
            "soak", "--minutes", "0.35", "--rate", "500", "--data", directory.File("soak"), "--report", html, "--json");

        JsonElement document = run.Document;
        Assert.Equal(0, document.GetProperty("findings").GetInt64());
        long acknowledged = 0;
        foreach (string kind in (string[])["payments", "transfers", "holds", "scores"])
        {
            long count = document.GetProperty("acknowledged").GetProperty(kind).GetInt64();
            Assert.True(count > 0, kind);
            acknowledged += count;
        }

        Assert.Equal(acknowledged, document.GetProperty("verified").GetInt64());
        Assert.Equal(
            ["kill", "stop", "stop"],
            document.GetProperty("restarts").EnumerateArray()
                .Select(restart => restart.GetProperty("by").GetString()));
        Assert.True(document.GetProperty("cold_reads").GetInt64() > 0);
        Assert.True(document.GetProperty("slow_client_bytes").GetInt64() > 0);
        Assert.Equal(SoakBound.All.Count, document.GetProperty("trends").GetArrayLength());
        Assert.True(document.GetProperty("windows").GetArrayLength() > 3);

        // What a loaded machine does to latencies and threads is not this test's; memory and handles must hold.
        string[] broken = [.. document.GetProperty("trends").EnumerateArray()
            .Where(trend => !trend.GetProperty("holds").GetBoolean())
            .Select(trend => trend.GetProperty("name").GetString()!)];
        Assert.Empty(broken.Except(["p999_ms", "pause_ms", "threads"]));
        Assert.Equal(broken.Length == 0 ? ExitCode.Ok : ExitCode.CheckFailed, run.ExitCode);
        string page = await File.ReadAllTextAsync(html);
        Assert.Contains("<svg", page);
        Assert.DoesNotContain("<script", page);
    }

    [Fact]
    public async Task APlantedLeakIsFound()
    {
        using TemporaryDirectory directory = new();
        SoakRun run = Planted(directory, StartupHook.Leaking);
        await run.RunAsync(CancellationToken.None);

        Assert.Empty(run.Report.Findings);
        Assert.False(run.Report.Passes);
        string[] broken = [.. run.Report.Trends.Where(trend => !trend.Holds).Select(trend => trend.Bound.Name)];
        Assert.Contains("other_bytes", broken);
        Assert.DoesNotContain("handles", broken);
    }

    [Fact]
    public async Task AServerThatEndsByItselfIsFound()
    {
        using TemporaryDirectory directory = new();
        SoakRun run = Planted(directory, StartupHook.Ending);
        await run.RunAsync(CancellationToken.None);
        Assert.Contains(
            run.Report.Findings, finding => finding.StartsWith("The soak ended early", StringComparison.Ordinal));
        Assert.False(run.Report.Passes);
    }

    [Fact]
    public async Task ALoadThatIsInterruptedEndsItsServerAndChecksNothingMore()
    {
        using TemporaryDirectory directory = new();
        using CancellationTokenSource interrupt = new();
        SoakRun run = Planted(directory, "nothing", _ => interrupt.Cancel());
        await run.RunAsync(interrupt.Token);

        Assert.True(run.Report.IsInterrupted);
        Assert.Empty(run.Report.Findings);
        Assert.Equal(0, run.Report.Verified);
        Assert.Empty(run.Report.Restarts);
        Assert.Single(run.Report.Windows);
        Assert.True(run.Report.Acknowledged.Values.Sum() > 0);

        // Nobody has it open any more.
        using DataDirectory books = DataDirectory.Open(
            directory.File("soak/books"), new DataDirectoryOptions { ReadOnly = true });
        Assert.Equal(2, books.Partitions);
    }

    [Fact]
    public async Task ASoakThatIsInterruptedSaysSo()
    {
        using TemporaryDirectory directory = new();
        using CancellationTokenSource interrupt = new();
        using StringWriter output = new();
        string html = directory.File("soak.html");
        Task<int> soaking = CliApplication.RunAsync(
            ["soak", "--minutes", "15", "--rate", "500", "--data", directory.File("soak"), "--report", html, "--json"],
            new CliConsole(new StringReader(""), output, new InterruptingWriter(interrupt)),
            interrupt.Token);

        Assert.Equal(ExitCode.Interrupted, await soaking);
        JsonElement document = JsonDocument.Parse(output.ToString()).RootElement;
        Assert.True(document.GetProperty("interrupted").GetBoolean());
        Assert.Equal(0, document.GetProperty("findings").GetInt64());
    }

    [Fact]
    public async Task WhatTheServerLostOrChangedIsFound()
    {
        SoakReport report = NewReport();
        LedgerLane lane = new(0, seed: 1) { Acknowledged = 3_000 };
        await SoakCheck.RunAsync(
            lane, new ForgetfulSession(lost: 1_500, other: 2_500), report, CancellationToken.None);
        Assert.Equal(3_000, report.Verified);
        Assert.Contains(report.Findings, finding => finding.Contains("1 of 1024 transfers from 1024 on were lost"));
        Assert.Contains(report.Findings, finding => finding.Contains("transfers 2500"));
        Assert.Contains(report.Findings, finding => finding.Contains("has 0 transfers, 3000 were acknowledged"));

        SoakReport silent = NewReport();
        await SoakCheck.RunAsync(lane, new ForgetfulSession(FrameStatus.Unknown), silent, CancellationToken.None);
        Assert.Contains("cannot be checked", Assert.Single(silent.Findings));
    }

    [Theory]
    [InlineData(FrameStatus.Overloaded)]
    [InlineData(FrameStatus.DeadlineExceeded)]
    public async Task WhatAPartitionDidNotTakeIsSentAgainAndNotLost(FrameStatus refusal)
    {
        SoakReport report = NewReport();
        ScoreLane lane = new(0, seed: 1) { Acknowledged = 10 };
        await SoakCheck.RunAsync(lane, new RefusingSession(refusal), report, CancellationToken.None);
        Assert.Equal(10, report.Verified);
        Assert.Empty(report.Findings);
    }

    [Fact]
    public void WhatIsThereBeforeItWasSentIsFound_UnlessARequestThatHadItWasNotWhollyAnswered()
    {
        ScoreLane lane = new(0, seed: 1);
        LaneAnswer partly = new(new Reply(FrameStatus.Ok, 0, 0), IsWhole: false, Created: 30, Repeated: 0, Wrong: null);
        Assert.Null(lane.Take(partly, 64));
        Assert.Equal(0UL, lane.Acknowledged);

        // Sent again four at a time: any of the 64 may be there, the 65th may not.
        LaneAnswer repeated = new(new Reply(FrameStatus.Ok, 0, 0), IsWhole: true, Created: 2, Repeated: 2, Wrong: null);
        for (int i = 0; i < 16; i++)
        {
            Assert.Null(lane.Take(repeated, 4));
        }

        Assert.Contains("scores 64: 2 were there before", lane.Take(repeated, 4));
        Assert.Equal(68UL, lane.Acknowledged);
    }

    [Theory]
    [InlineData("--minutes", "0.1")]
    [InlineData("--rate", "0")]
    public async Task WhatTellsNothingIsRefused(string option, string value) =>
        Assert.Equal(ExitCode.Usage, (await CliRun.RunAsync("soak", option, value)).ExitCode);

    [Fact]
    public async Task WhatIsThereAlreadyIsNotTouched()
    {
        using TemporaryDirectory directory = new();
        Directory.CreateDirectory(directory.File("books"));
        CliRun run = await CliRun.RunAsync("soak", "--minutes", "1", "--data", directory.Path, "--json");
        Assert.Equal(ExitCode.DataDirectory, run.ExitCode);
        CliRun nowhere = await CliRun.RunAsync(
            "soak", "--minutes", "1", "--data", directory.File("new"), "--report", directory.File("no/soak.html"));
        Assert.Equal(ExitCode.File, nowhere.ExitCode);
    }

    private static SoakRun Planted(TemporaryDirectory directory, string what, Action<double>? progress = null)
    {
        SoakOptions options = new()
        {
            Program = Path.Combine(AppContext.BaseDirectory, "fastcore.dll"),
            Folder = directory.File("soak"),
            Time = TimeSpan.FromSeconds(18),
            Rate = 200,
            Environment = new Dictionary<string, string>
            {
                ["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location,
                [StartupHook.Variable] = what,
            },
        };
        return new SoakRun(options) { Progress = progress ?? (static _ => { }) };
    }

    private static SoakReport NewReport() => new()
    {
        Options = new SoakOptions { Program = "", Folder = "", Time = TimeSpan.FromMinutes(1) },
    };
}
