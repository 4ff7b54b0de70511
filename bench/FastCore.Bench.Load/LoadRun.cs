using FastCore.Bench.Load.Rivals;

namespace FastCore.Bench.Load;

/// <summary>A load run from its options: opens the engine or server, runs, closes, cleans up.</summary>
public static class LoadRun
{
    /// <summary>Does a run.</summary>
    /// <param name="options">How.</param>
    /// <param name="progress">Is told the share done, 0 to 1.</param>
    /// <param name="cancellation">Ends the run early; what was sent so far is measured and verified.</param>
    /// <exception cref="LoadException">The run is not possible.</exception>
    public static async Task<LoadReport> RunAsync(
        LoadOptions options, Action<double> progress, CancellationToken cancellation)
    {
        if (options.Codec != "span" && (options.Workload != "payments" || options.Front != "embedded"))
        {
            throw new LoadException("Other codecs than span are for payments in an engine of this process.");
        }

        // Ids of a run begin with its time, so that a directory can be loaded again and again.
        ulong run = (ulong)DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        ILoadWorkload workload = options.Workload switch
        {
            "ledger" => new LedgerWorkload(options, run),
            "payments" => new PaymentsWorkload(options, run),
            "fraud" => new FraudWorkload(options, run),
            "seats" => new SeatsWorkload(options, run),
            _ => throw new LoadException($"There is no workload '{options.Workload}'."),
        };
        bool isTemporary = options.DataDirectory is null;
        string directory = options.DataDirectory ?? Directory.CreateTempSubdirectory("fastcore-bench-").FullName;
        try
        {
            await using ILoadTarget target = await OpenAsync(options, directory, cancellation);
            return await new LoadRunner(options, workload, target).RunAsync(progress, cancellation) with
            {
                FileSystem = options.Durability == "none" || options.Connect is not null
                    ? null
                    : FileSystemOf(directory),
            };
        }
        finally
        {
            if (isTemporary)
            {
                Directory.Delete(directory, recursive: true);
            }
        }
    }

    private static async Task<ILoadTarget> OpenAsync(
        LoadOptions options, string directory, CancellationToken cancellation) =>
        options.Front switch
        {
            "embedded" => await NodeTarget.OpenAsync(options, directory),
            "tcp" => await TcpTarget.OpenAsync(options, directory, cancellation),
            "postgres" or "postgres-batch" => await PostgresTarget.OpenAsync(options, directory, cancellation),
            "redis" => await RedisTarget.OpenAsync(options, directory, cancellation),
            _ => throw new LoadException($"There is no front '{options.Front}'."),
        };

    // A durable number that was measured in memory would be a lie, so the report says where the files were.
    private static string FileSystemOf(string directory)
    {
        string full = Path.GetFullPath(directory);
        DriveInfo? drive = DriveInfo.GetDrives()
            .Where(candidate => full.StartsWith(candidate.RootDirectory.FullName, StringComparison.Ordinal))
            .MaxBy(candidate => candidate.RootDirectory.FullName.Length);
        return drive?.DriveFormat ?? "unknown";
    }
}
