using System.CommandLine;
using System.CommandLine.Parsing;
using FastCore.Node;

namespace FastCore.Cli.Doors;

/// <summary>Options of every command that needs an engine: exactly one of three places, and how to treat it.</summary>
internal sealed class DoorOptions
{
    private const string ApiKeyVariable = "FASTCORE_API_KEY";

    private readonly Option<string?> _data = new("--data")
    {
        Description = "Run the engine in this process over this data directory (created when it is not there).",
        HelpName = "DIR",
    };

    private readonly Option<bool> _memory = new("--memory")
    {
        Description = "Run the engine in this process, in memory only.",
    };

    private readonly Option<string?> _connect = Connect("Use a server: host:port, or unix:/path/to/socket.");
    private readonly Option<string?> _apiKey = ApiKey();

    private readonly Option<int> _partitions = new("--partitions")
    {
        Description = "Partitions of the engine in this process; 0 = what the directory has, or one per two cores.",
    };

    private readonly Option<Durability> _durability = new("--durability")
    {
        Description = "When an answer may leave: fsync = after its journal entry is on disk, async = at once.",
        DefaultValueFactory = _ => Durability.Fsync,
    };

    private readonly Option<string?> _policy = new("--fraud-policy")
    {
        Description = "Score transactions in the engine in this process, by this policy file; " +
            "'shipped' is the one that comes along.",
        HelpName = "FILE",
    };

    /// <summary>Adds the options to a command.</summary>
    public DoorOptions(Command command)
    {
        command.Options.Add(_data);
        command.Options.Add(_memory);
        command.Options.Add(_connect);
        command.Options.Add(_apiKey);
        command.Options.Add(_partitions);
        command.Options.Add(_durability);
        command.Options.Add(_policy);
        command.Validators.Add(Validate);
    }

    /// <summary>The option that names a server.</summary>
    public static Option<string?> Connect(string description) => new("--connect")
    {
        Description = description,
        HelpName = "WHERE",
    };

    /// <summary>The option that gives the access key for a server.</summary>
    public static Option<string?> ApiKey() => new("--api-key")
    {
        Description = $"Access key for the server; better given as the environment variable {ApiKeyVariable}.",
        HelpName = "KEY",
    };

    /// <summary>A key given on the command line, or else by the environment.</summary>
    public static string? ApiKeyOf(string? given) => given ?? Environment.GetEnvironmentVariable(ApiKeyVariable);

    /// <summary>What was asked for.</summary>
    public DoorSettings Read(ParseResult arguments) => new()
    {
        DataDirectory = arguments.GetValue(_data),
        Memory = arguments.GetValue(_memory),
        Connect = arguments.GetValue(_connect),
        ApiKey = ApiKeyOf(arguments.GetValue(_apiKey)),
        Partitions = arguments.GetValue(_partitions),
        Durability = arguments.GetValue(_durability),
        FraudPolicy = arguments.GetValue(_policy),
    };

    private void Validate(CommandResult command)
    {
        int places = IsGiven(command, _data) + IsGiven(command, _memory) + IsGiven(command, _connect);
        if (places != 1)
        {
            command.AddError(
                places == 0
                    ? "Say which engine to use: --data DIR, --memory or --connect host:port."
                    : "Use one engine: either --data DIR, or --memory, or --connect host:port.");
        }

        if (command.GetResult(_durability) is { Implicit: false } && IsGiven(command, _data) == 0)
        {
            command.AddError("--durability goes with --data only.");
        }

        if (IsGiven(command, _policy) == 1 && IsGiven(command, _connect) == 1)
        {
            command.AddError("--fraud-policy is the server's own business; it does not go with --connect.");
        }

        if (IsGiven(command, _partitions) == 1 && IsGiven(command, _connect) == 1)
        {
            command.AddError("--partitions is the server's own business; it does not go with --connect.");
        }
    }

    private static int IsGiven(CommandResult command, Option option) =>
        command.GetResult(option) is { Implicit: false } ? 1 : 0;
}
