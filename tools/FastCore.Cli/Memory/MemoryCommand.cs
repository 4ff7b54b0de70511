using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using FastCore.Cli.Doors;
using FastCore.Cli.Terminal;
using Spectre.Console;

namespace FastCore.Cli.Memory;

/// <summary><c>fastcore memory</c>.</summary>
internal sealed class MemoryCommand : CliCommand
{
    private const string ClearScreen = "\u001b[H\u001b[2J";

    private readonly Option<string?> _connect =
        DoorOptions.Connect("The running node: host:port, or unix:/path/to/socket. The key must cover every book.");

    private readonly Option<string?> _apiKey = DoorOptions.ApiKey();

    private readonly Option<bool> _watch = new("--watch")
    {
        Description = "Show the table again every second, until Ctrl-C.",
    };

    private readonly Option<int?> _process = new("--process")
    {
        Description = "Process id on this machine: show which call sites allocate most.",
        HelpName = "ID",
    };

    private readonly Option<int> _seconds = new("--seconds")
    {
        Description = "How long the process is watched.",
        DefaultValueFactory = _ => 10,
    };

    private readonly Option<int> _top = new("--top")
    {
        Description = "Call sites at most.",
        DefaultValueFactory = _ => 20,
    };

    private readonly Option<string?> _dump = new("--dump")
    {
        Description = "Let the process write its heap into this new file, as 'dotnet-dump analyze' reads it; all of "
            + "its secrets are in there.",
        HelpName = "FILE",
    };

    /// <summary>Makes the command.</summary>
    public MemoryCommand(CliConsole console)
        : base(
            console,
            "memory",
            "What holds memory in a running node.\n\n" +
            "With --connect: the managed heap by generation, every table outside of it by name, each level of the " +
            "record store with what it found and what it did not, histories in memory and on disk, buffers. " +
            "Partitions are summed up; --json has each.\n" +
            "With --process: the places in the code that allocate most, sampled by the runtime every 100 KiB or so, " +
            "and with --dump a dump of the heap. The process runs on; a dump stops it for as long as it takes.")
    {
        Options.Add(_connect);
        Options.Add(_apiKey);
        Options.Add(_watch);
        Options.Add(_process);
        Options.Add(_seconds);
        Options.Add(_top);
        Options.Add(_dump);
        RequireRange(_seconds, 1, 3600);
        RequireRange(_top, 1, 1000);
        Validators.Add(result =>
        {
            if (result.GetValue(_connect) is null && result.GetValue(_process) is null)
            {
                result.AddError("Say which node: --connect host:port, --process ID, or both.");
            }

            if (result.GetValue(_dump) is not null && result.GetValue(_process) is null)
            {
                result.AddError("--dump is written by a process of this machine: give --process ID.");
            }

            if (result.GetValue(_watch) && (result.GetValue(_process) is not null || result.GetValue(JsonOption)))
            {
                result.AddError("--watch goes with neither --process nor --json.");
            }
        });
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore memory --connect 127.0.0.1:7040", "A running node."),
        ("fastcore memory --connect 127.0.0.1:7040 --watch", "The same, again and again."),
        ("fastcore memory --process 4711 --seconds 30", "Where process 4711 allocates."),
        ("fastcore memory --process 4711 --dump heap.dmp", "The same, and its heap in a file."),
    ];

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(
        ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        JsonObject document = new() { ["command"] = "memory" };
        if (arguments.GetValue(_connect) is string connect)
        {
            DoorSettings settings =
                new() { Connect = connect, ApiKey = DoorOptions.ApiKeyOf(arguments.GetValue(_apiKey)) };
            await using EngineDoor door = await EngineDoor.OpenAsync(settings, cancellation);
            if (arguments.GetValue(_watch))
            {
                await WatchAsync(door, context, cancellation);
            }

            document["node"] = door.Place;
            List<MemoryLine> lines = await MemoryReport.ReadAsync(door.Session);
            if (context.Json)
            {
                MemoryReport.AddTo(document, lines);
            }
            else
            {
                MemoryReport.Show(context, lines);
            }
        }

        if (arguments.GetValue(_process) is int id)
        {
            WatchedProcess process = WatchedProcess.Find(id);
            if (arguments.GetValue(_dump) is string file)
            {
                await DumpAsync(process, file, context, document, cancellation);
            }

            int seconds = arguments.GetValue(_seconds);
            context.Note(string.Create(CultureInfo.InvariantCulture, $"Watching process {id} for {seconds} s."));
            AllocationProfile profile = await process.ProfileAsync(seconds, arguments.GetValue(_top), cancellation);
            Show(profile, context, document, id);
        }

        if (context.Json)
        {
            context.WriteDocument(document);
        }

        return ExitCode.Ok;
    }

    // Ends by the cancellation only.
    private static async Task WatchAsync(EngineDoor door, CliContext context, CancellationToken cancellation)
    {
        while (true)
        {
            List<MemoryLine> lines = await MemoryReport.ReadAsync(door.Session);
            context.Console.Out.Write(ClearScreen);
            MemoryReport.Show(context, lines);
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, cancellation);
        }
    }

    private static async Task DumpAsync(
        WatchedProcess process, string file, CliContext context, JsonObject document, CancellationToken cancellation)
    {
        long bytes = await process.DumpAsync(file, cancellation);
        document["dump"] = new JsonObject { ["file"] = file, ["bytes"] = bytes };
        if (!context.Json)
        {
            context.Say($"The heap is in {file}, {MemoryReport.Size((ulong)bytes)}.");
        }
    }

    private static void Show(AllocationProfile profile, CliContext context, JsonObject document, int process)
    {
        document["allocations"] = new JsonObject
        {
            ["process"] = process,
            ["seconds"] = profile.Seconds,
            ["bytes"] = profile.Bytes,
            ["bytes_per_s"] = profile.Bytes / profile.Seconds,
            ["sites"] = new JsonArray([.. profile.Sites.Select(site => (JsonNode)site.ToJson(profile.Bytes))]),
        };
        if (context.Json)
        {
            return;
        }

        if (profile.Sites.Count == 0)
        {
            context.Say("Nothing was sampled: the process allocated less than about 100 KiB.");
            return;
        }

        Table table = new Table().Border(TableBorder.Simple).AddColumns("bytes a second", "share", "type", "where");
        foreach (AllocationSite site in profile.Sites)
        {
            double share = 100.0 * site.Bytes / profile.Bytes;
            table.AddRow(
                new Text(MemoryReport.Size((ulong)(site.Bytes / profile.Seconds))),
                new Text(share.ToString("0.0", CultureInfo.InvariantCulture) + " %"),
                new Text(site.Type),
                new Text(site.Method));
        }

        context.Say(table);
    }
}
