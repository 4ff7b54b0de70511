using System.Text.Json;
using FastCore.Cli.Cards;
using FastCore.Cli.Terminal;
using FastCore.Cli.Tests.Terminal;

namespace FastCore.Cli.Tests.Replay;

/// <summary><c>fastcore replay --fraud</c>.</summary>
public sealed class ScoredReplayTests
{
    private const ulong Start = 1_533_081_600; // 2018-08-01
    private const ulong Day = 86_400;

    private static readonly string Shipped = Path.Combine(AppContext.BaseDirectory, "data", "cards-small.csv.gz");

    [Fact]
    public async Task EveryPaymentIsScored_LabelsComeAWeekLater_AndNumbersDoNotDependOnPartitionsOrRequests()
    {
        using TemporaryDirectory directory = new();
        string books = directory.File("books");
        CliRun one = await CliRun.RunAsync(
            "replay", Shipped, "--data", books, "--partitions", "1", "--fraud", "--json");
        Assert.True(one.ExitCode == ExitCode.Ok, one.Error);
        JsonElement fraud = one.Document.GetProperty("fraud");
        Assert.Equal((18_399, 142), (Number(fraud, "scored"), Number(fraud, "labels")));
        Assert.Equal(1, Number(fraud, "policy_version"));
        JsonElement all = fraud.GetProperty("whole_file");
        Assert.Equal(Number(all, "review"), Number(one.Document, "under_review"));
        Assert.Equal(
            Number(all, "decline"), Number(one.Document.GetProperty("rejected"), "declined"));
        Assert.True(all.GetProperty("stopped").GetProperty("recall").GetDouble() > 0.4);
        JsonElement judged = fraud.GetProperty("judged");
        Assert.Equal("2018-04-24", judged.GetProperty("from").GetString());
        Assert.True(judged.GetProperty("auc_roc").GetDouble() > 0.6);
        Assert.Equal(7, judged.GetProperty("card_precision_by_day").GetArrayLength());

        CliRun two = await CliRun.RunAsync(
            "replay", Shipped, "--memory", "--partitions", "3", "--batch", "77", "--fraud", "--json");
        Assert.Equal(fraud.GetRawText(), two.Document.GetProperty("fraud").GetRawText());

        // Again: payments, labels and scores are known already, and say the same.
        CliRun again = await CliRun.RunAsync("replay", Shipped, "--data", books, "--fraud", "--json");
        Assert.Equal(fraud.GetRawText(), again.Document.GetProperty("fraud").GetRawText());
        Assert.False(again.Document.GetProperty("changed").GetBoolean());
        Assert.Equal(18_399, Number(again.Document, "duplicates"));
        CliRun text = await CliRun.RunAsync("replay", Shipped, "--data", books, "--fraud");
        Assert.Contains("card precision at 100", text.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CardsKnownAsCompromisedBeforeADayAreLeftOut_AndTransactionsOfNothingAreScored()
    {
        // The last day is day 20, so days 14 to 20 are judged, and frauds count as known from day 0 on.
        CardTransaction[] transactions =
        [
            Transaction(0, day: 6, card: 1, fraud: true),
            Transaction(1, day: 8, card: 2, fraud: true),
            Transaction(2, day: 13, card: 5, fraud: false) with { AmountMinor = 0 },
            Transaction(3, day: 14, card: 1, fraud: true), // Blocked since day 13.
            Transaction(4, day: 14, card: 2, fraud: true), // Known from day 15 on only.
            Transaction(5, day: 16, card: 2, fraud: true), // Blocked.
            Transaction(6, day: 16, card: 3, fraud: false),
            Transaction(7, day: 20, card: 4, fraud: false) with { AmountMinor = 0 },
        ];
        using TemporaryDirectory directory = new();
        await using (FileStream file = File.Create(directory.File("cards.csv")))
        {
            using CardWriter writer = new(file);
            foreach (CardTransaction transaction in transactions)
            {
                writer.Write(transaction);
            }
        }

        CliRun run = await CliRun.RunAsync(
            "replay", directory.File("cards.csv"), "--memory", "--partitions", "2", "--fraud", "--json");
        Assert.True(run.ExitCode == ExitCode.Ok, run.Error);
        JsonElement fraud = run.Document.GetProperty("fraud");
        Assert.Equal((8, 2, 0), (Number(fraud, "scored"), Number(fraud, "card_checks"), Number(fraud, "not_scored")));
        Assert.Equal((8, 5), (Number(run.Document, "transactions"), Number(fraud, "labels")));
        JsonElement judged = fraud.GetProperty("judged");
        Assert.Equal((3, 1), (Number(judged, "transactions"), Number(judged, "fraud")));
    }

    [Fact]
    public async Task AFileWithoutFraudHasNothingToJudgeBy_AndTooLargeRequestsAreRefused()
    {
        using TemporaryDirectory directory = new();
        await File.WriteAllTextAsync(
            directory.File("cards.csv"), $"{CardTransaction.Header}\n0,{Start},1,1,500,0,0\n");
        CliRun run = await CliRun.RunAsync("replay", directory.File("cards.csv"), "--memory", "--fraud", "--json");
        Assert.Equal(ExitCode.Ok, run.ExitCode);
        JsonElement judged = run.Document.GetProperty("fraud").GetProperty("judged");
        Assert.Equal(JsonValueKind.Null, judged.GetProperty("auc_roc").ValueKind);
        Assert.Equal(JsonValueKind.Null, judged.GetProperty("card_precision").ValueKind);
        CliRun large = await CliRun.RunAsync(
            "replay", directory.File("cards.csv"), "--memory", "--fraud", "--batch", "5000");
        Assert.Equal(ExitCode.Usage, large.ExitCode);
    }

    private static CardTransaction Transaction(ulong id, ulong day, ulong card, bool fraud) =>
        new(id, Start + (day * Day) + 40_000, card, 9, 1_000 + id, fraud, 0);

    private static long Number(JsonElement document, string name) => document.GetProperty(name).GetInt64();
}
