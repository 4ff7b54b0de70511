using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FastCore.Bench.Load;
using FastCore.Bench.Soak;
using FastCore.Cli.Terminal;
using Spectre.Console;

namespace FastCore.Cli.Soak;

/// <summary><c>fastcore soak</c>.</summary>
internal sealed class SoakCommand : CliCommand
{
    private readonly Option<double> _minutes = new("--minutes")
    {
        Description = "How long the load lasts; the check at the end comes on top.",
        DefaultValueFactory = _ => 10,
    };

    private readonly Option<string?> _data = new("--data")
    {
        Description = "Folder for the data directory, on the disk to be tried; a temporary one when not given.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _report = new("--report")
    {
        Description = "Write the report with its plots as one HTML file.",
        HelpName = "FILE.html",
    };

    private readonly Option<int> _rate = new("--rate")
    {
        Description = "Elements a second, all kinds together.",
        DefaultValueFactory = _ => 1_000,
    };

    private readonly Option<bool> _busy = new("--busy-machine")
    {
        Description = "Others use this machine, too: latency, pauses and silence are told, but fail nothing.",
    };

    private readonly Option<ulong> _seed = new("--seed")
    {
        Description = "Contents of the load.",
        DefaultValueFactory = _ => 1,
    };

    /// <summary>Makes the command.</summary>
    public SoakCommand(CliConsole console)
        : base(
            console,
            "soak",
            "Keep a server under load for a long time and say whether anything grew that should not.\n\n" +
            "A server in a process of its own gets payments, transfers, holds of seats and scored transactions at a " +
            "steady rate, lookups of old ones, and clients that read slowly. It writes checkpoints and lets old " +
            "journal files go, and it is restarted now and then, by SIGKILL and cleanly. Meanwhile its memory, " +
            "managed heap, handles, threads, disk, latencies and pauses are written down.\n" +
            "At the end every acknowledged element is sent once more and must be there, books must balance, and each " +
            "number must stay within its bound by a robust fit (Theil-Sen over the windows after each warm-up); " +
            "otherwise the exit code is 1. What the server's tables say that they hold is no leak and is left out.\n" +
            "Ctrl-C ends it at once, without the check at the end.")
    {
        foreach (Option option in (Option[])[_minutes, _data, _report, _rate, _busy, _seed])
        {
            Options.Add(option);
        }

        RequireRange(_rate, 50, 20_000);
        Validators.Add(result =>
        {
            if (result.GetValue(_minutes) is not (>= 0.25 and <= 100_000))
            {
                result.AddError("--minutes must be from 0.25 to 100000: shorter tells nothing.");
            }
        });
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore soak --minutes 2", "A short one, as CI makes it."),
        ("fastcore soak --minutes 720 --data /srv/soak --report soak.html", "A night on the disk that matters."),
    ];

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(
        ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        string? html = arguments.GetValue(_report);
        if (html is not null)
        {
            // Not after hours: a place that cannot be written to is said before anything runs.
            await WriteAsync(html, "");
        }

        string? given = arguments.GetValue(_data);
        string folder = given ?? Directory.CreateTempSubdirectory("fastcore-soak-").FullName;
        if (Directory.Exists(Path.Combine(folder, "books")))
        {
            throw new CliException(
                ExitCode.DataDirectory, "data_directory_exists", $"'{folder}' has a data directory already.");
        }

        TimeSpan time = TimeSpan.FromMinutes(arguments.GetValue(_minutes));
        SoakReport report = await context.WithProgressAsync("soaking", 1, async done =>
        {
            SoakRun run = new(new SoakOptions
            {
                Program = Path.Combine(AppContext.BaseDirectory, "fastcore.dll"),
                Folder = folder,
                Time = time,
                Rate = arguments.GetValue(_rate),
                JudgesSpeed = !arguments.GetValue(_busy),
                Seed = arguments.GetValue(_seed),
            })
            {
                Note = text => Tell(context, text),
                Progress = done,
            };
            await run.RunAsync(cancellation);
            return run.Report;
        });
        bool keepsFolder = given is not null || (report.IsInterrupted ? report.FindingCount > 0 : !report.Passes);
        if (!keepsFolder)
        {
            Directory.Delete(folder, recursive: true);
        }

        if (html is not null)
        {
            await WriteAsync(html, SoakHtml.Of(report));
        }

        if (context.Json)
        {
            context.WriteDocument(ToJson(report));
        }
        else
        {
            Show(context, report);
        }

        if (given is null && keepsFolder)
        {
            context.Note($"The directory was kept: {folder}");
        }

        if (report.IsInterrupted && report.FindingCount == 0)
        {
            context.Note(
                "Interrupted: nothing wrong was found so far. What was acknowledged was not checked once more, and "
                + "what is said to grow had too little time.");
            return ExitCode.Interrupted;
        }

        return report.Passes ? ExitCode.Ok : ExitCode.CheckFailed;
    }

    /// <summary>The report as the document that <c>--json</c> prints.</summary>
    internal static JsonObject ToJson(SoakReport report) => new()
    {
        ["command"] = "soak",
        ["passes"] = report.Passes,
        ["interrupted"] = report.IsInterrupted,
        ["failures"] = new JsonArray([.. report.Failures.Select(text => (JsonNode)text)]),
        ["minutes"] = Math.Round(report.Options.Time.TotalMinutes, 3),
        ["rate"] = report.Options.Rate,
        ["seed"] = report.Options.Seed,
        ["window_s"] = Math.Round(report.WindowSeconds, 3),
        ["acknowledged"] = new JsonObject(
            [.. report.Acknowledged.Select(kind => KeyValuePair.Create(kind.Key, (JsonNode?)kind.Value))]),
        ["verified"] = report.Verified,
        ["verify_seconds"] = Math.Round(report.VerifySeconds, 1),
        ["cold_reads"] = report.ColdReads,
        ["slow_client_bytes"] = report.SlowBytes,
        ["retries"] = report.Retries,
        ["findings"] = report.FindingCount,
        ["restarts"] = new JsonArray([.. report.Restarts.Select(restart => (JsonNode)new JsonObject
        {
            ["at_s"] = Math.Round(restart.AtS, 1),
            ["by"] = restart.ByKill ? "kill" : "stop",
            ["ms"] = Math.Round(restart.Ms),
        })]),
        ["trends"] = new JsonArray([.. report.Trends.Select(trend => (JsonNode)ToJson(trend))]),
        ["journal_bytes_max"] = report.JournalBytesMax,
        ["journal_files_let_go"] = report.JournalFilesLetGo,
        ["windows"] = new JsonArray([.. report.Windows.Select(window => (JsonNode)ToJson(window))]),
        ["machine"] = MachineDescription.Text,
        ["runtime"] = MachineDescription.Runtime,
        ["commit"] = MachineDescription.Commit,
    };

    private static JsonObject ToJson(SoakTrend trend) => new()
    {
        ["name"] = trend.Bound.Name,
        ["holds"] = trend.Holds,
        ["windows"] = trend.Windows,
        ["median"] = Math.Round(trend.Median, 3),
        ["slope_per_hour"] = Rounded(trend.SlopePerHour),
        ["growth"] = Rounded(trend.Growth),
        ["growth_max"] = Math.Round(trend.Limit, 3),
        ["over"] = trend.Bound.ByLife ? "life" : "soak",
    };

    private static JsonObject ToJson(SoakWindow window) => new()
    {
        ["at_s"] = Math.Round(window.AtS, 1),
        ["life"] = window.Life,
        ["steady"] = window.IsSteady,
        ["acknowledged"] = window.Acknowledged,
        ["p999_ms"] = Math.Round(window.P999Ms, 2),
        ["working_set_bytes"] = window.WorkingSetBytes,
        ["other_bytes"] = window.OtherBytes,
        ["managed_bytes"] = window.ManagedBytes,
        ["pause_ms"] = Math.Round(window.PauseMs, 2),
        ["handles"] = window.Handles,
        ["threads"] = window.Threads,
        ["disk_bytes"] = window.DiskBytes,
        ["journal_bytes"] = window.JournalBytes,
    };

    // Where somebody watches, the progress bar has the terminal.
    private static void Tell(CliContext context, string text)
    {
        if (!context.Console.IsErrorTerminal)
        {
            context.Note(text);
        }
    }

    private static JsonNode? Rounded(double? value) => value is double number ? Math.Round(number, 3) : null;

    private static void Show(CliContext context, SoakReport report)
    {
        Table table = new Table().Border(TableBorder.Simple)
            .AddColumns("what", "middle", "an hour", "growth", "allowed", "");
        foreach (SoakTrend trend in report.Trends)
        {
            table.AddRow(
                trend.Bound.Meaning,
                Number(trend.Median, trend.Bound.Unit),
                Number(trend.SlopePerHour, trend.Bound.Unit),
                Number(trend.Growth, trend.Bound.Unit),
                Number(trend.Limit, trend.Bound.Unit),
                trend.Holds ? "" : "<- BROKEN");
        }

        context.Say(table);
        string kinds = string.Join(", ", report.Acknowledged.Select(
            kind => string.Create(CultureInfo.InvariantCulture, $"{kind.Value:N0} {kind.Key}")));
        context.Say($"Acknowledged {kinds}; {report.Verified.ToString("N0", CultureInfo.InvariantCulture)} checked, "
            + $"{report.ColdReads} cold reads, {report.Restarts.Count} restarts, "
            + $"{report.JournalFilesLetGo} journal files let go.");
        foreach (string failure in report.Failures)
        {
            context.Say("  " + failure);
        }

        context.Say(report.IsInterrupted ? "Ended before its time." : report.Passes ? "Passes." : "FAILS.");
    }

    /// <summary>A value with its unit, as people read it.</summary>
    internal static string Number(double? value, string unit) => value is not double number ? "not told"
        : unit == "B" ? string.Create(CultureInfo.InvariantCulture, $"{number / (1 << 20):0.0} MiB")
        : string.Create(CultureInfo.InvariantCulture, $"{number:0.##} {unit}").TrimEnd();

    private static async Task WriteAsync(string file, string text)
    {
        try
        {
            await File.WriteAllTextAsync(file, text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.File, "file_not_writable", $"Cannot write '{file}': {e.Message}", e);
        }
    }
}
