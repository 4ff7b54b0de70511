using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FastCore.Bench.Load;
using FastCore.Bench.Load.Callers;
using FastCore.Cli.Terminal;

namespace FastCore.Cli.Bench;

/// <summary><c>fastcore bench callers</c>.</summary>
internal sealed class CallersCommand : CliCommand
{
    private readonly Option<CallerModel> _model = new("--model")
    {
        Description = "partitions = callers are rows of an array, one thread owns the accounts; " +
            "threads, tasks = one each, accounts locked; channel = a task each, a bounded channel leads to the owner.",
    };

    private readonly Option<CallerQueue> _queue = new("--queue")
    {
        Description = "What hands requests over, with partitions: ring, channel, blocking, concurrent.",
    };

    private readonly Option<int> _concurrent = new("--concurrent")
    {
        Description = "Callers at a time, each with one request under way.",
        DefaultValueFactory = _ => 1_000,
    };

    private readonly Option<int> _seconds = new("--seconds")
    {
        Description = "Seconds to measure, after the warm-up.",
        DefaultValueFactory = _ => 5,
    };

    private readonly Option<int> _warmUp = new("--warm-up")
    {
        Description = "Seconds before measuring starts.",
        DefaultValueFactory = _ => 2,
    };

    private readonly Option<bool> _detail = new("--detail")
    {
        Description = "With --json: also the distribution of latencies and every pause of the collector.",
    };

    /// <summary>Makes the command.</summary>
    public CallersCommand(CliConsole console)
        : base(
            console,
            "callers",
            "What does it cost to have many requests under way at a time, by itself?\n\n" +
            "Every caller has one request under way: a transfer between two of 10,000 accounts in memory, and the " +
            "news that it is done. Nothing is stored, so this is not the engine's speed; all models do the same. " +
            "Reported are the memory of a caller, switches of threads and processor time a request, and what a " +
            "trillion callers would take at that rate. Afterwards the balances must be those of all requests.")
    {
        RequireRange(_concurrent, 1, 10_000_000);
        RequireRange(_seconds, 1, 3_600);
        RequireRange(_warmUp, 0, 3_600);
        foreach (Option option in (Option[])[_model, _queue, _concurrent, _seconds, _warmUp, _detail])
        {
            Options.Add(option);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore bench callers --model threads --concurrent 1000", "A thread for each of a thousand."),
        ("fastcore bench callers --concurrent 1000000", "A million as the engine has them."),
        ("fastcore lab callers", "All of them beside each other."),
    ];

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(
        ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        CallersOptions options = new()
        {
            Model = arguments.GetValue(_model),
            Queue = arguments.GetValue(_queue),
            Concurrent = arguments.GetValue(_concurrent),
            Seconds = arguments.GetValue(_seconds),
            WarmUpSeconds = arguments.GetValue(_warmUp),
        };
        JsonObject document;
        try
        {
            document = await context.WithProgressAsync("bench callers", 1, progress => CallersRun.RunAsync(
                options, arguments.GetValue(_detail), progress, cancellation));
        }
        catch (LoadException e)
        {
            throw new CliException(ExitCode.Refused, "bench_not_possible", e.Message, e);
        }

        bool isVerified = document["verified"]!.GetValue<bool>();
        if (context.Json)
        {
            context.WriteDocument(document);
        }
        else
        {
            Write(context, document);
        }

        return isVerified ? ExitCode.Ok : ExitCode.CheckFailed;
    }

    private static void Write(CliContext context, JsonObject document)
    {
        double Of(string key) => document[key]?.GetValue<double>() ?? double.NaN;
        context.Say($"{document["model"]} {document["queue"]}, {document["concurrent"]} callers at a time");
        context.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{Of("accepted_per_s"):N0} requests/s, p50 {Of("p50_us"):N1} us, p99 {Of("p99_us"):N1} us"));
        context.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"a request: {Of("cpu_user_us_per_op") + Of("cpu_kernel_us_per_op"):N3} us of processor time, " +
            $"{Of("switches_per_op"):N3} switches of threads, {Of("bytes_allocated_per_op"):N1} bytes allocated"));
        context.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"a caller: {Of("bytes_per_caller"):N0} bytes; a trillion: {Of("trillion_callers_bytes") / 1e12:N0} TB, " +
            $"and a turn of each {Of("trillion_callers_turn_s") / 3600:N0} hours"));
        context.Say(document["verified"]!.GetValue<bool>() ? "verified" : $"NOT VERIFIED: {document["differences"]}");
    }
}
