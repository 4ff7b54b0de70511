using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using FastCore.Cli.Cards;
using FastCore.Cli.Terminal;
using FastCore.Cli.Wire;
using FastCore.Fraud.Scoring;
using FastCore.Node.Verification;
using FastCore.Protocol.Fraud;

namespace FastCore.Cli.Fraud;

/// <summary><c>fastcore fraud export</c>.</summary>
internal sealed class ExportCommand : CliCommand
{
    private readonly Option<string> _data = new("--data")
    {
        Description = "Data directory; no process may have it open.",
        HelpName = "DIR",
        Required = true,
    };

    private readonly Option<string> _out = new("--out")
    {
        Description = "CSV file to write; compressed when its name ends in .gz.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string?> _knownBy = new("--labels-known-by")
    {
        Description = $"Only labels known by then count: {TimeText.Meaning}. Without it all of them do.",
        HelpName = "TIME",
    };

    /// <summary>Makes the command.</summary>
    public ExportCommand(CliConsole console)
        : base(
            console,
            "export",
            "Write the training table: every decision with its features as they were scored, and its label.\n\n" +
            "The features are those that were logged when the decision was made, so what a model is trained on is " +
            "what it will read. TRANSACTION_ID comes first, then one column for each feature, then merchant, card, " +
            "terminal, occurred_at (ns), amount (minor units), decision, reason, score, margin, policy_version, " +
            "label and known_at (ns). A missing value is an empty cell. Rows stand in commit order, partition by " +
            "partition.")
    {
        Options.Add(_data);
        Options.Add(_out);
        Options.Add(_knownBy);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore fraud export --data ./books --out table.csv", "Everything that was decided."),
        (
            "fastcore fraud export --data ./books --out train.csv.gz --labels-known-by 2018-08-01",
            "With the labels that one had on the first of August."),
    ];

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(
        ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        string data = arguments.GetRequiredValue(_data);
        string target = arguments.GetRequiredValue(_out);
        ulong? knownBy = TimeText.Of(arguments, _knownBy);
        JsonObject document = await context.WithProgressAsync(
            "export",
            1,
            tell => Task.Run(
                () => FraudDirectoryDoor.With(
                    data, directory => Export(directory, target, knownBy, tell, cancellation)),
                cancellation));
        document.Insert(1, "data", data);
        document["labels_known_by"] = knownBy is ulong by ? WireJson.Number((UInt128)by) : null;
        if (context.Json)
        {
            context.WriteDocument(document);
        }

        context.Say(string.Create(
            CultureInfo.InvariantCulture,
            $"{target}: {(long)document["rows"]!:N0} decisions of {(int)document["features"]!} features, " +
            $"{(long)document["labelled"]!:N0} labelled, {(long)document["fraud"]!:N0} of them as fraud"));
        return ExitCode.Ok;
    }

    private static JsonObject Export(
        FraudDirectory directory, string target, ulong? knownBy, Action<double> tell, CancellationToken cancellation)
    {
        TrainingTable table = new(directory.Features, knownBy ?? ulong.MaxValue);
        long rows = 0;
        long labelled = 0;
        long fraud = 0;
        CardFile.WriteAsync(target, stream =>
        {
            using StreamWriter writer = new(stream, new UTF8Encoding(false), 1 << 16, leaveOpen: true);
            writer.NewLine = "\n";
            writer.WriteLine(table.Header);
            for (int partition = 0; partition < directory.Partitions; partition++)
            {
                directory.Visit(partition, Write);
            }

            return Task.CompletedTask;

            void Write(DecisionReader decisions)
            {
                foreach (StoredDecision decision in decisions.All())
                {
                    cancellation.ThrowIfCancellationRequested();
                    writer.WriteLine(table.LineOf(decision, decisions, out TransactionLabel label));
                    rows++;
                    labelled += label == TransactionLabel.None ? 0 : 1;
                    fraud += label.IsFraud() ? 1 : 0;
                    tell((double)rows / Math.Max(decisions.Count * directory.Partitions, rows));
                }
            }
        }).GetAwaiter().GetResult();
        return new JsonObject
        {
            ["command"] = "fraud export",
            ["out"] = target,
            ["partitions"] = directory.Partitions,
            ["features_version"] = directory.Features.Version,
            ["features"] = directory.Features.Count,
            ["columns"] = new JsonArray([.. table.Columns.Select(column => (JsonNode)column)]),
            ["rows"] = rows,
            ["labelled"] = labelled,
            ["fraud"] = fraud,
        };
    }
}
