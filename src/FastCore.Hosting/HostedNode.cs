using FastCore.Fraud.Scoring;
using FastCore.Node;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FastCore.Hosting;

/// <summary>
/// The node's life in a host: opened (and recovered) when the host starts, drained, checkpointed and closed when it
/// stops. Also the session of the embedding process, which may be injected before the node is open.
/// </summary>
internal sealed class HostedNode(IOptions<FastCoreOptions> options, ILogger<FastCoreNode> log)
    : IHostedService, IFastCoreSession
{
    private volatile FastCoreNode? _node;
    private volatile IFastCoreSession? _session;

    /// <summary>The node while it is open.</summary>
    public FastCoreNode? Current => _node;

    /// <inheritdoc/>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        FastCoreOptions settings = options.Value;
        HostingLog.Opening(log, settings.DataDirectory ?? "memory", settings.Durability);
        long started = TimeProvider.System.GetTimestamp();

        // Recovery reads and replays; a host must not be stopped from starting its other parts by that.
        settings.Fraud ??= settings.FraudPolicy is null ? null : new FraudOptions();
        FastCoreNode node =
            await Task.Run(() => FastCoreNode.Open(settings), cancellationToken).ConfigureAwait(false);
        if (settings.FraudPolicy is string policy)
        {
            await ActivateAsync(node, policy).ConfigureAwait(false);
        }

        _session = node.OpenSession(settings.Session);
        _node = node;
        HostingLog.Opened(log, node.PartitionCount, TimeProvider.System.GetElapsedTime(started).TotalMilliseconds);
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_node is not { } node)
        {
            return;
        }

        if (options.Value.CheckpointOnStop && options.Value.Durability != Durability.None)
        {
            await TryCheckpointAsync(node).ConfigureAwait(false);
        }

        _session = null;
        _node = null;
        await node.DisposeAsync().ConfigureAwait(false);
        HostingLog.Closed(log);
    }

    /// <inheritdoc/>
    /// <remarks><see cref="FrameStatus.ShuttingDown"/> while the node is not open (yet, or any more).</remarks>
    public ValueTask<Reply> SendAsync(
        Operation operation, ReadOnlyMemory<byte> body, Memory<byte> reply, SendOptions options = default) =>
        _session is { } session
            ? session.SendAsync(operation, body, reply, options)
            : new ValueTask<Reply>(new Reply(FrameStatus.ShuttingDown, 0, 0));

    /// <summary>The host's container disposes what it made; the node was closed by stopping.</summary>
    public ValueTask DisposeAsync() => new(StopAsync(CancellationToken.None));

    private static async Task ActivateAsync(FastCoreNode node, string policy)
    {
        try
        {
            (FrameStatus status, FraudResult result) = await node.Fraud!.ActivateAsync(policy).ConfigureAwait(false);
            if (status != FrameStatus.Ok || result.Code != FraudStatus.Ok)
            {
                throw new InvalidOperationException(
                    $"The policy '{policy}' was not put in force: {status}, {result.Code}.");
            }
        }
        catch
        {
            await node.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    // A stop must not fail for a checkpoint: the journal has everything, the next start only takes longer.
    private async Task TryCheckpointAsync(FastCoreNode node)
    {
        try
        {
            await node.CheckpointAsync().ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or InvalidOperationException)
        {
            HostingLog.CheckpointFailed(log, error);
        }
    }
}
