using System.CommandLine;
using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using FastCore.Cli.Doors;
using FastCore.Cli.Terminal;
using FastCore.Cli.Wire;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;

namespace FastCore.Cli.Fraud;

/// <summary>A command that asks the scoring of a running node.</summary>
internal abstract class ConnectedFraudCommand : CliCommand
{
    private const int PageRows = 256;

    private readonly Option<string?> _connect;
    private readonly Option<string?> _apiKey = DoorOptions.ApiKey();

    /// <summary>Makes the command.</summary>
    /// <param name="console">Where it runs.</param>
    /// <param name="name">Its name.</param>
    /// <param name="description">What it does.</param>
    /// <param name="needs">What the key needs.</param>
    protected ConnectedFraudCommand(CliConsole console, string name, string description, string needs)
        : base(console, name, description)
    {
        _connect = DoorOptions.Connect($"The running node: host:port, or unix:/path/to/socket. The key must {needs}.");
        _connect.Required = true;
        Options.Add(_connect);
        Options.Add(_apiKey);
    }

    /// <inheritdoc/>
    protected sealed override async Task<int> RunAsync(
        ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        DoorSettings settings = new()
        {
            Connect = arguments.GetRequiredValue(_connect),
            ApiKey = DoorOptions.ApiKeyOf(arguments.GetValue(_apiKey)),
        };
        await using EngineDoor door = await EngineDoor.OpenAsync(settings, cancellation);
        return await RunAsync(arguments, context, door);
    }

    /// <summary>Does its work over the connection.</summary>
    protected abstract Task<int> RunAsync(ParseResult arguments, CliContext context, EngineDoor door);

    /// <summary>Policies that are or were in force, oldest first; none where nothing was ever scored.</summary>
    protected static async Task<List<PolicyRecord>> ReadPoliciesAsync(IFastCoreSession session)
    {
        PolicyRecord[] page = new PolicyRecord[PageRows];
        List<PolicyRecord> all = [];
        int count;
        do
        {
            PolicyFilter filter = new() { After = all.Count > 0 ? all[^1].Version : 0, Limit = PageRows };
            Reply reply = await session.GetPoliciesAsync(filter, page);
            FrameStatusText.ThrowUnlessOk(reply);
            count = reply.CountOf<PolicyRecord>();
            all.AddRange(page.Take(count));
        }
        while (count == PageRows);

        return all;
    }

    /// <summary>Writes the command's document: one list, its rows as the REPL shows them.</summary>
    protected int WriteRows<T>(CliContext context, string list, Operation operation, IEnumerable<T> rows)
        where T : unmanaged
    {
        WireOperation wire = WireCatalog.Find(OperationTable.Find(operation)!.Name)!;
        context.WriteDocument(new JsonObject
        {
            ["command"] = $"fraud {Name}",
            [list] = new JsonArray([.. rows.Select(row =>
                (JsonNode)WireJson.ResultOf(wire, MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in row))))]),
        });
        return ExitCode.Ok;
    }
}
