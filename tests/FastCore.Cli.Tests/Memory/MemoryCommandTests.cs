using System.Diagnostics;
using System.Text.Json;
using FastCore.Cli.Terminal;
using FastCore.Cli.Tests.Terminal;
using FastCore.Client;
using FastCore.Protocol.Memory;
using FastCore.Torture;

namespace FastCore.Cli.Tests.Memory;

public sealed class MemoryCommandTests
{
    // Beyond what Linux gives out (kernel.pid_max is at most 2^22).
    private const string NoProcess = "4194305";

    [Fact]
    public async Task AServersMemoryIsOneDocumentOfRows()
    {
        using TemporaryDirectory directory = new();
        using ServerProcess server = await StartAsync(directory);
        CliRun run = await CliRun.RunAsync("memory", "--connect", server.Address, "--json");

        Assert.True(run.ExitCode == ExitCode.Ok, run.Out + run.Error);
        JsonElement document = run.Document;
        Assert.Equal("memory", document.GetProperty("command").GetString());
        JsonElement[] rows = [.. document.GetProperty("memory").EnumerateArray()];
        JsonElement accounts = rows.First(row => row.GetProperty("name").GetString() == "ledger-accounts");
        Assert.Equal(
            [
                "name", "kind", "partition", "bytes", "free_bytes", "bytes_max", "count", "count_max", "load", "hits",
                "misses", "hit_ratio", "pause_ns", "pause_max_ns",
            ],
            accounts.EnumerateObject().Select(property => property.Name));
        Assert.Equal("table", accounts.GetProperty("kind").GetString());
        Assert.Equal([0, 1], rows.Where(row => row.GetProperty("name").GetString() == "ledger-accounts")
            .Select(row => row.GetProperty("partition").GetInt32()));
        JsonElement process = rows.Single(row => row.GetProperty("name").GetString() == "process");
        Assert.Equal(JsonValueKind.Null, process.GetProperty("partition").ValueKind);
        Assert.Equal(
            process.GetProperty("bytes").GetUInt64(), document.GetProperty("process_bytes").GetUInt64());
        string[] inMemory = ["table", "index", "cache", "buffer"];
        Assert.Equal(
            (ulong)rows.Where(row => inMemory.Contains(row.GetProperty("kind").GetString()))
                .Sum(row => row.GetProperty("bytes").GetInt64()),
            document.GetProperty("off_heap_bytes").GetUInt64());

        CliRun text = await CliRun.RunAsync("memory", "--connect", server.Address);
        Assert.Equal(ExitCode.Ok, text.ExitCode);
        Assert.Contains("ledger-accounts.index", text.Out);
        Assert.Contains("Collector: ", text.Out);
        Assert.Single(text.Out.Split('\n'), line => line.Contains("ledger-accounts ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ASiteThatAllocatesIsFoundInAnotherProcess()
    {
        using TemporaryDirectory directory = new();
        using ServerProcess server = await StartAsync(directory);
        using CancellationTokenSource stop = new();
        Task asking = AskAsync(server.Address, stop.Token);
        CliRun run = await CliRun.RunAsync("memory", "--process", Id(server), "--seconds", "3", "--json");
        await stop.CancelAsync();
        await asking;

        Assert.True(run.ExitCode == ExitCode.Ok, run.Out + run.Error);
        JsonElement allocations = run.Document.GetProperty("allocations");
        JsonElement[] sites = [.. allocations.GetProperty("sites").EnumerateArray()];
        Assert.Equal(
            ["method", "type", "bytes", "share", "samples", "stack"],
            sites[0].EnumerateObject().Select(property => property.Name));

        // Each question fills a list of rows at this place.
        JsonElement site = Assert.Single(sites, candidate =>
            candidate.GetProperty("method").GetString() == "FastCore.Node.Memory.ProcessMemory.Measure"
            && candidate.GetProperty("type").GetString() == "FastCore.Engine.Ports.MemoryUse[]");
        Assert.True(site.GetProperty("bytes").GetInt64() > 0);
        Assert.True(site.GetProperty("stack").GetArrayLength() > 1);
        Assert.True(sites.Sum(one => one.GetProperty("bytes").GetInt64())
            <= allocations.GetProperty("bytes").GetInt64());

        CliRun text = await CliRun.RunAsync("memory", "--process", Id(server), "--seconds", "1");
        Assert.Equal(ExitCode.Ok, text.ExitCode);
    }

    [Fact]
    public async Task AHeapIsDumpedIntoANewFileOnly()
    {
        using TemporaryDirectory directory = new();
        using ServerProcess server = await StartAsync(directory);
        string file = directory.File("heap.dmp");
        CliRun run = await CliRun.RunAsync(
            "memory", "--process", Id(server), "--dump", file, "--seconds", "1", "--json");

        Assert.True(run.ExitCode == ExitCode.Ok, run.Out + run.Error);
        JsonElement dump = run.Document.GetProperty("dump");
        Assert.Equal(new FileInfo(file).Length, dump.GetProperty("bytes").GetInt64());
        Assert.True(dump.GetProperty("bytes").GetInt64() > 1 << 20);

        CliRun again = await CliRun.RunAsync(
            "memory", "--process", Id(server), "--dump", file, "--seconds", "1", "--json");
        AssertError(again, ExitCode.File, "file_exists");
        CliRun nowhere = await CliRun.RunAsync(
            "memory", "--process", Id(server), "--dump", directory.File("no/heap.dmp"), "--json");
        AssertError(nowhere, ExitCode.File, "file_not_writable");
    }

    [Fact]
    public async Task WhatCannotBeWatchedHasACode()
    {
        AssertError(
            await CliRun.RunAsync("memory", "--process", NoProcess, "--json"), ExitCode.Connection,
            "process_not_found");
        using Process sleeping = Process.Start("sleep", "60");
        try
        {
            AssertError(
                await CliRun.RunAsync("memory", "--process", $"{sleeping.Id}", "--json"), ExitCode.Connection,
                "process_not_watchable");
        }
        finally
        {
            sleeping.Kill();
        }

        AssertError(
            await CliRun.RunAsync("memory", "--connect", "127.0.0.1:1", "--json"), ExitCode.Connection,
            "server_not_reached");
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("memory", "--dump", "heap.dmp", "--connect", "127.0.0.1:1")]
    [InlineData("memory", "--watch", "--process", "1")]
    [InlineData("memory", "--watch", "--json", "--connect", "127.0.0.1:1")]
    [InlineData("memory", "--process", "1", "--seconds", "0")]
    [InlineData("memory", "--process", "1", "--top", "0")]
    public async Task WhatMakesNoSenseIsRefused(params string[] arguments) =>
        Assert.Equal(ExitCode.Usage, (await CliRun.RunAsync(arguments)).ExitCode);

    [Fact]
    public async Task TheReplKnowsTheQuestion()
    {
        CliRun run = await CliRun.WithInputAsync("get_memory limit=1000;\n", "repl", "--memory");
        Assert.Equal(ExitCode.Ok, run.ExitCode);
        Assert.Contains("ledger-accounts", run.Out);
    }

    private static async Task AskAsync(string address, CancellationToken stop)
    {
        await using FastCoreClient client = await FastCoreClient.ConnectAsync(
            new FastCoreClientOptions { Endpoint = address }, CancellationToken.None);
        MemoryRecord[] rows = new MemoryRecord[1000];
        while (!stop.IsCancellationRequested)
        {
            await client.GetMemoryAsync(new MemoryFilter { Limit = 1000 }, rows);
        }
    }

    private static Task<ServerProcess> StartAsync(TemporaryDirectory directory) => ServerProcess.StartAsync(
        Path.Combine(AppContext.BaseDirectory, "fastcore.dll"),
        [
            "--data", directory.File("books"), "--durability", "async", "--partitions", "2", "--knob",
            "record_index_memory_bytes=4194304",
        ]);

    private static string Id(ServerProcess server) => $"{server.Id}";

    private static void AssertError(CliRun run, int exitCode, string code)
    {
        Assert.True(run.ExitCode == exitCode, run.Out + run.Error);
        Assert.Equal(code, run.Document.GetProperty("error").GetProperty("code").GetString());
    }
}
