using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using FastCore.Cli.Terminal;
using FastCore.Cli.Wire;
using FastCore.Simulation.Fraud.Desk;

namespace FastCore.Cli.Simulate;

/// <summary><c>fastcore simulate desk</c>.</summary>
internal sealed class SimulateDeskCommand : CliCommand
{
    private readonly Option<int> _seeds = new("--seeds")
    {
        Description = "Run so many seeds, one after the other.",
        DefaultValueFactory = _ => 20,
    };

    private readonly Option<ulong?> _seed = new("--seed")
    {
        Description = "The first of them, as it was printed; a fresh one when not given.",
    };

    private readonly Option<int> _requests = new("--requests")
    {
        Description = "Requests of each run; a seed repeats a run only with the same number.",
        DefaultValueFactory = _ => 400,
    };

    /// <summary>Makes the command.</summary>
    public SimulateDeskCommand(CliConsole console)
        : base(
            console,
            "desk",
            "Run the desk of a node that scores: policies that come in, reviews, reasons and metrics.\n\n"
            + "An operator sends files of policies in parts, in order, out of order, twice and wrongly, and puts "
            + "policies in force between transactions; reviewers give verdicts, and everybody asks. The process ends "
            + "between requests and in the middle of them. Every answer is compared with a naive model.")
    {
        RequireRange(_seeds, 1, int.MaxValue);
        RequireRange(_requests, 1, int.MaxValue);
        foreach (Option option in (Option[])[_seeds, _seed, _requests])
        {
            Options.Add(option);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore simulate desk --seeds 1000", "A thousand fresh seeds."),
        ("fastcore simulate desk --seed 42 --seeds 1", "One run again."),
    ];

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(
        ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        int seeds = arguments.GetValue(_seeds);
        int requests = arguments.GetValue(_requests);
        ulong first = arguments.GetValue(_seed) ?? (ulong)Stopwatch.GetTimestamp();
        return await context.WithProgressAsync("simulate desk", 1, progress => Task.Run(
            () => Run(context, first, seeds, requests, progress, cancellation), CancellationToken.None));
    }

    private static int Run(
        CliContext context, ulong first, int seeds, int requests, Action<double> progress,
        CancellationToken cancellation)
    {
        int runs = 0;
        long lives = 0;
        long unanswered = 0;
        long policies = 0;
        ulong trace = 0;
        List<(ulong Seed, string Failure)> failed = [];
        for (; runs < seeds && !cancellation.IsCancellationRequested; runs++)
        {
            ulong seed = first + (ulong)runs;
            try
            {
                DeskRun run = DeskRun.Of(seed, requests);
                lives += run.Lives;
                unanswered += run.Unanswered;
                policies += run.Policies;
                trace = (trace * 31) ^ run.Trace;
            }
            catch (Exception failure)
            {
                // Whatever it is, a run that does not come to its end is a finding, and the seed repeats it.
                failed.Add((seed, failure.Message));
            }

            progress((runs + 1) / (double)seeds);
        }

        if (context.Json)
        {
            context.WriteDocument(new JsonObject
            {
                ["command"] = "simulate desk",
                ["first_seed"] = WireJson.Number((UInt128)first),
                ["runs"] = runs,
                ["requests"] = (long)runs * requests,
                ["lives"] = lives,
                ["unanswered"] = unanswered,
                ["policies"] = policies,
                ["trace"] = trace.ToString("x16", CultureInfo.InvariantCulture),
                ["failed"] = new JsonArray([.. failed.Select(one => (JsonNode)new JsonObject
                {
                    ["seed"] = WireJson.Number((UInt128)one.Seed),
                    ["failure"] = one.Failure,
                    ["repeat"] = Repeat(one.Seed, requests),
                })]),
            });
        }
        else
        {
            context.Say(
                $"{runs:N0} runs of {requests:N0} requests from seed {first}: {lives:N0} lives of a node, "
                + $"{unanswered:N0} requests without an answer, {policies:N0} policies in force");
            foreach ((ulong seed, string failure) in failed)
            {
                context.Say($"seed {seed} failed: {failure}");
                context.Say($"  {Repeat(seed, requests)}");
            }

            context.Say(failed.Count == 0 ? "nothing was wrong" : $"{failed.Count} seeds failed");
        }

        return failed.Count != 0 ? ExitCode.CheckFailed : runs < seeds ? ExitCode.Interrupted : ExitCode.Ok;
    }

    private static string Repeat(ulong seed, int requests) =>
        $"fastcore simulate desk --seed {seed} --seeds 1 --requests {requests}";
}
