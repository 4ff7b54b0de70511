using System.Globalization;
using System.Text.Json;
using FastCore.Cli.Terminal;
using FastCore.Cli.Tests.Terminal;

namespace FastCore.Cli.Tests.Simulate;

public sealed class SimulateCommandTests
{
    [Fact]
    public async Task OneSeedTellsWhatItDid()
    {
        CliRun run = await CliRun.RunAsync("simulate", "--seed", "7", "--requests", "500", "--json");

        Assert.True(run.ExitCode == ExitCode.Ok, run.Out + run.Error);
        JsonElement document = run.Document;
        Assert.Equal(1, document.GetProperty("runs").GetInt64());
        Assert.True(document.GetProperty("requests").GetInt64() > 0);
        Assert.True(document.GetProperty("commands_compared").GetInt64() > 0);
        Assert.Equal(0, document.GetProperty("failed").GetArrayLength());
    }

    [Fact]
    public async Task SeedsFollowTheOneThatIsGiven()
    {
        JsonElement both = (await RunSeedsAsync("--seed", "7", "--seeds", "2")).Document;
        ulong[] alone =
        [
            TraceOf((await RunSeedsAsync("--seed", "7")).Document),
            TraceOf((await RunSeedsAsync("--seed", "8")).Document),
        ];

        Assert.Equal(2, both.GetProperty("runs").GetInt64());
        Assert.Equal(7, both.GetProperty("first_seed").GetInt64());
        Assert.Equal(unchecked((alone[0] * 31) ^ alone[1]), TraceOf(both));
    }

    [Fact]
    public async Task SecondsBeginWithTheSeedThatIsGiven()
    {
        JsonElement document = (await RunSeedsAsync("--seed", "7", "--seeds", "1", "--seconds", "600")).Document;

        Assert.Equal(1, document.GetProperty("runs").GetInt64());
        Assert.Equal(TraceOf((await RunSeedsAsync("--seed", "7")).Document), TraceOf(document));
    }

    [Fact]
    public async Task CtrlCEndsItBetweenTwoSeedsAndItTellsWhatItDid()
    {
        using CancellationTokenSource stop = new();
        StringWriter output = new();
        NotesWriter notes = new();
        Task<int> run = CliApplication.RunAsync(
            ["simulate", "--seconds", "86400", "--requests", "50", "--json"],
            new CliConsole(new StringReader(""), output, notes),
            stop.Token);
        await await Task.WhenAny(notes.Begun, run);
        await stop.CancelAsync();

        Assert.Equal(ExitCode.Interrupted, await run);
        Assert.Equal(0, JsonDocument.Parse(output.ToString()).RootElement.GetProperty("failed").GetArrayLength());
    }

    [Fact]
    public async Task NothingToDoAndUnknownDomainsAreRefused()
    {
        Assert.Equal(ExitCode.Usage, (await CliRun.RunAsync("simulate", "--seeds", "0")).ExitCode);
        Assert.Equal(ExitCode.Usage, (await CliRun.RunAsync("simulate", "--domains", "weather")).ExitCode);
    }

    [Fact]
    public async Task SeatsAloneAreCompared()
    {
        CliRun run = await CliRun.RunAsync("simulate", "seats", "--operations", "20000", "--seed", "4", "--json");

        Assert.True(run.ExitCode == ExitCode.Ok, run.Out + run.Error);
        Assert.Equal(20_000, run.Document.GetProperty("operations").GetInt64());
        Assert.Equal(0, run.Document.GetProperty("double_booked").GetInt64());
        Assert.Equal(JsonValueKind.Null, run.Document.GetProperty("failure").ValueKind);
        Assert.Equal(ExitCode.Usage, (await CliRun.RunAsync("simulate", "seats", "--operations", "0")).ExitCode);
    }

    [Fact]
    public async Task TheDeskAloneIsComparedAndASeedRepeatsItsRun()
    {
        string[] traces = new string[2];
        for (int i = 0; i < traces.Length; i++)
        {
            CliRun run = await CliRun.RunAsync(
                "simulate", "desk", "--seed", "4", "--seeds", "2", "--requests", "100", "--json");
            Assert.True(run.ExitCode == ExitCode.Ok, run.Out + run.Error);
            Assert.Equal(2, run.Document.GetProperty("runs").GetInt32());
            Assert.NotEqual(0, run.Document.GetProperty("policies").GetInt32());
            Assert.Equal(0, run.Document.GetProperty("failed").GetArrayLength());
            traces[i] = run.Document.GetProperty("trace").GetString()!;
        }

        Assert.Equal(traces[0], traces[1]);
        Assert.Equal(ExitCode.Usage, (await CliRun.RunAsync("simulate", "desk", "--seeds", "0")).ExitCode);
    }

    private static Task<CliRun> RunSeedsAsync(params string[] seeds) =>
        CliRun.RunAsync(["simulate", .. seeds, "--requests", "200", "--domains", "ledger", "--json"]);

    private static ulong TraceOf(JsonElement document) =>
        ulong.Parse(document.GetProperty("trace").GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    /// <summary>Tells when the first note was written: the runs begin after it.</summary>
    private sealed class NotesWriter : StringWriter
    {
        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Begun => _begun.Task;

        public override void WriteLine(string? value)
        {
            base.WriteLine(value);
            _begun.TrySetResult();
        }
    }
}
