using System.Text.Json;
using FastCore.Client;
using FastCore.Node;
using FastCore.Node.Verification;
using FastCore.Protocol.Fraud;
using FastCore.Protocol.Seats;
using FastCore.Testing;

namespace FastCore.Torture;

/// <summary>One data directory with its load, and the kills that it lives through.</summary>
internal sealed class TortureDirectory
{
    private const int RequestsInFlight = 32;
    private const int AnsweredMax = 1_500;
    private const int LoadMsMax = 700;
    private const int StartKillOneIn = 3;
    private const int KillsPerVerification = 7;
    private const long SegmentBytes = 8 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly TimeSpan CheckpointPatience = TimeSpan.FromSeconds(3);

    private readonly TortureOptions _options;
    private readonly string _place;
    private readonly TortureRun _run;
    private readonly SeededRandom _random;
    private readonly LoadDriver[] _drivers;
    private readonly SeatDriver[] _sellers;
    private readonly ScoreDriver[] _scorers;
    private readonly KeptDecisions _decisions;
    private readonly KeptPolicies _policies;
    private ulong _policyVersion = 1;
    private TimeSpan _lastStart = TimeSpan.FromSeconds(1);

    public TortureDirectory(TortureOptions options, string place, ulong seed, TortureRun run)
    {
        _options = options;
        _place = place;
        _run = run;
        _random = new SeededRandom(seed);
        _drivers =
            [.. Enumerable.Range(0, options.Connections).Select(number => new LoadDriver(number, _random.Next()))];
        _sellers = [.. Enumerable.Range(0, (options.Connections + 1) / 2)
            .Select(number => new SeatDriver(number, _random.Next()))];
        ulong nowNs = (ulong)TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() * 1_000_000;
        _scorers = [.. Enumerable.Range(0, (options.Connections + 1) / 2)
            .Select(number => new ScoreDriver(number, _random.Next(), nowNs))];
        _decisions = new KeptDecisions(run.Report.Findings);
        _policies = new KeptPolicies(run.Report.Findings);
    }

    private string Books => Path.Combine(_place, "books");

    private string Configuration => Path.Combine(_place, "server.json");

    private string Policy => Path.Combine(_place, "policy", TorturePolicy.FileName);

    private TortureReport Report => _run.Report;

    private TortureFindings Findings => _run.Report.Findings;

    public async Task RunAsync(CancellationToken cancellation)
    {
        Configure();
        await KillWhileStartingAsync();
        ServerProcess server = await StartAsync();
        try
        {
            await using (FastCoreClient client = await ConnectAsync(server))
            {
                await TortureBooks.OpenAsync(client, _drivers, Findings);
                await SeatDriver.OpenAsync(client, Findings);
            }

            int killsAtBegin = Report.KillCount;
            int round = 0;
            while (!_run.IsOver && Report.KillCount - killsAtBegin < _options.KillsPerDirectory)
            {
                cancellation.ThrowIfCancellationRequested();
                KillMoment moment = await LoadUntilKilledAsync(server);
                server.Dispose();
                if (++round % KillsPerVerification == 0)
                {
                    await VerifyAsync();
                }

                await KillWhileStartingAsync();
                server = await StartAsync();
                Report.RestartMs.Add(server.StartTime.TotalMilliseconds);
                int settled = await SettleAsync(server);
                await CheckAsync(server);
                _run.Note(
                    $"kill {Report.KillCount} ({moment}): "
                    + $"{_drivers.Sum(driver => driver.Requests.Count)} requests, "
                    + $"{_sellers.Sum(seller => seller.Sales.Count)} sales and "
                    + $"{_scorers.Sum(scorer => scorer.Transactions.Count)} scores in the directory, "
                    + $"{settled} settled, "
                    + $"{Findings.Lost} lost, restart {server.StartTime.TotalMilliseconds:F0} ms");
            }

            await server.KillAsync();
            Report.CountKill(KillMoment.Idle);
        }
        finally
        {
            server.Dispose();
        }

        await VerifyAsync();
    }

    // Small files and frequent checkpoints, so that kills hit all that a partition ever does.
    private void Configure()
    {
        Directory.CreateDirectory(_place);
        File.WriteAllText(Configuration, JsonSerializer.Serialize(new
        {
            Node = new
            {
                DataDirectory = Books,
                _options.Partitions,
                _options.Durability,
                JournalSegmentBytes = SegmentBytes,
                CheckpointJournalBytes = 200_000,
                RecordIndexMemoryBytes = 32 << 20,
                HistoryMemoryBytes = 16 << 20,
            },
        }));
    }

    private string[] Arguments()
    {
        _ = RenewPolicy();
        string[] all = ["--config", Configuration, "--fraud-policy", Policy];
        return _options.LosePower ? [.. all, "--power-loss", $"{_random.Next()}"] : all;
    }

    // Now and then a newer one; a server that starts with the one in force changes nothing.
    private bool RenewPolicy()
    {
        bool isNewer = _random.OneIn(3);
        _policyVersion += isNewer ? 1UL : 0;
        TorturePolicy.Write(Path.GetDirectoryName(Policy)!, _policyVersion);
        return isNewer;
    }

    private async Task<ServerProcess> StartAsync()
    {
        ServerProcess server = await ServerProcess.StartAsync(_options.Program, Arguments());
        _lastStart = server.StartTime;
        return server;
    }

    // Now and then, and then perhaps again: what a recovery had written when it was killed must not harm the next.
    private async Task KillWhileStartingAsync()
    {
        while (_random.OneIn(StartKillOneIn))
        {
            using ServerProcess server = ServerProcess.Launch(_options.Program, Arguments());

            // The delay is the random moment of the kill; nothing is expected to have happened within it.
            TimeSpan delay = _lastStart * (_random.Below(1_000) / 1_000.0);
            await Task.Delay(delay, TimeProvider.System, CancellationToken.None);
            await server.KillAsync();
            Report.CountKill(KillMoment.Start);
        }
    }

    private async Task<KillMoment> LoadUntilKilledAsync(ServerProcess server)
    {
        FastCoreClient[] clients = await Task.WhenAll(
            Enumerable.Range(0, _drivers.Length + _sellers.Length + _scorers.Length).Select(_ => ConnectAsync(server)));
        bool byCount = _random.OneIn(3);
        bool inCheckpoint = !byCount && _random.OneIn(2);
        int answeredMin = byCount ? _random.Between(1, AnsweredMax) : 1;
        int delayMs = byCount || inCheckpoint ? 0 : _random.Between(1, LoadMsMax);
        int answered = 0;
        int sentBefore = _drivers.Sum(driver => driver.Requests.Count);
        TaskCompletionSource enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
        void CountAnswer()
        {
            if (Interlocked.Increment(ref answered) == answeredMin)
            {
                enough.SetResult();
            }
        }

        Task all = Task.WhenAll(
        [
            .. _drivers.Zip(clients, (driver, client) => driver.RunAsync(client, Findings, CountAnswer)),
            .. _sellers.Zip(
                clients.Skip(_drivers.Length), (seller, client) => seller.RunAsync(client, CountAnswer)),
            .. _scorers.Zip(
                clients.Skip(_drivers.Length + _sellers.Length),
                (scorer, client) => scorer.RunAsync(client, Findings, CountAnswer)),
        ]);
        Task first = await Task.WhenAny(enough.Task, all).WaitAsync(Patience);
        if (first == all)
        {
            await all;
            throw new InvalidOperationException($"The load ended by itself: {server.Errors}");
        }

        Task change = RenewPolicy() ? ChangePolicyAsync(server, clients[0]) : Task.CompletedTask;

        // The delay is the random moment of the kill; nothing is expected to have happened within it.
        await Task.Delay(TimeSpan.FromMilliseconds(delayMs), TimeProvider.System, CancellationToken.None);
        bool seen = inCheckpoint && await SeesCheckpointAsync();
        await server.KillAsync();
        foreach (FastCoreClient client in clients)
        {
            await client.DisposeAsync();
        }

        await all.WaitAsync(Patience);
        await change.WaitAsync(Patience);
        Count(sentBefore);
        KillMoment moment = seen ? KillMoment.Checkpoint : KillMoment.Load;
        Report.CountKill(moment);
        return moment;
    }

    private Task ChangePolicyAsync(ServerProcess server, FastCoreClient client) =>
        _random.OneIn(2) ? server.ReloadAsync() : _policies.ActivateAsync(client, Policy);

    private void Count(int sentBefore)
    {
        Report.Requests += _drivers.Sum(driver => driver.Requests.Count) - sentBefore;
        Report.Acknowledged += _drivers.SelectMany(driver => driver.TakeNew())
            .Where(request => request.IsAnswered).Sum(request => request.Count);
        foreach (SeatSale sale in _sellers.SelectMany(seller => seller.TakeNew()))
        {
            Report.Holds += sale.HoldCode == SeatStatus.Ok ? 1 : 0;
            Report.Bookings += sale.BookingCode == SeatStatus.Ok ? 1 : 0;
        }

        foreach (ScoredTransaction one in _scorers.SelectMany(scorer => scorer.TakeNew()))
        {
            Report.Scores += one.Answer.Code == FraudStatus.Ok ? 1 : 0;
            Report.Feedback += one.LabelAnswer.Code == FraudStatus.Ok ? 1 : 0;
            Report.Feedback += one.VerdictAnswer.Code == FraudStatus.Ok ? 1 : 0;
        }
    }

    // A snapshot is beside its final name while it is written.
    private async Task<bool> SeesCheckpointAsync()
    {
        string[] places = _options.LosePower
            ? [PowerLossDisk.LimboOf(Books)]
            : [.. Enumerable.Range(0, _options.Partitions).Select(p => Path.Combine(Books, $"p{p:D3}", "checkpoint"))];
        long until = Environment.TickCount64 + (long)CheckpointPatience.TotalMilliseconds;
        while (Environment.TickCount64 < until)
        {
            if (places.Any(place => Directory.EnumerateFiles(place, "*.snapshot.new").Any()))
            {
                return true;
            }

            // Another process writes the file; there is nothing to wait on but a look at the directory.
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, CancellationToken.None);
        }

        return false;
    }

    /// <summary>Sends what was not answered again, until it is. Returns how many that were.</summary>
    private async Task<int> SettleAsync(ServerProcess server)
    {
        await using FastCoreClient client = await ConnectAsync(server);
        SentRequest[] unsettled =
            [.. _drivers.SelectMany(driver => driver.Requests).Where(request => !request.IsAnswered)];
        foreach (SentRequest request in unsettled)
        {
            bool isAnswered = await request.SendAsync(client).WaitAsync(Patience);
            Findings.Check(isAnswered, () => $"no answer after the restart: {request}");
            if (isAnswered)
            {
                request.CheckAccepted(Findings);
                request.CheckShares(_options.Partitions, Findings);
            }
        }

        SeatSale[] open = [.. _sellers.SelectMany(seller => seller.Sales).Where(sale => sale.IsOpen)];
        foreach (IGrouping<object, SeatSale>[] seasons in
            open.GroupBy(sale => (object?)sale.Season ?? sale).Chunk(RequestsInFlight))
        {
            SeatSale[] some = [.. seasons.SelectMany(sales => sales)];
            bool isAnswered = await SeatSale.SendAsync(client, some).WaitAsync(Patience);
            Findings.Check(isAnswered, () => $"no answer after the restart: {some[0]}");
        }

        ScoredTransaction[] unscored =
            [.. _scorers.SelectMany(scorer => scorer.Transactions).Where(one => one.IsOpen)];
        foreach (ScoredTransaction[] some in unscored.Chunk(RequestsInFlight))
        {
            bool isAnswered = await ScoredTransaction.SendAsync(client, some).WaitAsync(Patience);
            Findings.Check(isAnswered, () => $"no answer after the restart: {some[0]}");
        }

        int settled = unsettled.Length + open.Length + unscored.Length;
        Report.Settled += settled;
        return settled;
    }

    private async Task CheckAsync(ServerProcess server)
    {
        await using FastCoreClient client = await ConnectAsync(server);
        ExpectedBooks expected = new(Findings);
        foreach (SentRequest[] some in _drivers.SelectMany(driver => driver.Requests).Chunk(RequestsInFlight))
        {
            await Task.WhenAll(some.Select(request => request.CheckAgainAsync(client, Findings))).WaitAsync(Patience);
            foreach (SentRequest request in some)
            {
                expected.Add(request);
            }
        }

        await expected.CheckAsync(client, _drivers, TortureBooks.Prefund).WaitAsync(Patience);
        SoldSeats sold = new(Findings);
        foreach (SeatSale sale in _sellers.SelectMany(seller => seller.Sales))
        {
            sold.Add(sale);
        }

        await sold.CheckAsync(client).WaitAsync(Patience);
        ScoredTransaction[] scored = [.. _scorers.SelectMany(scorer => scorer.Transactions)];
        await _decisions.CheckAsync(client, scored).WaitAsync(Patience);
        await _policies.CheckAsync(client, scored).WaitAsync(Patience);
        await _decisions.CheckPaymentsAsync(client, _drivers.SelectMany(driver => driver.Requests)
            .Where(request => request.Book == 0).SelectMany(request => request.Payments.ToArray())).WaitAsync(Patience);
    }

    // The journal replayed from its first entry, the checkpoint, and an ordinary opening all give the same state.
    private async Task VerifyAsync()
    {
        VerificationReport found = await Task.Run(() => JournalVerifier.Verify(Books));
        Findings.Check(found.IsSound, () => string.Join(' ', found.Partitions.Select(partition => $"{partition}")));
        await using FastCoreNode node = FastCoreNode.Open(
            new NodeOptions { DataDirectory = Books, JournalSegmentBytes = SegmentBytes });
        await node.CheckInvariantsAsync();
        IEnumerable<string> hashes = (await node.StateHashesAsync()).Select(hash => hash.ToString("x16"));
        Findings.Check(
            found.Partitions.Select(partition => partition.StateHash).SequenceEqual(hashes),
            () => $"{Books}: opened it has another state than its journal replayed");
        Report.JournalsVerified++;
        Report.CheckpointsCompared += found.Partitions.Count(partition => partition.CheckpointMatches == true);
    }

    private static Task<FastCoreClient> ConnectAsync(ServerProcess server) =>
        FastCoreClient.ConnectAsync(new FastCoreClientOptions { Endpoint = server.Address, TimeoutMs = 60_000 });
}
