using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using FastCore.Cli.Cards;
using FastCore.Cli.Terminal;
using FastCore.Fraud.Models;
using FastCore.Protocol;

namespace FastCore.Cli.Fraud;

/// <summary><c>fastcore fraud score</c>.</summary>
internal sealed class ScoreCommand : CliCommand
{
    private readonly Option<string> _model = new("--model")
    {
        Description = "Model file that XGBoost 1.7 to 3 wrote, JSON or UBJ; binary:logistic with gbtree or dart.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string> _rows = new("--rows")
    {
        Description = "Rows as raw little-endian float32, as many columns as the model has features; NaN is missing.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string?> _out = new("--out")
    {
        Description = "File for the margins, one little-endian float32 a row. Without it they are printed.",
        HelpName = "FILE",
    };

    private readonly Option<string> _path = new("--path")
    {
        Description = "With which instructions; all give the same bits. One that the processor lacks is refused.",
        DefaultValueFactory = _ => "auto",
    };

    /// <summary>Makes the command.</summary>
    public ScoreCommand(CliConsole console)
        : base(
            console,
            "score",
            "Score rows with a model file, with the bits of XGBoost.\n\n" +
            "The margins are those of XGBoost's own prediction: the base score and the leaves added in float32, tree " +
            "by tree. A model that would not be scored with these bits is refused with a code and a reason, exit " +
            "code 5; so are rows that do not fit the model. An instruction set that the processor lacks is exit " +
            "code 6.")
    {
        _path.AcceptOnlyFromAmong("auto", "scalar", "avx2", "avx512");
        Options.Add(_model);
        Options.Add(_rows);
        Options.Add(_out);
        Options.Add(_path);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore fraud score --model model.json --rows rows.f32", "One margin a line."),
        (
            "fastcore fraud score --model model.ubj --rows rows.f32 --out margins.f32 --path scalar --json",
            "What was scored and how, for scripts."),
    ];

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(
        ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        string modelPath = arguments.GetRequiredValue(_model);
        string asked = arguments.GetRequiredValue(_path);
        ScoringPath path = Enum.Parse<ScoringPath>(asked, ignoreCase: true);
        if (!ModelScorer.IsSupported(path))
        {
            throw new CliException(
                ExitCode.Refused, "path_not_supported", $"This processor lacks the instructions of '{asked}'.");
        }

        TreeModel model = ReadModel(modelPath);
        ModelScorer scorer = new(model, path);
        using RowFile rows = new(arguments.GetRequiredValue(_rows), model.FeatureCount);
        JsonObject document = Describe(modelPath, scorer, rows.Count);
        double seconds;
        if (arguments.GetValue(_out) is string target)
        {
            seconds = 0;
            await CardFile.WriteAsync(target, stream =>
            {
                seconds = Score(
                    scorer, rows, margins => stream.Write(MemoryMarshal.AsBytes(margins)), cancellation);
                return Task.CompletedTask;
            });
            document["out"] = target;
            context.Say(Summary(scorer, rows.Count, seconds, target));
        }
        else if (context.Json)
        {
            JsonArray list = [];
            seconds = Score(scorer, rows, margins => Append(list, margins), cancellation);
            document["margins"] = list;
        }
        else
        {
            seconds = Score(scorer, rows, margins => Print(context, margins), cancellation);
            context.Note(Summary(scorer, rows.Count, seconds, "printed"));
        }

        if (context.Json)
        {
            document["seconds"] = seconds;
            document["ns_per_row"] = rows.Count == 0 ? null : seconds * 1e9 / rows.Count;
            context.WriteDocument(document);
        }

        return ExitCode.Ok;
    }

    private static TreeModel ReadModel(string path)
    {
        try
        {
            if (new FileInfo(path).Length > ModelLimits.FileSizeMax)
            {
                throw new ModelRefusedException(
                    ModelRefusal.TooLarge, $"more than {ModelLimits.FileSizeMax} bytes");
            }

            return TreeModel.Read(File.ReadAllBytes(path));
        }
        catch (ModelRefusedException refused)
        {
            throw new CliException(
                ExitCode.File,
                "model_" + SnakeCase.Of(refused.Code.ToString()),
                $"'{path}' is refused ({refused.Code}): {refused.Message}.",
                refused);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.File, "file_not_readable", $"Cannot read '{path}': {e.Message}", e);
        }
    }

    // Only the scoring is timed; reading and writing files is not.
    private static double Score(
        ModelScorer scorer, RowFile rows, Action<ReadOnlySpan<float>> write, CancellationToken cancellation)
    {
        float[] margins = [];
        TimeSpan spent = TimeSpan.Zero;
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            ReadOnlySpan<float> piece = rows.Next();
            if (piece.IsEmpty)
            {
                return spent.TotalSeconds;
            }

            int count = piece.Length / scorer.Model.FeatureCount;
            margins = margins.Length >= count ? margins : new float[count];
            long start = Stopwatch.GetTimestamp();
            scorer.Score(piece, margins.AsSpan(0, count));
            spent += Stopwatch.GetElapsedTime(start);
            write(margins.AsSpan(0, count));
        }
    }

    private static void Append(JsonArray list, ReadOnlySpan<float> margins)
    {
        foreach (float margin in margins)
        {
            // JSON has no infinity; leaves near the end of float can add up to one.
            list.Add(float.IsFinite(margin) ? (JsonNode)margin : null);
        }
    }

    private static void Print(CliContext context, ReadOnlySpan<float> margins)
    {
        foreach (float margin in margins)
        {
            context.Say(margin.ToString("R", CultureInfo.InvariantCulture));
        }
    }

    private static JsonObject Describe(string path, ModelScorer scorer, long rows)
    {
        TreeModel model = scorer.Model;
        return new JsonObject
        {
            ["command"] = "fraud score",
            ["model"] = path,
            ["content_hash"] = model.ContentHash,
            ["xgboost_version"] = model.Version.ToString(),
            ["booster"] = model.Booster,
            ["features"] = model.FeatureCount,
            ["feature_names"] = new JsonArray([.. model.FeatureNames.Select(name => (JsonNode)name)]),
            ["trees"] = model.TreeCount,
            ["depth"] = model.Depth,
            ["leaves"] = model.LeafCount,
            ["base_margin"] = model.BaseMargin,
            ["rows"] = rows,
            ["path"] = PathName(scorer.BatchPath),
        };
    }

    private static string Summary(ModelScorer scorer, long rows, double seconds, string where) => string.Create(
        CultureInfo.InvariantCulture,
        $"{where}: {rows:N0} margins of {scorer.Model.TreeCount} trees of depth {scorer.Model.Depth}, " +
        $"{PathName(scorer.BatchPath)}, {(rows == 0 ? 0 : seconds * 1e9 / rows):N0} ns a row");

    private static string PathName(ScoringPath path) => path.ToString().ToLowerInvariant();
}
