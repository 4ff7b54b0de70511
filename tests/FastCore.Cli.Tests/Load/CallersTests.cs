using System.Text.Json;
using System.Text.Json.Nodes;
using FastCore.Bench.Load;
using FastCore.Bench.Load.Callers;
using FastCore.Cli.Terminal;
using FastCore.Cli.Tests.Terminal;

namespace FastCore.Cli.Tests.Load;

/// <summary>Every way to keep callers apart makes each request once.</summary>
public sealed class CallersTests
{
    [Theory]
    [InlineData(CallerModel.Threads, 10)]
    [InlineData(CallerModel.Threads, 300)]
    [InlineData(CallerModel.Tasks, 1)]
    [InlineData(CallerModel.Tasks, 2_000)]
    [InlineData(CallerModel.Channel, 1)]
    [InlineData(CallerModel.Channel, 2_000)]
    [InlineData(CallerModel.Partitions, 1)]
    [InlineData(CallerModel.Partitions, 200_000)]
    public async Task EveryModelIsVerified(CallerModel model, int concurrent)
    {
        JsonObject report = await CallersRun.RunAsync(
            new CallersOptions { Model = model, Concurrent = concurrent, Seconds = 1, WarmUpSeconds = 0 },
            isDetailed: false, _ => { }, CancellationToken.None);
        Assert.True(report["verified"]!.GetValue<bool>(), report["differences"]!.ToJsonString());
        Assert.True(report["requests"]!.GetValue<long>() > 0);
    }

    [Theory]
    [InlineData(CallerQueue.Ring)]
    [InlineData(CallerQueue.Channel)]
    [InlineData(CallerQueue.Blocking)]
    [InlineData(CallerQueue.Concurrent)]
    public void AQueueHandsOverInOrderAndRefusesWhenItIsFull(CallerQueue kind)
    {
        using ICallerQueue queue = CallerQueues.Make(kind);
        int put = 0;
        while (put < 100_000 && queue.TryPut(CallerRequest.Of(put, 0)))
        {
            put++;
        }

        Assert.Equal(kind == CallerQueue.Concurrent ? 100_000 : 65_536, put);
        for (int i = 0; i < put; i++)
        {
            Assert.True(queue.TryTake(out CallerRequest request));
            Assert.Equal(CallerRequest.Of(i, 0), request);
        }

        Assert.False(queue.TryTake(out _));
        queue.Taken();
        Assert.True(queue.TryPut(CallerRequest.Of(1, 1)));
    }

    [Fact]
    public async Task MoreThreadsThanASystemGivesAreRefused()
    {
        CliRun run = await CliRun.RunAsync(
            "bench", "callers", "--model", "threads", "--concurrent", "1000000", "--json");
        Assert.Equal(ExitCode.Refused, run.ExitCode);
        Assert.Equal("bench_not_possible", run.Document.GetProperty("error").GetProperty("code").GetString());
    }

    [Fact]
    public async Task TheDocumentSaysWhatATrillionWouldTake()
    {
        CliRun run = await CliRun.RunAsync(
            "bench", "callers", "--queue", "channel", "--concurrent", "100", "--seconds", "1", "--warm-up", "0",
            "--detail", "--json");
        Assert.Equal(ExitCode.Ok, run.ExitCode);
        JsonElement document = run.Document;
        Assert.Equal("channel", document.GetProperty("queue").GetString());
        double perSecond = document.GetProperty("accepted_per_s").GetDouble();
        double turn = 1e12 / perSecond;
        Assert.Equal(turn, document.GetProperty("trillion_callers_turn_s").GetDouble(), turn / 100);
        Assert.NotEmpty(document.GetProperty("latency_us").EnumerateArray());
    }
}
