using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Spectre.Console;

namespace FastCore.Cli.Terminal;

/// <summary>What a running command writes to, and how: people read text, programs read one JSON document.</summary>
/// <param name="Console">The streams.</param>
/// <param name="Json">The answer is one JSON document on standard output.</param>
internal sealed record CliContext(CliConsole Console, bool Json)
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Whether the one document of a <c>--json</c> run was written.</summary>
    public bool HasDocument { get; private set; }

    /// <summary>Writes the one document of a <c>--json</c> run.</summary>
    public void WriteDocument(JsonObject document)
    {
        HasDocument = true;
        Console.Out.WriteLine(document.ToJsonString(Indented));
    }

    /// <summary>A line for people: part of the answer, or a note beside the document when the answer is JSON.</summary>
    public void Say(string line) => (Json ? Console.Error : Console.Out).WriteLine(line);

    /// <summary>A note that is never part of the answer.</summary>
    public void Note(string line) => Console.Error.WriteLine(line);

    /// <summary>A table for people.</summary>
    public void Say(Table table)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(Json ? Console.Error : Console.Out),
        });
        if (!console.Profile.Out.IsTerminal)
        {
            console.Profile.Width = 120;
        }

        console.Write(table);
    }

    /// <summary>
    /// Does long work with a progress bar on standard error when someone is watching, and silently otherwise.
    /// </summary>
    /// <param name="title">What is being done.</param>
    /// <param name="total">How much there is to do, in the unit that the work reports.</param>
    /// <param name="work">The work; calls the given action with how much was done so far.</param>
    public async Task<T> WithProgressAsync<T>(string title, double total, Func<Action<double>, Task<T>> work)
    {
        if (!Console.IsErrorTerminal)
        {
            return await work(static _ => { });
        }

        IAnsiConsole console = AnsiConsole.Create(
            new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.Progress()
            .AutoClear(true)
            .Columns(
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new PercentageColumn(),
                new ElapsedTimeColumn(),
                new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                ProgressTask task = progress.AddTask(Markup.Escape(title), maxValue: Math.Max(total, 1));
                T result = await work(done => task.Value = done);
                task.Value = task.MaxValue;
                return result;
            });
    }
}
