using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace FastCore.Server.Fronts;

/// <summary>Serves a connection that went through the <see cref="Lobby"/> and, where it is asked for, TLS.</summary>
internal sealed class FrontHandler(FrontServices services) : ConnectionHandler
{
    /// <inheritdoc/>
    public override Task OnConnectedAsync(ConnectionContext connection)
    {
        Guest guest = connection.Features.GetRequiredFeature<Guest>();
        FrontConnection front = new(connection, services, guest);
        guest.Front = front;
        return front.RunAsync();
    }
}
