using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace FastCore.Bench.Load.Rivals;

/// <summary>A Redis of its own on the loopback, started for a run over a directory and stopped with it.</summary>
internal sealed class RedisServer : IAsyncDisposable
{
    private const int StartAttempts = 200;

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
        int port = FreePort();
        ProcessStartInfo start = new("redis-server") { RedirectStandardOutput = true };
        foreach (string argument in (string[])
            [
                "--bind", "127.0.0.1", "--port", $"{port}", "--dir", directory, "--save", "",
                "--appendonly", durability == "none" ? "no" : "yes",
                "--appendfsync", durability == "fsync" ? "always" : "everysec",
            ])
        {
            start.ArgumentList.Add(argument);
        }

        Process process;
        try
        {
            process = Process.Start(start)!;
            process.OutputDataReceived += (_, _) => { };
            process.BeginOutputReadLine();
        }
        catch (Win32Exception e)
        {
            throw new LoadException($"redis-server cannot be started ({e.Message}); apt-get install redis-server.");
        }

        RedisServer server = new(process, new IPEndPoint(IPAddress.Loopback, port));
        for (int attempt = 0; attempt < StartAttempts && !process.HasExited; attempt++)
        {
            try
            {
                using Socket probe = new(SocketType.Stream, ProtocolType.Tcp);
                await probe.ConnectAsync(server.Endpoint, cancellation);
                return server;
            }
            catch (SocketException)
            {
                // A server says nowhere that it listens: it is asked until it does, and the tries are bounded.
                await Task.Delay(TimeSpan.FromMilliseconds(25), TimeProvider.System, cancellation);
            }
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

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
