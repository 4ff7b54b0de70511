using FastCore.Protocol;
using FastCore.Server.Audit;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace FastCore.Server.Fronts;

/// <summary>
/// The first thing that sees a connection, before TLS: from here on it is counted, timed and cut when the server stops.
/// </summary>
internal sealed class Lobby(ConnectionDelegate next, FrontServices services)
{
    /// <summary>Sees a connection through to its end.</summary>
    public async Task OnConnectedAsync(ConnectionContext context)
    {
        Guest guest = new(context, services.Clock);
        context.Features.Set(guest);
        services.Connections.Add(guest);
        try
        {
            await ServeAsync(context, guest).ConfigureAwait(false);
        }
        finally
        {
            services.Connections.Remove(guest);
        }
    }

    // Whoever sees that the connection is gone finds out why: the refusal is told before it is no longer counted.
    private async Task ServeAsync(ConnectionContext context, Guest guest)
    {
        CancellationToken closeRequested =
            context.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested ?? default;
        try
        {
            await using (closeRequested.Register(static state => ((Guest)state!).Drain(), guest).ConfigureAwait(false))
            {
                await next(context).ConfigureAwait(false);
            }
        }
        finally
        {
            if (guest.Front is null && (guest.TlsProblem is not null || !guest.IsCut))
            {
                string why = guest.TlsProblem ?? "TLS did not succeed";
                services.Audit.Add(guest, new Refusal(FrameStatus.Unauthenticated, Operation.None, 0, why));
            }
        }
    }
}
