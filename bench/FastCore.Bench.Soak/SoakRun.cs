using System.Diagnostics;
using FastCore.Bench.Load;
using FastCore.Client;

namespace FastCore.Bench.Soak;

/// <summary>
/// Keeps a server under a mixed load for a long time, restarts it now and then, watches its process, and says at the
/// end whether anything grew that should not, and whether every acknowledged element is still there.
/// </summary>
public sealed class SoakRun
{
    private const int WorkersPerKind = 4;
    private const int SlowClients = 2;

    // Of a burst nothing is recorded, and a disk may stall for a second or two.
    private const double SilenceMaxS = 10;

    private readonly SoakOptions _options;
    private readonly SoakSchedule _schedule;
    private readonly SoakServer _server;
    private readonly LatencyWindow _latencies = new();
    private readonly List<SoakWorker> _workers = [];
    private long _startedAt;

    /// <summary>Makes a run.</summary>
    public SoakRun(SoakOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Time, SoakOptions.TimeMin);
        _options = options;
        _schedule = new SoakSchedule(options.Time);
        _server = new SoakServer(options);
        Report = new SoakReport { Options = options, WindowSeconds = _schedule.Window.TotalSeconds };
    }

    /// <summary>What was done and seen so far.</summary>
    public SoakReport Report { get; }

    /// <summary>Called at the start, after each restart and at the end, with a line that tells about it.</summary>
    public Action<string> Note { get; init; } = static _ => { };

    /// <summary>Called after each window with the share of the time that is over.</summary>
    public Action<double> Progress { get; init; } = static _ => { };

    /// <summary>
    /// Runs to the end of the time, then checks everything. A server that ends by itself, or does not answer, ends the
    /// soak early; that is a finding like others. Cancelled, it ends the server at once and checks nothing more.
    /// </summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            await RunToEndAsync(cancellation);
        }
        catch (Exception) when (cancellation.IsCancellationRequested)
        {
            // A Ctrl-C reaches the server, too, so what ends here may have nothing to do with the load. What was found
            // before it stays.
            Report.IsInterrupted = true;
        }
        catch (Exception failure) when (failure is IOException or InvalidOperationException or TimeoutException
            or LoadException or FastCoreConnectException)
        {
            Report.Find($"The soak ended early: {failure.GetType().Name}: {failure.Message}");
        }
        finally
        {
            _server.Abandon();
        }

        double steadySeconds = (_schedule.Life - _schedule.WarmUp).TotalSeconds;
        Report.Trends = [.. SoakBound.All.Select(bound => bound.Judge(Report.Windows, steadySeconds))];
        foreach (SoakWindow window in Report.Windows.Where(window => window.JournalBytes > Report.JournalBytesMax)
            .Take(1))
        {
            Report.Find($"The journals took {window.JournalBytes} bytes; {Report.JournalBytesMax} are allowed.");
        }

        if (_options.JudgesSpeed && !Report.IsInterrupted
            && Silence(Report.Windows) is var (from, to) && to - from >= SilenceMaxS)
        {
            Report.Find(FormattableString.Invariant($"Nothing was acknowledged from {from:0} s to {to:0} s."));
        }
    }

    /// <summary>The longest stretch of a life in which nothing was acknowledged, in seconds of the soak.</summary>
    internal static (double From, double To) Silence(IReadOnlyList<SoakWindow> windows)
    {
        (double From, double To) longest = (0, 0);
        double from = 0;
        for (int i = 0; i < windows.Count; i++)
        {
            bool goesOn = windows[i].Acknowledged == 0 && i > 0 && windows[i].Life == windows[i - 1].Life;
            from = goesOn ? from : windows[i].AtS;
            if (windows[i].AtS - from > longest.To - longest.From)
            {
                longest = (from, windows[i].AtS);
            }
        }

        return longest;
    }

    private async Task RunToEndAsync(CancellationToken cancellation)
    {
        _server.Configure();
        TimeSpan took = await _server.StartAsync();
        Note(FormattableString.Invariant($"listening after {took.TotalMilliseconds:0} ms"));
        cancellation.ThrowIfCancellationRequested();
        await OpenAsync();
        Report.JournalBytesMax = _server.JournalBytesMax;
        await LoadAsync(cancellation);
        cancellation.ThrowIfCancellationRequested();
        await RestartAsync(byKill: false);
        long verifyingFrom = Stopwatch.GetTimestamp();
        await VerifyAsync(cancellation);
        Report.VerifySeconds = Stopwatch.GetElapsedTime(verifyingFrom).TotalSeconds;
        Report.JournalFilesLetGo = _server.SegmentsLetGo();
        if (await _server.EndAsync(byKill: false) is string wrong)
        {
            Report.Find(wrong);
        }
    }

    private async Task OpenAsync()
    {
        for (int i = 0; i < WorkersPerKind; i++)
        {
            SoakLane[] lanes =
            [
                new PaymentLane(_workers.Count, _options.Seed), new LedgerLane(_workers.Count + 1, _options.Seed),
                new SeatLane(_workers.Count + 2, _options.Seed), new ScoreLane(_workers.Count + 3, _options.Seed),
            ];
            _workers.AddRange(lanes.Select(lane => new SoakWorker(lane, _server, Report, _latencies)));
        }

        await using PatientSession session = await ConnectAsync();
        foreach (SoakWorker worker in _workers)
        {
            await worker.Lane.OpenAsync(session);
        }
    }

    private async Task LoadAsync(CancellationToken cancellation)
    {
        using CancellationTokenSource stop = new();
        double requestsPerSecond = (double)_options.Rate / SoakWorker.Batch / _workers.Count;
        _startedAt = Stopwatch.GetTimestamp();
        Task[] running =
        [
            .. _workers.Select(worker => worker.RunAsync(requestsPerSecond, _schedule.Burst, stop.Token)),
            .. Enumerable.Range(0, SlowClients).Select(_ => new SlowClient(_server, Report).RunAsync(stop.Token)),
        ];
        try
        {
            await WatchAsync(running, cancellation);
        }
        finally
        {
            await stop.CancelAsync();
            if (cancellation.IsCancellationRequested)
            {
                // Nobody waits for answers any more, nor for a server that has stopped giving them.
                _server.Abandon();
            }

            await Task.WhenAll(running);
            foreach (IGrouping<string, SoakWorker> kind in _workers.GroupBy(worker => worker.Lane.Name))
            {
                Report.Acknowledged[kind.Key] = kind.Sum(worker => (long)worker.Lane.Acknowledged);
            }
        }
    }

    private async Task WatchAsync(Task[] running, CancellationToken cancellation)
    {
        for (int life = 0; life < _schedule.Lives && !cancellation.IsCancellationRequested; life++)
        {
            bool isDisturbed = false;
            if (life > 0)
            {
                await RestartAsync(SoakSchedule.EndsByKill(life - 1));
                isDisturbed = true;
            }

            TimeSpan begin = Elapsed;
            await using ServerProbe probe = await ServerProbe.OpenAsync(await _server.Up);
            TimeSpan end = _schedule.Life * (life + 1);
            while (Elapsed < end && !cancellation.IsCancellationRequested)
            {
                TimeSpan wait = _schedule.Window;
                Task over = Task.Delay(wait, TimeProvider.System, cancellation);
                Task first = await Task.WhenAny([over, .. running]);
                cancellation.ThrowIfCancellationRequested();
                if (first != over)
                {
                    await first;
                    throw new InvalidOperationException("A part of the load ended by itself.");
                }

                bool isWarm = Elapsed - begin >= _schedule.WarmUp;
                Report.Windows.Add(await WindowAsync(probe, life, isWarm && !isDisturbed));
                isDisturbed = false;
                Progress(Math.Min(1, Elapsed / _options.Time));
            }
        }
    }

    private async Task<SoakWindow> WindowAsync(ServerProbe probe, int life, bool isSteady)
    {
        (double p999Ms, long acknowledged) = _latencies.Take();
        ServerLook look = await probe.LookAsync();
        (long disk, long journal) = DiskBytes();
        return new SoakWindow
        {
            AtS = Elapsed.TotalSeconds,
            Life = life,
            IsSteady = isSteady,
            Acknowledged = acknowledged,
            P999Ms = p999Ms,
            WorkingSetBytes = look.WorkingSetBytes,
            OtherBytes = look.WorkingSetBytes - look.ToldBytes,
            ManagedBytes = look.ManagedBytes,
            PauseMs = look.PauseMs,
            Handles = look.Handles,
            Threads = look.Threads,
            DiskBytes = disk,
            JournalBytes = journal,
        };
    }

    private TimeSpan Elapsed => Stopwatch.GetElapsedTime(_startedAt);

    private async Task RestartAsync(bool byKill)
    {
        double atS = Elapsed.TotalSeconds;
        if (await _server.EndAsync(byKill) is string wrong)
        {
            Report.Find(wrong);
        }

        TimeSpan took = await _server.StartAsync();
        Report.Restarts.Add((atS, byKill, took.TotalMilliseconds));
        string how = byKill ? "after a kill" : "cleanly";
        Note(FormattableString.Invariant(
            $"{atS:0} s: restarted {how}, listening after {took.TotalMilliseconds:0} ms"));
    }

    private (long All, long Journal) DiskBytes()
    {
        long all = 0;
        long journal = 0;
        string journals = Path.DirectorySeparatorChar + "journal" + Path.DirectorySeparatorChar;
        foreach (FileInfo file in new DirectoryInfo(_server.Books).EnumerateFiles("*", SearchOption.AllDirectories))
        {
            long length;
            try
            {
                length = file.Length;
            }
            catch (FileNotFoundException)
            {
                // Retention or a checkpoint deleted it meanwhile.
                continue;
            }

            all += length;
            journal += file.FullName.Contains(journals, StringComparison.Ordinal) ? length : 0;
        }

        return (all, journal);
    }

    // Every element again: each must be there, with the content that its number gives it.
    private async Task VerifyAsync(CancellationToken cancellation)
    {
        Note($"checking {Report.Acknowledged.Values.Sum()} acknowledged elements");
        await Task.WhenAll(_workers.Select(worker => VerifyAsync(worker.Lane, cancellation)));
    }

    private async Task VerifyAsync(SoakLane lane, CancellationToken cancellation)
    {
        await using PatientSession session = await ConnectAsync();
        await SoakCheck.RunAsync(lane, session, Report, cancellation);
    }

    private async Task<PatientSession> ConnectAsync() => new(await FastCoreClient.ConnectAsync(
        new FastCoreClientOptions
        {
            Endpoint = (await _server.Up).Address,
            ClientName = "soak",
            TimeoutMs = 120_000,
        }));
}
