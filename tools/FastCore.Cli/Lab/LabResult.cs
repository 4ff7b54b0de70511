using System.Text.Json.Nodes;

namespace FastCore.Cli.Lab;

/// <summary>What a lab found.</summary>
internal sealed class LabResult
{
    /// <summary>What is compared: key of the bench document, heading, and whether more is better.</summary>
    public static readonly (string Key, string Heading, bool MoreIsBetter)[] Measures =
    [
        ("accepted_per_s", "throughput", true),
        ("p50_us", "p50", false),
        ("p99_us", "p99", false),
        ("p999_us", "p99.9", false),
        ("p9999_us", "p99.99", false),
        ("cpu_us_per_op", "CPU/op", false),
        ("bytes_allocated_per_op", "bytes/op", false),
        ("gc_pause_total_ms", "GC pause", false),
        ("working_set_bytes", "memory", false),
    ];

    private readonly Dictionary<string, List<JsonObject>> _runs = [];

    /// <summary>Makes a result without runs.</summary>
    public LabResult(string question, IReadOnlyList<string> workload, IReadOnlyList<LabCell> cells)
    {
        Question = question;
        Workload = workload;
        Cells = cells;
        foreach (LabCell cell in cells)
        {
            _runs[cell.Name] = [];
        }
    }

    /// <summary>What was asked.</summary>
    public string Question { get; }

    /// <summary>Arguments of <c>fastcore bench</c> that all cells shared.</summary>
    public IReadOnlyList<string> Workload { get; }

    /// <summary>The cells; the first is the default.</summary>
    public IReadOnlyList<LabCell> Cells { get; }

    /// <summary>Notes a run of a cell.</summary>
    public void Add(LabCell cell, JsonObject run)
    {
        if (run["cpu_user_us_per_op"] is JsonNode user && run["cpu_kernel_us_per_op"] is JsonNode kernel)
        {
            run["cpu_us_per_op"] = Math.Round(user.GetValue<double>() + kernel.GetValue<double>(), 3);
        }

        _runs[cell.Name].Add(run);
    }

    /// <summary>The runs of a cell, one for each round.</summary>
    public IReadOnlyList<JsonObject> Runs(LabCell cell) => _runs[cell.Name];

    /// <summary>What the runs of a cell showed, by round; null where a run failed.</summary>
    public IReadOnlyList<double?> Values(LabCell cell, string key) =>
        [.. Runs(cell).Select(run => run[key] is JsonValue value ? (double?)value.GetValue<double>() : null)];

    /// <summary>The middle of what a cell showed; null when every run failed.</summary>
    public double? Median(LabCell cell, string key)
    {
        double[] values = [.. Values(cell, key).OfType<double>().Order()];
        return values.Length == 0 ? null : values[values.Length / 2];
    }

    /// <summary>How a cell compares with the default.</summary>
    public LabRatio? Ratio(LabCell cell, string key) =>
        ReferenceEquals(cell, Cells[0]) ? null : LabRatio.Of(Values(cell, key), Values(Cells[0], key));

    /// <summary>Why runs of a cell do not count: failed, not verified, or with a knob that was not effective.</summary>
    public IReadOnlyList<string> Problems(LabCell cell)
    {
        List<string> problems = [];
        foreach (JsonObject run in Runs(cell))
        {
            if (run["error"] is JsonObject error)
            {
                problems.Add((string)error["message"]!);
            }
            else if (!run["verified"]!.GetValue<bool>())
            {
                problems.Add("not verified");
            }

            if (run["knobs_not_effective"] is JsonArray { Count: > 0 } knobs)
            {
                problems.Add($"not effective: {string.Join("; ", knobs.Select(knob => (string)knob!))}");
            }
        }

        return [.. problems.Distinct()];
    }

    /// <summary>
    /// What can be said: cells whose difference is hardly noise. The default run twice says how much that is worth.
    /// </summary>
    public IReadOnlyList<string> Findings()
    {
        List<string> findings = [];
        foreach (LabCell cell in Cells.Skip(1).Where(cell => Problems(cell).Count == 0))
        {
            foreach ((string key, string heading, bool moreIsBetter) in Measures)
            {
                if (Ratio(cell, key) is LabRatio { IsDifferent: true } ratio)
                {
                    string word = ratio.Mean > 1 == moreIsBetter ? "better" : "worse";
                    string range = FormattableString.Invariant(
                        $"{ratio.Mean:0.00} times ({ratio.Low:0.00} to {ratio.High:0.00})");
                    findings.Add($"{cell.Name}: {heading} {range}, {word}");
                }
            }
        }

        return findings;
    }

    /// <summary>Everything as one document.</summary>
    public JsonObject ToJson()
    {
        JsonArray cells = [];
        foreach (LabCell cell in Cells)
        {
            JsonObject measures = [];
            foreach ((string key, _, _) in Measures)
            {
                JsonObject measure = new() { ["median"] = Median(cell, key) };
                if (Ratio(cell, key) is LabRatio ratio)
                {
                    measure["ratio"] = Math.Round(ratio.Mean, 4);
                    measure["low"] = Math.Round(ratio.Low, 4);
                    measure["high"] = Math.Round(ratio.High, 4);
                    measure["different"] = ratio.IsDifferent;
                }

                measures[key] = measure;
            }

            cells.Add((JsonNode)new JsonObject
            {
                ["cell"] = cell.Name,
                ["variables"] = new JsonObject(
                    cell.Variables.Select(pair => new KeyValuePair<string, JsonNode?>(pair.Key, pair.Value))),
                ["arguments"] = new JsonArray([.. cell.Arguments.Select(argument => (JsonNode)argument)]),
                ["problems"] = new JsonArray([.. Problems(cell).Select(problem => (JsonNode)problem)]),
                ["measures"] = measures,
                ["runs"] = new JsonArray([.. Runs(cell).Select(run => run.DeepClone())]),
            });
        }

        return new JsonObject
        {
            ["question"] = Question,
            ["workload"] = string.Join(' ', Workload),
            ["findings"] = new JsonArray([.. Findings().Select(finding => (JsonNode)finding)]),
            ["cells"] = cells,
        };
    }
}
