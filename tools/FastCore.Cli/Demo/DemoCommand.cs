using System.CommandLine;
using System.Text.Json.Nodes;
using FastCore.Cli.Terminal;

namespace FastCore.Cli.Demo;

/// <summary><c>fastcore demo</c>.</summary>
internal sealed class DemoCommand : CliCommand
{
    /// <summary>Makes the command.</summary>
    public DemoCommand(CliConsole console)
        : base(
            console,
            "demo",
            "Show the main job on the input that is part of the program: an engine in this process, over a temporary " +
            "directory that is deleted afterwards.\n\n" +
            "Replays 18,399 card payments, each scored for fraud, captures one by hand, refunds one, sends one " +
            "twice, sells a cinema, " +
            "restarts the engine and asks again, then proves the directory. Every step is checked; the exit code " +
            "tells whether all held.")
    {
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore demo", "A story of a minute to read and a second to run."),
        ("fastcore demo --json", "The same as one document."),
    ];

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(
        ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        string directory = Directory.CreateTempSubdirectory("fastcore-demo-").FullName;
        try
        {
            DemoStory story = new(context, Path.Combine(directory, "books"));
            await story.TellAsync(cancellation);
            if (context.Json)
            {
                context.WriteDocument(new JsonObject
                {
                    ["command"] = "demo",
                    ["ok"] = story.IsOk,
                    ["steps"] = story.Steps,
                });
            }
            else
            {
                context.Say("");
                context.Say(story.IsOk
                    ? "Everything held. The directory is deleted; 'fastcore replay' does the same on one of yours."
                    : "SOMETHING DID NOT HOLD; see above.");
            }

            return story.IsOk ? ExitCode.Ok : ExitCode.CheckFailed;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}
