using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FastCore.Cli.Terminal;
using FastCore.Hosting;
using Spectre.Console;

namespace FastCore.Cli.Lab;

/// <summary><c>fastcore lab</c>.</summary>
internal sealed class LabCommand : CliCommand
{
    private const int CellsMax = 64;

    private readonly Argument<string?> _preset = new("PRESET")
    {
        Description = "A classic question: " + string.Join(", ", LabPreset.All.Select(preset => preset.Name)) + ".",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string[]> _vary = new("--vary")
    {
        Description = "Instead of a preset: a knob with its values, such as idle=spin,park, or an option of the " +
            "bench, such as bench.batch=64,1024. Given several times, every value is combined with every other.",
        HelpName = "NAME=A,B,…",
    };

    private readonly Option<string?> _bench = new("--bench")
    {
        Description = "Arguments of 'fastcore bench' that all cells share; the preset's when not given.",
        HelpName = "ARGUMENTS",
    };

    private readonly Option<int> _rounds = new("--rounds")
    {
        Description = "How often every cell runs. Each round runs all of them once, in an order of its own.",
        DefaultValueFactory = _ => 5,
    };

    private readonly Option<int> _seconds = new("--seconds")
    {
        Description = "Seconds that a run measures.",
        DefaultValueFactory = _ => 5,
    };

    private readonly Option<int> _warmUp = new("--warm-up")
    {
        Description = "Seconds before.",
        DefaultValueFactory = _ => 4,
    };

    private readonly Option<ulong> _seed = new("--seed")
    {
        Description = "Order of the runs.",
        DefaultValueFactory = _ => 1,
    };

    private readonly Option<string?> _html = new("--html")
    {
        Description = "Write a report with plots, one file that needs nothing else.",
        HelpName = "FILE",
    };

    private readonly Func<IReadOnlyList<string>, ILabRunner> _runnerOf;

    /// <summary>Makes the command.</summary>
    public LabCommand(CliConsole console, Func<IReadOnlyList<string>, ILabRunner>? runnerOf = null)
        : base(
            console,
            "lab",
            "What does a knob do? Runs a workload under every setting, each in a fresh process, in turns.\n\n" +
            "Every round runs all settings once, in a shuffled order, and each is compared with the default of the " +
            "same round: a machine that slows down meanwhile slows all of them down. The ratios of all rounds give " +
            "an interval that the true one lies in with 95 %; one that leaves out 1 is called a difference. The " +
            "default runs twice a round: what it differs from itself is the machine's. A setting that was not " +
            "effective, or a run that was not verified, is named and does not count.\n" +
            "Nothing else should run meanwhile. With twenty comparisons one of them is a difference by chance.\n\n" +
            "Questions:\n" +
            string.Join('\n', LabPreset.All.Select(preset => $"  {preset.Name,-15} {preset.Question}")))
    {
        _runnerOf = runnerOf ?? (workload => new LabProcess(workload));
        RequireRange(_rounds, 2, 1_000);
        RequireRange(_seconds, 1, 3_600);
        RequireRange(_warmUp, 0, 3_600);
        Arguments.Add(_preset);
        foreach (Option option in (Option[])[_vary, _bench, _rounds, _seconds, _warmUp, _seed, _html])
        {
            Options.Add(option);
        }

        Validators.Add(result =>
        {
            bool isPreset = result.GetValue(_preset) is not null;
            if (result.GetValue(_preset) is string name && LabPreset.Find(name) is null)
            {
                string hint = Suggestions.Hint(name, LabPreset.All.Select(preset => preset.Name));
                result.AddError($"There is no question '{name}'.{hint}");
            }

            if (isPreset == result.GetValue(_vary) is { Length: > 0 })
            {
                result.AddError("Say what to vary: one of the questions, or --vary NAME=A,B.");
            }
        });
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore lab idle --html idle.html", "Spin, yield or park, with plots."),
        ("fastcore lab gc --rounds 10 --json", "Collectors, as a document."),
        ("fastcore lab --vary batch_elements_max=64,1024 --vary idle=backoff,park --bench \"payments --rate 200000\"",
            "Four settings at a given load."),
    ];

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(
        ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        LabPreset? preset = arguments.GetValue(_preset) is string name ? LabPreset.Find(name) : null;
        string[] bench = arguments.GetValue(_bench)?.Split(
            ' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        List<string> workload = bench.Length != 0 ? [.. bench] : [.. preset?.Workload ?? ["payments"]];
        workload.AddRange(
        [
            "--seconds", arguments.GetValue(_seconds).ToString(CultureInfo.InvariantCulture),
            "--warm-up", arguments.GetValue(_warmUp).ToString(CultureInfo.InvariantCulture),
        ]);
        IReadOnlyList<LabCell> varied = preset?.Cells ?? Combine(arguments.GetValue(_vary)!);
        if (varied.Count > CellsMax)
        {
            throw new CliException(
                ExitCode.Usage, "too_many_cells", $"{varied.Count} settings are too many; {CellsMax} are the most.");
        }

        if (varied.Count == 0)
        {
            throw new CliException(ExitCode.Usage, "nothing_to_vary", "--vary needs values: NAME=A,B.");
        }

        string? html = arguments.GetValue(_html);
        if (html is not null)
        {
            // What cannot be written is found before the runs, not after them.
            await WriteAsync(html, "", cancellation);
        }

        LabCell[] cells = [LabCell.Default, .. varied, LabCell.Again];
        LabResult result = new(preset?.Question ?? "What do these knobs do?", workload, cells);
        int rounds = arguments.GetValue(_rounds);
        ILabRunner runner = _runnerOf(workload);
        Random random = new((int)(arguments.GetValue(_seed) & int.MaxValue));
        await context.WithProgressAsync("lab", rounds * cells.Length, async progress =>
        {
            int done = 0;
            for (int round = 0; round < rounds; round++)
            {
                LabCell[] order = [.. cells];
                random.Shuffle(order);
                foreach (LabCell cell in order)
                {
                    result.Add(cell, await runner.RunAsync(cell, cancellation));
                    progress(++done);
                }
            }

            return done;
        });

        if (html is not null)
        {
            await WriteAsync(html, LabHtml.Of(result), cancellation);
        }

        if (context.Json)
        {
            JsonObject document = result.ToJson();
            document["command"] = "lab";
            document["rounds"] = rounds;
            context.WriteDocument(document);
        }
        else
        {
            Show(result, context);
        }

        return cells.Any(cell => result.Problems(cell).Count != 0) ? ExitCode.CheckFailed : ExitCode.Ok;
    }

    private static List<LabCell> Combine(string[] varied)
    {
        List<string[]> combinations = [[]];
        foreach (string text in varied)
        {
            (string knob, string values) = Knobs.EngineSettings.Split(text);
            combinations =
            [
                .. combinations.SelectMany(
                    _ => values.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
                    (before, value) => (string[])[.. before, $"{knob}={value}"]),
            ];
        }

        return [.. combinations.Select(settings => LabCell.Of(settings))];
    }

    private static async Task WriteAsync(string path, string text, CancellationToken cancellation)
    {
        try
        {
            await File.WriteAllTextAsync(path, text, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.File, "file_not_writable", $"Cannot write '{path}': {e.Message}", e);
        }
    }

    private static void Show(LabResult result, CliContext context)
    {
        context.Say(result.Question);
        context.Say($"fastcore bench {string.Join(' ', result.Workload)}");
        Table table = new Table().Border(TableBorder.Simple).AddColumn("setting");
        foreach ((_, string heading, _) in LabResult.Measures)
        {
            table.AddColumn(heading);
        }

        foreach (LabCell cell in result.Cells)
        {
            table.AddRow((Text[])
            [
                new Text(cell.Name),
                .. LabResult.Measures.Select(measure => new Text(CellText(result, cell, measure.Key))),
            ]);
        }

        context.Say(table);
        context.Say("Ratios to the default, * = the interval leaves out 1.");
        foreach (LabCell cell in result.Cells)
        {
            foreach (string problem in result.Problems(cell))
            {
                context.Say($"DOES NOT COUNT: {cell.Name}: {problem}");
            }
        }

        IReadOnlyList<string> findings = result.Findings();
        context.Say(findings.Count == 0 ? "No difference that is more than noise." : "More than noise:");
        foreach (string finding in findings)
        {
            context.Say("  " + finding);
        }
    }

    private static string CellText(LabResult result, LabCell cell, string key)
    {
        if (result.Median(cell, key) is not double median)
        {
            return "-";
        }

        return result.Ratio(cell, key) is LabRatio ratio
            ? string.Create(CultureInfo.InvariantCulture, $"{ratio.Mean:0.00}{(ratio.IsDifferent ? "*" : "")}")
            : Compact(median);
    }

    private static string Compact(double value) => value switch
    {
        >= 1e9 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e9:0.00} G"),
        >= 1e6 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e6:0.00} M"),
        >= 1e4 => string.Create(CultureInfo.InvariantCulture, $"{value / 1e3:0.0} K"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{value:0.##}"),
    };
}
