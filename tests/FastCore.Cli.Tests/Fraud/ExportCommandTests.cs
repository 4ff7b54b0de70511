using System.Text.Json;
using FastCore.Cli.Terminal;
using FastCore.Cli.Tests.Terminal;
using FastCore.Fraud.Features;
using FastCore.Storage;

namespace FastCore.Cli.Tests.Fraud;

public sealed class ExportCommandTests
{
    // The fourth comes a day after the first, which is then out of the window of a day.
    private static readonly string Script = string.Join('\n',
        $"score_transactions id=1 merchant=7 card=42 terminal=3 amount=500 occurred_at={FraudBooks.StartNs}",
        $"score_transactions id=2 merchant=8 card=42 amount=60000 occurred_at={FraudBooks.StartNs + FraudBooks.HourNs}",
        $"score_transactions id=3 merchant=7 terminal=3 amount=125 "
            + $"occurred_at={FraudBooks.StartNs + (2 * FraudBooks.HourNs)}",
        $"score_transactions id=4 merchant=9 card=42 terminal=1 amount=700 "
            + $"occurred_at={FraudBooks.StartNs + (24 * FraudBooks.HourNs)}",
        $"label_transactions id=1 merchant=7 card=42 label=cleared known_at={FraudBooks.StartNs + 1}",
        $"label_transactions id=1 merchant=7 card=42 label=chargeback known_at={FraudBooks.StartNs + 1_000}",
        $"label_transactions id=4 merchant=9 card=42 label=confirmed known_at={FraudBooks.StartNs + 5_000}");

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task F10_EveryDecisionIsARowOfTheFeaturesThatWereScored(int partitions)
    {
        using FraudBooks books = await FraudBooks.OpenAsync(Script, partitions);
        CliRun run = await CliRun.RunAsync(
            "fraud", "export", "--data", books.Data, "--out", books.File("table.csv"), "--json");

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Equal(4, run.Document.GetProperty("rows").GetInt32());
        Assert.Equal((2, 2), (
            run.Document.GetProperty("labelled").GetInt32(), run.Document.GetProperty("fraud").GetInt32()));
        Dictionary<string, Dictionary<string, string>> rows = Read(books.File("table.csv"), out string[] columns);
        string[] features = [.. FeatureSet.Default.Definitions.Select(feature => feature.Column)];
        Assert.Equal(["TRANSACTION_ID", .. features], columns[..(features.Length + 1)]);
        Assert.Equal("merchant", columns[features.Length + 1]);
        Assert.Equal(["5", "600", "1.25", "7"], ColumnOf(rows, "TX_AMOUNT"));
        Assert.Equal(["1", "2", "", "2"], ColumnOf(rows, "CUSTOMER_ID_NB_TX_1DAY_WINDOW"));
        Assert.Equal("302.5", rows["2"]["CUSTOMER_ID_AVG_AMOUNT_7DAY_WINDOW"]);
        Assert.Equal("", rows["2"]["TERMINAL_ID_NB_TX_7DAY_WINDOW"]);
        Assert.Equal("decline", rows["2"]["decision"]);
        Assert.Equal("rule", rows["2"]["reason"]);
        Assert.Equal(("8", "60000", ""), (rows["2"]["merchant"], rows["2"]["amount"], rows["2"]["score"]));
        Assert.Equal($"{FraudBooks.StartNs}", rows["1"]["occurred_at"]);
        Assert.Equal(("chargeback", "confirmed"), (rows["1"]["label"], rows["4"]["label"]));
        Assert.Equal($"{FraudBooks.StartNs + 1_000}", rows["1"]["known_at"]);
    }

    [Fact]
    public async Task F10_OnlyLabelsKnownByThenCount_TheEarlierOneWhereALaterReplacedIt()
    {
        using FraudBooks books = await FraudBooks.OpenAsync(Script);
        string[] labels = [];
        foreach (ulong knownBy in new[] { 0UL, 1UL, 1_000UL, 4_999UL, 5_000UL })
        {
            CliRun run = await CliRun.RunAsync(
                "fraud", "export", "--data", books.Data, "--out", books.File("table.csv"),
                "--labels-known-by", $"{FraudBooks.StartNs + knownBy}");
            Assert.Equal(ExitCode.Ok, run.ExitCode);
            var rows = Read(books.File("table.csv"), out _);
            labels = [.. labels, $"{rows["1"]["label"]}/{rows["4"]["label"]}"];
        }

        Assert.Equal(["/", "cleared/", "chargeback/", "chargeback/", "chargeback/confirmed"], labels);
        CliRun byDate = await CliRun.RunAsync(
            "fraud", "export", "--data", books.Data, "--out", books.File("table.csv"),
            "--labels-known-by", "2018-08-01", "--json");
        Assert.Equal(0, byDate.Document.GetProperty("labelled").GetInt32());
    }

    [Fact]
    public async Task ADirectoryInUse_OneWithoutScoring_AndAnUnknownTimeAreRefusedWithACode()
    {
        using FraudBooks books = await FraudBooks.OpenAsync(Script);
        using TemporaryDirectory plain = new();
        CliRun made = await CliRun.WithInputAsync("ping", "repl", "--data", plain.File("books"), "--json");
        Assert.Equal(ExitCode.Ok, made.ExitCode);
        string target = plain.File("table.csv");

        async Task<string> RefusedAsync(int exitCode, string data, params string[] more)
        {
            CliRun run = await CliRun.RunAsync(
                ["fraud", "export", "--data", data, "--out", target, "--json", .. more]);
            Assert.Equal(exitCode, run.ExitCode);
            Assert.False(File.Exists(target));
            return run.Document.GetProperty("error").GetProperty("code").GetString()!;
        }

        Assert.Equal("no_fraud_scoring", await RefusedAsync(ExitCode.DataDirectory, plain.File("books")));
        Assert.Equal("data_directory_missing", await RefusedAsync(ExitCode.DataDirectory, plain.File("nothing")));
        foreach (string time in new[] { "yesterday", "2018", "2018-13-01", "-5", "1960-01-01" })
        {
            Assert.Equal(
                "time_unknown", await RefusedAsync(ExitCode.Usage, books.Data, "--labels-known-by", time));
        }

        using (DataDirectory.Open(books.Data, new DataDirectoryOptions()))
        {
            Assert.Equal("data_directory_locked", await RefusedAsync(ExitCode.DataDirectory, books.Data));
        }

        CliRun unwritable = await CliRun.RunAsync(
            "fraud", "export", "--data", books.Data, "--out", plain.File("no/table.csv"), "--json");
        Assert.Equal(ExitCode.File, unwritable.ExitCode);
    }

    private static IEnumerable<string> ColumnOf(Dictionary<string, Dictionary<string, string>> rows, string column) =>
        Enumerable.Range(1, rows.Count).Select(id => rows[$"{id}"][column]);

    private static Dictionary<string, Dictionary<string, string>> Read(string path, out string[] columns)
    {
        string[] lines = File.ReadAllLines(path);
        string[] header = lines[0].Split(',');
        columns = header;
        return lines[1..].Select(line => line.Split(',')).ToDictionary(
            cells => cells[0],
            cells => Enumerable.Range(0, header.Length).ToDictionary(i => header[i], i => cells[i]));
    }
}
