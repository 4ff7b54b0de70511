using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FastCore.Bench.Load;
using FastCore.Cli.Doors;
using FastCore.Cli.Knobs;
using FastCore.Cli.Terminal;
using FastCore.Node;
using FastCore.Protocol;
using FastCore.Storage;

namespace FastCore.Cli.Bench;

/// <summary><c>fastcore bench</c>.</summary>
internal sealed class BenchCommand : CliCommand
{
    private readonly Argument<string> _workload = new("WORKLOAD")
    {
        Description = "ledger = double-entry transfers; payments = whole card payments with fee and tax; " +
            "fraud = card transactions, scored; seats = an on-sale: holds of four seats, paid and booked or given " +
            "back.",
    };

    private readonly Option<string> _front = new("--front")
    {
        Description = "embedded = in this process; tcp = through a server on the loopback; " +
            "redis = payments, or the holds of seats, in a Redis of this machine, started for the run " +
            "(apt-get install redis-server); postgres, postgres-batch = payments in a PostgreSQL of this machine, " +
            "a transaction a payment or a request (apt-get install postgresql).",
        DefaultValueFactory = _ => "embedded",
    };

    private readonly Option<int> _seconds = new("--seconds")
    {
        Description = "Seconds to measure, after the warm-up.",
        DefaultValueFactory = _ => 10,
    };

    private readonly Option<int> _warmUp = new("--warm-up")
    {
        Description = "Seconds before measuring starts; not used with --count.",
        DefaultValueFactory = _ => 8,
    };

    private readonly Option<long> _count = new("--count")
    {
        Description = "Stop after so many new accepted commands instead of after a time; everything is measured then.",
    };

    private readonly Option<int> _partitions = new("--partitions")
    {
        Description = "Partitions of the engine.",
        DefaultValueFactory = _ => NodeOptions.PartitionsAutomatic,
    };

    private readonly Option<long> _rate = new("--rate")
    {
        Description = "Commands a second to offer, by plan (open loop). 0 = as many as are answered (closed loop).",
    };

    private readonly Option<int> _batch = new("--batch")
    {
        Description = "Commands in a request, 1 to 8189.",
        DefaultValueFactory = _ => 1_024,
    };

    private readonly Option<int> _connections = new("--connections")
    {
        Description = "Connections (sessions), 1 to 256.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int> _inFlight = new("--in-flight")
    {
        Description = "Requests in flight per connection, 1 to 1024.",
        DefaultValueFactory = _ => 16,
    };

    private readonly Option<int> _accounts = new("--accounts")
    {
        Description = "Accounts, or merchants, all books together.",
        DefaultValueFactory = _ => 10_000,
    };

    private readonly Option<string> _durability = new("--durability")
    {
        Description = "fsync = answer after the journal entry is on disk; async = at once; none = memory only.",
        DefaultValueFactory = _ => "fsync",
    };

    private readonly Option<string?> _data = new("--data")
    {
        Description = "Data directory; a temporary one, deleted afterwards, when not given.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _connect = new("--connect")
    {
        Description = "With --front tcp: load this server instead of one in this process.",
        HelpName = "WHERE",
    };

    private readonly Option<ulong> _seed = new("--seed")
    {
        Description = "Content of the run.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int> _cards = new("--cards")
    {
        Description = "Cards of the fraud workload, and of screened payments.",
        DefaultValueFactory = _ => 1_000_000,
    };

    private readonly Option<int> _shows = new("--shows")
    {
        Description = "Shows on sale at a time, 100,000 seats each, of the seats workload.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<int> _abandon = new("--abandon")
    {
        Description = "Holds of a hundred that are given back, of the seats workload; 100 = nothing is booked.",
        DefaultValueFactory = _ => 60,
    };

    private readonly Option<int> _expire = new("--expire")
    {
        Description = "Holds beside those of the seats workload that all end at one moment in the middle of the run.",
    };

    private readonly Option<string?> _policy = new("--fraud-policy")
    {
        Description = "Score by this policy file, which must let the load pass; payments are screened as it says.",
        HelpName = "FILE",
    };

    private readonly Option<string> _codec = new("--codec")
    {
        Description = "What the edge speaks, payments embedded only: span = the wire structs, messagepack, json; " +
            "the last two with merchants by name.",
        DefaultValueFactory = _ => "span",
    };

    private readonly Option<bool> _interning = new("--interning")
    {
        Description = "Whether such an edge keeps the strings of names that come again: true or false.",
        DefaultValueFactory = _ => true,
    };

    private readonly Option<string[]> _knobs = KnobOptions.OfEngine();

    private readonly Option<bool> _detail = new("--detail")
    {
        Description = "With --json: also the distribution of latencies and every pause of the collector.",
    };

    /// <summary>Makes the command.</summary>
    public BenchCommand(CliConsole console)
        : base(
            console,
            "bench",
            "Load the engine with a canonical workload, measure, and verify every acknowledgement afterwards.\n\n" +
            "A few accounts (merchants) are hot. 10 % of the commands send an earlier id again with the same " +
            "content, 5 % " +
            "are refused by a rule; accepted_per_s counts new accepted commands only. With --rate, request k is " +
            "due at " +
            "start + k / rate whatever became of the others, and latency counts from that time, so that a stall " +
            "is seen in " +
            "everything it delayed. Without --rate the loop is closed: a request is sent whenever one was " +
            "answered, and " +
            "latency counts from the sending. After the run a sample of all ids is looked up, the sums of every " +
            "book are " +
            "compared with what was acknowledged, and debits with credits; 'verified' tells the outcome.\n\n" +
            "The load generator runs on the same cores as the engine. Allocation is counted over the whole process.")
    {
        _workload.AcceptOnlyFromAmong("ledger", "payments", "fraud", "seats");
        _front.AcceptOnlyFromAmong("embedded", "tcp", "redis", "postgres", "postgres-batch");
        _codec.AcceptOnlyFromAmong("span", "messagepack", "json");
        _durability.AcceptOnlyFromAmong("fsync", "async", "none");
        RequireRange(_seconds, 1, 86_400);
        RequireRange(_warmUp, 0, 3_600);
        RequireRange(_partitions, 1, 128);
        RequireRange(_batch, 1, Limits.ElementsPerRequestMax);
        RequireRange(_connections, 1, 256);
        RequireRange(_inFlight, 1, 1_024);
        RequireRange(_accounts, 2, 10_000_000);
        RequireRange(_cards, 1, 16_000_000);
        RequireRange(_shows, 1, 10_000);
        RequireRange(_abandon, 0, 100);
        RequireRange(_expire, 0, 1_000_000);
        Subcommands.Add(new CallersCommand(console));
        Arguments.Add(_workload);
        foreach (Option option in (Option[])
            [
                _front, _seconds, _warmUp, _count, _partitions, _rate, _batch, _connections, _inFlight, _accounts,
                _cards, _shows, _abandon, _expire, _policy, _durability, _data, _connect, _seed, _codec, _interning,
                _knobs, _detail,
            ])
        {
            Options.Add(option);
        }

        _rate.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<long>() < 0)
            {
                result.AddError("--rate must not be below 0.");
            }
        });
        Validators.Add(result =>
        {
            if (result.GetValue(_connect) is not null && result.GetValue(_front) != "tcp")
            {
                result.AddError("--connect goes with --front tcp.");
            }

            if (result.GetValue(_expire) != 0 && (result.GetValue(_count) != 0 || result.GetValue(_front) == "redis"))
            {
                result.AddError("--expire needs a run by time, and an engine: neither --count nor --front redis.");
            }

            if (result.GetResult(_workload) is { Tokens: [{ Value: "fraud" }] } && result.GetValue(_policy) is null
                && result.GetValue(_connect) is null)
            {
                result.AddError(
                    "The workload fraud needs --fraud-policy FILE, such as tests/data/fraud/policy/policy.json.");
            }

            if (result.GetValue(_data) is not null && result.GetValue(_durability) == "none")
            {
                result.AddError("--durability none stores nothing, so it does not go with --data.");
            }
        });
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore bench payments", "Durable payments, embedded, as fast as possible for ten seconds."),
        ("fastcore bench ledger --count 10000000 --data ./bench-books", "Ten million transfers, kept."),
        ("fastcore bench fraud --fraud-policy tests/data/fraud/policy/policy.json", "Scores, two partitions or more."),
        ("fastcore bench seats --shows 1000", "The same on-sale over a thousand shows instead of one."),
        ("fastcore bench seats --expire 100000 --rate 100000", "Bookings while 100,000 holds end at one moment."),
        ("fastcore bench payments --rate 500000 --json", "Latency at a given load, as a document."),
        ("fastcore bench payments --front postgres --batch 1 --connections 32 --in-flight 1", "PostgreSQL beside it."),
        ("fastcore bench ledger --front tcp --batch 1 --connections 32 --in-flight 64",
            "One transfer a request over TCP."),
    ];

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(
        ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        LoadOptions options = new()
        {
            Workload = arguments.GetRequiredValue(_workload),
            Front = arguments.GetRequiredValue(_front),
            Durability = arguments.GetRequiredValue(_durability),
            Seconds = arguments.GetValue(_seconds),
            Cards = arguments.GetValue(_cards),
            Shows = arguments.GetValue(_shows),
            AbandonPercent = arguments.GetValue(_abandon),
            ExpireHolds = arguments.GetValue(_expire),
            FraudPolicy = arguments.GetValue(_policy),
            WarmUpSeconds = arguments.GetValue(_warmUp),
            Count = arguments.GetValue(_count),
            Partitions = arguments.GetValue(_partitions),
            Rate = arguments.GetValue(_rate),
            Batch = arguments.GetValue(_batch),
            Connections = arguments.GetValue(_connections),
            InFlight = arguments.GetValue(_inFlight),
            Accounts = arguments.GetValue(_accounts),
            Seed = arguments.GetValue(_seed),
            Codec = arguments.GetRequiredValue(_codec),
            Interning = arguments.GetValue(_interning),
            Knobs = [.. (arguments.GetValue(_knobs) ?? []).Select(EngineSettings.Split)],
            DataDirectory = arguments.GetValue(_data),
            Connect = arguments.GetValue(_connect) is string connect ? EngineDoor.EndpointOf(connect) : null,
            ApiKey = DoorOptions.ApiKeyOf(null),
        };
        LoadReport report;
        try
        {
            report = await context.WithProgressAsync(
                $"bench {options.Workload}", 1, progress => LoadRun.RunAsync(options, progress, cancellation));
        }
        catch (LoadException e)
        {
            throw new CliException(ExitCode.Refused, "bench_not_possible", e.Message, e);
        }
        catch (DataDirectoryException e)
        {
            throw EngineDoor.OfDirectory(e);
        }
        catch (Client.FastCoreConnectException e)
        {
            throw new CliException(ExitCode.Connection, "server_not_reached", e.Message, e);
        }

        if (context.Json)
        {
            JsonObject document = report.ToJson();
            foreach ((string key, JsonNode? value) in arguments.GetValue(_detail) ? report.ToDetail() : [])
            {
                document[key] = value?.DeepClone();
            }

            context.WriteDocument(document);
        }
        else
        {
            Write(context, report);
        }

        return !report.Verified ? ExitCode.CheckFailed
            : report.IsInterrupted ? ExitCode.Interrupted
            : ExitCode.Ok;
    }

    private static void Write(CliContext context, LoadReport report)
    {
        LoadOptions options = report.Options;
        string loop = options.Rate > 0
            ? "open loop, latency from the planned time"
            : "closed loop: as fast as answers come, latency from the sending";
        context.Say(
            $"{options.Workload}, {options.Front}, {options.Durability}, {options.Partitions} partition(s); {loop}");
        if (report.IsInterrupted)
        {
            context.Say("INTERRUPTED: what follows was measured over less time than asked for, or over none.");
        }

        context.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"accepted {report.AcceptedPerS:N0}/s of {report.OfferedPerS:N0}/s offered, over {report.Seconds:N1} s"));
        context.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"latency p50 {Ms(report, 50):N2} ms, p99 {Ms(report, 99):N2} ms, p99.9 {Ms(report, 99.9):N2} ms, " +
            $"max {report.Latencies.Max / 1e6:N2} ms"));
        context.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"allocated {report.BytesAllocatedPerOp:N4} bytes per command; " +
            $"longest GC pause {report.GcPauseMaxMs:N2} ms"));
        context.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"in all {report.Accepted:N0} accepted, {report.Duplicates:N0} duplicates, " +
            $"{report.Refused:N0} refused by rule, {report.Retries:N0} requests sent again"));
        if (report.Extras.Count != 0)
        {
            context.Say(string.Join(", ", report.Extras.Select(extra => $"{extra.Key} {extra.Value}")));
        }

        context.Say(report.Verified
            ? "VERIFIED: every acknowledgement was found, and every book balances."
            : "NOT VERIFIED:");
        foreach (string difference in report.Differences)
        {
            context.Say("  " + difference);
        }

        context.Say($"{MachineDescription.Text}; {MachineDescription.Runtime}; commit {MachineDescription.Commit}");
    }

    private static double Ms(LoadReport report, double percent) => report.Latencies.Percentile(percent) / 1e6;
}
