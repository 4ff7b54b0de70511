using System.Text.Json;
using FastCore.Cli.Terminal;
using FastCore.Cli.Tests.Terminal;

namespace FastCore.Cli.Tests.Knobs;

public sealed class KnobsCommandTests
{
    [Fact]
    public async Task TheTableOfThisProcessSaysWhereEachValueComesFrom()
    {
        using TemporaryDirectory directory = new();
        string config = directory.File("server.json");
        await File.WriteAllTextAsync(
            config, """{ "Node": { "Idle": "Yield", "RingBytes": 16777216, "BatchElementsMax": 100 } }""");
        CliRun run;
        Environment.SetEnvironmentVariable("FASTCORE_Node__BatchElementsMax", "200");
        try
        {
            run = await CliRun.RunAsync("knobs", "--config", config, "--knob", "idle=park", "--json");
        }
        finally
        {
            Environment.SetEnvironmentVariable("FASTCORE_Node__BatchElementsMax", null);
        }

        Assert.Equal(("park", "command_line"), Of(run, "idle"));
        Assert.Equal(("200", "environment"), Of(run, "batch_elements_max"));
        Assert.Equal(("16777216", "json"), Of(run, "ring_bytes"));
        Assert.Equal(("0", "default"), Of(run, "partitions"));
    }

    [Fact]
    public async Task AVariableThatIsNotReadFailsTheCommand()
    {
        Environment.SetEnvironmentVariable("DOTNET_GCGen0SIZE", "0x4000000");
        try
        {
            CliRun run = await CliRun.RunAsync("knobs", "--json");
            Assert.Equal(ExitCode.CheckFailed, run.ExitCode);
            Assert.Contains("gc_gen0_size", run.Document.GetProperty("differing").EnumerateArray()
                .Select(name => name.GetString()));
            CliRun text = await CliRun.RunAsync("knobs");
            Assert.Equal(ExitCode.CheckFailed, text.ExitCode);
            Assert.Contains("NOT EFFECTIVE: gc_gen0_size", text.Out);
        }
        finally
        {
            Environment.SetEnvironmentVariable("DOTNET_GCGen0SIZE", null);
        }
    }

    [Theory]
    [InlineData("idel=park", "unknown_knob")]
    [InlineData("idle=sleep", "value_out_of_range")]
    [InlineData("gc_server=on", "unknown_knob")]
    [InlineData("idle", "knob_invalid")]
    [InlineData("=park", "knob_invalid")]
    public async Task WhatCannotBeSetIsRefused(string knob, string code)
    {
        CliRun run = await CliRun.RunAsync("knobs", "--knob", knob, "--json");
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Equal(code, run.Document.GetProperty("error").GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{ "Node": { "Idle": "sleepy" } }""")]
    [InlineData("""{ "Node": { "Idel": "Park" } }""")]
    [InlineData("""{ "Knobs": { } }""")]
    public async Task AConfigurationThatIsNoneIsRefused(string text)
    {
        using TemporaryDirectory directory = new();
        string config = directory.File("server.json");
        await File.WriteAllTextAsync(config, text);
        CliRun run = await CliRun.RunAsync("knobs", "--config", config, "--json");
        Assert.Equal(ExitCode.Usage, run.ExitCode);
        Assert.Equal("configuration_invalid", run.Document.GetProperty("error").GetProperty("code").GetString());
        Assert.DoesNotContain("ErrorOnUnknownConfiguration", run.Error);
    }

    [Fact]
    public async Task AServersKnobsAreShownAndTurned()
    {
        using TemporaryDirectory directory = new();
        using CancellationTokenSource stop = new();
        SignallingWriter output = new();
        Task<int> serving = CliApplication.RunAsync(
            [
                "serve", "--data", directory.File("books"), "--durability", "async", "--partitions", "2", "--listen",
                "127.0.0.1:0", "--knob", "record_index_memory_bytes=4194304", "--json",
            ],
            new CliConsole(new StringReader(""), output, new StringWriter()),
            stop.Token);
        await await Task.WhenAny(output.Flushed, serving);
        string address = JsonDocument.Parse(output.ToString()).RootElement.GetProperty("listening")[0].GetString()!;

        CliRun before = await CliRun.RunAsync("knobs", "--connect", address, "--json");
        CliRun set = await CliRun.RunAsync(
            "knobs", "set", "idle=Yield", "batch_elements_max=64", "--connect", address, "--json");
        CliRun after = await CliRun.RunAsync("knobs", "--connect", address, "--json");
        CliRun refused = await CliRun.RunAsync(
            "knobs", "set", "gc_heap_hard_limit=4096", "--connect", address, "--json");
        CliRun restart = await CliRun.RunAsync("knobs", "set", "ring_bytes=8388608", "--connect", address, "--json");
        CliRun partly = await CliRun.RunAsync(
            "knobs", "set", "idle=park", "idel=park", "--connect", address, "--json");
        CliRun mixed = await CliRun.RunAsync("knobs", "--connect", address, "--knob", "idle=park");
        await stop.CancelAsync();
        Assert.Equal(ExitCode.Ok, await serving);

        Assert.Equal(("backoff", "default"), Of(before, "idle"));
        Assert.Equal(("async", "command_line"), Of(before, "durability"));
        Assert.Equal(ExitCode.Ok, set.ExitCode);
        Assert.Equal(4, set.Document.GetProperty("knobs").GetArrayLength());
        Assert.Equal(("yield", "set"), Of(after, "idle"));
        Assert.Equal(("64", "set"), Of(after, "batch_elements_max"));
        Assert.Equal(ExitCode.CheckFailed, refused.ExitCode);
        Assert.Equal("gc_heap_hard_limit", refused.Document.GetProperty("differing")[0].GetString());
        Assert.Equal(ExitCode.Refused, restart.ExitCode);
        Assert.Equal("needs_restart", restart.Document.GetProperty("error").GetProperty("code").GetString());
        Assert.Equal(ExitCode.Refused, partly.ExitCode);
        Assert.Contains("idel was not turned", partly.Error);
        Assert.Contains("Turned all the same: idle.", partly.Error);
        Assert.Equal(ExitCode.Usage, mixed.ExitCode);
    }

    private static (string Effective, string Source) Of(CliRun run, string knob)
    {
        JsonElement row = run.Document.GetProperty("knobs").EnumerateArray()
            .First(row => row.GetProperty("knob").GetString() == knob);
        return (row.GetProperty("effective").GetString()!, row.GetProperty("source").GetString()!);
    }
}
