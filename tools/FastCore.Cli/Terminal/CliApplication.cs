using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using FastCore.Cli.Bench;
using FastCore.Cli.Cards;
using FastCore.Cli.Demo;
using FastCore.Cli.Fraud;
using FastCore.Cli.Fuzz;
using FastCore.Cli.Inspect;
using FastCore.Cli.Keys;
using FastCore.Cli.Knobs;
using FastCore.Cli.Lab;
using FastCore.Cli.Memory;
using FastCore.Cli.Repl;
using FastCore.Cli.Replay;
using FastCore.Cli.Seats;
using FastCore.Cli.Serve;
using FastCore.Cli.Simulate;
using FastCore.Cli.Soak;
using FastCore.Cli.Torture;
using FastCore.Cli.Verify;
using FastCore.Hosting;

namespace FastCore.Cli.Terminal;

/// <summary>The whole command line: what <c>Main</c> calls, and what the tests call with captured streams.</summary>
internal static partial class CliApplication
{
    /// <summary>Runs one command line.</summary>
    /// <returns>The process exit code.</returns>
    public static async Task<int> RunAsync(
        IReadOnlyList<string> arguments, CliConsole console, CancellationToken cancellation = default)
    {
        RootCommand root = Build(console);
        ParseResult parsed = root.Parse(arguments);
        // Help is given whatever else is wrong with the command line.
        if (parsed.Errors.Count > 0 && parsed.Action is not TeachingHelp)
        {
            return ReportUsage(parsed, arguments, console);
        }

        InvocationConfiguration invocation = new()
        {
            Output = console.Out,
            Error = console.Error,
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeSpan.FromSeconds(30),
        };
        return await parsed.InvokeAsync(invocation, cancellation);
    }

    internal static RootCommand Build(CliConsole console)
    {
        RootCommand root = new(
            "FastCore: money that must never be wrong, at the speed of the hardware.\n\n" +
            "Start with 'fastcore demo', then try 'fastcore repl --memory'. Each command explains itself with --help.");
        Command generate = new("generate", "Write simulated input from a seed.");
        generate.Subcommands.Add(new GenerateCardsCommand(console));
        root.Subcommands.Add(new DemoCommand(console));
        root.Subcommands.Add(new ReplCommand(console));
        root.Subcommands.Add(new ReplayCommand(console));
        root.Subcommands.Add(new ServeCommand(console));
        root.Subcommands.Add(new BenchCommand(console));
        root.Subcommands.Add(new VerifyCommand(console));
        root.Subcommands.Add(new FuzzCommand(console));
        root.Subcommands.Add(new InspectCommand(console));
        root.Subcommands.Add(new TortureCommand(console));
        root.Subcommands.Add(new SoakCommand(console));
        root.Subcommands.Add(new SimulateCommand(console));
        root.Subcommands.Add(new KnobsCommand(console));
        root.Subcommands.Add(new LabCommand(console));
        root.Subcommands.Add(new MemoryCommand(console));
        root.Subcommands.Add(FraudCommands.All(console));
        root.Subcommands.Add(SeatsCommands.All(console));
        root.Subcommands.Add(generate);
        root.Subcommands.Add(KeysCommands.All(console));
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new TeachingHelp((HelpAction)help.Action!);
        GuardValidators(root);
        return root;
    }

    // A validator that asks for a value which cannot be parsed gets an exception, and with it so would the user.
    private static void GuardValidators(Command command)
    {
        for (int i = 0; i < command.Validators.Count; i++)
        {
            Action<CommandResult> validate = command.Validators[i];
            command.Validators[i] = result => Guard(validate, result);
        }

        foreach (Option option in command.Options)
        {
            for (int i = 0; i < option.Validators.Count; i++)
            {
                Action<OptionResult> validate = option.Validators[i];
                option.Validators[i] = result => Guard(validate, result);
            }
        }

        foreach (Command subcommand in command.Subcommands)
        {
            GuardValidators(subcommand);
        }
    }

    private static void Guard<TResult>(Action<TResult> validate, TResult result)
        where TResult : SymbolResult
    {
        try
        {
            validate(result);
        }
        catch (InvalidOperationException e)
        {
            result.AddError(e.Message);
        }
    }

    private static int ReportUsage(ParseResult parsed, IReadOnlyList<string> arguments, CliConsole console)
    {
        Command command = parsed.CommandResult.Command;
        List<string> known = [.. command.Subcommands.Select(sub => sub.Name)];
        for (CommandResult? at = parsed.CommandResult; at is not null; at = at.Parent as CommandResult)
        {
            known.AddRange(at.Command.Options.Select(option => option.Name));
        }

        List<string> messages = [];
        foreach (ParseError error in parsed.Errors)
        {
            string text = LineBreaks().Replace(ExpectedType().Replace(error.Message, ""), " ").TrimEnd();
            Match unknown = QuotedWord().Match(text);
            messages.Add(unknown.Success && parsed.UnmatchedTokens.Contains(unknown.Groups[1].Value)
                ? text + Suggestions.Hint(unknown.Groups[1].Value, known)
                : text);
        }

        // A misspelt command is also a missing one; the first sentence says it all.
        string message = parsed.UnmatchedTokens.Count > 0
            ? messages.First(
                text => parsed.UnmatchedTokens.Any(token => text.Contains(token, StringComparison.Ordinal)))
            : string.Join(' ', messages.Distinct());
        string path = command is RootCommand ? "fastcore" : "fastcore " + PathOf(parsed.CommandResult);
        if (arguments.Contains("--json"))
        {
            new CliContext(console, Json: true).WriteDocument(CliCommand.ErrorDocument("usage", message));
        }

        console.Error.WriteLine($"error: {message}");
        console.Error.WriteLine($"'{path} --help' lists what is possible.");
        return ExitCode.Usage;
    }

    private static string PathOf(CommandResult result) =>
        result.Parent is CommandResult { Command: not RootCommand } parent
            ? PathOf(parent) + " " + result.Command.Name
            : result.Command.Name;

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex QuotedWord();

    // The parser names types of the runtime, and breaks its lists into lines.
    [GeneratedRegex(" as expected type '[^']*'")]
    private static partial Regex ExpectedType();

    [GeneratedRegex(@"\s*\n\s*")]
    private static partial Regex LineBreaks();
}
