using System.Runtime.InteropServices;
using System.Text.Json;
using FastCore.Cli.Repl;
using FastCore.Cli.Terminal;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;

namespace FastCore.Cli.Tests.Repl;

public sealed class ReplLoopTests
{
    [Fact]
    public async Task CreatedObjectsAnswerWithCodeAndTimestamp()
    {
        ScriptedSession session = new((_, _, reply) => Write(
            reply,
            new CreateAccountResult { Timestamp = 1_735_689_600_000_000_001, Status = CreateAccountStatus.Created },
            new CreateAccountResult { Status = CreateAccountStatus.ExistsWithDifferentUserData128 }));

        JsonElement line = Assert.Single(await RunAsync(session, "create_accounts id=1 ledger=1 code=1, id=2"));

        Assert.Equal("create_accounts", line.GetProperty("operation").GetString());
        JsonElement results = line.GetProperty("results");
        Assert.Equal(2, results.GetArrayLength());
        Assert.Equal("created", results[0].GetProperty("code").GetString());
        Assert.Equal("1735689600000000001", results[0].GetProperty("timestamp").GetString());
        Assert.Equal("exists_with_different_user_data_128", results[1].GetProperty("code").GetString());
        Assert.Equal(0, results[1].GetProperty("timestamp").GetInt64());
    }

    [Fact]
    public async Task QueriesAnswerOneObjectPerResultWithAllFields()
    {
        ScriptedSession session = new((_, _, reply) => Write(reply, new Account
        {
            Id = UInt128.MaxValue - 1,
            CreditsPosted = (1UL << 53) + 1,
            DebitsPosted = 1UL << 53,
            Ledger = 700,
            Code = 10,
            Flags = AccountFlags.History | (AccountFlags)0x4000,
        }));

        JsonElement account = Assert.Single(await RunAsync(session, "lookup_accounts id=1, id=2"))
            .GetProperty("results").EnumerateArray().Single();

        Assert.Equal("340282366920938463463374607431768211454", account.GetProperty("id").GetString());
        Assert.Equal(1L << 53, account.GetProperty("debits_posted").GetInt64());
        Assert.Equal("9007199254740993", account.GetProperty("credits_posted").GetString());
        Assert.Equal("history|0x4000", account.GetProperty("flags").GetString());
        Assert.Equal(10, account.GetProperty("code").GetInt32());
        string[] fields =
        [
            "id", "debits_pending", "debits_posted", "credits_pending", "credits_posted", "user_data_128",
                "user_data_64",
            "user_data_32", "ledger", "code", "flags", "timestamp",
        ];
        Assert.Equal(fields, account.EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    public async Task AProblemIsALineAndTheSessionGoesOn()
    {
        ScriptedSession session = new((_, _, _) => new Reply(FrameStatus.Overloaded, 0, 25), (_, _, _) => default);
        IReadOnlyList<JsonElement> lines = await RunAsync(
            session,
            "create_accounts nonsense=1",
            "# a comment",
            "",
            "   ",
            "create_accounts id=1",
            "tick 5s",
            "setup_account account=1",
            "lookup_accounts id=1;");

        Assert.Equal(
            ["unknown_field", "overloaded", "not_allowed", "not_allowed"],
            lines.Take(4).Select(line => line.GetProperty("error").GetProperty("code").GetString()));
        Assert.Equal(5, lines.Count);
        Assert.Equal(0, lines[4].GetProperty("results").GetArrayLength());
        Assert.Equal([Operation.CreateAccounts, Operation.LookupAccounts], session.Sent);
    }

    [Fact]
    public async Task ExitEndsTheSession() =>
        Assert.Empty(await RunAsync(new ScriptedSession(), "exit", "create_accounts id=1"));

    [Theory]
    [InlineData("30s", 30_000_000_000)]
    [InlineData("5m", 300_000_000_000)]
    [InlineData("100ms", 100_000_000)]
    [InlineData("2h", 7_200_000_000_000)]
    [InlineData("7us", 7_000)]
    [InlineData("9ns", 9)]
    [InlineData("1d", 86_400_000_000_000)]
    public async Task TickMovesTheClock(string duration, ulong ns)
    {
        ReplClock clock = new(1_000);
        JsonElement line = Assert.Single(await RunAsync(new ScriptedSession(), clock, $"tick {duration}"));

        Assert.Equal(1_000 + ns, clock.NowNs);
        Assert.Equal("ok", line.GetProperty("results")[0].GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("tick")]
    [InlineData("tick 5")]
    [InlineData("tick s")]
    [InlineData("tick -5s")]
    [InlineData("tick 1 s")]
    [InlineData("tick 99999999999d")]
    public async Task OtherDurationsAreRefused(string command)
    {
        ReplClock clock = new(1_000);
        JsonElement line = Assert.Single(await RunAsync(new ScriptedSession(), clock, command));

        Assert.Equal("invalid_value", line.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(1_000UL, clock.NowNs);
    }

    [Fact]
    public async Task ATickBeyondTheLastMoment_IsRefusedAndTheSessionGoesOn()
    {
        ReplClock clock = new(ReplClock.ScriptStartNs);
        IReadOnlyList<JsonElement> lines = await RunAsync(
            new ScriptedSession(), clock, "tick 106751d", "tick 106751d", "tick 1s");

        Assert.Equal("invalid_value", lines[1].GetProperty("error").GetProperty("code").GetString());
        Assert.Equal("ok", lines[2].GetProperty("results")[0].GetProperty("code").GetString());
    }

    [Fact]
    public async Task HelpListsOperationsAndTheirFields()
    {
        IReadOnlyList<JsonElement> lines = await RunAsync(
            new ScriptedSession(), "help", "help create_transfers", "help nonsense");

        Assert.Contains(
            lines[0].GetProperty("results").EnumerateArray(),
            entry => entry.GetProperty("name").GetString() == "refund_payments");
        JsonElement flags = lines[1].GetProperty("results").EnumerateArray()
            .Single(entry => entry.GetProperty("field").GetString() == "flags");
        Assert.Contains(
            flags.GetProperty("names").EnumerateArray(), name => name.GetString() == "void_pending_transfer");
        Assert.Equal("unknown_operation", lines[2].GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task WithoutJsonAnswersAreLinesOfText()
    {
        ScriptedSession session = new((_, _, reply) => Write(reply, new CreateTransferResult
        {
            Timestamp = 5,
            Status = CreateTransferStatus.ExceedsCredits,
        }));
        StringWriter output = new();
        CliConsole console = new(
            new StringReader("create_transfers id=1\nnonsense\nhelp create_transfers\n"), output, new StringWriter());
        await new ReplLoop(new CliContext(console, Json: false), session, null, false, () => []).RunAsync(default);

        string[] lines = output.ToString().Split(Environment.NewLine);
        Assert.Equal("exceeds_credits timestamp=5", lines[0]);
        Assert.StartsWith("error: unknown_operation: ", lines[1]);
        Assert.Contains(lines, line => line.Contains("debit_account_id", StringComparison.Ordinal));
    }

    private static Task<IReadOnlyList<JsonElement>> RunAsync(IFastCoreSession session, params string[] lines) =>
        RunAsync(session, null, lines);

    private static async Task<IReadOnlyList<JsonElement>> RunAsync(
        IFastCoreSession session, ReplClock? clock, params string[] lines)
    {
        StringWriter output = new();
        CliConsole console = new(new StringReader(string.Join('\n', lines)), output, new StringWriter());
        await new ReplLoop(new CliContext(console, Json: true), session, clock, false, () => []).RunAsync(default);
        return [.. output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static Reply Write<T>(Memory<byte> reply, params ReadOnlySpan<T> results)
        where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(results);
        bytes.CopyTo(reply.Span);
        return new Reply(FrameStatus.Ok, bytes.Length, 0);
    }
}
