using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using FastCore.Cli.Terminal;
using FastCore.Cli.Wire;
using FastCore.Protocol;
using FastCore.Torture;

namespace FastCore.Cli.Torture;

/// <summary><c>fastcore torture</c>.</summary>
internal sealed class TortureCommand : CliCommand
{
    private readonly Option<int?> _minutes = new("--minutes")
    {
        Description = "Run for so many minutes.",
    };

    private readonly Option<int?> _kills = new("--kills")
    {
        Description = "Run until so many kills were made; 20 when neither is given.",
    };

    private readonly Option<string?> _data = new("--data")
    {
        Description = "Folder for the data directories, on the disk to be tried; a temporary one when not given.",
        HelpName = "DIR",
    };

    private readonly Option<bool> _powerLoss = new("--power-loss")
    {
        Description = "Act out power cuts: a kill also loses everything that was not synced.",
    };

    private readonly Option<string> _durability = new("--durability")
    {
        Description = "fsync, or async to see the checks bite: it loses what it acknowledged too early.",
        DefaultValueFactory = _ => "fsync",
    };

    private readonly Option<ulong?> _seed = new("--seed")
    {
        Description = "Load and moments of the kills; a fresh one, printed, when not given.",
    };

    /// <summary>Makes the command.</summary>
    public TortureCommand(CliConsole console)
        : base(
            console,
            "torture",
            "Kill the real server with SIGKILL under load, restart it and check, again and again.\n\n" +
            "Several connections send payments and transfers, hold and book seats, and have transactions scored, " +
            "labelled and reviewed while policies change, many in flight; some are sent twice. The server is " +
            "killed at random moments: under load, while a checkpoint is written, while it starts and recovers. " +
            "After each restart every acknowledged id must be there with its exact answer, what was not answered " +
            "gets an answer and has happened once, every book balances; now and then the journal is verified. Ends " +
            "with exit code 1 at the first loss, and keeps the directory.")
    {
        foreach (Option option in (Option[])[_minutes, _kills, _data, _powerLoss, _durability, _seed])
        {
            Options.Add(option);
        }

        _durability.AcceptOnlyFromAmong("fsync", "async");
        Validators.Add(result =>
        {
            if (result.GetValue(_minutes) is <= 0 || result.GetValue(_kills) is <= 0)
            {
                result.AddError("--minutes and --kills must be above 0.");
            }
        });
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore torture --minutes 10", "Kill and check for ten minutes in a temporary folder."),
        ("fastcore torture --kills 200 --power-loss --json", "200 power cuts acted out, for scripts."),
        ("fastcore torture --kills 5 --durability async", "A control: this must be found to lose."),
    ];

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(
        ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        int? minutes = arguments.GetValue(_minutes);
        int? kills = arguments.GetValue(_kills) ?? (minutes is null ? 20 : null);
        ulong seed = arguments.GetValue(_seed) ?? (ulong)Stopwatch.GetTimestamp();
        string? given = arguments.GetValue(_data);
        string folder = given ?? Directory.CreateTempSubdirectory("fastcore-torture-").FullName;
        TortureRun run = new(new TortureOptions
        {
            Program = Path.Combine(AppContext.BaseDirectory, "fastcore.dll"),
            Folder = folder,
            Seed = seed,
            KillsMax = kills,
            TimeMax = minutes is int value ? TimeSpan.FromMinutes(value) : null,
            LosePower = arguments.GetValue(_powerLoss),
            Durability = arguments.GetValue(_durability)!,
        })
        {
            Note = context.Note,
        };
        context.Note($"seed {seed}, directories in {folder}");
        long start = Stopwatch.GetTimestamp();
        await run.RunAsync(cancellation);
        TortureReport report = run.Report;
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (given is null && report.Findings.AreNone)
        {
            Directory.Delete(folder, recursive: true);
        }

        if (context.Json)
        {
            context.WriteDocument(ToJson(arguments, seed, seconds, report));
        }
        else
        {
            Write(context, seconds, report);
        }

        return report.Findings.AreNone ? ExitCode.Ok : ExitCode.CheckFailed;
    }

    private JsonObject ToJson(ParseResult arguments, ulong seed, double seconds, TortureReport report) => new()
    {
        ["command"] = "torture",
        ["seed"] = WireJson.Number((UInt128)seed),
        ["power_loss"] = arguments.GetValue(_powerLoss),
        ["durability"] = arguments.GetValue(_durability),
        ["seconds"] = Math.Round(seconds, 1),
        ["kills"] = report.KillCount,
        ["kills_by_moment"] = new JsonObject([.. Enum.GetValues<KillMoment>().Select(
            moment => KeyValuePair.Create(
                SnakeCase.Of(moment.ToString()), (JsonNode?)report.Kills.GetValueOrDefault(moment)))]),
        ["directories"] = report.Directories,
        ["requests"] = report.Requests,
        ["acknowledged"] = report.Acknowledged,
        ["holds_acknowledged"] = report.Holds,
        ["bookings_acknowledged"] = report.Bookings,
        ["scores_acknowledged"] = report.Scores,
        ["labels_and_verdicts_acknowledged"] = report.Feedback,
        ["settled_requests"] = report.Settled,
        ["verified"] = report.Findings.Verified,
        ["journals_verified"] = report.JournalsVerified,
        ["checkpoints_compared"] = report.CheckpointsCompared,
        ["restart_p50_ms"] = Math.Round(report.RestartMsAt(0.5)),
        ["restart_p99_ms"] = Math.Round(report.RestartMsAt(0.99)),
        ["restart_max_ms"] = Math.Round(report.RestartMsAt(1)),
        ["lost"] = report.Findings.Lost,
        ["contradictions"] = report.Findings.Contradictions,
        ["findings"] = new JsonArray([.. report.Findings.Texts.Select(text => (JsonNode)text)]),
        ["failed_directory"] = report.FailedDirectory,
    };

    private static void Write(CliContext context, double seconds, TortureReport report)
    {
        TortureFindings findings = report.Findings;
        string moments = string.Join(
            ", ", report.Kills.OrderBy(pair => pair.Key).Select(pair => $"{pair.Value} {MomentName(pair.Key)}"));
        context.Say($"{report.KillCount} kills in {seconds:F0} s ({moments}), {report.Directories} directories");
        context.Say(
            $"acknowledged {report.Acknowledged:N0} payments and transfers in {report.Requests:N0} requests, " +
            $"{report.Holds:N0} holds and {report.Bookings:N0} bookings, {report.Scores:N0} scores, " +
            $"{report.Feedback:N0} labels and verdicts; {report.Settled:N0} settled after a kill");
        context.Say(
            $"verified {findings.Verified:N0} elements, {report.JournalsVerified} journals, " +
            $"{report.CheckpointsCompared} checkpoints");
        context.Say(
            $"restart: half within {report.RestartMsAt(0.5):F0} ms, all within {report.RestartMsAt(1):F0} ms");
        context.Say($"lost {findings.Lost}, contradictions {findings.Contradictions}");
        foreach (string text in findings.Texts)
        {
            context.Say("  " + text);
        }

        if (report.FailedDirectory is string kept)
        {
            context.Say($"The directory was kept: {kept}");
        }
    }

    private static string MomentName(KillMoment moment) => moment switch
    {
        KillMoment.Load => "under load",
        KillMoment.Checkpoint => "in a checkpoint",
        KillMoment.Start => "while starting",
        _ => "idle",
    };
}
