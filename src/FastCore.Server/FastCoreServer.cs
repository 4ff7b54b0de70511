using System.Net.Sockets;
using FastCore.Node;
using FastCore.Server.Fronts;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FastCore.Server;

/// <summary>
/// A network front over a node, in one object: for tools, tests and programs that build their node themselves. Hosts
/// with their own Kestrel use
/// <see cref="ServerServices.AddFastCoreServer(IServiceCollection, Action{ServerOptions})"/>.
/// </summary>
public sealed class FastCoreServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private int _stopped;

    private FastCoreServer(WebApplication application) => _application = application;

    /// <summary>Where the server listens, as clients write it, with the ports that were picked.</summary>
    public IReadOnlyList<string> Addresses => _application.Services.GetRequiredService<ListenedEndpoints>().Addresses;

    /// <summary>Connections open now.</summary>
    public int Connections => _application.Services.GetRequiredService<ConnectionTable>().Count;

    /// <summary>The parts of the server, for tests that look at their counters.</summary>
    internal IServiceProvider Services => _application.Services;

    /// <summary>Starts listening.</summary>
    /// <param name="node">The node to serve. It stays the caller's, who disposes it after the server.</param>
    /// <param name="options">Endpoints, keys and limits.</param>
    /// <param name="log">Where to log; null for nowhere.</param>
    /// <param name="time">Source of time; null for the system's.</param>
    /// <param name="cancellation">Gives up starting.</param>
    /// <exception cref="OptionsValidationException">The options cannot work.</exception>
    /// <exception cref="IOException">It cannot listen: an address is in use, is not this machine's, or names no
    /// place for a socket.</exception>
    public static Task<FastCoreServer> StartAsync(
        FastCoreNode node,
        ServerOptions options,
        ILoggerFactory? log = null,
        TimeProvider? time = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(node);
        return StartAsync(services => services.AddSingleton(node), options, log, time, cancellation);
    }

    /// <summary>Answers what is in flight, closes every connection, and stops.</summary>
    /// <param name="cancellation">Cuts the connections that are still open.</param>
    public async Task StopAsync(CancellationToken cancellation = default)
    {
        if (Interlocked.Exchange(ref _stopped, 1) == 0)
        {
            await _application.StopAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        await _application.DisposeAsync().ConfigureAwait(false);
    }

    internal static async Task<FastCoreServer> StartAsync(
        Action<IServiceCollection> addNode,
        ServerOptions options,
        ILoggerFactory? log,
        TimeProvider? time,
        CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        ValidateOptionsResult check = new ServerOptionsCheck().Validate(null, options);
        if (check.Failed)
        {
            throw new OptionsValidationException(nameof(ServerOptions), typeof(ServerOptions), check.Failures);
        }

        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        addNode(builder.Services);
        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }

        if (log is not null)
        {
            builder.Services.AddSingleton(log);
        }

        builder.Services.AddSingleton(Options.Create(options));
        builder.Services.AddFront();
        WebApplication application = builder.Build();
        try
        {
            await application.StartAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            await application.DisposeAsync().ConfigureAwait(false);
            if (e is IOException or SocketException)
            {
                // Kestrel speaks of http, or gives the bare error of the socket.
                throw new IOException($"Cannot listen on {AddressesOf(options)}: {e.GetBaseException().Message}", e);
            }

            throw;
        }

        FastCoreServer server = new(application);
        ILogger lines = application.Services.GetRequiredService<FrontServices>().Log;
        foreach (string address in server.Addresses)
        {
            ServerLog.Listening(lines, address);
        }

        return server;
    }

    private static string AddressesOf(ServerOptions options) =>
        string.Join(" or ", KestrelSetup.Effective(options).Select(endpoint => endpoint.Address));
}
