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
    /// <summary>The command line of a cell. An option that it sets takes the place of the workload's.</summary>
    /// <param name="workload">Arguments of <c>fastcore bench</c> that all cells share.</param>
    /// <param name="cell">The cell.</param>
    public static IReadOnlyList<string> ArgumentsOf(IReadOnlyList<string> workload, LabCell cell)
    {
        HashSet<string> set =
            [.. cell.Arguments.Where(argument => argument.StartsWith("--", StringComparison.Ordinal))];
        set.Remove(LabCell.KnobOption);
        List<string> arguments = ["bench"];
        for (int i = 0; i < workload.Count; i++)
        {
            // Every option of a workload has a value.
            if (set.Contains(workload[i]))
            {
                i++;
            }
            else
            {
                arguments.Add(workload[i]);
            }
        }

        return [.. arguments, .. cell.Arguments, "--detail", "--json"];
    }

    /// <inheritdoc/>
    public async Task<JsonObject> RunAsync(LabCell cell, CancellationToken cancellation)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!);

        // Started as "dotnet fastcore.dll" the process is dotnet's.
        if (Path.GetFileNameWithoutExtension(start.FileName) == "dotnet")
        {
            start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "fastcore.dll"));
        }

        foreach (string argument in ArgumentsOf(workload, cell))
        {
            start.ArgumentList.Add(argument);
        }

        foreach ((string name, string value) in cell.Variables)
        {
            start.Environment[name] = value;
        }

        (int exitCode, string output, string error) = await ChildProcess.RunAsync(start, cancellation);
        try
        {
            return JsonNode.Parse(output)!.AsObject();
        }
        catch (Exception e) when (e is JsonException or NullReferenceException or InvalidOperationException)
        {
            return CliCommand.ErrorDocument("cell_failed", $"exit code {exitCode}: {error.Trim()}");
        }
    }
}
