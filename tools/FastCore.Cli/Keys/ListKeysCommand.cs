using System.CommandLine;
using System.Text.Json.Nodes;
using FastCore.Cli.Terminal;
using FastCore.Server;
using FastCore.Server.Access;
using Spectre.Console;

namespace FastCore.Cli.Keys;

/// <summary><c>fastcore keys list</c>.</summary>
internal sealed class ListKeysCommand : CliCommand
{
    private readonly Option<string> _file = new("--file")
    {
        Description = "The key file.",
        HelpName = "FILE",
        Required = true,
    };

    /// <summary>Makes the command.</summary>
    public ListKeysCommand(CliConsole console)
        : base(console, "list", "List the keys of a key file, and what is wrong with it. Nothing secret is in it.") =>
        Options.Add(_file);

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
        [("fastcore keys list --file keys.json", "Ids, names and scopes.")];

    /// <inheritdoc/>
    protected override Task<int> RunAsync(
        ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        List<AccessKeyOptions> keys = KeysCommands.Read(arguments.GetValue(_file)!);
        IReadOnlyList<string> problems = AccessKeyFile.Problems(keys);
        if (context.Json)
        {
            context.WriteDocument(new JsonObject
            {
                ["command"] = "keys list",
                ["keys"] = new JsonArray([.. keys.Select(Describe)]),
                ["problems"] = new JsonArray([.. problems.Select(problem => (JsonNode)problem)]),
            });
        }
        else
        {
            Table table = new();
            table.AddColumns("id", "name", "principal", "operations", "books");
            foreach (AccessKeyOptions key in keys)
            {
                table.AddRow(
                    Markup.Escape(IdOf(key)), Markup.Escape(key.Name), $"{key.Principal}",
                    Markup.Escape(string.Join(' ', key.Operations)), Markup.Escape(string.Join(' ', key.Books)));
            }

            context.Say(table);
            foreach (string problem in problems)
            {
                context.Say(problem);
            }
        }

        return Task.FromResult(problems.Count == 0 ? ExitCode.Ok : ExitCode.CheckFailed);
    }

    private static string IdOf(AccessKeyOptions key) => AccessSecret.IdOf(key.Hash) ?? "by certificate";

    private static JsonNode Describe(AccessKeyOptions key) => new JsonObject
    {
        ["id"] = AccessSecret.IdOf(key.Hash),
        ["name"] = key.Name,
        ["principal"] = key.Principal,
        ["operations"] = new JsonArray([.. key.Operations.Select(word => (JsonNode)word)]),
        ["books"] = new JsonArray([.. key.Books.Select(word => (JsonNode)word)]),
    };
}
