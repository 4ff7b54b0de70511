using System.CommandLine;
using System.Diagnostics;
using System.Text.Json.Nodes;
using FastCore.Cli.Terminal;
using FastCore.Cli.Wire;
using FastCore.Simulation.Seats.Occupancy;

namespace FastCore.Cli.Simulate;

/// <summary><c>fastcore simulate seats</c>.</summary>
internal sealed class SimulateSeatsCommand : CliCommand
{
    private readonly Option<long> _operations = new("--operations")
    {
        Description = "Elements of writes to compare in all.",
        DefaultValueFactory = _ => new OccupancyOptions().Operations,
    };

    private readonly Option<ulong?> _seed = new("--seed")
    {
        Description = "Seed of the first round, as it was printed; a fresh one when not given.",
    };

    /// <summary>Makes the command.</summary>
    public SimulateSeatsCommand(CliConsole console)
        : base(
            console,
            "seats",
            "Run the machine of seats alone, in memory, against a naive account of who has which seat until when.\n\n"
            + "Holds of every kind, extensions, releases, bookings, cancellations and payments that land late meet on "
            + "small shows, and on the waiting list of one that is mostly sold out. Every answer and every offer is "
            + "predicted and whole maps are compared now and then; a seat given to two is a failure. Each round of "
            + $"{new OccupancyOptions().RoundOperations:N0} elements begins with an empty machine and the next seed.")
    {
        Options.Add(_operations);
        Options.Add(_seed);
        Validators.Add(result =>
        {
            if (result.GetValue(_operations) <= 0)
            {
                result.AddError("--operations must be above 0.");
            }
        });
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore simulate seats --operations 1000000000", "A billion elements."),
        ("fastcore simulate seats --seed 42 --operations 250000", "One round again."),
    ];

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(
        ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        OccupancyOptions options = new()
        {
            Operations = arguments.GetValue(_operations),
            Seed = arguments.GetValue(_seed) ?? (ulong)Stopwatch.GetTimestamp(),
        };
        TimeSpan usedBefore = Environment.CpuUsage.TotalTime;
        OccupancyReport report = await context.WithProgressAsync(
            "simulate seats", 1, progress => Task.Run(
                () => OccupancyCheck.Run(options, progress, cancellation), CancellationToken.None));

        // Of one core's time, because other programs may take their share of the core.
        double elapsed = (Environment.CpuUsage.TotalTime - usedBefore).TotalSeconds;
        if (context.Json)
        {
            context.WriteDocument(ToJson(report, elapsed));
        }
        else
        {
            Write(context, report, elapsed);
        }

        return report.Failure is null ? ExitCode.Ok : ExitCode.CheckFailed;
    }

    private static string Repeat(OccupancyReport report) =>
        $"fastcore simulate seats --seed {report.FailedSeed} --operations {new OccupancyOptions().RoundOperations}";

    private static JsonObject ToJson(OccupancyReport report, double elapsed) => new()
    {
        ["command"] = "simulate seats",
        ["seed"] = WireJson.Number((UInt128)report.Seed),
        ["rounds"] = report.Rounds,
        ["operations"] = report.Operations,
        ["processor_seconds"] = Math.Round(elapsed, 2),
        ["operations_per_processor_second"] = Math.Round(report.Operations / elapsed),
        ["holds"] = report.Holds,
        ["blocked"] = report.Blocked,
        ["late"] = report.Late,
        ["bookings"] = report.Bookings,
        ["late_bookings"] = report.LateBookings,
        ["refunds"] = report.Refunds,
        ["listed"] = report.Listed,
        ["offers"] = report.Offers,
        ["maps"] = report.Maps,
        ["double_booked"] = report.DoubleBooked,
        ["failure"] = report.Failure,
        ["repeat"] = report.Failure is null ? null : Repeat(report),
    };

    private static void Write(CliContext context, OccupancyReport report, double elapsed)
    {
        context.Say(
            $"{report.Operations:N0} elements in {report.Rounds:N0} rounds from seed {report.Seed}, {elapsed:F1} s of "
            + $"one core ({report.Operations / elapsed:N0} a second)");
        context.Say(
            $"{report.Holds:N0} holds, {report.Blocked:N0} blocked, {report.Late:N0} requests too late; "
            + $"{report.Bookings:N0} bookings, {report.LateBookings:N0} of them with a late payment, "
            + $"{report.Refunds:N0} given back; {report.Maps:N0} maps compared");
        context.Say($"{report.Listed:N0} joined a waiting list, {report.Offers:N0} were offered seats in their turn");
        context.Say($"{report.DoubleBooked:N0} seats were given to two");
        if (report.Failure is not null)
        {
            context.Say($"failed: {report.Failure}");
            context.Say($"  {Repeat(report)}");
        }
    }
}
