using System.Diagnostics;
using FastCore.Client;
using FastCore.Protocol;
using FastCore.Testing;
using FastCore.Torture;

namespace FastCore.Bench.Soak;

/// <summary>
/// Sends a lane's elements by plan over a connection of its own, from life to life of the server. Latency counts from
/// the planned time; a request that was not answered is sent again as it is until it is.
/// </summary>
internal sealed class SoakWorker(SoakLane lane, SoakServer server, SoakReport report, LatencyWindow latencies)
{
    /// <summary>Elements in a request of the steady load.</summary>
    public const int Batch = 4;

    // Now and then something old, from anywhere.
    private const ulong RequestsPerColdRead = 20;

    private static readonly TimeSpan ConnectPause = TimeSpan.FromMilliseconds(20);
    private FastCoreClient? _client;

    /// <summary>What it sends.</summary>
    public SoakLane Lane => lane;

    /// <summary>Sends until it is stopped; what is under way then is answered first.</summary>
    /// <param name="requestsPerSecond">Its plan.</param>
    /// <param name="burst">How long it sends without a plan when the server began a new life.</param>
    /// <param name="stop">Stops it.</param>
    public async Task RunAsync(double requestsPerSecond, TimeSpan burst, CancellationToken stop)
    {
        TimeSpan interval = TimeSpan.FromSeconds(1 / requestsPerSecond);
        long plannedAt = Stopwatch.GetTimestamp();
        long lifeBeganAt = plannedAt;
        try
        {
            while (!stop.IsCancellationRequested)
            {
                if (_client is null)
                {
                    await ConnectAsync(stop);
                    plannedAt = Stopwatch.GetTimestamp();
                    lifeBeganAt = plannedAt;
                    continue;
                }

                if (Stopwatch.GetElapsedTime(lifeBeganAt) < burst)
                {
                    _ = await SendAsync(lane.BurstBatch);
                    plannedAt = Stopwatch.GetTimestamp();
                    continue;
                }

                if (Stopwatch.GetElapsedTime(plannedAt) is var late && late < TimeSpan.FromMilliseconds(-1))
                {
                    await Task.Delay(-late, TimeProvider.System, stop);
                }

                if (await SendAsync(Batch))
                {
                    latencies.Record(Stopwatch.GetElapsedTime(plannedAt), Batch);
                    plannedAt += (long)(interval.TotalSeconds * Stopwatch.Frequency);
                    await ReadColdAsync();
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The soak is over.
        }
        finally
        {
            await DropAsync();
        }
    }

    // False when it has to be sent again.
    private async Task<bool> SendAsync(int count)
    {
        LaneAnswer answer = await lane.SendAsync(_client!, lane.Acknowledged, count);
        if (lane.Take(answer, count) is string wrong)
        {
            report.Find(wrong);
        }

        if (answer.Status == FrameStatus.Ok && answer.IsWhole)
        {
            return true;
        }

        report.CountRetry();
        if (answer.Status is FrameStatus.Ok or FrameStatus.Overloaded)
        {
            await RetryPause.AfterAsync(answer.Reply);
        }
        else
        {
            await DropAsync();
        }

        return false;
    }

    private async Task ReadColdAsync()
    {
        ulong requests = lane.Acknowledged / Batch;
        if (requests % RequestsPerColdRead != 0)
        {
            return;
        }

        // A place that follows from the number: golden steps visit all of the past evenly.
        ulong first = (requests * 0x9E3779B97F4A7C15UL >> 32) * (requests - 1) >> 32;
        (FrameStatus status, string? wrong) = await lane.ReadAsync(_client!, first * Batch, Batch);
        if (wrong is not null)
        {
            report.Find(wrong);
        }

        if (status == FrameStatus.Ok)
        {
            report.CountColdReads(Batch);
        }
        else if (status != FrameStatus.Overloaded)
        {
            await DropAsync();
        }
    }

    private async Task ConnectAsync(CancellationToken stop)
    {
        ServerProcess process = await server.Up.WaitAsync(stop);
        try
        {
            _client = await FastCoreClient.ConnectAsync(
                new FastCoreClientOptions { Endpoint = process.Address, ClientName = "soak", TimeoutMs = 30_000 },
                stop);
        }
        catch (FastCoreConnectException)
        {
            // It just ended; the next one is on its way.
            await Task.Delay(ConnectPause, TimeProvider.System, stop);
        }
    }

    private async Task DropAsync()
    {
        if (_client is FastCoreClient client)
        {
            _client = null;
            await client.DisposeAsync();
        }
    }
}
