using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;

using FastCore.Cli.Terminal;
using FastCore.Fraud.Models;
using FastCore.Fraud.Policies;

namespace FastCore.Cli.Fraud;

/// <summary><c>fastcore fraud train</c>.</summary>
internal sealed class TrainCommand : CliCommand
{
    private readonly Option<string> _table = new("--table")
    {
        Description = "Table that 'fastcore fraud export' wrote.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string> _out = new("--out")
    {
        Description = "Directory for model.ubj, model.vectors and report.html; made when it is not there.",
        HelpName = "DIR",
        Required = true,
    };

    private readonly Option<string?> _from = new("--train-from")
    {
        Description = $"Where the days of training begin: {TimeText.Meaning}.",
        HelpName = "TIME",
        Required = true,
    };

    private readonly Option<int> _trainDays = Days("--train-days", "Days to train on.", 7);
    private readonly Option<int> _delayDays = Days("--delay-days", "Days in which their labels become known.", 7);
    private readonly Option<int> _testDays = Days("--test-days", "Days to test on, behind those.", 7);
    private readonly Option<int> _trees = new("--trees")
    {
        Description = "Trees.",
        DefaultValueFactory = _ => 100,
    };

    private readonly Option<int> _depth = new("--depth")
    {
        Description = "Depth of a tree.",
        DefaultValueFactory = _ => 3,
    };

    private readonly Option<double> _rate = new("--rate")
    {
        Description = "Learning rate.",
        DefaultValueFactory = _ => 0.1,
    };

    private readonly Option<string[]> _without = new("--without")
    {
        Description = "Column of a feature to leave out; may be given several times.",
        HelpName = "COLUMN",
    };

    private readonly Option<string> _python = new("--python")
    {
        Description = "Python with XGBoost; Debian's package python3-xgboost is for /usr/bin/python3.",
        HelpName = "FILE",
        DefaultValueFactory = _ => "/usr/bin/python3",
    };

    /// <summary>Makes the command.</summary>
    public TrainCommand(CliConsole console)
        : base(
            console,
            "train",
            "Train a model with XGBoost on an exported table, and judge it on later days.\n\n" +
            "Trains on some days with the labels that were known when the test begins, leaves out days in which " +
            "labels arrive, and tests on the days behind: AUC ROC, average precision, and the precision among the " +
            "100 cards of a day with the largest scores. Writes the model, its verification vectors for a policy, " +
            "and a report with plots in one HTML file. The model is then read here and must come to XGBoost's bits. " +
            "Needs python3-xgboost; everything else needs no Python.")
    {
        RequireRange(_trees, 1, 10_000);
        RequireRange(_depth, 1, 20);
        foreach (Option option in (Option[])
            [_table, _out, _from, _trainDays, _delayDays, _testDays, _trees, _depth, _rate, _without, _python])
        {
            Options.Add(option);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        (
            "fastcore fraud train --table table.csv --out new/ --train-from 2018-07-25",
            "A week of training, a week for the labels, a week of test."),
        (
            "fastcore fraud backtest --data ./books --model new/model.ubj",
            "What the model would have decided."),
    ];

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(
        ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        string folder = arguments.GetRequiredValue(_out);
        ulong from = TimeText.Of(arguments, _from)!.Value;
        CreateFolder(folder);
        string model = Path.Combine(folder, "model.ubj");
        string vectors = Path.Combine(folder, "model.vectors");
        string report = Path.Combine(folder, "report.html");
        string[] asked =
        [
            "--table", arguments.GetRequiredValue(_table), "--model", model, "--vectors", vectors, "--report", report,
            "--train-from", from.ToString(CultureInfo.InvariantCulture),
            .. Of(arguments, _trainDays), .. Of(arguments, _delayDays), .. Of(arguments, _testDays),
            .. Of(arguments, _trees), .. Of(arguments, _depth),
            "--rate", arguments.GetValue(_rate).ToString("R", CultureInfo.InvariantCulture),
            .. (arguments.GetValue(_without) ?? []).Select(column => $"--without={column}"),
        ];
        JsonObject document = await TrainingScript.RunAsync(arguments.GetRequiredValue(_python), asked, cancellation);
        Prove(model, vectors);
        document.Insert(0, "command", "fraud train");
        document["model"] = model;
        document["vectors_file"] = vectors;
        document["report"] = report;
        if (context.Json)
        {
            context.WriteDocument(document);
        }

        context.Say(
            $"{model}: trained on {document["train_rows"]} transactions, {document["train_fraud"]} known as fraud; " +
            $"tested on {document["test_rows"]}, {document["test_fraud"]}");
        context.Say(
            $"AUC ROC {(double)document["auc_roc"]!:0.000}, average precision " +
            $"{(double)document["average_precision"]!:0.000}, card precision at {document["top"]} " +
            $"{(double)document["card_precision"]!:0.000}; see {report}");
        return ExitCode.Ok;
    }

    private static Option<int> Days(string name, string description, int usual)
    {
        Option<int> option = new(name) { Description = description, DefaultValueFactory = _ => usual };
        RequireRange(option, 1, 366);
        return option;
    }

    private static string[] Of(ParseResult arguments, Option<int> option) =>
        [option.Name, arguments.GetValue(option).ToString(CultureInfo.InvariantCulture)];

    private static void CreateFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.File, "file_not_writable", $"Cannot make '{folder}': {e.Message}", e);
        }
    }

    // What this program would refuse later, it refuses now.
    private static void Prove(string model, string vectors)
    {
        try
        {
            TreeModel read = TreeModel.Read(File.ReadAllBytes(model));
            string? different = VerificationVectors.TryRead(File.ReadAllBytes(vectors)) is { } proof
                ? proof.Check(read)
                : "the vectors cannot be read";
            if (different is not null)
            {
                throw new CliException(
                    ExitCode.CheckFailed, "vectors_differ", $"'{model}' does not come to XGBoost's bits: {different}");
            }
        }
        catch (ModelRefusedException refused)
        {
            throw new CliException(
                ExitCode.CheckFailed, "model_refused", $"'{model}' is refused: {refused.Message}.", refused);
        }
    }
}
