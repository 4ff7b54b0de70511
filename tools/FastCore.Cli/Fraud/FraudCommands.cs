using System.CommandLine;
using FastCore.Cli.Terminal;

namespace FastCore.Cli.Fraud;

/// <summary><c>fastcore fraud</c> and what is below it.</summary>
internal static class FraudCommands
{
    public static Command All(CliConsole console)
    {
        Command fraud = new("fraud", "Score payments with models of gradient boosted trees, and judge them by rules.");
        fraud.Subcommands.Add(new ScoreCommand(console));
        Command rules = new("rules", "Rules that say what to do with a payment, in text files.");
        rules.Subcommands.Add(new CheckRulesCommand(console));
        fraud.Subcommands.Add(rules);
        fraud.Subcommands.Add(new ExportCommand(console));
        fraud.Subcommands.Add(new ExplainCommand(console));
        fraud.Subcommands.Add(new BacktestCommand(console));
        fraud.Subcommands.Add(new TrainCommand(console));
        fraud.Subcommands.Add(new ActivateCommand(console));
        fraud.Subcommands.Add(new StatusCommand(console));
        fraud.Subcommands.Add(new MetricsCommand(console));
        fraud.Subcommands.Add(new ReasonsCommand(console));
        return fraud;
    }
}
