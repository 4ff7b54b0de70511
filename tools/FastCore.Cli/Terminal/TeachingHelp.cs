using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace FastCore.Cli.Terminal;

/// <summary>The usual help, followed by examples and exit codes.</summary>
internal sealed class TeachingHelp : SynchronousCommandLineAction
{
    private readonly HelpAction _usual;

    /// <summary>Wraps the usual help.</summary>
    public TeachingHelp(HelpAction usual)
    {
        _usual = usual;
        _usual.MaxWidth = 110;
    }

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        // A list of commands says what each is for; the rest is in its own help.
        foreach (Command listed in parseResult.CommandResult.Command.Subcommands)
        {
            listed.Description = listed.Description?.Split("\n\n")[0];
        }

        _usual.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        IReadOnlyList<(int Code, string Meaning)> exitCodes = ExitCode.All;
        if (parseResult.CommandResult.Command is CliCommand command)
        {
            exitCodes = command.ExitCodes;
            output.WriteLine("Examples:");
            foreach ((string commandLine, string meaning) in command.Examples)
            {
                output.WriteLine($"  {commandLine}");
                output.WriteLine($"      {meaning}");
            }

            output.WriteLine();
        }

        output.WriteLine("Exit codes:");
        foreach ((int code, string meaning) in exitCodes)
        {
            output.WriteLine($"  {code,3}  {meaning}");
        }

        return ExitCode.Ok;
    }
}
