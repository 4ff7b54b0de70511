using System.Text.Json;
using FastCore.Cli.Cards;
using FastCore.Cli.Terminal;
using FastCore.Cli.Tests.Terminal;

namespace FastCore.Cli.Tests.Cards;

public sealed class CardSimulationTests
{
    private static readonly string Shipped = Path.Combine(AppContext.BaseDirectory, "data", "cards-small.csv.gz");

    [Fact]
    public async Task ShippedFileIsMadeAgainByTheRecordedCommand()
    {
        using TemporaryDirectory directory = new();
        string again = directory.File("again.csv.gz");
        CliRun run = await CliRun.RunAsync(
            "generate", "cards", "--days", "30", "--customers", "300", "--terminals", "300", "--radius", "15",
            "--seed", "7", "--out", again, "--json");

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Equal(Read(Shipped), Read(again));
        JsonElement document = run.Document;
        Assert.Equal(18_399, document.GetProperty("transactions").GetInt64());
        Assert.Equal(142, document.GetProperty("fraud").GetInt64());
        Assert.Equal(4, document.GetProperty("scenarios").GetArrayLength());
        Assert.False(File.Exists(again + ".partial"));
        Assert.InRange(new FileInfo(Shipped).Length, 1, 300_000);
    }

    [Fact]
    public void ALongRunHasTheSharesOfTheDescribedProcess()
    {
        CardSettings settings = new() { Days = 100, Customers = 1_000, Terminals = 2_000, Radius = 5, Seed = 3 };
        CardSimulation simulation = new(settings);
        long count = 0;
        long[] byScenario = new long[4];
        double amounts = 0;
        ulong nextId = 0;
        ulong time = 0;
        while (simulation.TryNextDay(out IReadOnlyList<CardTransaction> transactions))
        {
            foreach (CardTransaction transaction in transactions)
            {
                Assert.Equal(nextId++, transaction.TransactionId);
                Assert.True(transaction.Seconds >= time);
                time = transaction.Seconds;
                Assert.Equal(transaction.Scenario != 0, transaction.Fraud);
                Assert.True(transaction.Scenario != 1 || transaction.AmountMinor > 22_000);
                Assert.True(transaction.AmountMinor <= 22_000 || transaction.Fraud);
                count++;
                byScenario[transaction.Scenario]++;
                amounts += transaction.AmountMinor;
            }
        }

        // Two transactions per customer and day on average, of which 3 % fall outside the day; half of the mean amount
        // range is 52.50; the fraud share of the published set is 0.8 %.
        Assert.Equal(2 * 0.97, (double)count / (settings.Days * settings.Customers), 0.1);
        Assert.Equal(5_360, amounts / count, 400.0);
        double fraudShare = (double)(count - byScenario[0]) / count;
        Assert.InRange(fraudShare, 0.005, 0.012);
        Assert.All(byScenario, scenario => Assert.NotEqual(0, scenario));
    }

    [Fact]
    public void AnotherSeedIsAnotherRun()
    {
        Assert.NotEqual(FirstDay(1), FirstDay(2));
        Assert.Equal(FirstDay(1), FirstDay(1));
    }

    [Theory]
    [InlineData("--days", "0")]
    [InlineData("--customers", "-1")]
    [InlineData("--radius", "0")]
    [InlineData("--seed", "many")]
    public async Task OptionsOutsideTheirRangeAreRefused(string option, string value)
    {
        CliRun run = await CliRun.RunAsync("generate", "cards", option, value, "--out", "never-written.csv");

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(option, run.Error);
        Assert.False(File.Exists("never-written.csv"));
    }

    [Fact]
    public async Task AFileThatCannotBeWrittenIsSaid()
    {
        using TemporaryDirectory directory = new();
        CliRun run = await CliRun.RunAsync(
            "generate", "cards", "--days", "1", "--out", directory.File("missing/x.csv"), "--json");

        Assert.Equal(ExitCode.File, run.ExitCode);
        Assert.Equal("file_not_writable", run.Document.GetProperty("error").GetProperty("code").GetString());
    }

    private static CardTransaction[] FirstDay(ulong seed)
    {
        CardSimulation simulation = new(new CardSettings { Days = 1, Customers = 100, Terminals = 1_000, Seed = seed });
        Assert.True(simulation.TryNextDay(out IReadOnlyList<CardTransaction> transactions));
        return [.. transactions];
    }

    private static byte[] Read(string path)
    {
        using CardInput input = CardInput.Open(path);
        using MemoryStream content = new();
        input.Content.CopyTo(content);
        return content.ToArray();
    }
}
