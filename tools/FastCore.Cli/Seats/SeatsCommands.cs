using System.CommandLine;
using FastCore.Cli.Terminal;

namespace FastCore.Cli.Seats;

/// <summary><c>fastcore seats</c> and what is below it.</summary>
internal static class SeatsCommands
{
    public static Command All(CliConsole console)
    {
        Command seats = new("seats", "Charts of houses whose seats are sold, and draws of their waiting rooms.");
        seats.Subcommands.Add(new CheckChartCommand(console));
        seats.Subcommands.Add(new LoadChartCommand(console));
        seats.Subcommands.Add(new DrawCommand(console));
        return seats;
    }
}
