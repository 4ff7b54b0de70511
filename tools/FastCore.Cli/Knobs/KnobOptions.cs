using System.CommandLine;
using FastCore.Cli.Doors;

namespace FastCore.Cli.Knobs;

/// <summary>Options that say whose knobs are meant.</summary>
internal sealed class KnobOptions
{
    private readonly Option<string?> _connect =
        DoorOptions.Connect("The knobs of a server: host:port, or unix:/path/to/socket.");

    private readonly Option<string?> _apiKey = DoorOptions.ApiKey();

    private readonly Option<string?> _config = new("--config")
    {
        Description = "Configuration file, as 'serve' reads it.",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _knobs = OfEngine();

    /// <summary>Adds the options to a command.</summary>
    public KnobOptions(Command command)
    {
        command.Options.Add(_connect);
        command.Options.Add(_apiKey);
        command.Options.Add(_config);
        command.Options.Add(_knobs);
        command.Validators.Add(result =>
        {
            if (result.GetValue(_connect) is not null
                && (result.GetValue(_config) is not null || result.GetValue(_knobs) is { Length: > 0 }))
            {
                result.AddError("--config and --knob are for an engine of this process, not for a server's.");
            }
        });
    }

    /// <summary>The option that sets a knob of an engine of this process.</summary>
    public static Option<string[]> OfEngine() => new("--knob")
    {
        Description = "Set a knob of the engine, as 'fastcore knobs' lists them; may be given several times.",
        HelpName = "NAME=VALUE",
    };

    /// <summary>The server to ask; null = this process.</summary>
    public DoorSettings? Door(ParseResult arguments) => arguments.GetValue(_connect) is string connect
        ? new DoorSettings { Connect = connect, ApiKey = DoorOptions.ApiKeyOf(arguments.GetValue(_apiKey)) }
        : null;

    /// <summary>The configuration file, or null.</summary>
    public string? Config(ParseResult arguments) => arguments.GetValue(_config);

    /// <summary>The knobs that were set.</summary>
    public string[] Knobs(ParseResult arguments) => arguments.GetValue(_knobs) ?? [];
}
