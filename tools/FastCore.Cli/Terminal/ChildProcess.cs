using System.Diagnostics;

namespace FastCore.Cli.Terminal;

/// <summary>Programs that commands run and wait for.</summary>
internal static class ChildProcess
{
    /// <summary>Runs one to its end; cancelled, it and what it started are killed.</summary>
    /// <param name="start">What to run. Both outputs are read.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <returns>Its exit code and what it wrote.</returns>
    /// <exception cref="System.ComponentModel.Win32Exception">It cannot be started.</exception>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(
        ProcessStartInfo start, CancellationToken cancellation)
    {
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(cancellation);
        Task<string> error = process.StandardError.ReadToEndAsync(cancellation);
        try
        {
            await process.WaitForExitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return (process.ExitCode, await output, await error);
    }
}
