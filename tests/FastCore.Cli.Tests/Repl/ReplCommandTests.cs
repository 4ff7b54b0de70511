using System.Globalization;
using System.Text.Json;
using FastCore.Cli.Terminal;
using FastCore.Cli.Tests.Terminal;
using FastCore.Testing;

namespace FastCore.Cli.Tests.Repl;

public sealed class ReplCommandTests
{
    private const string TwoAccounts =
        "create_accounts id=1 ledger=700 code=10, id=2 ledger=700 code=10 flags=history\n";

    [Fact]
    public async Task L9_APendingTransferExpiresWhenTheScriptSaysSo()
    {
        IReadOnlyList<JsonElement> lines = await ScriptAsync(
            TwoAccounts +
            "create_transfers id=1 debit_account_id=1 credit_account_id=2 amount=60 ledger=700 code=1 flags=pending " +
            "timeout=10\n" +
            "lookup_accounts id=1\n" +
            "tick 9s\n" +
            "lookup_accounts id=1\n" +
            "tick 1s\n" +
            "tick 1us\n" +
            "lookup_accounts id=1\n" +
            "create_transfers id=2 pending_id=1 amount=60 flags=post_pending_transfer\n");

        Assert.Equal(60, Result(lines[2]).GetProperty("debits_pending").GetInt32());
        Assert.Equal(60, Result(lines[4]).GetProperty("debits_pending").GetInt32());
        Assert.Equal(0, Result(lines[7]).GetProperty("debits_pending").GetInt32());
        Assert.Equal("pending_transfer_expired", Result(lines[8]).GetProperty("code").GetString());
    }

    [Fact]
    public async Task L4_OneLineIsOneBatchWithOneResultPerObjectInOrder()
    {
        IReadOnlyList<JsonElement> lines = await ScriptAsync(
            TwoAccounts +
            "create_transfers id=1 debit_account_id=1 credit_account_id=2 amount=5 ledger=700 code=1 flags=linked, " +
            "id=2 debit_account_id=1 credit_account_id=9 amount=5 ledger=700 code=1, " +
            "id=3 debit_account_id=1 credit_account_id=2 amount=7 ledger=700 code=1\n" +
            "query_transfers\n" +
            "get_account_balances account_id=2\n" +
            "get_book_totals ledger=700\n" +
            "sum_account_transfers account_id=1 flags=debits\n");

        Assert.Equal(["created", "created"], Codes(lines[0]));
        Assert.Equal(["linked_event_failed", "credit_account_not_found", "created"], Codes(lines[1]));
        Assert.Equal(7, Result(lines[2]).GetProperty("amount").GetInt32());
        Assert.Equal(7, Result(lines[3]).GetProperty("credits_posted").GetInt32());
        Assert.Equal(1, Result(lines[4]).GetProperty("balanced").GetInt32());
        Assert.Equal(7, Result(lines[5]).GetProperty("debits_posted").GetInt32());
    }

    [Fact]
    public async Task TheSessionOfTheReadmeAnswersAsPrinted()
    {
        string readme = (await File.ReadAllTextAsync(Path.Combine(RepositoryRoot.Path, "README.md")))
            .ReplaceLineEndings("\n");
        const string Prompt = "$ dotnet run -c Release --project tools/FastCore.Cli -- ";
        int begin = readme.IndexOf(Prompt + "repl", StringComparison.Ordinal) + Prompt.Length;
        string[] shown = readme[begin..readme.IndexOf("\n```", begin, StringComparison.Ordinal)].Split('\n');
        string[] typed = [.. shown.Where(line => line.StartsWith("> ", StringComparison.Ordinal))];
        CliRun run = await CliRun.WithInputAsync(
            string.Join('\n', typed.Select(line => line[2..])), shown[0].Split(' '));

        Assert.NotEmpty(typed);
        Assert.Equal(shown.Skip(1).Where(line => !typed.Contains(line)), run.Out.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task ALineMayBeginWithAByteOrderMarkAndEndWithASemicolon()
    {
        CliRun run = await CliRun.WithInputAsync(
            "\uFEFFlookup_accounts id=1;\r\nexit;\nlookup_accounts id=2\n", "repl", "--memory", "--json");

        Assert.Equal(0, Assert.Single(run.Lines).GetProperty("results").GetArrayLength());
    }

    [Theory]
    [InlineData("{0} id=1")]
    [InlineData("create_accounts {0}")]
    [InlineData("create_accounts {0}=1")]
    [InlineData("create_accounts id={0}")]
    [InlineData("create_accounts id=1{0}")]
    [InlineData("create_accounts flags={0}")]
    [InlineData("create_accounts id=9{1}")]
    [InlineData("help {0}")]
    public async Task AnErrorQuotesTheBeginningOfWhatWasTyped(string line)
    {
        string text = string.Format(
            CultureInfo.InvariantCulture, line, new string('x', 1_000_000), new string('9', 1_000_000));
        CliRun run = await CliRun.WithInputAsync(text + "\n", "repl", "--memory", "--json");

        Assert.Equal(JsonValueKind.Object, run.Lines[0].GetProperty("error").ValueKind);
        Assert.InRange(run.Out.Length, 1, 500);
    }

    [Fact]
    public async Task InMemoryBalancesCanBeSetOutright()
    {
        IReadOnlyList<JsonElement> lines = await ScriptAsync(
            TwoAccounts +
            "setup_account account=1 debits_pending=1 debits_posted=2 credits_pending=3 credits_posted=0x4\n" +
            "lookup_accounts id=1\n");

        JsonElement account = Result(lines[2]);
        Assert.Equal(1, account.GetProperty("debits_pending").GetInt32());
        Assert.Equal(2, account.GetProperty("debits_posted").GetInt32());
        Assert.Equal(3, account.GetProperty("credits_pending").GetInt32());
        Assert.Equal(4, account.GetProperty("credits_posted").GetInt32());
    }

    [Fact]
    public async Task TimesOfAScriptInMemoryAreTheSameInEveryRun()
    {
        const string Script = TwoAccounts + "tick 1s\n" + TwoAccounts;
        CliRun first = await CliRun.WithInputAsync(Script, "repl", "--memory", "--clock", "manual", "--json");
        CliRun second = await CliRun.WithInputAsync(Script, "repl", "--memory", "--clock", "manual", "--json");

        Assert.Equal(first.Out, second.Out);
        Assert.Contains("1735689600", first.Out);
    }

    [Fact]
    public async Task WithoutAFixedClockTickIsRefused()
    {
        CliRun run = await CliRun.WithInputAsync("tick 1s\n", "repl", "--memory", "--json");

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Equal("not_allowed", run.Lines[0].GetProperty("error").GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("--memory or --connect", "repl")]
    [InlineData("one engine", "repl", "--memory", "--data", "x")]
    [InlineData("one engine", "repl", "--connect", "localhost:1", "--data", "x")]
    [InlineData("lunar", "repl", "--memory", "--clock", "lunar")]
    [InlineData("--durability", "repl", "--memory", "--durability", "async")]
    [InlineData("--partitions", "repl", "--connect", "localhost:1", "--partitions", "2")]
    [InlineData("--clock manual", "repl", "--connect", "localhost:1", "--clock", "manual")]
    [InlineData("endpoint", "repl", "--connect", "nonsense")]
    public async Task OptionsThatContradictEachOtherAreRefused(string contained, params string[] arguments)
    {
        CliRun run = await CliRun.RunAsync(arguments);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains(contained, run.Error);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task AServerThatIsNotThereIsAConnectionProblem()
    {
        // A port that was just free and that nobody listens on.
        using System.Net.Sockets.TcpListener listener = new(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        int port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        CliRun run = await CliRun.RunAsync("repl", "--connect", $"127.0.0.1:{port}", "--json");

        Assert.Equal(ExitCode.Connection, run.ExitCode);
        Assert.Equal("server_not_reached", run.Document.GetProperty("error").GetProperty("code").GetString());
    }

    private static async Task<IReadOnlyList<JsonElement>> ScriptAsync(string script)
    {
        CliRun run = await CliRun.WithInputAsync(script, "repl", "--memory", "--clock", "manual", "--json");
        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Empty(run.Error);
        return run.Lines;
    }

    private static JsonElement Result(JsonElement line) => line.GetProperty("results").EnumerateArray().Single();

    private static IEnumerable<string?> Codes(JsonElement line) =>
        line.GetProperty("results").EnumerateArray().Select(result => result.GetProperty("code").GetString());
}
