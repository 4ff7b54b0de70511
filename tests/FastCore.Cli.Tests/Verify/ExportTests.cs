using System.Text.Json.Nodes;
using FastCore.Cli.Terminal;
using FastCore.Cli.Tests.Terminal;
using FastCore.Cli.Wire;
using FastCore.Protocol;
using FastCore.Protocol.MessagePack;
using FastCore.Testing;

namespace FastCore.Cli.Tests.Verify;

public sealed class ExportTests
{
    private const string Script =
        "create_accounts id=1 ledger=700 code=10, id=170141183460469231731687303715884105728 ledger=700 code=10\n" +
        "create_transfers id=1 debit_account_id=1 credit_account_id=2 amount=5 ledger=700 code=1 " +
        "user_data_64=18446744073709551615 flags=pending|linked\n" +
        "create_transfers id=2 debit_account_id=1 credit_account_id=2 amount=7 ledger=700 code=1\n";

    public static TheoryData<string> OperationNames => [.. WireCatalog.All.Select(operation => operation.Name)];

    [Theory]
    [InlineData("--objects")]
    [InlineData("--limit=1")]
    public async Task The_journal_says_the_same_in_both_formats(string option)
    {
        using TemporaryDirectory directory = new();
        CliRun filled = await CliRun.WithInputAsync(Script, "repl", "--data", directory.File("books"));
        Assert.True(filled.ExitCode is ExitCode.Ok, filled.Error);

        CliRun json = await CliRun.RunAsync(
            "inspect", "journal", "--data", directory.File("books"), option, "--format", "json");
        CliRun packed = await CliRun.RunAsync(
            "inspect", "journal", "--data", directory.File("books"), option, "--format", "msgpack");

        Assert.Equal((ExitCode.Ok, ""), (packed.ExitCode, packed.Out));
        Assert.True(JsonNode.DeepEquals(EntriesOf(json), PackedJson.Stream(packed.Bytes)));
        Assert.Equal(option == "--objects", json.Out.Contains("18446744073709551615", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Accounts_say_the_same_in_both_formats()
    {
        using TemporaryDirectory directory = new();
        await CliRun.WithInputAsync(Script, "repl", "--data", directory.File("books"));

        CliRun json = await CliRun.RunAsync("inspect", "accounts", "--data", directory.File("books"), "--json");
        CliRun packed = await CliRun.RunAsync(
            "inspect", "accounts", "--data", directory.File("books"), "--format", "msgpack");

        JsonNode accounts = JsonNode.Parse(json.Out)!["accounts"]!;
        Assert.Equal(2, accounts.AsArray().Count);
        Assert.True(JsonNode.DeepEquals(accounts, PackedJson.Stream(packed.Bytes)));
    }

    [Theory]
    [InlineData("summary", "")]
    [InlineData("checkpoint", "")]
    [InlineData("journal", "--json")]
    public async Task What_is_no_stream_of_records_is_refused(string what, string option)
    {
        using TemporaryDirectory directory = new();
        string[] line = ["inspect", what, "--data", directory.Path, "--format", "msgpack"];
        CliRun run = await CliRun.RunAsync(option.Length == 0 ? line : [.. line, option]);

        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Contains("--format msgpack", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Bytes);
    }

    // Every field of every struct, with bytes that nobody would send.
    [Theory]
    [MemberData(nameof(OperationNames))]
    public void Every_struct_says_the_same_in_both_formats(string name)
    {
        WireOperation operation = WireCatalog.All.Single(operation => operation.Name == name);
        SeededRandom random = new(3);
        foreach (WireStruct type in (WireStruct[])[operation.Element, operation.Result])
        {
            byte[] bytes = new byte[type.Size];
            byte[] room = new byte[16 << 10];
            for (int run = 0; run < 20; run++)
            {
                FillText(type, bytes, random);
                MessagePackWriter writer = new(room);
                Assert.True(WireMessagePack.TryWrite(ref writer, type, bytes));
                JsonNode expected = JsonNode.Parse(WireJson.Of(type, bytes).ToJsonString())!;
                Assert.True(JsonNode.DeepEquals(expected, PackedJson.Stream(writer.Written)[0]), expected.ToString());

                MessagePackWriter small = new(room.AsSpan(0, writer.Position - 1));
                Assert.False(WireMessagePack.TryWrite(ref small, type, bytes));
            }
        }
    }

    // Random bytes; single precision stays finite, as JSON knows nothing else, and text is text.
    private static void FillText(WireStruct type, byte[] bytes, SeededRandom random)
    {
        random.Fill(bytes);
        foreach (WireField field in type.Fields)
        {
            Span<byte> own = bytes.AsSpan(field.Offset, field.Size);
            if (field.Kind == WireKind.Float)
            {
                BitConverter.TryWriteBytes(own, random.OneIn(4) ? float.NaN : random.Below(1000) / 8f);
            }
            else if (field.Kind == WireKind.Text)
            {
                own.Fill((byte)('a' + random.Below(26)));
            }
            else if (field.IsReserved && random.OneIn(2))
            {
                own.Clear();
            }
        }
    }

    private static JsonArray EntriesOf(CliRun json)
    {
        JsonArray entries = [];
        foreach (JsonNode? partition in JsonNode.Parse(json.Out)!["partitions"]!.AsArray())
        {
            foreach (JsonNode? entry in partition!["entries"]!.AsArray())
            {
                JsonObject copy = entry!.DeepClone().AsObject();
                copy.Insert(0, "partition", partition["partition"]!.DeepClone());
                entries.Add((JsonNode)copy);
            }
        }

        return entries;
    }
}
