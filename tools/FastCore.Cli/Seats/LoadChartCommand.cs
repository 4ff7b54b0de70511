using System.CommandLine;
using System.Text.Json.Nodes;
using FastCore.Cli.Doors;
using FastCore.Cli.Terminal;
using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Seats.Charts.Text;

namespace FastCore.Cli.Seats;

/// <summary><c>fastcore seats load</c>.</summary>
internal sealed class LoadChartCommand : CliCommand
{
    private readonly Argument<string> _chart = new("CHART") { Description = ChartSource.Description };

    private readonly Option<ulong> _number = new("--chart")
    {
        Description = "Number that shows call it by.",
        Required = true,
    };

    private readonly DoorOptions _door;

    /// <summary>Makes the command.</summary>
    public LoadChartCommand(CliConsole console)
        : base(
            console,
            "load",
            "Load a chart into an engine, whole or not at all.\n\n" +
            "Loaded again it is the same chart; another one under its number is refused.")
    {
        Arguments.Add(_chart);
        Options.Add(_number);
        _door = new DoorOptions(this);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore seats load cinema --chart 1 --data ./books", "Into a data directory."),
        ("fastcore seats load house.json --chart 2 --connect localhost:7700", "Into a server."),
    ];

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(
        ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        ChartFile chart = ChartSource.Read(arguments.GetRequiredValue(_chart), context);
        ulong number = arguments.GetValue(_number);
        await using EngineDoor door = await EngineDoor.OpenAsync(_door.Read(arguments), cancellation);
        SeatResult[] results = new SeatResult[chart.Blocks.Length];
        Reply reply = await door.Session.CreateChartAsync(number, chart.Blocks, results);
        FrameStatusText.ThrowUnlessOk(reply);
        int broken = Array.FindIndex(
            results, result => result.Code is not (SeatStatus.Ok or SeatStatus.ChartNotCreated));
        if (broken >= 0)
        {
            string code = SnakeCase.Of(results[broken].Code.ToString());
            throw new CliException(ExitCode.Refused, code, $"Chart {number} was not loaded: block {broken}: {code}.");
        }

        bool isKnown = (results[0].Flags & SeatResultFlags.Duplicate) != 0;
        if (context.Json)
        {
            JsonObject document = ChartSource.Describe(chart);
            document["command"] = "seats load";
            document["ok"] = true;
            document["chart"] = number;
            document["known"] = isKnown;
            context.WriteDocument(document);
        }
        else
        {
            context.Say($"chart {number} is {chart.Name}{(isKnown ? ", as before" : "")}: {chart.Capacity} seats.");
        }

        return ExitCode.Ok;
    }
}
