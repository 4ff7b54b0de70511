using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using FastCore.Cli.Terminal;
using FastCore.Server;
using FastCore.Server.Access;

namespace FastCore.Cli.Keys;

/// <summary><c>fastcore keys new</c>.</summary>
internal sealed class NewKeyCommand : CliCommand
{
    private readonly Option<string> _name = new("--name")
    {
        Description = "Who gets the key. A name that is in the file already gets one more key, for a rotation.",
        HelpName = "NAME",
        Required = true,
    };

    private readonly Option<string[]> _operations = new("--operations")
    {
        Description =
            "What the key may do: names of operations, or ledger, payments, fraud, policies, seats, reads, writes, *; "
            + "and box_office.",
        HelpName = "NAMES",
        AllowMultipleArgumentsPerToken = true,
        Required = true,
    };

    private readonly Option<string[]> _books = new("--books")
    {
        Description = "Which books (and merchants) it may touch: 7, 100-199, or *.",
        HelpName = "BOOKS",
        AllowMultipleArgumentsPerToken = true,
        Required = true,
    };

    private readonly Option<string?> _file = new("--file")
    {
        Description = "Key file to add it to (made when it is not there); without it the entry is only printed.",
        HelpName = "FILE",
    };

    /// <summary>Makes the command.</summary>
    public NewKeyCommand(CliConsole console)
        : base(
            console,
            "new",
            "Make an access key of 256 random bits. The key is printed once and stored nowhere; what the file gets is "
            + "its salted hash. To rotate a key, make another with the same name and remove the old one.")
    {
        foreach (Option option in (Option[])[_name, _operations, _books, _file])
        {
            Options.Add(option);
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore keys new --name shop --operations payments --books 100-199 --file keys.json",
            "Everything about payments, for merchants 100 to 199."),
        ("fastcore keys new --name audit --operations reads --books '*' --file keys.json", "May read, nothing else."),
    ];

    /// <inheritdoc/>
    protected override Task<int> RunAsync(
        ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        string? path = arguments.GetValue(_file);
        List<AccessKeyOptions> keys = path is not null && File.Exists(path) ? KeysCommands.Read(path) : [];
        string secret = AccessSecret.NewKey();
        AccessKeyOptions entry = Describe(arguments, keys, secret);
        keys.Add(entry);
        if (AccessKeyFile.Problems(keys) is { Count: > 0 } problems)
        {
            throw new CliException(ExitCode.Usage, "key_invalid", string.Join(' ', problems));
        }

        if (path is not null)
        {
            KeysCommands.Write(path, keys);
        }

        JsonObject shown = JsonSerializer.SerializeToNode(entry)!.AsObject();
        if (context.Json)
        {
            context.WriteDocument(new JsonObject { ["command"] = "keys new", ["key"] = secret, ["entry"] = shown });
        }
        else
        {
            context.Console.Out.WriteLine(secret);
            context.Note(path is null
                ? $"Shown once. Its entry: {shown.ToJsonString()}"
                : $"Shown once. Its hash is in {path}, for principal {entry.Principal}.");
        }

        return Task.FromResult(ExitCode.Ok);
    }

    private AccessKeyOptions Describe(ParseResult arguments, List<AccessKeyOptions> keys, string secret)
    {
        string name = arguments.GetValue(_name)!;
        uint numbersUsed = keys.Select(key => key.Principal).DefaultIfEmpty().Max();
        AccessKeyOptions entry = new()
        {
            Name = name,
            Principal = keys.Find(key => key.Name == name)?.Principal ?? numbersUsed + 1,
            Hash = AccessSecret.HashOf(secret),
        };
        foreach (string word in Words(arguments.GetValue(_operations)))
        {
            entry.Operations.Add(word);
        }

        foreach (string word in Words(arguments.GetValue(_books)))
        {
            entry.Books.Add(word);
        }

        return entry;
    }

    private static IEnumerable<string> Words(string[]? values) => (values ?? []).SelectMany(value =>
        value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
