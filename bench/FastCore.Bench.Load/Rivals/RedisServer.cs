using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace FastCore.Bench.Load.Rivals;

/// <summary>A Redis of its own on the loopback, started for a run over a directory and stopped with it.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private const int StartTries = 200;
    private const int StartPauseMs = 25;

    private readonly Process _process;

    private RedisServer(Process process, IPEndPoint endpoint)
    {
        _process = process;
        Endpoint = endpoint;
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Endpoint { get; }

    /// <summary>Starts it with the durability of the run.</summary>
    /// <param name="durability">
    /// <c>fsync</c> = append-only file, synced before the answers of each turn; <c>async</c> = synced every second;
    /// <c>none</c> = no file.
    /// </param>
    /// <param name="directory">Where its files go.</param>
    /// <param name="cancellation">Gives up waiting.</param>
    /// <exception cref="LoadException">There is no redis-server, or it does not start.</exception>
    public static async Task<RedisServer> StartAsync(
        string durability, string directory, CancellationToken cancellation)
    {
        int port = RivalProcess.FreePort();
        Process process = RivalProcess.Start(
            "redis-server",
            "redis-server",
            [
                "--bind", "127.0.0.1", "--port", $"{port}", "--dir", directory, "--save", "",
                "--appendonly", durability == "none" ? "no" : "yes",
                "--appendfsync", durability == "fsync" ? "always" : "everysec",
            ]);
        RedisServer server = new(process, new IPEndPoint(IPAddress.Loopback, port));
        if (await RivalProcess.AnswersAsync(
            process, StartTries, StartPauseMs, () => AnswersAsync(server.Endpoint, cancellation), cancellation))
        {
            return server;
        }

        await server.DisposeAsync();
        throw new LoadException("redis-server does not answer.");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static async Task<bool> AnswersAsync(IPEndPoint endpoint, CancellationToken cancellation)
    {
        try
        {
            using Socket probe = new(SocketType.Stream, ProtocolType.Tcp);
            await probe.ConnectAsync(endpoint, cancellation);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
