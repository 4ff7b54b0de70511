using System.CommandLine;
using FastCore.Cli.Doors;
using FastCore.Cli.Terminal;

namespace FastCore.Cli.Repl;

/// <summary><c>fastcore repl</c>.</summary>
internal sealed class ReplCommand : CliCommand
{
    private readonly DoorOptions _door;
    private readonly Option<string> _clock = new("--clock")
    {
        Description = "system = the machine's time; manual = time moves with 'tick 30s' only, which makes expiry " +
            "scriptable.",
        DefaultValueFactory = _ => "system",
    };

    /// <summary>Makes the command.</summary>
    public ReplCommand(CliConsole console)
        : base(
            console,
            "repl",
            "Talk to an engine, one command a line, from a terminal or a pipe.\n\n" +
            "  operation key=value ... [, key=value ...]\n\n" +
            "Objects between commas are one batch: one request, all durable or none. 'help' lists the operations, " +
            "'help create_transfers' the fields of one. Numbers are decimal or 0x hexadecimal, up to 128 bits. " +
            "Flags are " +
            "names joined by | with bits mixed in: flags=linked|0x4000. Every field can be set; 'reserved' is " +
            "the first " +
            "reserved one. book (or merchant) is 1 unless given and the same for a whole line. Queries ask for " +
            "everything " +
            "unless limited. Text with blanks goes in double quotes. Lines that are empty or begin with # are passed " +
            "over; 'exit' ends.\n\n" +
            "With --json each line is answered with one JSON line: {\"operation\", \"results\": [...]} or " +
            "{\"operation\", " +
            "\"error\": {\"code\", \"message\"}}. Numbers above 2^53 are decimal strings, so that no JSON reader " +
            "rounds them. " +
            "A line that is not understood is answered with an error and the session goes on.\n\n" +
            "With --clock manual time begins at 2025-01-01T00:00:00Z in memory, and at the machine's time over a " +
            "directory.")
    {
        _door = new DoorOptions(this);
        _clock.AcceptOnlyFromAmong("system", "manual");
        Options.Add(_clock);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore repl --memory", "Try things; nothing is kept."),
        ("fastcore repl --data ./books --json < commands.txt", "Run a script against durable books."),
        ("echo 'create_accounts id=1 ledger=1 code=1, id=2 ledger=1 code=1' | fastcore repl --memory --json",
            "Open two accounts in one request."),
        ("fastcore repl --memory --clock manual",
            "Then: create_transfers ... flags=pending timeout=10; tick 11s; lookup_accounts id=1"),
    ];

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(
        ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        bool manual = arguments.GetValue(_clock) == "manual";
        DoorSettings settings = _door.Read(arguments) with { ManualClock = manual };
        if (manual && settings.Connect is not null)
        {
            throw new CliException(
                ExitCode.Usage, "usage", "--clock manual needs an engine in this process: --data or --memory.");
        }

        await using EngineDoor door = await EngineDoor.OpenAsync(settings, cancellation);
        if (context.Console.IsInputTerminal)
        {
            context.Note($"{door.Place}. 'help' lists the operations, 'exit' ends.");
        }

        ReplLoop loop = new(context, door.Session, door.Clock, settings.Memory, () => door.Stopped);
        await loop.RunAsync(cancellation);
        return ExitCode.Ok;
    }
}
