using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using FastCore.Cli.Terminal;
using FastCore.Cli.Tests.Terminal;

namespace FastCore.Cli.Tests.Serve;

public sealed class ServeCommandTests
{
    [Fact]
    public async Task AServerSaysWhereItListensServesAndEndsCleanly()
    {
        using TemporaryDirectory directory = new();
        string socket = directory.File("s");
        using CancellationTokenSource stop = new();
        SignallingWriter output = new();
        CliConsole console = new(new StringReader(""), output, new StringWriter());
        Task<int> serving = CliApplication.RunAsync(
            ["serve", "--memory", "--listen", "127.0.0.1:0", "--unix", socket, "--partitions", "2", "--json"],
            console,
            stop.Token);
        await await Task.WhenAny(output.Flushed, serving);

        JsonElement document = JsonDocument.Parse(output.ToString()).RootElement;
        string[] addresses =
        [
            .. document.GetProperty("listening").EnumerateArray().Select(address => address.GetString()!),
        ];
        Assert.Equal(2, addresses.Length);
        Assert.Equal(2, document.GetProperty("partitions").GetInt32());
        Assert.True(document.GetProperty("open_to_everybody_here").GetBoolean());
        const string Open = "create_accounts id=1 ledger=1 code=1\n";
        CliRun tcp = await CliRun.WithInputAsync(Open, "repl", "--connect", addresses[0], "--json");
        CliRun unix = await CliRun.WithInputAsync(Open, "repl", "--connect", $"unix:{socket}", "--json");
        CliRun load = await CliRun.RunAsync(
            "bench", "payments", "--front", "tcp", "--connect", addresses[0], "--count", "2000", "--batch", "20",
            "--connections", "3", "--accounts", "50", "--json");
        CliRun setup = await CliRun.WithInputAsync(
            "setup_account account=1\n", "repl", "--connect", addresses[0], "--json");
        await stop.CancelAsync();

        Assert.Equal(ExitCode.Ok, await serving);
        Assert.Equal("created", CodeOf(tcp));
        Assert.Equal("exists", CodeOf(unix));
        Assert.Equal(ExitCode.Ok, load.ExitCode);
        Assert.True(load.Document.GetProperty("verified").GetBoolean());
        Assert.Equal("not_allowed", setup.Lines[0].GetProperty("error").GetProperty("code").GetString());
    }

    // An operator's supervisor takes everything but 0 for a crash.
    [Fact]
    public async Task TheHelpTellsWhatAStopEndsWith()
    {
        CliRun serve = await CliRun.RunAsync("serve", "--help");
        Assert.Contains("    0  stopped by Ctrl-C or SIGTERM; what was in flight was answered", serve.Out);
        Assert.Contains("  130  ended by Ctrl-C or SIGTERM before it listened", serve.Out);
        CliRun other = await CliRun.RunAsync("bench", "--help");
        Assert.Contains("  130  ended by Ctrl-C or SIGTERM before it was done", other.Out);
    }

    [Fact]
    public async Task AnAddressThatCannotBeListenedOnIsNamedOnce()
    {
        using TcpListener taken = new(IPAddress.Loopback, 0);
        taken.Start();
        string address = taken.LocalEndpoint.ToString()!;
        using TemporaryDirectory directory = new();
        string socket = directory.File("none/s");
        CliRun port = await CliRun.RunAsync("serve", "--memory", "--listen", address, "--json");
        CliRun path = await CliRun.RunAsync("serve", "--memory", "--unix", socket, "--json");

        foreach ((CliRun run, string place) in ((CliRun, string)[])[(port, $"tcp://{address}"), (path, socket)])
        {
            Assert.Equal(ExitCode.Connection, run.ExitCode);
            JsonElement error = run.Document.GetProperty("error");
            Assert.Equal("cannot_listen", error.GetProperty("code").GetString());
            Assert.Contains(place, error.GetProperty("message").GetString());
            Assert.DoesNotContain("http:", run.Error);
            Assert.DoesNotContain("   at ", run.Error);
        }
    }

    [Fact]
    public async Task SettingsThatDoNotExistOrContradictAreRefused()
    {
        using TemporaryDirectory directory = new();
        string config = directory.File("server.json");
        await File.WriteAllTextAsync(config, """{ "Server": { "ConnectionsMaxx": 5 } }""");
        CliRun misspelt = await CliRun.RunAsync("serve", "--config", config, "--json");
        await File.WriteAllTextAsync(config, """{ "Nodes": { } }""");
        CliRun section = await CliRun.RunAsync("serve", "--config", config);
        CliRun open = await CliRun.RunAsync("serve", "--memory", "--listen", "*:0", "--json");
        CliRun nowhere = await CliRun.RunAsync("serve");
        CliRun missing = await CliRun.RunAsync("serve", "--config", directory.File("none.json"));

        Assert.Equal(ExitCode.Usage, misspelt.ExitCode);
        Assert.Contains("ConnectionsMaxx", misspelt.Error);
        Assert.Equal("configuration_invalid", misspelt.Document.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(ExitCode.Usage, section.ExitCode);
        Assert.Contains("Nodes", section.Error);
        Assert.Equal(ExitCode.Usage, open.ExitCode);
        Assert.Equal(ExitCode.Usage, nowhere.ExitCode);
        Assert.Equal(ExitCode.File, missing.ExitCode);
    }

    private static string? CodeOf(CliRun run) =>
        run.Lines[0].GetProperty("results")[0].GetProperty("code").GetString();
}
