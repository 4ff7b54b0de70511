using System.CommandLine;
using FastCore.Cli.Cards;
using FastCore.Cli.Doors;
using FastCore.Cli.Terminal;
using FastCore.Protocol.Fraud;

namespace FastCore.Cli.Replay;

/// <summary><c>fastcore replay</c>.</summary>
internal sealed class ReplayCommand : CliCommand
{
    private static readonly ReplaySettings Defaults = new();

    private readonly DoorOptions _door;
    private readonly Argument<string> _file = new("FILE")
    {
        Description = "CSV of card transactions, plain or .gz; 'fastcore generate cards' writes one.",
    };

    private readonly Option<uint> _currency = new("--currency")
    {
        Description = "Currency number (ISO 4217) of all merchants.",
        DefaultValueFactory = _ => Defaults.Currency,
    };

    private readonly Option<uint> _feePpm = new("--fee-ppm")
    {
        Description = "Fee in millionths of the amount; 20000 = 2 %.",
        DefaultValueFactory = _ => Defaults.FeePpm,
    };

    private readonly Option<uint> _taxPpm = new("--tax-ppm")
    {
        Description = "Tax in millionths of the fee; 180000 = 18 %.",
        DefaultValueFactory = _ => Defaults.TaxPpm,
    };

    private readonly Option<ulong> _prefund = new("--prefund")
    {
        Description = "Money in each merchant's clearing account, minor units.",
        DefaultValueFactory = _ => Defaults.Prefund,
    };

    private readonly Option<int> _batch = new("--batch")
    {
        Description = "Payments in a request, 1 to 8189.",
        DefaultValueFactory = _ => Defaults.Batch,
    };

    private readonly Option<int> _inFlight = new("--in-flight")
    {
        Description = "Requests in flight, 1 to 64.",
        DefaultValueFactory = _ => Defaults.InFlight,
    };

    private readonly Option<string?> _rejects = new("--rejects")
    {
        Description = "Write every bad line to this file: number, reason, beginning.",
        HelpName = "FILE",
    };

    private readonly Option<bool> _fraud = new("--fraud")
    {
        Description = "Score every payment, tell frauds of the file a week later, and judge the scores. Without " +
            "--fraud-policy by the policy that comes along; a server scores by its own.",
    };

    private readonly Option<int> _judgedDays = new("--judged-days")
    {
        Description = "With --fraud: days at the end of the file that scores are judged on, 1 to 366.",
        DefaultValueFactory = _ => Defaults.JudgedDays,
    };

    /// <summary>Makes the command.</summary>
    public ReplayCommand(CliConsole console)
        : base(
            console,
            "replay",
            "Send a file of card transactions through payments, and prove afterwards that money was conserved.\n\n" +
            "A terminal is a merchant (number: TERMINAL_ID + 1), opened when it is first met. TRANSACTION_ID + 1 " +
            "is the " +
            "payment's id, so running the same file again changes nothing, and says so. CUSTOMER_ID is the card, " +
            "TX_DATETIME the business time; FRAUD and SCENARIO are not sent, for nobody knows them at the time. With " +
            "--fraud the card is CUSTOMER_ID + 1 and the terminal is told too, one request goes after the other, " +
            "frauds are labelled seven days after they happened, and a transaction of zero is scored as a check of " +
            "its card. A line " +
            "that is no transaction is reported with its number and the reason, and counted; the rest goes on. A " +
            "transaction of zero is a line like any other: the engine refuses it by code.")
    {
        Arguments.Add(_file);
        _door = new DoorOptions(this);
        Options.Add(_currency);
        Options.Add(_feePpm);
        Options.Add(_taxPpm);
        Options.Add(_prefund);
        Options.Add(_batch);
        Options.Add(_inFlight);
        Options.Add(_rejects);
        Options.Add(_fraud);
        Options.Add(_judgedDays);
        RequireRange(_batch, 1, Protocol.Limits.ElementsPerRequestMax);
        RequireRange(_inFlight, 1, 64);
        RequireRange(_judgedDays, 1, 366);
        Validators.Add(result =>
        {
            if (result.GetValue(_fraud) && result.GetValue(_batch) > FraudLimits.TransactionsPerRequestMax)
            {
                result.AddError($"--batch must be from 1 to {FraudLimits.TransactionsPerRequestMax} with --fraud.");
            }
        });
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore replay cards.csv.gz --data ./books", "Durable; run it twice and see that nothing changes."),
        ("fastcore replay cards.csv --memory --json", "One document with counts, totals, latencies and the check."),
        ("fastcore replay cards.csv.gz --connect 127.0.0.1:7040", "The same through a server."),
        ("fastcore replay cards.csv.gz --memory --fraud", "Every payment scored; how much of the fraud was stopped."),
    ];

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(
        ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        ReplaySettings settings = new()
        {
            Currency = arguments.GetValue(_currency),
            FeePpm = arguments.GetValue(_feePpm),
            TaxPpm = arguments.GetValue(_taxPpm),
            Prefund = arguments.GetValue(_prefund),
            Batch = arguments.GetValue(_batch),
            InFlight = arguments.GetValue(_inFlight),
            Scored = arguments.GetValue(_fraud),
            JudgedDays = arguments.GetValue(_judgedDays),
        };
        DoorSettings place = _door.Read(arguments);
        if (settings.Scored && place.Connect is null)
        {
            place = place with { FraudPolicy = place.FraudPolicy ?? FraudDoor.Shipped };
        }

        using CardInput input = CardInput.Open(arguments.GetRequiredValue(_file));
        await using TextWriter? rejects = OpenRejects(arguments.GetValue(_rejects));
        await using EngineDoor door = await EngineDoor.OpenAsync(place, cancellation);
        ReplayRun run = new(door.Session, settings, input.Name, rejects);
        ReplayReport report = await context.WithProgressAsync("replay", input.Length, progress =>
            run.RunAsync(new CardReader(input.Content), () => progress(input.Position), cancellation));
        foreach (BadLine bad in report.BadLines)
        {
            context.Note($"{input.Name}:{bad.Line}: {bad.Reason}: {bad.Excerpt}");
        }

        if (report.BadLineCount > report.BadLines.Count)
        {
            context.Note($"… and {report.BadLineCount - report.BadLines.Count} more bad lines.");
        }

        if (context.Json)
        {
            context.WriteDocument(report.ToJson());
        }
        else
        {
            report.WriteTo(context);
        }

        return report.ExitCode;
    }

    private static StreamWriter? OpenRejects(string? path)
    {
        try
        {
            return path is null ? null : new StreamWriter(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.File, "file_not_writable", $"Cannot write '{path}': {e.Message}", e);
        }
    }
}
