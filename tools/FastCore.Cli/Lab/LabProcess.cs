using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using FastCore.Cli.Terminal;

namespace FastCore.Cli.Lab;

/// <summary>Runs cells of a lab.</summary>
internal interface ILabRunner
{
    /// <summary>Runs a cell once.</summary>
    /// <returns>The document of <c>fastcore bench --json</c>, or one with an error.</returns>
    Task<JsonObject> RunAsync(LabCell cell, CancellationToken cancellation);
}

/// <summary>
/// Runs a cell in a process of its own: settings of the runtime are read once, at its start, and what one cell leaves
/// behind in memory must not be another's.
/// </summary>
/// <param name="workload">Arguments of <c>fastcore bench</c> that all cells share.</param>
internal sealed class LabProcess(IReadOnlyList<string> workload) : ILabRunner
{
    /// <inheritdoc/>
    public async Task<JsonObject> RunAsync(LabCell cell, CancellationToken cancellation)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };

        // Started as "dotnet fastcore.dll" the process is dotnet's.
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "fastcore.dll"));
        }

        foreach (string argument in (string[])["bench", .. workload, .. cell.Arguments, "--detail", "--json"])
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in cell.Variables)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)
            ?? throw new CliException(ExitCode.Internal, "not_started", "A process for a cell was not started.");
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

        try
        {
            return JsonNode.Parse(await output)!.AsObject();
        }
        catch (Exception e) when (e is JsonException or NullReferenceException or InvalidOperationException)
        {
            string text = (await error).Trim();
            return CliCommand.ErrorDocument("cell_failed", $"exit code {process.ExitCode}: {text}");
        }
    }
}
