using System.CommandLine;
using System.Text.Json.Nodes;
using FastCore.Cli.Terminal;
using FastCore.Server.Access;

namespace FastCore.Cli.Keys;

/// <summary><c>fastcore keys hash</c>.</summary>
internal sealed class HashKeyCommand(CliConsole console) : CliCommand(
    console,
    "hash",
    "Print the salted hash of an access key, for a configuration's \"Hash\". The key is read from standard input, so "
    + "that it stands in no list of processes and no history.")
{
    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
        [("fastcore keys hash < key.txt", "The hash of the key in a file.")];

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(
        ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        string key = (await context.Console.In.ReadLineAsync(cancellation) ?? "").Trim();
        string hash;
        try
        {
            hash = AccessSecret.HashOf(key);
        }
        catch (FormatException e)
        {
            throw new CliException(ExitCode.Usage, "not_a_key", $"{e.Message} 'fastcore keys new' makes one.", e);
        }

        if (context.Json)
        {
            context.WriteDocument(new JsonObject { ["command"] = "keys hash", ["hash"] = hash });
        }
        else
        {
            context.Console.Out.WriteLine(hash);
        }

        return ExitCode.Ok;
    }
}
