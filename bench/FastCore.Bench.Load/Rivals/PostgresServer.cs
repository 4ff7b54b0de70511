using System.Diagnostics;
using Npgsql;

namespace FastCore.Bench.Load.Rivals;

/// <summary>
/// A PostgreSQL of its own on the loopback, started for a run over a directory and stopped with it. It refuses to run
/// as root, so root hands it to the user that the package made.
/// </summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private const int StartTries = 400;
    private const int StartPauseMs = 50;
    private const string User = "postgres";
    private const string Package = "postgresql";

    private readonly Process _process;

    private PostgresServer(Process process, NpgsqlDataSource source)
    {
        _process = process;
        Source = source;
    }

    /// <summary>Connections to it.</summary>
    public NpgsqlDataSource Source { get; }

    /// <summary>Starts it with the durability of the run.</summary>
    /// <param name="durability">
    /// <c>fsync</c> = a commit waits for the disk; <c>async</c> = it does not; <c>none</c> = nothing is synced at all.
    /// </param>
    /// <param name="directory">Where its files go.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <exception cref="LoadException">There is no PostgreSQL, or it does not start.</exception>
    public static async Task<PostgresServer> StartAsync(
        string durability, string directory, CancellationToken cancellation)
    {
        string programs = ProgramsDirectory();
        string data = Path.Combine(directory, "postgres");
        Directory.CreateDirectory(data);
        if (!OperatingSystem.IsWindows() && Environment.UserName == "root")
        {
            File.SetUnixFileMode(directory, File.GetUnixFileMode(directory) | UnixFileMode.OtherExecute);
            await RunAsync("chown", [User, data], cancellation);
        }

        (string program, string[] arguments) = AsUser(
            Path.Combine(programs, "initdb"), ["-D", data, "-A", "trust", "-U", User, "-E", "UTF8", "--no-sync"]);
        await RunAsync(program, arguments, cancellation);
        int port = RivalProcess.FreePort();
        (program, arguments) = AsUser(
            Path.Combine(programs, "postgres"),
            [
                "-D", data, "-h", "127.0.0.1", "-p", $"{port}", "-k", "",
                "-c", $"synchronous_commit={(durability == "fsync" ? "on" : "off")}",
                "-c", $"fsync={(durability == "none" ? "off" : "on")}",
                "-c", "shared_buffers=1GB", "-c", "max_wal_size=16GB", "-c", "max_connections=300",
            ]);
        Process process = RivalProcess.Start(program, Package, arguments);
        NpgsqlDataSource source = NpgsqlDataSource.Create(
            $"Host=127.0.0.1;Port={port};Username={User};Database={User};Maximum Pool Size=300;Max Auto Prepare=20");
        PostgresServer server = new(process, source);
        if (await RivalProcess.AnswersAsync(
            process, StartTries, StartPauseMs, () => AnswersAsync(source, cancellation), cancellation))
        {
            return server;
        }

        await server.DisposeAsync();
        throw new LoadException("PostgreSQL does not answer.");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Source.DisposeAsync();
        if (!_process.HasExited)
        {
            // The interrupt is its fast shutdown; killed, it would leave its children and shared memory behind.
            await RunAsync("kill", ["-INT", $"{_process.Id}"], CancellationToken.None);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static (string Program, string[] Arguments) AsUser(string program, string[] arguments) =>
        Environment.UserName == "root"
            ? ("setpriv", [$"--reuid={User}", $"--regid={User}", "--clear-groups", program, .. arguments])
            : (program, arguments);

    private static async Task RunAsync(string program, string[] arguments, CancellationToken cancellation)
    {
        using Process process = RivalProcess.Start(program, Package, arguments);
        await process.WaitForExitAsync(cancellation);
        if (process.ExitCode != 0)
        {
            throw new LoadException($"{program} ended with exit code {process.ExitCode}.");
        }
    }

    private static async Task<bool> AnswersAsync(NpgsqlDataSource source, CancellationToken cancellation)
    {
        try
        {
            await using NpgsqlCommand probe = source.CreateCommand("SELECT 1");
            _ = await probe.ExecuteScalarAsync(cancellation);
            return true;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    // Debian keeps the programs of each version apart and puts none of the server's into PATH.
    private static string ProgramsDirectory()
    {
        const string Versions = "/usr/lib/postgresql";
        string? newest = Directory.Exists(Versions)
            ? Directory.GetDirectories(Versions).Select(version => Path.Combine(version, "bin"))
                .Where(bin => File.Exists(Path.Combine(bin, "initdb"))).Max(StringComparer.Ordinal)
            : null;
        return newest ?? throw new LoadException(
            $"There is no PostgreSQL in {Versions}; apt-get install {Package}.");
    }
}
