using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace FastCore.Torture;

/// <summary>The real server in a process of its own, so that it can be killed.</summary>
public sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private bool _isDisposed;

    private ServerProcess(Process process)
    {
        _process = process;
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_errors)
            {
                _errors.AppendLine(line.Data);
            }
        };
        _process.BeginErrorReadLine();
    }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    /// <summary>Where it listens, once it does.</summary>
    public string Address { get; private set; } = "";

    /// <summary>From the start of the process until it listened.</summary>
    public TimeSpan StartTime { get; private set; }

    /// <summary>What it wrote to its error output.</summary>
    public string Errors
    {
        get
        {
            lock (_errors)
            {
                return _errors.ToString();
            }
        }
    }

    /// <summary>Starts <c>fastcore serve</c> on a free port; it does not listen yet.</summary>
    /// <param name="program">Path of <c>fastcore.dll</c>.</param>
    /// <param name="arguments">What follows <c>serve</c>.</param>
    /// <param name="environment">Variables besides this process's own.</param>
    public static ServerProcess Launch(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        ProcessStartInfo start = new()
        {
            FileName = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in (string[])[program, "serve", "--listen", "127.0.0.1:0", "--json", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new ServerProcess(Process.Start(start)!);
    }

    /// <summary>Starts it and waits until it listens.</summary>
    public static async Task<ServerProcess> StartAsync(
        string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        ServerProcess server = Launch(program, arguments, environment);
        try
        {
            server.Address = await server.ReadAddressAsync().WaitAsync(Patience);
            server.StartTime = Stopwatch.GetElapsedTime(server._startedAt);
            return server;
        }
        catch (Exception failure)
        {
            server.Dispose();
            throw new InvalidOperationException($"The server did not start: {server.Errors}", failure);
        }
    }

    /// <summary>SIGKILL: the process ends in the middle of whatever it does.</summary>
    /// <exception cref="InvalidOperationException">It had ended by itself.</exception>
    public async Task KillAsync()
    {
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"The server ended by itself: {Errors}");
        }

        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <summary>SIGTERM: the process finishes what is under way and ends.</summary>
    /// <returns>Its exit code.</returns>
    /// <exception cref="InvalidOperationException">It had ended by itself.</exception>
    public async Task<int> StopAsync()
    {
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"The server ended by itself: {Errors}");
        }

        await SignalAsync("TERM");
        await _process.WaitForExitAsync().WaitAsync(Patience);
        return _process.ExitCode;
    }

    /// <summary>SIGHUP: the process reads its keys and its policy again, some time after this returns.</summary>
    public Task ReloadAsync() => SignalAsync("HUP");

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using Process sender = Process.Start("kill", ["-" + signal, Id.ToString(CultureInfo.InvariantCulture)]);
        await sender.WaitForExitAsync().WaitAsync(Patience);
    }

    // The server writes one document when it listens, and nothing more.
    private async Task<string> ReadAddressAsync()
    {
        StringBuilder text = new();
        while (await _process.StandardOutput.ReadLineAsync() is string line)
        {
            text.AppendLine(line);
            try
            {
                using JsonDocument document = JsonDocument.Parse(text.ToString());
                return document.RootElement.GetProperty("listening")[0].GetString()!;
            }
            catch (JsonException)
            {
                // Not all of the document is here yet.
            }
        }

        throw new InvalidOperationException($"it wrote: {text}");
    }
}
