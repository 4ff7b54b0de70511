using System.Globalization;
using System.Text.Json;
using FastCore.Torture;

namespace FastCore.Bench.Soak;

/// <summary>The server under the load: a process, and after it the next one over the same directory.</summary>
internal sealed class SoakServer
{
    private const long SegmentBytes = 8 << 20;
    private const long KeptBytes = 8 << 20;

    // Journals make so much ready ahead of their tail. Beside that and what is kept there are the segment that is
    // written, those that only whole segments can be let go of, and one that waits for its next use.
    private const long AheadBytes = 64 << 20;
    private const int SegmentsBeside = 4;

    private readonly SoakOptions _options;
    private TaskCompletionSource<ServerProcess> _up = NewSource();

    public SoakServer(SoakOptions options) => _options = options;

    /// <summary>The data directory.</summary>
    public string Books => Path.Combine(_options.Folder, "books");

    /// <summary>Bytes that the journals may have at most.</summary>
    public long JournalBytesMax => _options.Partitions * (KeptBytes + AheadBytes + (SegmentsBeside * SegmentBytes));

    /// <summary>The process; completes when one listens.</summary>
    public Task<ServerProcess> Up => Volatile.Read(ref _up).Task;

    /// <summary>Whether a process is the one that serves, and is not about to end.</summary>
    public bool Serves(ServerProcess process) => Up is { IsCompletedSuccessfully: true } up && up.Result == process;

    /// <summary>
    /// Writes the settings: small files and budgets, so that what takes hours elsewhere happens in minutes here.
    /// </summary>
    public void Configure()
    {
        Directory.CreateDirectory(_options.Folder);
        File.WriteAllText(Configuration, JsonSerializer.Serialize(new
        {
            Node = new
            {
                DataDirectory = Books,
                _options.Partitions,
                JournalSegmentBytes = SegmentBytes,
                RetentionBytes = KeptBytes,
                CheckpointJournalBytes = 1 << 20,
                RecordIndexMemoryBytes = 4 << 20,
                HistoryMemoryBytes = 2 << 20,
            },
        }));
    }

    /// <summary>Starts a process and waits until it listens.</summary>
    /// <returns>How long that took.</returns>
    public async Task<TimeSpan> StartAsync()
    {
        Dictionary<string, string> environment = new(_options.Environment)
        {
            // A collection every few seconds at this load; by itself the runtime waits for a hundred megabytes, and a
            // short soak would take that for a leak.
            ["DOTNET_GCgen0size"] = "0x400000",
        };
        ServerProcess process = await ServerProcess.StartAsync(
            _options.Program,
            ["--config", Configuration, "--fraud-policy", _options.FraudPolicy],
            environment);
        Volatile.Read(ref _up).SetResult(process);
        return process.StartTime;
    }

    /// <summary>Journal files that were let go of, all partitions together.</summary>
    public long SegmentsLetGo() => Directory.EnumerateDirectories(Books, "p*").Sum(partition =>
        Directory.EnumerateFiles(Path.Combine(partition, "journal"), "*.seg")
            .Min(file => long.Parse(Path.GetFileNameWithoutExtension(file), CultureInfo.InvariantCulture)));

    /// <summary>Ends the process by SIGKILL, or by SIGTERM.</summary>
    /// <returns>What went wrong with that, or null.</returns>
    public async Task<string?> EndAsync(bool byKill)
    {
        ServerProcess process = await Up;

        // Who looks from now on waits for the next one.
        Volatile.Write(ref _up, NewSource());
        try
        {
            if (byKill)
            {
                await process.KillAsync();
                return null;
            }

            int exitCode = await process.StopAsync();
            return exitCode == 0 ? null : $"SIGTERM ended the server with exit code {exitCode}: {process.Errors}";
        }
        finally
        {
            process.Dispose();
        }
    }

    /// <summary>Kills the process if one runs: the soak ended before its end.</summary>
    public void Abandon()
    {
        if (Up.IsCompletedSuccessfully)
        {
            Up.Result.Dispose();
        }
    }

    private string Configuration => Path.Combine(_options.Folder, "server.json");

    private static TaskCompletionSource<ServerProcess> NewSource() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);
}
