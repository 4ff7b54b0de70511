using System.Security.Cryptography;
using System.Text.Json;
using FastCore.Cli.Terminal;
using FastCore.Cli.Tests.Terminal;

namespace FastCore.Cli.Tests.Verify;

public sealed class VerifyAndInspectTests
{
    private const string Script =
        "create_accounts id=1 ledger=700 code=10, id=2 ledger=700 code=10\n" +
        "create_transfers id=1 debit_account_id=1 credit_account_id=2 amount=5 ledger=700 code=1 " +
        "user_data_64=1234567\n" +
        "create_transfers id=2 debit_account_id=1 credit_account_id=2 amount=7 ledger=700 code=1\n";

    [Fact]
    public async Task L27_ASoundDirectoryIsProvenAndShown()
    {
        using TemporaryDirectory directory = new();
        await FillAsync(directory.File("books"));

        CliRun verified = await CliRun.RunAsync("verify", "--data", directory.File("books"), "--json");
        Assert.Equal(ExitCode.Ok, verified.ExitCode);
        Assert.True(verified.Document.GetProperty("sound").GetBoolean());
        JsonElement partition = verified.Document.GetProperty("partitions")[0];
        Assert.Equal(3, partition.GetProperty("commands").GetInt32());
        Assert.Equal(64, partition.GetProperty("chain_head").GetString()!.Length);

        CliRun summary = await CliRun.RunAsync("inspect", "--data", directory.File("books"), "--json");
        Assert.Equal(ExitCode.Ok, summary.ExitCode);
        Assert.Equal(
            partition.GetProperty("chain_head").GetString(),
            summary.Document.GetProperty("partitions")[0].GetProperty("chain_head").GetString());

        CliRun journal = await CliRun.RunAsync(
            "inspect", "journal", "--data", directory.File("books"), "--objects", "--json");
        JsonElement[] commands =
        [
            .. journal.Document.GetProperty("partitions")[0].GetProperty("entries").EnumerateArray()
                .SelectMany(entry => entry.GetProperty("commands").EnumerateArray()),
        ];
        Assert.Equal(
            ["create_accounts", "create_transfers", "create_transfers"],
            commands.Select(command => command.GetProperty("operation").GetString()));
        Assert.Equal(2, commands[0].GetProperty("count").GetInt32());
        Assert.Equal(1_234_567, commands[1].GetProperty("objects")[0].GetProperty("user_data_64").GetInt32());

        CliRun text = await CliRun.RunAsync("inspect", "journal", "--data", directory.File("books"), "--objects");
        Assert.Contains("create_transfers x 1", text.Out);
        Assert.Contains("user_data_64=1234567", text.Out);
        CliRun checkpoint = await CliRun.RunAsync("inspect", "checkpoint", "--data", directory.File("books"));
        Assert.Equal(ExitCode.Ok, checkpoint.ExitCode);
    }

    [Fact]
    public async Task L27_AChangedByteIsFoundAndItsSequenceNamed()
    {
        using TemporaryDirectory directory = new();
        await FillAsync(directory.File("books"));
        CliRun sound = await CliRun.RunAsync("verify", "--data", directory.File("books"), "--json");
        Flip(directory.File("books"), [0x87, 0xD6, 0x12, 0, 0, 0, 0, 0]);

        CliRun broken = await CliRun.RunAsync("verify", "--data", directory.File("books"), "--json");

        Assert.Equal(ExitCode.Ok, sound.ExitCode);
        Assert.Equal(ExitCode.DataDirectory, broken.ExitCode);
        Assert.False(broken.Document.GetProperty("sound").GetBoolean());
        JsonElement partition = broken.Document.GetProperty("partitions")[0];
        Assert.NotEqual(0, partition.GetProperty("broken_sequence").GetInt64());
        Assert.NotEqual(JsonValueKind.Null, partition.GetProperty("failure").ValueKind);
    }

    // Nothing is behind the cut that could tell of it.
    [Fact]
    public async Task AJournalCutToNothingIsNotSound()
    {
        using TemporaryDirectory directory = new();
        await FillAsync(directory.File("books"));
        string segment = directory.File("books/p000/journal/0000000000.seg");
        using (FileStream file = new(segment, FileMode.Open, FileAccess.Write))
        {
            file.SetLength(0);
        }

        CliRun verified = await CliRun.RunAsync("verify", "--data", directory.File("books"), "--json");
        Assert.Equal(ExitCode.DataDirectory, verified.ExitCode);
        Assert.False(verified.Document.GetProperty("sound").GetBoolean());
        Assert.Contains("cut short", verified.Out, StringComparison.Ordinal);
        CliRun served = await CliRun.WithInputAsync("", "repl", "--data", directory.File("books"), "--json");
        Assert.Equal(ExitCode.DataDirectory, served.ExitCode);
        Assert.Equal(0, new FileInfo(segment).Length);
    }

    [Fact]
    public async Task TheBalancesOfABookAreShownAndNothingIsChanged()
    {
        using TemporaryDirectory directory = new();
        await FillAsync(directory.File("books"));
        Dictionary<string, string> before = HashesOf(directory.File("books"));

        CliRun run = await CliRun.RunAsync("inspect", "accounts", "--data", directory.File("books"), "--json");
        CliRun one = await CliRun.RunAsync(
            "inspect", "accounts", "--data", directory.File("books"), "--limit", "1");
        CliRun other = await CliRun.RunAsync(
            "inspect", "accounts", "--data", directory.File("books"), "--book", "2", "--json");

        Assert.Equal(ExitCode.Ok, run.ExitCode);
        JsonElement[] accounts = [.. run.Document.GetProperty("accounts").EnumerateArray()];
        Assert.Equal([1, 2], accounts.Select(account => account.GetProperty("id").GetInt32()));
        Assert.Equal((12, 0), BalanceOf(accounts[0]));
        Assert.Equal((0, 12), BalanceOf(accounts[1]));
        Assert.Contains("1 of 2 account(s)", one.Out);
        Assert.Contains("debits_posted=12", one.Out);
        Assert.Equal(0, other.Document.GetProperty("accounts_total").GetInt32());
        Assert.Equal(before, HashesOf(directory.File("books")));
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("inspect")]
    public async Task ADirectoryThatIsNotThereIsSaid(string command)
    {
        CliRun run = await CliRun.RunAsync(command, "--data", "/nonexistent/books", "--json");

        Assert.Equal(ExitCode.DataDirectory, run.ExitCode);
        Assert.Equal("data_directory_missing", run.Document.GetProperty("error").GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("verify")]
    [InlineData("inspect")]
    public async Task ADirectoryOfSomethingElseIsRefused(string command)
    {
        using TemporaryDirectory directory = new();
        await File.WriteAllTextAsync(directory.File("letter.txt"), "Dear reader");
        CliRun run = await CliRun.RunAsync(command, "--data", directory.Path, "--json");

        Assert.Equal(ExitCode.DataDirectory, run.ExitCode);
        Assert.StartsWith("data_directory_", run.Document.GetProperty("error").GetProperty("code").GetString());
        Assert.Single(Directory.GetFileSystemEntries(directory.Path));
    }

    private static (int Debits, int Credits) BalanceOf(JsonElement account) =>
        (account.GetProperty("debits_posted").GetInt32(), account.GetProperty("credits_posted").GetInt32());

    private static Dictionary<string, string> HashesOf(string directory) =>
        Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).ToDictionary(
            path => path, path => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))));

    private static async Task FillAsync(string path)
    {
        CliRun run = await CliRun.WithInputAsync(Script, "repl", "--data", path, "--partitions", "1", "--json");
        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.All(run.Lines, line => Assert.True(line.TryGetProperty("results", out _)));
    }

    // Changes one bit of the journaled field that holds these bytes. It is in an entry that a later one calls
    // committed:
    // damage behind that could be a torn tail, which is cut and not corrupt.
    private static void Flip(string directory, ReadOnlySpan<byte> content)
    {
        bool flipped = false;
        foreach (string path in Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories)
            .Where(path => path.Contains("journal", StringComparison.OrdinalIgnoreCase)))
        {
            byte[] bytes = File.ReadAllBytes(path);
            int at = bytes.AsSpan().IndexOf(content);
            if (at >= 0)
            {
                using FileStream file = new(path, FileMode.Open, FileAccess.Write);
                file.Position = at;
                file.WriteByte((byte)(bytes[at] ^ 1));
                flipped = true;
            }
        }

        Assert.True(flipped);
    }
}
