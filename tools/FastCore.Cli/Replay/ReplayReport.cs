using System.Globalization;
using System.Text.Json.Nodes;
using FastCore.Bench.Load;
using FastCore.Cli.Terminal;
using FastCore.Cli.Wire;
using FastCore.Protocol.Payments;
using Spectre.Console;

namespace FastCore.Cli.Replay;

/// <summary>What a replay did.</summary>
internal sealed class ReplayReport
{
    /// <summary>Bad lines that the report lists; all are counted.</summary>
    public const int BadLinesListed = 20;

    /// <summary>The input's name.</summary>
    public required string File { get; init; }

    /// <summary>Currency of the merchants.</summary>
    public required uint Currency { get; init; }

    /// <summary>Lines read, header included.</summary>
    public long Lines { get; set; }

    /// <summary>Lines that are transactions.</summary>
    public long Transactions { get; set; }

    /// <summary>New payments captured.</summary>
    public long Accepted { get; set; }

    /// <summary>Payments that were known already, with the same content.</summary>
    public long Duplicates { get; set; }

    /// <summary>New payments held until a review releases or voids them.</summary>
    public long UnderReview { get; set; }

    /// <summary>Payments refused or declined, by code.</summary>
    public SortedDictionary<PaymentStatus, long> Rejected { get; } = [];

    /// <summary>Lines that are no transactions.</summary>
    public long BadLineCount { get; set; }

    /// <summary>The first of them.</summary>
    public List<BadLine> BadLines { get; } = [];

    /// <summary>What damaged the input in the middle, or null.</summary>
    public string? InputError { get; set; }

    /// <summary>Merchants met.</summary>
    public int Merchants { get; set; }

    /// <summary>Merchants opened by this run.</summary>
    public int MerchantsOpened { get; set; }

    /// <summary>Sum of the accepted payments, minor units.</summary>
    public UInt128 Amount { get; set; }

    /// <summary>Fees on them.</summary>
    public UInt128 Fee { get; set; }

    /// <summary>Tax on those fees.</summary>
    public UInt128 Tax { get; set; }

    /// <summary>Time from the first line to the last answer.</summary>
    public double Seconds { get; set; }

    /// <summary>Time from sending a request to its answer, nanoseconds, counted per payment.</summary>
    public LatencyHistogram Latencies { get; } = new();

    /// <summary>Whether debits equal credits in every merchant's book.</summary>
    public Conservation? Conservation { get; set; }

    /// <summary>What was decided about the transactions; null when they were not scored.</summary>
    public ScoreReport? Scores { get; set; }

    /// <summary>Whether this run changed anything; a declined payment is kept, a refused one is not.</summary>
    public bool Changed =>
        Accepted > 0 || UnderReview > 0 || MerchantsOpened > 0 || Rejected.ContainsKey(PaymentStatus.Declined);

    /// <summary>Transactions a second.</summary>
    public double PerSecond => Seconds > 0 ? Transactions / Seconds : 0;

    /// <summary>0, or what the exit code says about it.</summary>
    public int ExitCode => InputError is not null
        ? Terminal.ExitCode.File
        : Conservation is { IsBalanced: false } ? Terminal.ExitCode.CheckFailed : Terminal.ExitCode.Ok;

    /// <summary>The report as a document.</summary>
    public JsonObject ToJson() => new()
    {
        ["command"] = "replay",
        ["file"] = File,
        ["lines"] = Lines,
        ["transactions"] = Transactions,
        ["accepted"] = Accepted,
        ["under_review"] = UnderReview,
        ["duplicates"] = Duplicates,
        ["rejected_total"] = Rejected.Values.Sum(),
        ["rejected"] = new JsonObject([.. Rejected.Select(pair =>
            KeyValuePair.Create(PaymentStatusNames.Of(pair.Key), (JsonNode?)pair.Value))]),
        ["bad_lines_total"] = BadLineCount,
        ["bad_lines"] = new JsonArray([.. BadLines.Select(bad => (JsonNode)new JsonObject
        {
            ["line"] = bad.Line,
            ["reason"] = bad.Reason,
            ["excerpt"] = bad.Excerpt,
        })]),
        ["input_error"] = InputError,
        ["changed"] = Changed,
        ["merchants"] = Merchants,
        ["merchants_opened"] = MerchantsOpened,
        ["totals"] = new JsonArray(new JsonObject
        {
            ["currency"] = Currency,
            ["amount"] = WireJson.Number(Amount),
            ["fee"] = WireJson.Number(Fee),
            ["tax"] = WireJson.Number(Tax),
        }),
        ["seconds"] = Math.Round(Seconds, 3),
        ["transactions_per_s"] = Math.Round(PerSecond),
        ["p50_us"] = Latencies.Percentile(50) / 1_000,
        ["p99_us"] = Latencies.Percentile(99) / 1_000,
        ["max_us"] = Latencies.Max / 1_000,
        ["conservation"] = Conservation?.ToJson(),
        ["fraud"] = Scores?.ToJson(),
    };

    /// <summary>The report for people.</summary>
    public void WriteTo(CliContext context)
    {
        Table table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumns("", "");
        table.Columns[1].RightAligned();
        void Row(string name, string value) => table.AddRow(Markup.Escape(name), Markup.Escape(value));
        Row("transactions", Count(Transactions));
        Row("accepted", Count(Accepted));
        if (UnderReview > 0)
        {
            Row("under review", Count(UnderReview));
        }

        Row("duplicates (known already)", Count(Duplicates));
        foreach ((PaymentStatus code, long count) in Rejected)
        {
            Row($"rejected: {PaymentStatusNames.Of(code)}", Count(count));
        }

        Row("bad lines", Count(BadLineCount));
        Row("merchants (opened now)", $"{Count(Merchants)} ({Count(MerchantsOpened)})");
        Row($"amount, currency {Currency}", Money(Amount));
        Row("  fee / tax on it", $"{Money(Fee)} / {Money(Tax)}");
        Row("transactions a second", Count((long)PerSecond));
        Row(
            "latency p50 / p99 / max",
            $"{Ms(Latencies.Percentile(50))} / {Ms(Latencies.Percentile(99))} / {Ms(Latencies.Max)}");
        if (Conservation is not null)
        {
            Row("books balanced", $"{Count(Conservation.Balanced)} of {Count(Conservation.Books)}");
        }

        context.Say(table);
        Scores?.WriteTo(context);
        context.Say(Conclusion);
    }

    /// <summary>One sentence on what it came to.</summary>
    public string Conclusion
    {
        get
        {
            if (InputError is not null)
            {
                return $"The input is damaged: {InputError} Everything before that was processed.";
            }

            if (Conservation is { IsBalanced: false })
            {
                return "MONEY IS NOT CONSERVED: " + string.Join(' ', Conservation.Differences);
            }

            return Changed
                ? "Every acknowledged payment is durable, and in every book debits equal credits."
                : Rejected.Count == 0
                    ? "Nothing changed: everything in this file was known already."
                    : "Nothing changed: everything in this file was known already, or is refused again.";
        }
    }

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Ms(long ns) => (ns / 1e6).ToString("N2", CultureInfo.InvariantCulture) + " ms";

    private static string Money(UInt128 minor) =>
        ((UInt128)(minor / 100)).ToString("N0", CultureInfo.InvariantCulture) + "." +
        ((int)(minor % 100)).ToString("D2", CultureInfo.InvariantCulture);
}
