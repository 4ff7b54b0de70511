using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FastCore.Cli.Terminal;
using FastCore.Seats.Charts.Text;

namespace FastCore.Cli.Seats;

/// <summary><c>fastcore seats check</c>.</summary>
internal sealed class CheckChartCommand : CliCommand
{
    private readonly Argument<string> _chart = new("CHART") { Description = ChartSource.Description };

    /// <summary>Makes the command.</summary>
    public CheckChartCommand(CliConsole console)
        : base(
            console,
            "check",
            "Read a chart and tell what is in it.\n\nEvery mistake is named with its place and its code; exit code 5.")
    {
        Arguments.Add(_chart);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore seats check house.json", "A chart file of your own."),
        ("fastcore seats check stadium --json", "One that comes along, for scripts."),
    ];

    /// <inheritdoc/>
    protected override Task<int> RunAsync(ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        ChartFile chart = ChartSource.Read(arguments.GetRequiredValue(_chart), context);
        if (context.Json)
        {
            JsonObject document = ChartSource.Describe(chart);
            document["command"] = "seats check";
            document["ok"] = true;
            context.WriteDocument(document);
        }
        else
        {
            context.Say(string.Create(
                CultureInfo.InvariantCulture,
                $"{chart.Name}: {chart.Capacity:N0} seats and places in {chart.Blocks.Length:N0} blocks; categories "
                + $"{string.Join(", ", chart.Categories.Select(category => category.Name))}"));
        }

        return Task.FromResult(ExitCode.Ok);
    }
}
