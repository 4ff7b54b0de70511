using System.CommandLine;
using System.Text.Json.Nodes;
using FastCore.Cli.Doors;
using FastCore.Cli.Knobs;
using FastCore.Cli.Terminal;
using FastCore.Fraud.Scoring;
using FastCore.Node;
using FastCore.Node.Connectors;
using FastCore.Protocol.Payments;
using FastCore.Server;
using FastCore.Torture;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FastCore.Cli.Serve;

/// <summary><c>fastcore serve</c>.</summary>
internal sealed class ServeCommand : CliCommand
{
    private readonly Option<string?> _data = new("--data")
    {
        Description = "Data directory (created when it is not there).",
        HelpName = "DIR",
    };

    private readonly Option<bool> _memory = new("--memory")
    {
        Description = "Keep everything in memory only; it is gone when the server ends.",
    };

    private readonly Option<string[]> _listen = new("--listen")
    {
        Description = "Listen on host:port; may be given several times. Port 0 picks a free one. Without any " +
            "access key " +
            "only addresses of this machine are allowed. Default: 127.0.0.1:7040.",
        HelpName = "HOST:PORT",
    };

    private readonly Option<string[]> _unix = new("--unix")
    {
        Description = "Listen on a Unix socket; may be given several times.",
        HelpName = "PATH",
    };

    private readonly Option<int> _partitions = new("--partitions")
    {
        Description = "Partitions; 0 = what the directory has, or one per two cores.",
    };

    private readonly Option<Durability> _durability = new("--durability")
    {
        Description = "fsync = answer after the journal entry is on disk; async = at once.",
        DefaultValueFactory = _ => Durability.Fsync,
    };

    private readonly Option<string?> _config = new("--config")
    {
        Description = "JSON file with a Node and a Server section (see below); the options above win over it.",
        HelpName = "FILE",
    };

    private readonly Option<string[]> _knobs = KnobOptions.OfEngine();

    private readonly Option<string?> _keys = new("--keys")
    {
        Description = "File of access keys, made by 'fastcore keys new'; changes take effect while the server runs.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _policy = new("--fraud-policy")
    {
        Description = "Score transactions and screen payments by this policy file, which is put in force at the " +
            "start and again at each SIGHUP; 'shipped' is the one that comes along.",
        HelpName = "FILE",
    };

    private readonly Option<ushort?> _bank = new("--simulated-bank")
    {
        Description = "Add the simulated bank as the connector of this number, to try payments that leave the process.",
        HelpName = "NUMBER",
    };

    // For the torture, which starts this command and kills it.
    private readonly Option<ulong?> _powerLoss = new("--power-loss")
    {
        Description = "Lose, when killed, what was not synced; the number is the seed.",
        Hidden = true,
    };

    /// <summary>Makes the command.</summary>
    public ServeCommand(CliConsole console)
        : base(
            console,
            "serve",
            "Serve the engine over TCP and Unix sockets until Ctrl-C or SIGTERM; then answer what is in flight " +
            "and stop.\n\n" +
            "The configuration file:\n" +
            "  { \"Node\":   { \"DataDirectory\": \"./books\", \"Partitions\": 2 },\n" +
            "    \"Server\": { \"Endpoints\": [ { \"Address\": \"tcp://*:7040\",\n" +
            "                                 \"CertificatePath\": \"server.pfx\" } ],\n" +
            "                \"KeyFile\": \"keys.json\" } }\n" +
            "Keys are made with 'fastcore keys new --file keys.json'. What a key does not name it may not do. " +
            "Without keys everybody on this machine may do everything, and nobody else can connect.")
    {
        foreach (Option option in (Option[])
            [
                _data, _memory, _listen, _unix, _partitions, _durability, _config, _knobs, _keys, _policy, _bank,
                _powerLoss,
            ])
        {
            Options.Add(option);
        }

        _bank.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<ushort?>() is < 1 or > PaymentLimits.ConnectorMax)
            {
                result.AddError($"--simulated-bank must be from 1 to {PaymentLimits.ConnectorMax}.");
            }
        });
        Validators.Add(result =>
        {
            if (result.GetValue(_data) is not null && result.GetValue(_memory))
            {
                result.AddError("Use either --data DIR or --memory.");
            }
            else if (result.GetValue(_data) is null && !result.GetValue(_memory) && result.GetValue(_config) is null)
            {
                result.AddError("Say where the books are: --data DIR, --memory or --config FILE.");
            }
        });
    }

    /// <inheritdoc/>
    public override IReadOnlyList<(string CommandLine, string Meaning)> Examples =>
    [
        ("fastcore serve --data ./books", "Durable, on 127.0.0.1:7040."),
        ("fastcore serve --memory --listen 127.0.0.1:0 --unix /tmp/fastcore.sock", "To try clients; prints the port."),
        ("fastcore serve --data ./books --keys keys.json", "Only for those who have a key."),
        ("fastcore serve --data ./books --fraud-policy policy.json", "Every payment is screened."),
        ("fastcore serve --config server.json", "With keys and TLS, for other machines."),
    ];

    /// <inheritdoc/>
    public override IReadOnlyList<(int Code, string Meaning)> ExitCodes =>
    [
        .. ExitCode.All.Where(listed => listed.Code != ExitCode.CheckFailed).Select(listed => listed.Code switch
        {
            ExitCode.Ok => (ExitCode.Ok, "stopped by Ctrl-C or SIGTERM; what was in flight was answered"),
            ExitCode.Connection => (ExitCode.Connection, "an address cannot be listened on"),
            ExitCode.Interrupted => (ExitCode.Interrupted, "ended by Ctrl-C or SIGTERM before it listened"),
            _ => listed,
        }),
    ];

    /// <inheritdoc/>
    protected override async Task<int> RunAsync(
        ParseResult arguments, CliContext context, CancellationToken cancellation)
    {
        (NodeOptions nodeOptions, ServerOptions serverOptions) = Configure(arguments);
        using LineLoggerFactory log = new(context.Console.Error);
        await using FastCoreNode node = EngineDoor.OpenNode(nodeOptions);
        using PolicyReload? reload = arguments.GetValue(_policy) is string policy
            ? await PutInForceAsync(node, policy, context)
            : null;
        await using FastCoreServer server = await StartAsync(node, serverOptions, log, cancellation);
        string place = nodeOptions.DataDirectory ?? "memory";
        if (context.Json)
        {
            context.WriteDocument(new JsonObject
            {
                ["command"] = "serve",
                ["listening"] = new JsonArray([.. server.Addresses.Select(address => (JsonNode)address)]),
                ["data"] = nodeOptions.DataDirectory,
                ["durability"] = nodeOptions.Durability.ToString().ToLowerInvariant(),
                ["partitions"] = node.PartitionCount,
                ["open_to_everybody_here"] = serverOptions.Keys.Count == 0 && serverOptions.KeyFile is null,
            });
        }
        else
        {
            foreach (string address in server.Addresses)
            {
                context.Say($"listening on {address}");
            }

            context.Say(
                $"{place}, durability {nodeOptions.Durability}, {node.PartitionCount} partition(s). Ctrl-C ends.");
        }

        await context.Console.Out.FlushAsync(CancellationToken.None);
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (cancellation.Register(ended.SetResult))
        {
            await ended.Task;
        }

        context.Note("Stopping: answering what is in flight.");
        await server.StopAsync(CancellationToken.None);
        return ExitCode.Ok;
    }

    private static async Task<PolicyReload> PutInForceAsync(FastCoreNode node, string policy, CliContext context)
    {
        await FraudDoor.ActivateAsync(node, policy);
        return new PolicyReload(node, policy, context);
    }

    private (NodeOptions Node, ServerOptions Server) Configure(ParseResult arguments)
    {
        EngineSettings settings = EngineSettings.Read(
            arguments.GetValue(_config), arguments.GetValue(_knobs) ?? []);
        NodeOptions node = settings.Node;
        ServerOptions server = settings.Server;
        node.DataDirectory = arguments.GetValue(_data) ?? (arguments.GetValue(_memory) ? null : node.DataDirectory);
        if (arguments.GetResult(_durability) is { Implicit: false })
        {
            node.Durability = arguments.GetValue(_durability);
            settings.Note(nameof(NodeOptions.Durability));
        }

        if (arguments.GetValue(_memory))
        {
            node.Durability = Durability.None;
            settings.Note(nameof(NodeOptions.Durability));
        }

        if (arguments.GetResult(_partitions) is { Implicit: false })
        {
            node.Partitions = arguments.GetValue(_partitions);
            settings.Note(nameof(NodeOptions.Partitions));
        }

        if (arguments.GetValue(_policy) is not null)
        {
            node.Fraud ??= new FraudOptions();
        }

        if (arguments.GetValue(_bank) is ushort number)
        {
            node.Connectors = [.. node.Connectors, new SimulatedBank(number, new SimulatedBankOptions())];
        }

        if (arguments.GetValue(_powerLoss) is ulong seed && node.DataDirectory is string root)
        {
            node.Disk = new PowerLossDisk(root, seed);
        }

        server.KeyFile = arguments.GetValue(_keys) ?? server.KeyFile;
        foreach (string address in arguments.GetValue(_listen) ?? [])
        {
            server.Endpoints.Add(new EndpointOptions { Address = EngineDoor.EndpointOf(address) });
        }

        foreach (string socket in arguments.GetValue(_unix) ?? [])
        {
            server.Endpoints.Add(new EndpointOptions { Address = "unix://" + Path.GetFullPath(socket) });
        }

        return (node, server);
    }

    private static async Task<FastCoreServer> StartAsync(
        FastCoreNode node, ServerOptions options, ILoggerFactory log, CancellationToken cancellation)
    {
        try
        {
            return await FastCoreServer.StartAsync(node, options, log, null, cancellation);
        }
        catch (OptionsValidationException e)
        {
            throw new CliException(ExitCode.Usage, "configuration_invalid", string.Join(' ', e.Failures), e);
        }
        catch (IOException e)
        {
            throw new CliException(ExitCode.Connection, "cannot_listen", e.Message, e);
        }
    }
}
