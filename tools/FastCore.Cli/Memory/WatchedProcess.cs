using System.Diagnostics;
using System.Diagnostics.Tracing;
using System.Net.Sockets;
using FastCore.Cli.Terminal;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing.Parsers;

namespace FastCore.Cli.Memory;

/// <summary>Another .NET process of this machine, reached through its runtime's diagnostics port.</summary>
internal sealed class WatchedProcess
{
    private const string Runtime = "Microsoft-Windows-DotNETRuntime";
    private const int BufferMiB = 64;

    // Asking a process that hangs must end.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly int _id;
    private readonly DiagnosticsClient _client;

    private WatchedProcess(int id)
    {
        _id = id;
        _client = new DiagnosticsClient(id);
    }

    /// <summary>Finds a process.</summary>
    /// <exception cref="CliException">There is none.</exception>
    public static WatchedProcess Find(int id)
    {
        try
        {
            using Process process = Process.GetProcessById(id);
        }
        catch (ArgumentException e)
        {
            throw new CliException(ExitCode.Connection, "process_not_found", $"There is no process {id}.", e);
        }

        return new WatchedProcess(id);
    }

    /// <summary>Watches where the process allocates.</summary>
    /// <param name="seconds">How long.</param>
    /// <param name="sitesMax">Sites at most.</param>
    /// <param name="cancellation">Ends it early.</param>
    public async Task<AllocationProfile> ProfileAsync(int seconds, int sitesMax, CancellationToken cancellation)
    {
        string folder = Directory.CreateTempSubdirectory("fastcore-memory-").FullName;
        try
        {
            string trace = Path.Combine(folder, "allocations.nettrace");
            await Guarded(() => RecordAsync(trace, seconds, cancellation));
            return AllocationSamples.Read(trace, seconds, sitesMax);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Lets the process write its heap into a file.</summary>
    /// <returns>Bytes of the file.</returns>
    public async Task<long> DumpAsync(string file, CancellationToken cancellation)
    {
        string path = Path.GetFullPath(file);
        if (File.Exists(path) || Directory.Exists(path))
        {
            throw new CliException(ExitCode.File, "file_exists", $"'{file}' exists already.");
        }

        if (!Directory.Exists(Path.GetDirectoryName(path)))
        {
            throw new CliException(ExitCode.File, "file_not_writable", $"The directory of '{file}' does not exist.");
        }

        await Guarded(() => _client.WriteDumpAsync(DumpType.WithHeap, path, WriteDumpFlags.None, cancellation)
            .WaitAsync(Patience, TimeProvider.System, cancellation));
        return new FileInfo(path) is { Exists: true } written
            ? written.Length
            : throw new CliException(
                ExitCode.File, "dump_failed", $"Process {_id} wrote no '{file}'; it must be able to write there.");
    }

    private async Task RecordAsync(string trace, int seconds, CancellationToken cancellation)
    {
        // A sample every 100 KiB or so, with the stack and the type.
        EventPipeProvider allocations = new(Runtime, EventLevel.Verbose, (long)ClrTraceEventParser.Keywords.GC);
        using EventPipeSession session = await _client.StartEventPipeSessionAsync(
            [allocations], requestRundown: true, circularBufferMB: BufferMiB, cancellation);
        await using FileStream file = File.Create(trace);
        Task copying = session.EventStream.CopyToAsync(file, cancellation);
        await Task.WhenAny(copying, Task.Delay(TimeSpan.FromSeconds(seconds), TimeProvider.System, cancellation));
        cancellation.ThrowIfCancellationRequested();

        // The names of its methods come at the end, so the stream must be read while it stops.
        await session.StopAsync(cancellation).WaitAsync(Patience, TimeProvider.System, cancellation);
        await copying.WaitAsync(Patience, TimeProvider.System, cancellation);
    }

    private async Task Guarded(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (e is UnauthorizedAccessException || IsDenied(e))
        {
            throw new CliException(
                ExitCode.Connection,
                "process_denied",
                $"Process {_id} belongs to another user; ask as that user or as root.",
                e);
        }
        catch (ServerNotAvailableException e)
        {
            throw new CliException(
                ExitCode.Connection,
                "process_not_watchable",
                $"Process {_id} opened no diagnostics port: it is no .NET process, or was started with "
                + "DOTNET_EnableDiagnostics=0, or in another container or with another TMPDIR.",
                e);
        }
        catch (Exception e) when (e is DiagnosticsClientException or IOException or SocketException
            or TimeoutException)
        {
            throw new CliException(
                ExitCode.Connection, "process_failed", $"Process {_id} did not answer: {e.Message}", e);
        }
    }

    private static bool IsDenied(Exception? e) => e switch
    {
        null => false,
        SocketException { SocketErrorCode: SocketError.AccessDenied } => true,
        _ => IsDenied(e.InnerException),
    };
}
