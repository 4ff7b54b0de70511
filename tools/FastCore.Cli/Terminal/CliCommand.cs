using System.CommandLine;
using System.Text.Json.Nodes;
using FastCore.Engine.Ports;

namespace FastCore.Cli.Terminal;

/// <summary>
/// A command of the command line: options, examples for its help, and one method that runs it. Errors become an exit
/// code and a sentence, and with <c>--json</c> a document with an <c>error</c> object.
/// </summary>
internal abstract class CliCommand : Command
{
    /// <summary>Asks for one JSON document on standard output.</summary>
    protected Option<bool> JsonOption { get; } = new("--json")
    {
        Description = "Print exactly one JSON document on standard output and nothing else there.",
    };

    private readonly CliConsole _console;

    /// <summary>Makes the command.</summary>
    protected CliCommand(CliConsole console, string name, string description)
        : base(name, description)
    {
        _console = console;
        Options.Add(JsonOption);
        SetAction(InvokeAsync);
    }

    /// <summary>Command lines that the help shows, with a sentence each.</summary>
    public abstract IReadOnlyList<(string CommandLine, string Meaning)> Examples { get; }

    /// <summary>Exit codes that the help shows, with what they mean here.</summary>
    public virtual IReadOnlyList<(int Code, string Meaning)> ExitCodes => ExitCode.All;

    /// <summary>Does the work.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    protected abstract Task<int> RunAsync(ParseResult arguments, CliContext context, CancellationToken cancellation);

    /// <summary>Whether the answer, and what goes wrong, is one JSON document.</summary>
    protected virtual bool IsJsonWanted(ParseResult arguments) => arguments.GetValue(JsonOption);

    /// <summary>Refuses values outside a range before the command runs.</summary>
    protected static void RequireRange(Option<int> option, int min, int max) =>
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is int value && (value < min || value > max))
            {
                result.AddError($"{option.Name} must be from {min} to {max}.");
            }
        });

    private async Task<int> InvokeAsync(ParseResult arguments, CancellationToken cancellation)
    {
        CliContext context = new(_console, IsJsonWanted(arguments));
        try
        {
            return await RunAsync(arguments, context, cancellation);
        }
        catch (CliException e)
        {
            return Fail(context, e.ExitCode, e.Code, e.Message);
        }
        catch (CorruptStorageException e)
        {
            return Fail(context, ExitCode.DataDirectory, "storage_corrupt", e.Message);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return Fail(context, ExitCode.Interrupted, "interrupted", "Interrupted.");
        }
        catch (Exception e)
        {
            // Nobody foresaw it: the caller gets its exit code and document all the same, and the report its trace.
            int exitCode = Fail(
                context, ExitCode.Internal, "unexpected", $"{e.Message} Nobody foresaw this; please report:");
            context.Console.Error.WriteLine(e);
            return exitCode;
        }
    }

    private static int Fail(CliContext context, int exitCode, string code, string message)
    {
        if (context.Json && !context.HasDocument)
        {
            context.WriteDocument(ErrorDocument(code, message));
        }

        context.Console.Error.WriteLine($"error: {message}");
        return exitCode;
    }

    /// <summary>The document that stands for a failed command.</summary>
    public static JsonObject ErrorDocument(string code, string message) =>
        new() { ["error"] = new JsonObject { ["code"] = code, ["message"] = message } };
}
