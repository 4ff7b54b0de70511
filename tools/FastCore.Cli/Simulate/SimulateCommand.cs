using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using FastCore.Cli.Terminal;
using FastCore.Cli.Wire;
using FastCore.Protocol;
using FastCore.Simulation.Disks;
using FastCore.Simulation.Domains;
using FastCore.Simulation.Runs;

namespace FastCore.Cli.Simulate;

/// <summary><c>fastcore simulate</c>.</summary>
internal sealed class SimulateCommand : CliCommand
{
    // One thread runs much code, most of it few times: code is compiled once and at once, without counting first, and
    // into memory that is written and executed at the same place. Together with pool threads that do not spin, as in
    // all of the command line, a third less processor time for the same work.
    private static readonly Dictionary<string, string> Settings = new()
    {
        ["DOTNET_TieredCompilation"] = "0",
        ["DOTNET_EnableWriteXorExecute"] = "0",
    };

    private readonly Option<ulong?> _seed = new("--seed")
    {
        Description = "Run this one seed, as it was printed; with --seeds or --seconds, this seed and those after it.",
    };

    private readonly Option<int?> _seeds = new("--seeds")
    {
        Description = "Run so many seeds, fresh ones without --seed; 20 when nothing says how many.",
    };

    private readonly Option<int?> _seconds = new("--seconds")
    {
        Description = "Run seeds for so many seconds, fresh ones without --seed.",
    };

    private readonly Option<int?> _requests = new("--requests")
    {
        Description = $"Requests of each run, {new SimulationOptions().CommandsPerRun} when not given; a seed repeats "
            + "a run only with the same number.",
    };

    private readonly Option<int?> _damage = new("--damage")
    {
        Description = "In one of so many runs the disk damages what it called stable (flipped bits, lost and "
            + "misdirected writes, sectors that cannot be read), "
            + $"{new SimulationOptions().DamageOneIn} when not given, 0 for none; a seed repeats a run only with the "
            + "same number.",
    };

    private readonly Option<string[]> _domains = new("--domains")
    {
        Description = $"Domains that clients use, of {string.Join(", ", SimulatedDomains.All.Keys)}; all by default.",
        AllowMultipleArgumentsPerToken = true,
    };

    /// <summary>Makes the command.</summary>
    public SimulateCommand(CliConsole console)
        : base(
            console,
            "simulate",
            "Run whole nodes in a simulated world and compare every answer with naive models.\n\n" +
            "A node, its disk, its time and its clients run on one thread, and every choice is drawn from one seed: " +
            "what goes on next, when the power goes, which write is torn, lost or lands elsewhere, how the clock " +
            "jumps. The journal decides what is right: each answer must be, to the byte, what a model answers that " +
            "follows it, no acknowledged write may be missing, and a replay must come to the same state. Each seed " +
            "that fails is printed with the command that repeats it; the exit code is then 1.")
    {
        foreach (Option option in (Option[])[_seed, _seeds, _seconds, _requests, _damage, _domains])
        {
            Options.Add(option);
        }

        Subcommands.Add(new SimulateSeatsCommand(console));
        Subcommands.Add(new SimulateDeskCommand(console));
        _domains.AcceptOnlyFromAmong([.. SimulatedDomains.All.Keys]);
        Validators.Add(result =>
        {
            if (result.GetValue(_seeds) is <= 0 || result.GetValue(_seconds) is <= 0
                || result.GetValue(_requests) is <= 0 || result.GetValue(_damage) is < 0)
            {
                result.AddError("--seeds, --seconds and --requests must be above 0, --damage not below.");
            }
        });
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore simulate --seconds 60", "A minute of fresh seeds."),
        ("fastcore simulate --damage 1 --seconds 60", "A minute of disks that damage what they stored."),
        ("fastcore simulate --seed 42", "The same run again, step by step."),
        ("fastcore simulate --seed 42 --seeds 100", "A hundred seeds that anybody can run again."),
        ("fastcore simulate --seeds 500 --domains ledger --json", "For scripts; the exit code says the same."),
        ("fastcore simulate seats --operations 10000000", "Only who has which seat, a million elements a second."),
        ("fastcore simulate desk --seeds 1000", "Policies that come over a connection, reviews, reasons, metrics."),
    ];

    /// <inheritdoc/>
    protected override Task<int> RunAsync(
        ParseResult arguments, CliContext context, CancellationToken cancellation) =>
        Task.Run(() => Run(arguments, context, cancellation), CancellationToken.None);

    // On another thread, because Ctrl-C is heard only once the command has given this one back.
    private int Run(ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        if (context.Console.IsProcess)
        {
            RuntimeSettings.Require(Settings);
        }

        string[] names = arguments.GetValue(_domains) is { Length: > 0 } wanted
            ? wanted
            : [.. SimulatedDomains.All.Keys];
        SimulationOptions options = new()
        {
            Workloads = [.. names.Select(name => SimulatedDomains.All[name])],
        };
        options = options with { CommandsPerRun = arguments.GetValue(_requests) ?? options.CommandsPerRun };
        options = options with { DamageOneIn = arguments.GetValue(_damage) ?? options.DamageOneIn };
        ulong? given = arguments.GetValue(_seed);
        int? seeds = arguments.GetValue(_seeds);
        int? seconds = arguments.GetValue(_seconds);
        bool isOne = given is not null && seeds is null && seconds is null;
        long runs = isOne ? 1 : seeds ?? (seconds is null ? 20 : long.MaxValue);
        ulong first = given ?? (ulong)Stopwatch.GetTimestamp();
        string repeat = $"--requests {options.CommandsPerRun} --damage {options.DamageOneIn} "
            + $"--domains {string.Join(' ', names)}";
        if (given is null)
        {
            context.Note($"first seed {first}");
        }

        SimulationTotals totals = new();
        long start = Stopwatch.GetTimestamp();
        TimeSpan usedBefore = Environment.CpuUsage.TotalTime;
        for (ulong i = 0; totals.Runs < runs && !cancellation.IsCancellationRequested
            && (seconds is null || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds); i++)
        {
            SimulationReport report = Simulator.Run(first + i, options);
            totals.Add(report);
            if (isOne && report.FirstDetection is not null)
            {
                context.Note($"damage found: {report.FirstDetection}");
            }

            if (report.Failure is not null)
            {
                context.Note($"seed {report.Seed} failed: {report.Failure}");
                context.Note($"  fastcore simulate --seed {report.Seed} {repeat}");
                if (isOne)
                {
                    context.Note(report.FailureDetails!);
                }
            }
        }

        // Of one core's time, because other programs may take their share of the core.
        double elapsed = Math.Max(0.001, (Environment.CpuUsage.TotalTime - usedBefore).TotalSeconds);
        if (context.Json)
        {
            context.WriteDocument(ToJson(first, elapsed, totals, repeat));
        }
        else
        {
            Write(context, elapsed, totals);
        }

        return totals.Failed.Count != 0 ? ExitCode.CheckFailed
            : cancellation.IsCancellationRequested ? ExitCode.Interrupted
            : ExitCode.Ok;
    }

    private static JsonObject ToJson(ulong first, double elapsed, SimulationTotals totals, string repeat) => new()
    {
        ["command"] = "simulate",
        ["first_seed"] = WireJson.Number((UInt128)first),
        ["runs"] = totals.Runs,
        ["processor_seconds"] = Math.Round(elapsed, 2),
        ["simulated_seconds"] = Math.Round(totals.SimulatedTime.TotalSeconds),
        ["requests"] = totals.Requests,
        ["requests_per_processor_second"] = Math.Round(totals.Requests / elapsed),
        ["elements"] = totals.Elements,
        ["elements_per_processor_second"] = Math.Round(totals.Elements / elapsed),
        ["acknowledged"] = totals.Acknowledged,
        ["refused"] = totals.Refused,
        ["commands_compared"] = totals.Commands,
        ["reads_compared"] = totals.Reads,
        ["state_hashes_compared"] = totals.Hashes,
        ["connector_calls_compared"] = totals.ConnectorCalls,
        ["charges_compared"] = totals.Charges,
        ["bookings_compared"] = totals.Bookings,
        ["unknown"] = totals.Unknown,
        ["network_runs"] = totals.NetworkRuns,
        ["connections"] = totals.Connections,
        ["connections_cut"] = totals.ConnectionsCut,
        ["lives"] = totals.Lives,
        ["checkpoints"] = totals.Checkpoints,
        ["steps"] = totals.Steps,
        ["faults"] = new JsonObject([.. Enum.GetValues<DiskFault>().Select(
            fault => KeyValuePair.Create(SnakeCase.Of(fault.ToString()), (JsonNode?)totals.FaultsOf(fault)))]),
        ["damaged_runs"] = totals.DamagedRuns,
        ["damage_detected"] = totals.Detections,
        ["damage_refused"] = totals.Refusals,
        ["damage_lost_ends"] = totals.LostEnds,
        ["damage_survived"] = totals.DamageSurvived,
        ["trace"] = totals.Trace.ToString("x16", CultureInfo.InvariantCulture),
        ["failed"] = new JsonArray([.. totals.Failed.Select(report => (JsonNode)new JsonObject
        {
            ["seed"] = WireJson.Number((UInt128)report.Seed),
            ["failure"] = report.Failure,
            ["repeat"] = $"fastcore simulate --seed {report.Seed} {repeat}",
        })]),
    };

    private static void Write(CliContext context, double elapsed, SimulationTotals totals)
    {
        context.Say(
            $"{totals.Runs} runs in {elapsed:F1} s of one core: {totals.Requests:N0} requests "
            + $"({totals.Requests / elapsed:N0} a second) with {totals.Elements:N0} elements "
            + $"({totals.Elements / elapsed:N0} a second), "
            + $"simulated time {totals.SimulatedTime:d\\.hh\\:mm\\:ss}");
        context.Say(
            $"compared {totals.Commands:N0} commands, {totals.Reads:N0} reads and {totals.Hashes:N0} state hashes; "
            + $"acknowledged {totals.Acknowledged:N0}, refused {totals.Refused:N0}, unknown {totals.Unknown:N0}");
        context.Say(
            $"compared {totals.ConnectorCalls:N0} calls to banks and {totals.Charges:N0} of their charges, "
            + $"{totals.Bookings:N0} bookings with their payments; "
            + $"{totals.NetworkRuns} runs over a network with {totals.Connections:N0} connections, "
            + $"{totals.ConnectionsCut:N0} of them cut");
        context.Say(
            $"{totals.Lives:N0} lives of a node, {totals.Checkpoints:N0} checkpoints; damage in "
            + $"{totals.DamagedRuns:N0} runs, found {totals.Detections:N0} times: {totals.Refusals:N0} runs ended by "
            + $"it, {totals.LostEnds:N0} by a journal whose end it took, "
            + $"{totals.DamageSurvived:N0} came to their right end");
        context.Say("faults: " + string.Join(", ", Enum.GetValues<DiskFault>().Select(
            fault => $"{SnakeCase.Of(fault.ToString())} {totals.FaultsOf(fault):N0}")));
        context.Say(totals.Failed.Count == 0 ? "nothing was wrong" : $"{totals.Failed.Count} seeds failed");
    }
}
