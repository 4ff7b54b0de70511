using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using FastCore.Bench.Load;
using FastCore.Cli.Terminal;
using FastCore.Cli.Tests.Terminal;
using FastCore.Protocol;
using FastCore.Testing;

namespace FastCore.Cli.Tests.Load;

public sealed class LoadRunTests
{
    private static readonly string[] RequiredKeys =
    [
        "workload", "front", "durability", "partitions", "interrupted", "seconds", "offered_per_s", "accepted_per_s",
        "p50_us", "p99_us", "p999_us", "max_us", "bytes_allocated_per_op", "gc_pause_max_ms", "verified",
    ];

    private static LoadOptions Small { get; } =
        new() { Workload = "ledger", Durability = "none", Count = 2_000, Batch = 50, Accounts = 100 };

    [Fact]
    public async Task ARunPrintsOneDocumentWithAllKeysAndIsVerified()
    {
        CliRun run = await CliRun.RunAsync(
            "bench", "ledger", "--durability", "none", "--count", "30000", "--batch", "64", "--accounts", "200",
            "--json");

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        JsonElement document = run.Document;
        Assert.Equal(
            RequiredKeys, document.EnumerateObject().Take(RequiredKeys.Length).Select(property => property.Name));
        Assert.True(document.GetProperty("verified").GetBoolean());
        double accepted = document.GetProperty("accepted").GetInt64();
        double duplicates = document.GetProperty("duplicates").GetInt64();
        double refused = document.GetProperty("refused").GetInt64();
        double all = accepted + duplicates + refused;
        Assert.True(accepted >= 30_000);
        Assert.InRange(duplicates / all, 0.09, 0.11);
        Assert.InRange(refused / all, 0.04, 0.06);
    }

    [Theory]
    [InlineData("messagepack", true, "array")]
    [InlineData("messagepack", false, "object")]
    [InlineData("json", true, "object")]
    [InlineData("json", false, "none")]
    public async Task AnEdgeThatSpeaksAnotherFormatIsVerifiedAlike(string codec, bool interning, string pooling)
    {
        LoadReport report = await LoadRun.RunAsync(
            Small with
            {
                Workload = "payments",
                Codec = codec,
                Interning = interning,
                Knobs = [("buffer_pooling", pooling)],
            },
            _ => { },
            CancellationToken.None);
        Assert.Empty(report.Differences);
        Assert.True(report.Accepted >= 2_000);

        // Whether it was effective is not asked: the pool is the process's, where other tests open nodes meanwhile.
        Assert.Equal(pooling, report.ToJson()["knobs"]!["buffer_pooling"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ARunThatIsEndedEarlyIsVerifiedAndSaysSo(bool isEnded)
    {
        using CancellationTokenSource stop = new();
        LoadReport report = await LoadRun.RunAsync(
            Small with { Workload = "payments", Count = 0, WarmUpSeconds = 0, Seconds = isEnded ? 600 : 1 },
            _ =>
            {
                if (isEnded)
                {
                    stop.Cancel();
                }
            },
            stop.Token);
        Assert.Empty(report.Differences);
        Assert.Equal(isEnded, report.IsInterrupted);
        Assert.Equal(isEnded, report.ToJson()["interrupted"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData("ledger", "embedded")]
    [InlineData("payments", "tcp")]
    public async Task AnotherFormatIsRefusedWhereThereIsNoEdgeForIt(string workload, string front)
    {
        LoadException refused = await Assert.ThrowsAsync<LoadException>(() => LoadRun.RunAsync(
            Small with { Workload = workload, Front = front, Codec = "json" }, _ => { }, CancellationToken.None));
        Assert.Contains("payments in an engine of this process", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ledger", "embedded", false, 1, 1, 1, 0)]
    [InlineData("ledger", "embedded", false, 2, 3, 7, 0)]
    [InlineData("ledger", "embedded", false, 1, 2, 16, 20_000)]
    [InlineData("ledger", "tcp", false, 1, 4, 1, 0)]
    [InlineData("payments", "embedded", false, 1, 1, 16, 0)]
    [InlineData("payments", "embedded", false, 2, 2, 7, 0)]
    [InlineData("payments", "tcp", false, 2, 2, 16, 20_000)]
    [InlineData("payments", "embedded", true, 1, 2, 16, 0)]
    [InlineData("payments", "embedded", true, 2, 2, 16, 0)]
    [InlineData("fraud", "embedded", true, 1, 2, 16, 0)]
    [InlineData("fraud", "embedded", true, 2, 2, 7, 0)]
    [InlineData("fraud", "tcp", true, 2, 2, 16, 0)]
    public async Task EveryShapeOfARunIsVerified(
        string workload, string front, bool isScored, int partitions, int connections, int batch, long rate)
    {
        LoadReport report = await LoadRun.RunAsync(
            new LoadOptions
            {
                Workload = workload,
                Front = front,
                Durability = "none",
                Count = 5_000,
                Partitions = partitions,
                Connections = connections,
                Batch = batch,
                Rate = rate,
                Accounts = 100,
                FraudPolicy = isScored
                    ? Path.Combine(RepositoryRoot.Path, "tests", "data", "fraud", "policy", "policy.json")
                    : null,
            },
            _ => { },
            CancellationToken.None);

        Assert.Empty(report.Differences);
        Assert.True(report.Accepted >= 5_000);
        Assert.True(report.Duplicates > 0 && report.Refused > 0);
        Assert.True(report.Latencies.Count >= 5_000);
        if (workload == "fraud")
        {
            JsonObject document = report.ToJson();
            Assert.Equal((double)document["accepted_per_s"]!, (double)document["scored_per_s"]!);
            Assert.Equal((64, 100), (((string)document["model"]!).Length, (int)document["trees"]!));
            Assert.All(
                (string[])["features", "model", "rules"],
                stage => Assert.True((long)document["stage_ns"]![stage]! > 0, stage));
        }
    }

    [Theory]
    [InlineData("embedded", 1, 60, 1)]
    [InlineData("embedded", 2, 0, 20)]
    [InlineData("tcp", 2, 60, 3)]
    [InlineData("embedded", 1, 100, 1)]
    public async Task An_on_sale_is_verified_seat_by_seat(string front, int partitions, int abandon, int shows)
    {
        LoadReport report = await RunSeatsAsync(front, partitions, abandon, shows);

        Assert.Empty(report.Differences);
        Assert.Equal(0, (long)report.Extras["double_booked"]!);
        Assert.True((long)report.Extras["holds"]! > 1_000);
        Assert.Equal(abandon != 100, (long)report.Extras["books"]! > 0);
    }

    [Theory]
    [InlineData("embedded", 1)]
    [InlineData("tcp", 2)]
    public async Task Holds_that_end_at_one_moment_are_looked_up_and_measured(string front, int partitions)
    {
        LoadOptions options = SeatsOptions(front, partitions, 0, 1) with
        {
            Count = 0,
            Seconds = 2,
            WarmUpSeconds = 0,
            Rate = 2_000,
            ExpireHolds = 9_000,
        };
        LoadReport report = await LoadRun.RunAsync(options, _ => { }, CancellationToken.None);

        Assert.Empty(report.Differences);
        Assert.Equal(9_000, (int)report.Extras["expire_holds"]!);
        Assert.True((double)report.Extras["expire_all_ms"]! > 0);
    }

    [Fact]
    public async Task Holds_that_have_not_expired_are_found()
    {
        LoadOptions options = SeatsOptions("embedded", 1, 0, 1);
        await using NodeTarget target = await NodeTarget.OpenAsync(options, "");
        SeatsWorkload workload = new(options, 1);
        await workload.PrepareAsync(target.Session, CancellationToken.None);
        using CancellationTokenSource stop = new();
        SeatsExpiry expiry = new(100, 77, 4_000_000, 1);
        long before = Stopwatch.GetTimestamp();
        await expiry.PrepareAsync(target.Session, TimeSpan.FromHours(1), stop.Token);
        await stop.CancelAsync();
        long half = Stopwatch.Frequency / 2;
        long[] halves = [.. Enumerable.Range(0, 8_000).Select(i => before + (i * half))];
        Assert.Equal(2, halves.Count(expiry.IsAround));
        Assert.DoesNotContain(halves.Take(7_199), expiry.IsAround);

        List<string> differences = [];
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => expiry.VerifyAsync(target.Session, differences));
        await expiry.VerifyNowAsync(target.Session, differences);
        Assert.Equal(2, differences.Count);
    }

    [Fact]
    public async Task A_seat_that_two_buyers_were_told_to_have_is_found()
    {
        LoadOptions options = SeatsOptions("embedded", 1, 100, 1);
        await using ILoadTarget target = new GenerousTarget(await NodeTarget.OpenAsync(options, ""));
        LoadReport report = await new LoadRunner(options, new SeatsWorkload(options, 1), target)
            .RunAsync(_ => { }, CancellationToken.None);

        Assert.False(report.Verified);
        Assert.NotEqual(0, (long)report.Extras["double_booked"]!);
    }

    [Theory]
    [InlineData(Operation.SumTransfers, 0)]
    [InlineData(Operation.SumTransfers, 16)]
    [InlineData(Operation.LookupTransfers, 48)]
    [InlineData(Operation.GetBookTotals, 32)]
    public async Task ALieOfTheBooksIsFound(Operation operation, int offset)
    {
        LoadOptions options = Small;
        await using ILoadTarget target = new LyingTarget(await NodeTarget.OpenAsync(options, ""), operation, offset);
        LoadReport report = await new LoadRunner(options, new LedgerWorkload(options, 1), target)
            .RunAsync(_ => { }, CancellationToken.None);

        Assert.False(report.Verified);
        Assert.NotEmpty(report.Differences);
    }

    [Fact]
    public async Task AnAnswerThatWasNotExpectedIsFound()
    {
        LoadOptions options = Small;
        await using NodeTarget target = await NodeTarget.OpenAsync(options, "");

        // The same ids again, with the same contents: nothing is new, although everything is expected to be.
        LoadReport first = await new LoadRunner(options, new LedgerWorkload(options, 7), target)
            .RunAsync(_ => { }, CancellationToken.None);
        using CancellationTokenSource stop = new(TimeSpan.FromSeconds(1));
        LoadOptions endless = options with { Count = long.MaxValue };
        LoadReport second = await new LoadRunner(endless, new LedgerWorkload(options, 7), target)
            .RunAsync(_ => { }, stop.Token);

        Assert.True(first.Verified);
        Assert.False(second.Verified);
        Assert.Contains("answered otherwise than expected", second.Differences[0]);
    }

    private static LoadOptions SeatsOptions(string front, int partitions, int abandon, int shows) => new()
    {
        Workload = "seats",
        Front = front,
        Durability = "none",
        Count = 3_000,
        Partitions = partitions,
        Batch = 32,
        InFlight = 4,
        AbandonPercent = abandon,
        Shows = shows,
    };

    private static Task<LoadReport> RunSeatsAsync(string front, int partitions, int abandon, int shows) =>
        LoadRun.RunAsync(SeatsOptions(front, partitions, abandon, shows), _ => { }, CancellationToken.None);

    [Theory]
    [InlineData("nonsense")]
    [InlineData("seats", "--abandon", "101")]
    [InlineData("ledger", "--front", "pigeon")]
    [InlineData("ledger", "--batch", "8190")]
    [InlineData("ledger", "--connect", "localhost:1")]
    [InlineData("seats", "--expire", "10", "--count", "10")]
    [InlineData("seats", "--expire", "10", "--front", "redis")]
    [InlineData("ledger", "--durability", "none", "--data", "x")]
    public async Task OptionsThatMakeNoRunAreRefused(params string[] arguments)
    {
        CliRun run = await CliRun.RunAsync(["bench", .. arguments]);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Empty(run.Out);
    }
}
