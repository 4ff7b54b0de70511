using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FastCore.Cli.Terminal;

namespace FastCore.Cli.Cards;

/// <summary><c>fastcore generate cards</c>.</summary>
internal sealed class GenerateCardsCommand : CliCommand
{
    private readonly Option<int> _days = new("--days")
    {
        Description = "Days to simulate.",
        DefaultValueFactory = _ => 30,
    };

    private readonly Option<int> _customers = new("--customers")
    {
        Description = "Customers on the map.",
        DefaultValueFactory = _ => 5_000,
    };

    private readonly Option<int> _terminals = new("--terminals")
    {
        Description = "Terminals on the map.",
        DefaultValueFactory = _ => 10_000,
    };

    private readonly Option<ulong> _seed = new("--seed")
    {
        Description = "Names the run: the same options and seed give the same file on every machine.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<double> _radius = new("--radius")
    {
        Description =
            "How far a customer goes for a terminal on the map of 100 x 100. Widen it on a thinly filled map.",
        DefaultValueFactory = _ => 5,
    };

    // Nothing in the file may be before 1970 or later than nanoseconds in 64 bits reach.
    private static readonly DateOnly StartMin = new(1970, 1, 1);
    private static readonly DateOnly StartMax = new(2400, 1, 1);

    private readonly Option<DateOnly?> _start = new("--start")
    {
        Description = "First day, as YYYY-MM-DD (UTC); 2018-04-01 when not given.",
        HelpName = "DAY",
        CustomParser = result =>
        {
            if (DateOnly.TryParseExact(
                    result.Tokens[0].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, default, out DateOnly day)
                && day >= StartMin && day <= StartMax)
            {
                return day;
            }

            result.AddError(string.Create(
                CultureInfo.InvariantCulture,
                $"--start must be a day from {StartMin:yyyy-MM-dd} to {StartMax:yyyy-MM-dd}."));
            return null;
        },
    };

    private readonly Option<string> _out = new("--out")
    {
        Description = "File to write; compressed when the name ends in .gz.",
        Required = true,
    };

    /// <summary>Makes the command.</summary>
    public GenerateCardsCommand(CliConsole console)
        : base(
            console,
            "cards",
            "Write card transactions with labelled fraud as CSV, the input of 'fastcore replay'.\n\n" +
            "Customers pay at terminals near them; amounts and times follow each customer's habits. Fraud comes in " +
            "three kinds: amounts above 220.00 (1), terminals compromised for 28 days (2), customers compromised for " +
            "14 days, a third of whose payments are five times as large (3). Two terminals in 10,000 and three " +
            "customers in 5,000 are newly compromised a day, so that about 0.8 % of all transactions are fraud " +
            "whatever the size of the map.\n\n" +
            "Columns: TRANSACTION_ID, TX_DATETIME (Unix seconds), CUSTOMER_ID, TERMINAL_ID, AMOUNT (hundredths), " +
            "FRAUD (0 or 1), SCENARIO (0 to 3).")
    {
        RequireRange(_days, 1, 36_500);
        RequireRange(_customers, 1, 10_000_000);
        RequireRange(_terminals, 1, 10_000_000);
        _radius.Validators.Add(result =>
        {
            double radius = result.GetValueOrDefault<double>();
            if (!(radius is > 0 and <= 200))
            {
                result.AddError("--radius must be above 0 and at most 200.");
            }
        });
        Options.Add(_days);
        Options.Add(_customers);
        Options.Add(_terminals);
        Options.Add(_seed);
        Options.Add(_radius);
        Options.Add(_start);
        Options.Add(_out);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        (
            "fastcore generate cards --days 136 --out cards.csv.gz",
            "The size of the published data set: about 1.3 million."),
        ("fastcore generate cards --days 30 --customers 300 --terminals 300 --radius 15 --seed 7 --out small.csv.gz",
            "A small file; the wider radius keeps every customer in reach of a terminal."),
    ];

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(
        ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        CardSettings settings = new()
        {
            Days = arguments.GetValue(_days),
            Customers = arguments.GetValue(_customers),
            Terminals = arguments.GetValue(_terminals),
            Seed = arguments.GetValue(_seed),
            Radius = arguments.GetValue(_radius),
            StartSeconds = arguments.GetValue(_start) is DateOnly start
                ? (ulong)new DateTimeOffset(start, default, default).ToUnixTimeSeconds()
                : CardSettings.PublishedStartSeconds,
        };
        string path = arguments.GetRequiredValue(_out);
        long[] byScenario = new long[4];
        ulong totalMinor = 0;
        await CardFile.WriteAsync(path, stream => context.WithProgressAsync("generate", settings.Days, progress =>
        {
            CardSimulation simulation = new(settings);
            using CardWriter writer = new(stream);
            for (int day = 0; simulation.TryNextDay(out IReadOnlyList<CardTransaction> transactions); day++)
            {
                cancellation.ThrowIfCancellationRequested();
                foreach (CardTransaction transaction in transactions)
                {
                    writer.Write(transaction);
                    byScenario[transaction.Scenario]++;
                    totalMinor += transaction.AmountMinor;
                }

                progress(day + 1);
            }

            return Task.FromResult(true);
        }));
        Report(context, settings, path, byScenario, totalMinor);
        return ExitCode.Ok;
    }

    private static void Report(
        CliContext context, CardSettings settings, string path, long[] byScenario, ulong totalMinor)
    {
        long fraud = byScenario[1] + byScenario[2] + byScenario[3];
        long transactions = byScenario[0] + fraud;
        double share = transactions == 0 ? 0 : (double)fraud / transactions;
        if (context.Json)
        {
            context.WriteDocument(new JsonObject
            {
                ["command"] = "generate cards",
                ["file"] = path,
                ["bytes"] = new FileInfo(path).Length,
                ["days"] = settings.Days,
                ["customers"] = settings.Customers,
                ["terminals"] = settings.Terminals,
                ["seed"] = settings.Seed,
                ["radius"] = settings.Radius,
                ["transactions"] = transactions,
                ["amount_minor"] = totalMinor,
                ["fraud"] = fraud,
                ["fraud_share"] = share,
                ["scenarios"] = new JsonArray([.. byScenario.Select(count => (JsonNode)count)]),
            });
            return;
        }

        context.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{path}: {transactions:N0} transactions of {settings.Days} days, {fraud:N0} fraudulent ({share:P2})"));
    }
}
