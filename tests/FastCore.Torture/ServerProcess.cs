using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace FastCore.Integration.Tests.Torture;

/// <summary>The real server in a process of its own, so that it can be killed.</summary>
internal sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _errors;

    private ServerProcess(Process process, StringBuilder errors, string address)
    {
        _process = process;
        _errors = errors;
        Address = address;
    }

    /// <summary>Where it listens.</summary>
    public string Address { get; }

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

    /// <summary>Starts <c>fastcore serve</c> on a free port and waits until it listens.</summary>
    public static async Task<ServerProcess> StartAsync(string configuration)
    {
        ProcessStartInfo start = new()
        {
            FileName = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in (string[])
            [
                Path.Combine(AppContext.BaseDirectory, "fastcore.dll"),
                "serve", "--config", configuration, "--listen", "127.0.0.1:0", "--json",
            ])
        {
            start.ArgumentList.Add(argument);
        }

        Process process = Process.Start(start)!;
        StringBuilder errors = new();
        process.ErrorDataReceived += (_, line) =>
        {
            lock (errors)
            {
                errors.AppendLine(line.Data);
            }
        };
        process.BeginErrorReadLine();
        try
        {
            string address = await ReadAddressAsync(process).WaitAsync(Patience);
            return new ServerProcess(process, errors, address);
        }
        catch (Exception failure)
        {
            process.Kill();
            await process.WaitForExitAsync().WaitAsync(Patience);
            process.Dispose();
            throw new InvalidOperationException($"The server did not start: {errors}", failure);
        }
    }

    /// <summary>SIGKILL: the process ends in the middle of whatever it does.</summary>
    public async Task KillAsync()
    {
        Assert.False(_process.HasExited, $"the server ended by itself: {Errors}");
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(Patience);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    // The server writes one document when it listens, and nothing more.
    private static async Task<string> ReadAddressAsync(Process process)
    {
        StringBuilder text = new();
        while (await process.StandardOutput.ReadLineAsync() is string line)
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
