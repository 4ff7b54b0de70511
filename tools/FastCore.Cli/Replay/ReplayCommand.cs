using System.CommandLine;
using FastCore.Cli.Cards;
using FastCore.Cli.Doors;
using FastCore.Cli.Terminal;

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

    /// <summary>Makes the command.</summary>
    public ReplayCommand(CliConsole console)
        : base(
            console,
            "replay",
            "Send a file of card transactions through payments, and prove afterwards that money was conserved.\n\n" +
            "A terminal is a merchant (number: TERMINAL_ID + 1), opened when it is first met. TRANSACTION_ID + 1 " +
            "is the " +
            "payment's id, so running the same file again changes nothing, and says so. CUSTOMER_ID is the card, " +
            "TX_DATETIME the business time; FRAUD and SCENARIO are not sent, for nobody knows them at the time. " +
            "A line " +
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
        RequireRange(_batch, 1, Protocol.Limits.ElementsPerRequestMax);
        RequireRange(_inFlight, 1, 64);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore replay cards.csv.gz --data ./books", "Durable; run it twice and see that nothing changes."),
        ("fastcore replay cards.csv --memory --json", "One document with counts, totals, latencies and the check."),
        ("fastcore replay cards.csv.gz --connect 127.0.0.1:7040", "The same through a server."),
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
        };
        using CardInput input = CardInput.Open(arguments.GetRequiredValue(_file));
        await using TextWriter? rejects = OpenRejects(arguments.GetValue(_rejects));
        await using EngineDoor door = await EngineDoor.OpenAsync(_door.Read(arguments), cancellation);
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
