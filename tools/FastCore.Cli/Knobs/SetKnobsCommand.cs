using System.CommandLine;
using FastCore.Cli.Doors;
using FastCore.Cli.Terminal;
using FastCore.Hosting;
using FastCore.Node.Knobs;
using FastCore.Protocol;
using FastCore.Protocol.Knobs;

namespace FastCore.Cli.Knobs;

/// <summary><c>fastcore knobs set</c>.</summary>
internal sealed class SetKnobsCommand : CliCommand
{
    private const int TriesMax = 250;

    private readonly Argument<string[]> _changes = new("NAME=VALUE")
    {
        Description = "Knobs and their new values.",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string?> _connect =
        DoorOptions.Connect("The server: host:port, or unix:/path/to/socket. The key must cover every book.");

    private readonly Option<string?> _apiKey = DoorOptions.ApiKey();

    /// <summary>Makes the command.</summary>
    public SetKnobsCommand(CliConsole console)
        : base(
            console,
            "set",
            "Turn live knobs of a running server and show what came of it.\n\n" +
            "A turned knob holds until the server ends; what shall hold longer belongs into its configuration. " +
            "Every partition journals the change, so that 'inspect' shows later when it was made. " +
            "The exit code is 1 when a change is not effective.")
    {
        _connect.Required = true;
        Arguments.Add(_changes);
        Options.Add(_connect);
        Options.Add(_apiKey);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore knobs set batch_elements_max=1024 --connect 127.0.0.1:7040", "Smaller batches."),
        ("fastcore knobs set gc_latency_mode=Interactive gc_heap_hard_limit=4294967296 --connect 127.0.0.1:7040",
            "Two of the runtime's."),
    ];

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(
        ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        KnobChange[] changes = [.. arguments.GetRequiredValue(_changes).Select(ChangeOf)];
        if (changes.Length > KnobLimits.ChangesPerRequestMax)
        {
            throw new CliException(
                ExitCode.Usage, "too_many", $"{KnobLimits.ChangesPerRequestMax} knobs at a time are the most.");
        }

        await using EngineDoor door = await EngineDoor.OpenAsync(
            new DoorSettings
            {
                Connect = arguments.GetRequiredValue(_connect),
                ApiKey = DoorOptions.ApiKeyOf(arguments.GetValue(_apiKey)),
            },
            cancellation);
        KnobResult[] results = new KnobResult[changes.Length];
        Reply reply = await door.Session.SetKnobsAsync(changes, results);
        FrameStatusText.ThrowUnlessOk(reply);

        int refused = Array.FindIndex(results, result => result.Code != KnobStatus.Ok);
        if (refused >= 0)
        {
            string name = FieldText.Of(changes[refused].Name);
            string code = SnakeCase.Of(results[refused].Code.ToString());
            string hint = KnobControl.Find(name) is Knob knob
                ? $" It takes {knob.Form.Domain}{(knob.IsLive ? "" : ", and only at a start")}."
                : Suggestions.Hint(name, KnobControl.Names);
            string[] turned =
            [
                .. changes.Where((_, i) => results[i].Code == KnobStatus.Ok)
                    .Select(change => FieldText.Of(change.Name)),
            ];
            string rest = turned.Length == 0 ? "" : $" Turned all the same: {string.Join(", ", turned)}.";
            throw new CliException(ExitCode.Refused, code, $"{name} was not turned: {code}.{hint}{rest}");
        }

        return KnobsCommand.Show(await TurnedAsync(door.Session, changes, cancellation), context, "knobs set");
    }

    // A change is made once it is durable, which with durability async is later than the answer: asked until it is,
    // the tries bounded.
    private static async Task<List<KnobLine>> TurnedAsync(
        IFastCoreSession session, KnobChange[] changes, CancellationToken cancellation)
    {
        Dictionary<string, string> wanted = [];
        foreach (KnobChange change in changes)
        {
            Knob knob = KnobControl.Find(FieldText.Of(change.Name))!;
            wanted[knob.Name] = knob.Canonical(FieldText.Of(change.Value))!;
        }

        for (int attempt = 0; ; attempt++)
        {
            List<KnobLine> lines =
                [.. (await KnobsCommand.ReadAsync(session)).Where(line => wanted.ContainsKey(line.Name))];
            if (attempt == TriesMax || lines.TrueForAll(line => line.Wanted == wanted[line.Name]))
            {
                return lines;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellation);
        }
    }

    private static KnobChange ChangeOf(string text)
    {
        (string name, string value) = EngineSettings.Split(text);
        KnobChange change = default;
        if (!FieldText.TryPut(change.Name, name) || !FieldText.TryPut(change.Value, value))
        {
            throw new CliException(
                ExitCode.Usage, "knob_invalid",
                $"'{text}': names have {KnobLimits.NameBytesMax} bytes at most, values {KnobLimits.ValueBytesMax}.");
        }

        return change;
    }
}
