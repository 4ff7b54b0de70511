using System.Globalization;
using FastCore.Client;
using FastCore.Protocol;
using FastCore.Protocol.Knobs;
using FastCore.Protocol.Memory;
using FastCore.Torture;

namespace FastCore.Bench.Soak;

/// <summary>Looks at a server's process from outside and asks it for its table of memory.</summary>
internal sealed class ServerProbe(ServerProcess process, PatientSession session) : IAsyncDisposable
{
    private const int TriesMax = 5;

    private readonly MemoryRecord[] _rows = new MemoryRecord[2_000];
    private long _pauseNs;

    /// <summary>Connects to a server.</summary>
    public static async Task<ServerProbe> OpenAsync(ServerProcess process)
    {
        FastCoreClient client = await FastCoreClient.ConnectAsync(
            new FastCoreClientOptions { Endpoint = process.Address, ClientName = "soak probe", TimeoutMs = 30_000 });
        return new ServerProbe(process, new PatientSession(client));
    }

    /// <summary>Looks once.</summary>
    public async Task<ServerLook> LookAsync()
    {
        Reply reply = await AskAsync();

        // Asking changes nothing, so a question that had no answer in time may be asked again: a machine that stood
        // still for half a minute should not end a soak of a night.
        for (int attempt = 1; CanBeAskedAgain(reply.Status) && attempt < TriesMax; attempt++)
        {
            reply = await AskAsync();
        }

        if (reply.Status != FrameStatus.Ok)
        {
            throw new IOException($"The server does not tell its memory: {reply.Status}.");
        }

        ReadOnlySpan<MemoryRecord> rows = _rows.AsSpan(0, reply.Length / MemoryRecord.Size);
        long managed = 0;
        long told = 0;
        long pauseNs = 0;
        foreach (ref readonly MemoryRecord row in rows)
        {
            managed += row.Kind == MemoryKind.Heap && IsGeneration(FieldText.Of(row.Name)) ? (long)row.Bytes : 0;
            told += row.Kind is MemoryKind.Table or MemoryKind.Index or MemoryKind.Cache
                ? (long)(row.Bytes - row.FreeBytes)
                : 0;
            pauseNs += row.Kind == MemoryKind.Pauses ? (long)row.PauseNs : 0;
        }

        double pauseMs = (pauseNs - _pauseNs) / 1e6;
        _pauseNs = pauseNs;
        string[] status = File.ReadAllLines($"/proc/{process.Id}/status");
        return new ServerLook(
            NumberOf(status, "VmRSS:") * 1024,
            told,
            managed,
            pauseMs,
            Directory.GetFileSystemEntries($"/proc/{process.Id}/fd").Length,
            (int)NumberOf(status, "Threads:"));
    }

    private ValueTask<Reply> AskAsync() =>
        session.GetMemoryAsync(new MemoryFilter { Limit = (uint)_rows.Length }, _rows);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => session.DisposeAsync();

    private static bool CanBeAskedAgain(FrameStatus status) =>
        status is FrameStatus.Unknown or FrameStatus.DeadlineExceeded or FrameStatus.Overloaded;

    private static bool IsGeneration(string name) =>
        name is "gc.gen0" or "gc.gen1" or "gc.gen2" or "gc.loh" or "gc.poh";

    private static long NumberOf(string[] lines, string key)
    {
        string line = Array.Find(lines, candidate => candidate.StartsWith(key, StringComparison.Ordinal))
            ?? throw new IOException($"The system does not tell {key}");
        return long.Parse(
            line.AsSpan(key.Length).Trim().ToString().Split(' ')[0], CultureInfo.InvariantCulture);
    }
}

/// <summary>What was seen of a server at one moment.</summary>
/// <param name="WorkingSetBytes">Memory that the system gave it.</param>
/// <param name="ToldBytes">What its tables and caches say that they hold.</param>
/// <param name="ManagedBytes">Its managed heap after the newest collection.</param>
/// <param name="PauseMs">Pauses of the collector since the look before.</param>
/// <param name="Handles">Open files and sockets.</param>
/// <param name="Threads">Threads.</param>
internal readonly record struct ServerLook(
    long WorkingSetBytes, long ToldBytes, long ManagedBytes, double PauseMs, int Handles, int Threads);
