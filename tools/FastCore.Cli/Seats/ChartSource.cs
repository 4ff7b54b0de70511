using System.Text.Json.Nodes;
using FastCore.Cli.Terminal;
using FastCore.Protocol;
using FastCore.Seats.Charts.Text;

namespace FastCore.Cli.Seats;

/// <summary>A chart that a command names: one that comes along, or a file.</summary>
internal static class ChartSource
{
    /// <summary>What the argument takes.</summary>
    public const string Description = "cinema, theatre or stadium, which come along, or a chart file (docs/SEATS.md).";

    /// <summary>Reads the chart; every mistake is told at once.</summary>
    /// <exception cref="CliException">The file cannot be read, or has mistakes.</exception>
    public static ChartFile Read(string name, CliContext context)
    {
        switch (name)
        {
            case "cinema":
                return ShippedCharts.Cinema;
            case "theatre":
                return ShippedCharts.Theatre;
            case "stadium":
                return ShippedCharts.Stadium;
        }

        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.File, "file_not_usable", $"Cannot read '{name}': {e.Message}", e);
        }

        if (ChartFile.TryRead(bytes, out ChartFile? chart, out IReadOnlyList<ChartMistake> mistakes))
        {
            return chart!;
        }

        foreach (ChartMistake mistake in mistakes)
        {
            context.Note($"{SnakeCase.Of(mistake.Code.ToString())}: {mistake}");
        }

        string count = mistakes.Count == 1 ? "a mistake" : $"{mistakes.Count} mistakes";
        throw new CliException(ExitCode.File, "chart_refused", $"'{name}' has {count}; first: {mistakes[0]}");
    }

    /// <summary>What is in a chart.</summary>
    public static JsonObject Describe(ChartFile chart) => new()
    {
        ["name"] = chart.Name,
        ["blocks"] = chart.Blocks.Length,
        ["capacity"] = chart.Capacity,
        ["categories"] = new JsonArray([.. chart.Categories.Select(category => (JsonNode)category.Name)]),
    };
}
