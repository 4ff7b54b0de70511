using System.CommandLine;
using FastCore.Cli.Terminal;

namespace FastCore.Cli.Fraud;

/// <summary><c>fastcore fraud</c> and what is below it.</summary>
internal static class FraudCommands
{
    public static Command All(CliConsole console)
    {
        Command fraud = new("fraud", "Score payments with models of gradient boosted trees.");
        fraud.Subcommands.Add(new ScoreCommand(console));
        return fraud;
    }
}
