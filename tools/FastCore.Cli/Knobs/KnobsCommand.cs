using System.CommandLine;
using System.Text.Json.Nodes;
using FastCore.Cli.Doors;
using FastCore.Cli.Terminal;
using FastCore.Node.Knobs;
using FastCore.Protocol;
using FastCore.Protocol.Knobs;
using Spectre.Console;

namespace FastCore.Cli.Knobs;

/// <summary><c>fastcore knobs</c>.</summary>
internal sealed class KnobsCommand : CliCommand
{
    private readonly KnobOptions _options;

    /// <summary>Makes the command.</summary>
    public KnobsCommand(CliConsole console)
        : base(
            console,
            "knobs",
            "What the runtime and the engine are set to, what came of it, and where it was said.\n\n" +
            "Without --connect the table is that of this process: the runtime as it was started (variables " +
            "DOTNET_... of the environment and runtimeconfig.json count), and the engine as 'serve' would open it " +
            "with the same --config, variables FASTCORE_Node__... and --knob. With --connect it is the server's.\n" +
            "A setting that is misspelt or that the runtime ignores is the usual failure, and nothing else says so: " +
            "the exit code is 1 when anything wanted is not effective.")
    {
        _options = new KnobOptions(this);
        Subcommands.Add(new SetKnobsCommand(console));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore knobs", "This process."),
        ("DOTNET_GCgen0size=0x4000000 fastcore knobs", "With 64 MiB between collections; GCGen0Size is not read."),
        ("fastcore knobs --connect 127.0.0.1:7040", "A running server."),
        ("fastcore knobs set idle=park --connect 127.0.0.1:7040", "Turn one while it runs."),
    ];

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(
        ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        List<KnobLine> lines;
        if (_options.Door(arguments) is DoorSettings door)
        {
            await using EngineDoor open = await EngineDoor.OpenAsync(door, cancellation);
            lines = await ReadAsync(open.Session);
        }
        else
        {
            EngineSettings settings = EngineSettings.Read(_options.Config(arguments), _options.Knobs(arguments));
            lines =
            [
                .. KnobTable.OfRuntime(isIdle: true).Concat(KnobTable.OfOptions(settings.Node)).Select(KnobLine.Of),
            ];
        }

        return Show(lines, context, "knobs");
    }

    /// <summary>The table of an engine, in process or behind a server.</summary>
    internal static async Task<List<KnobLine>> ReadAsync(IFastCoreSession session)
    {
        KnobRecord[] records = new KnobRecord[256];
        List<KnobLine> lines = [];
        ulong after = 0;
        while (true)
        {
            KnobFilter filter = new() { After = after, Limit = (uint)records.Length };
            Reply reply = await session.GetKnobsAsync(filter, records);
            FrameStatusText.ThrowUnlessOk(reply);
            int count = reply.Length / KnobRecord.Size;
            lines.AddRange(records.Take(count).Select(record => KnobLine.Of(record)));
            if (count < records.Length)
            {
                return lines;
            }

            after = records[count - 1].Place;
        }
    }

    /// <summary>Shows the table.</summary>
    /// <returns>The exit code: a check failed when anything wanted is not effective.</returns>
    internal static int Show(IReadOnlyList<KnobLine> lines, CliContext context, string command)
    {
        List<KnobLine> differing = [.. lines.Where(line => line.Differs)];
        if (context.Json)
        {
            context.WriteDocument(new JsonObject
            {
                ["command"] = command,
                ["ok"] = differing.Count == 0,
                ["differing"] = new JsonArray([.. differing.Select(line => (JsonNode)line.Title)]),
                ["knobs"] = new JsonArray([.. lines.Select(line => (JsonNode)line.ToJson())]),
            });
        }
        else
        {
            Table table = new Table().Border(TableBorder.Simple)
                .AddColumns("knob", "wanted", "effective", "source", "changes", "");
            foreach (KnobLine line in lines)
            {
                table.AddTextRow(line.Cells);
            }

            context.Say(table);
            context.Say(differing.Count == 0
                ? "Everything that was asked for is effective."
                : $"NOT EFFECTIVE: {string.Join(", ", differing.Select(line => line.Title))}.");
        }

        return differing.Count == 0 ? ExitCode.Ok : ExitCode.CheckFailed;
    }
}
