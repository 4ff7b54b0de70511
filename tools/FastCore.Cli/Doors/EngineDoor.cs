using FastCore.Cli.Repl;
using FastCore.Cli.Terminal;
using FastCore.Client;
using FastCore.Engine.Ports;
using FastCore.Fraud.Scoring;
using FastCore.Node;
using FastCore.Node.Sessions;
using FastCore.Payments.Ledger;
using FastCore.Protocol;
using FastCore.Storage;

namespace FastCore.Cli.Doors;

/// <summary>
/// An open session with an engine, in this process or behind a server. Closing it ends the engine with it.
/// </summary>
internal sealed class EngineDoor : IAsyncDisposable
{
    private readonly FastCoreNode? _node;

    private EngineDoor(IFastCoreSession session, string place, FastCoreNode? node, ReplClock? clock)
    {
        Session = session;
        Place = place;
        _node = node;
        Clock = clock;
    }

    /// <summary>The session.</summary>
    public IFastCoreSession Session { get; }

    /// <summary>Where the engine is, in words.</summary>
    public string Place { get; }

    /// <summary>The clock that moves only when told, if that was asked for.</summary>
    public ReplClock? Clock { get; }

    /// <summary>Why partitions of an engine in this process stopped; empty while all run, or behind a server.</summary>
    public IReadOnlyList<string> Stopped => _node?.Statistics.Stopped ?? [];

    /// <summary>Opens what was asked for; what goes wrong is said with the right exit code.</summary>
    public static async Task<EngineDoor> OpenAsync(DoorSettings settings, CancellationToken cancellation)
    {
        if (settings.Connect is not null)
        {
            return await ConnectAsync(settings, settings.Connect, cancellation);
        }

        ReplClock? clock = settings.ManualClock ? new ReplClock(StartOf(settings)) : null;
        FastCoreNode node = OpenNode(new NodeOptions
        {
            // One user, who waits for every answer: nothing is gained by telling it to come again later.
            ShedAgeMs = [3_600_000, 3_600_000, 3_600_000, 3_600_000],
            DataDirectory = settings.DataDirectory,
            Durability = settings.Memory ? Durability.None : settings.Durability,
            Partitions = settings.Partitions,
            Clock = clock,
            Ledger = new LedgerOptions { AllowSetup = settings.Memory },
            Fraud = settings.FraudPolicy is null ? null : new FraudOptions(),
        });
        if (settings.FraudPolicy is string policy)
        {
            try
            {
                await FraudDoor.ActivateAsync(node, policy);
            }
            catch
            {
                await node.DisposeAsync();
                throw;
            }
        }

        IFastCoreSession session = node.OpenSession(new FrontSessionOptions { ReplyRingBytes = 16 << 20 });
        string place = settings.Memory ? "memory" : settings.DataDirectory!;
        return new EngineDoor(session, $"engine in this process, {place}", node, clock);
    }

    /// <summary>Opens a node; what goes wrong is said with the right exit code.</summary>
    public static FastCoreNode OpenNode(NodeOptions options)
    {
        try
        {
            return FastCoreNode.Open(options);
        }
        catch (ArgumentException e)
        {
            throw new CliException(ExitCode.Usage, "usage", SentenceOf(e), e);
        }
        catch (DataDirectoryException e)
        {
            throw OfDirectory(e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(
                ExitCode.DataDirectory,
                "data_directory_unusable",
                $"Cannot use '{options.DataDirectory}': {e.Message}",
                e);
        }
    }

    /// <summary>A data directory's refusal as a command's.</summary>
    public static CliException OfDirectory(DataDirectoryException e) =>
        new(ExitCode.DataDirectory, $"data_directory_{SnakeCase.Of(e.Code.ToString())}", e.Message, e);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Session.DisposeAsync();
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }
    }

    // Which parameter of which method it was is nothing to whoever wrote the command line.
    private static string SentenceOf(ArgumentException e) =>
        e.Message.Replace($" (Parameter '{e.ParamName}')", "", StringComparison.Ordinal);

    // In memory a script's times are the same in every run. Over a directory they must not run behind what is stored.
    private static ulong StartOf(DoorSettings settings) => settings.Memory
        ? ReplClock.ScriptStartNs
        : (ulong)(DateTimeOffset.UtcNow - DateTimeOffset.UnixEpoch).Ticks * 100;

    private static async Task<EngineDoor> ConnectAsync(
        DoorSettings settings, string connect, CancellationToken cancellation)
    {
        string endpoint = EndpointOf(connect);
        try
        {
            FastCoreClient client = await FastCoreClient.ConnectAsync(
                new FastCoreClientOptions
                {
                    Endpoint = endpoint,
                    ApiKey = settings.ApiKey,
                    ClientName = "fastcore command line",
                    MaxInFlight = settings.InFlight,
                    RetryUnknown = true,
                },
                cancellation);
            return new EngineDoor(client, endpoint, null, null);
        }
        catch (ArgumentException e)
        {
            throw new CliException(ExitCode.Usage, "usage", $"--connect: {SentenceOf(e)}", e);
        }
        catch (FastCoreConnectException e)
        {
            throw new CliException(
                ExitCode.Connection,
                e.Status == FrameStatus.Unknown ? "server_not_reached" : FrameStatusText.CodeOf(e.Status),
                e.Message.StartsWith(endpoint, StringComparison.Ordinal) ? e.Message : $"{endpoint}: {e.Message}",
                e);
        }
    }

    /// <summary>What people type as an endpoint: <c>host:port</c> and <c>unix:/path</c> are enough.</summary>
    public static string EndpointOf(string connect)
    {
        if (connect.Contains("://", StringComparison.Ordinal))
        {
            return connect;
        }

        return connect.StartsWith("unix:", StringComparison.Ordinal) ? "unix://" + connect[5..] : "tcp://" + connect;
    }
}
