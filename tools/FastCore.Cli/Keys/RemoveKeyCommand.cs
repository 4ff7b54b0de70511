using System.CommandLine;
using System.Text.Json.Nodes;
using FastCore.Cli.Terminal;
using FastCore.Server;
using FastCore.Server.Access;

namespace FastCore.Cli.Keys;

/// <summary><c>fastcore keys remove</c>.</summary>
internal sealed class RemoveKeyCommand : CliCommand
{
    private readonly Option<string> _file = new("--file")
    {
        Description = "The key file.",
        HelpName = "FILE",
        Required = true,
    };

    private readonly Option<string> _id = new("--id")
    {
        Description = "Id of the key: the 16 digits after fck_, as 'fastcore keys list' shows them.",
        HelpName = "ID",
        Required = true,
    };

    /// <summary>Makes the command.</summary>
    public RemoveKeyCommand(CliConsole console)
        : base(
            console,
            "remove",
            "Remove a key from a key file. A running server ends its open connections within about a second.")
    {
        Options.Add(_file);
        Options.Add(_id);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
        [("fastcore keys remove --file keys.json --id 0123456789abcdef", "The key is not accepted any more.")];

    /// <inheritdoc/>
    protected override Task<int> RunAsync(
        ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        string path = arguments.GetValue(_file)!;
        string id = arguments.GetValue(_id)!;
        List<AccessKeyOptions> keys = KeysCommands.Read(path);
        if (keys.RemoveAll(key => AccessSecret.IdOf(key.Hash) == id) == 0)
        {
            throw new CliException(ExitCode.CheckFailed, "key_not_found", $"'{path}' has no key with the id {id}.");
        }

        KeysCommands.Write(path, keys);
        if (context.Json)
        {
            context.WriteDocument(new JsonObject { ["command"] = "keys remove", ["id"] = id, ["left"] = keys.Count });
        }
        else
        {
            context.Say($"Removed {id}; {keys.Count} keys are left.");
        }

        return Task.FromResult(ExitCode.Ok);
    }
}
