using FastCore.Server.Tls;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FastCore.Server.Fronts;

/// <summary>Adds the configured endpoints to Kestrel.</summary>
internal sealed class KestrelSetup(
    FrontServices services, ListenedEndpoints listened, TlsSetups setups, TimeProvider time)
    : IConfigureOptions<KestrelServerOptions>, IConfigureOptions<SocketTransportOptions>
{
    /// <inheritdoc/>
    public void Configure(KestrelServerOptions options)
    {
        if (services.Options.IsOpen)
        {
            ServerLog.Open(services.Log);
        }

        foreach (EndpointOptions endpoint in Effective(services.Options))
        {
            ListenAddress address = ListenAddress.TryParse(endpoint.Address)!;
            if (address.Ip is not null)
            {
                options.Listen(address.Ip, listen => Front(listen, endpoint, address));
            }
            else
            {
                options.ListenUnixSocket(address.UnixPath!, listen => Front(listen, endpoint, address));
            }
        }
    }

    /// <inheritdoc/>
    public void Configure(SocketTransportOptions options)
    {
        // Room for a whole frame and the next ones behind it; the pauses in between would cost a round trip each.
        options.MaxReadBufferSize = 4 * services.Options.RequestFrameSizeMax;

        // The loops never block, so they may run where the bytes arrive instead of after one more hop.
        options.UnsafePreferInlineScheduling = true;
    }

    /// <summary>The endpoints to listen on: those configured, or the default.</summary>
    public static IEnumerable<EndpointOptions> Effective(ServerOptions options) =>
        options.Endpoints.Count > 0 ? options.Endpoints : [new EndpointOptions()];

    private void Front(ListenOptions listen, EndpointOptions endpoint, ListenAddress address)
    {
        listen.Use(next => new Lobby(next, services).OnConnectedAsync);
        if (endpoint.CertificatePath is not null)
        {
            TlsSetup tls = new(endpoint, services.Options.KeyFilePollMs, time, services.Log);
            setups.Add(tls);
            listen.UseHttps(tls.Options);
        }
        else if (!address.IsLocal)
        {
            ServerLog.Unencrypted(services.Log, endpoint.Address);
        }

        listen.UseConnectionHandler<FrontHandler>();
        listened.Add(listen);
    }
}

/// <summary>The endpoints as they are bound, with the ports that were picked.</summary>
internal sealed class ListenedEndpoints
{
    private readonly List<ListenOptions> _listens = [];

    public IReadOnlyList<string> Addresses => [.. _listens.Select(listen => ListenAddress.Describe(listen.EndPoint))];

    public void Add(ListenOptions listen) => _listens.Add(listen);
}
