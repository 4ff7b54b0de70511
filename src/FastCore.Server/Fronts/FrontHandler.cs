using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace FastCore.Server.Fronts;

/// <summary>Kestrel's entry: one call per accepted connection.</summary>
internal sealed class FrontHandler(FrontServices services, ConnectionTable connections) : ConnectionHandler
{
    /// <inheritdoc/>
    public override async Task OnConnectedAsync(ConnectionContext connection)
    {
        FrontConnection front = new(connection, services);
        CancellationToken closeRequested =
            connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        using CancellationTokenRegistration drain =
            closeRequested.Register(static state => ((FrontConnection)state!).Drain(), front);
        bool hasRoom = connections.TryAdd(front);
        if (!hasRoom)
        {
            ServerLog.TooManyConnections(services.Log, connections.Count - 1);
        }

        try
        {
            await (hasRoom ? front.RunAsync() : front.RefuseAsync()).ConfigureAwait(false);
        }
        finally
        {
            connections.Remove(front);
        }
    }
}
