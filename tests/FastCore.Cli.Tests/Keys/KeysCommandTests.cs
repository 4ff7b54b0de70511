using System.Text.Json;
using FastCore.Cli.Terminal;
using FastCore.Cli.Tests.Terminal;
using FastCore.Server;
using FastCore.Server.Access;

namespace FastCore.Cli.Tests.Keys;

public sealed class KeysCommandTests
{
    [Fact]
    public async Task AKeyIsMadeListedRotatedAndRemoved()
    {
        using TemporaryDirectory directory = new();
        string file = directory.File("keys.json");
        CliRun first = await NewAsync("shop", file, "payments,reads", "100-199");
        CliRun other = await NewAsync("audit", file, "reads", "*");
        CliRun second = await NewAsync("shop", file, "payments", "100-199");
        string key = first.Document.GetProperty("key").GetString()!;
        IReadOnlyList<AccessKeyOptions> keys = AccessKeyFile.Read(file);

        Assert.Equal([ExitCode.Ok, ExitCode.Ok, ExitCode.Ok], [first.ExitCode, other.ExitCode, second.ExitCode]);
        Assert.Equal(["shop 1", "audit 2", "shop 1"], keys.Select(entry => $"{entry.Name} {entry.Principal}"));
        Assert.Equal(["payments", "reads"], keys[0].Operations);
        Assert.Empty(AccessKeyFile.Problems(keys));
        Assert.DoesNotContain(key[21..], await File.ReadAllTextAsync(file));

        CliRun list = await CliRun.RunAsync("keys", "list", "--file", file, "--json");
        string id = list.Document.GetProperty("keys")[0].GetProperty("id").GetString()!;
        Assert.Equal(key[4..20], id);
        Assert.Contains(id, (await CliRun.RunAsync("keys", "list", "--file", file)).Out);

        CliRun removed = await CliRun.RunAsync("keys", "remove", "--file", file, "--id", id, "--json");
        Assert.Equal(2, removed.Document.GetProperty("left").GetInt32());
        CliRun again = await CliRun.RunAsync("keys", "remove", "--file", file, "--id", id, "--json");
        Assert.Equal(ExitCode.CheckFailed, again.ExitCode);
        Assert.DoesNotContain(AccessKeyFile.Read(file), entry => AccessSecret.IdOf(entry.Hash) == id);
    }

    [Fact]
    public async Task AKeyIsHashedFromStandardInput()
    {
        CliRun made = await CliRun.RunAsync("keys", "new", "--name", "x", "--operations", "*", "--books", "7");
        string key = made.Out.Trim();
        CliRun hash = await CliRun.WithInputAsync(key + "\n", "keys", "hash");
        CliRun password = await CliRun.WithInputAsync("hunter2\n", "keys", "hash", "--json");

        Assert.Equal(key[4..20], AccessSecret.IdOf(hash.Out.Trim()));
        Assert.Equal(ExitCode.Usage, password.ExitCode);
        Assert.Equal("not_a_key", password.Document.GetProperty("error").GetProperty("code").GetString());
        Assert.DoesNotContain("hunter2", password.Out + password.Error);
    }

    [Fact]
    public async Task ScopesThatMeanNothingAndFilesThatAreNoneAreRefused()
    {
        using TemporaryDirectory directory = new();
        string file = directory.File("keys.json");
        CliRun nonsense = await NewAsync("shop", file, "everything", "100-199");
        CliRun backwards = await NewAsync("shop", file, "*", "9-1");
        CliRun missing = await CliRun.RunAsync("keys", "list", "--file", file, "--json");
        await File.WriteAllTextAsync(file, "{");
        CliRun broken = await NewAsync("shop", file, "*", "*");

        Assert.Equal([ExitCode.Usage, ExitCode.Usage], [nonsense.ExitCode, backwards.ExitCode]);
        Assert.Contains("everything", nonsense.Error);
        Assert.Equal([ExitCode.File, ExitCode.File], [missing.ExitCode, broken.ExitCode]);
        Assert.Equal("{", await File.ReadAllTextAsync(file));
    }

    [Fact]
    public async Task AServerTakesTheFileAndFollowsItsChanges()
    {
        using TemporaryDirectory directory = new();
        string file = directory.File("keys.json");
        string socket = directory.File("s");
        string key = (await NewAsync("shop", file, "*", "1-9")).Document.GetProperty("key").GetString()!;
        using CancellationTokenSource stop = new();
        SignallingWriter output = new();
        Task<int> serving = CliApplication.RunAsync(
            ["serve", "--memory", "--unix", socket, "--keys", file, "--partitions", "1", "--json"],
            new CliConsole(new StringReader(""), output, new StringWriter()),
            stop.Token);
        await await Task.WhenAny(output.Flushed, serving);

        bool isOpen =
            JsonDocument.Parse(output.ToString()).RootElement.GetProperty("open_to_everybody_here").GetBoolean();
        Assert.False(isOpen);
        Assert.Equal(ExitCode.Ok, await ReplAsync(socket, key));
        Assert.Equal(ExitCode.Connection, await ReplAsync(socket, key[..^1] + (key[^1] == '0' ? '1' : '0')));
        await CliRun.RunAsync("keys", "remove", "--file", file, "--id", key[4..20]);
        while (await ReplAsync(socket, key) != ExitCode.Connection)
        {
            // Until the server has looked at the file again.
        }

        await stop.CancelAsync();
        Assert.Equal(ExitCode.Ok, await serving);
    }

    private static Task<CliRun> NewAsync(string name, string file, string operations, string books) => CliRun.RunAsync(
        "keys", "new", "--name", name, "--operations", operations, "--books", books, "--file", file, "--json");

    private static async Task<int> ReplAsync(string socket, string key) => (await CliRun.WithInputAsync(
        "create_accounts book=1 id=1 ledger=1 code=1\n", "repl", "--connect", $"unix:{socket}", "--api-key", key,
        "--json")).ExitCode;
}
