using System.Diagnostics.Metrics;
using FastCore.Node;
using FastCore.Server.Access;
using FastCore.Server.Fronts;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FastCore.Server;

/// <summary>Adds the network front to a host that runs Kestrel and has a <see cref="FastCoreNode"/>.</summary>
public static class ServerServices
{
    /// <summary>Adds the front with settings from configuration.</summary>
    public static IServiceCollection AddFastCoreServer(
        this IServiceCollection services, IConfiguration configuration) =>
        services.AddFastCoreServer(options => configuration.Bind(options));

    /// <summary>
    /// Adds the front. Settings that cannot work stop the host at start-up, with a sentence for each.
    /// </summary>
    public static IServiceCollection AddFastCoreServer(
        this IServiceCollection services, Action<ServerOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<ServerOptions>().Configure(configure).ValidateOnStart();
        services.AddSingleton<IValidateOptions<ServerOptions>, ServerOptionsCheck>();
        return services.AddFront();
    }

    /// <summary>Everything but the options.</summary>
    internal static IServiceCollection AddFront(this IServiceCollection services)
    {
        services.AddMetrics();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<CoarseClock>();
        services.TryAddSingleton<IFrontDoorSource>(provider =>
            new NodeDoorSource(provider.GetRequiredService<FastCoreNode>(), Options(provider)));
        services.AddSingleton(provider => new FrontServices(
            Options(provider),
            AccessTable.Parse(Options(provider).Keys, []),
            provider.GetRequiredService<IFrontDoorSource>(),
            provider.GetRequiredService<CoarseClock>(),
            provider.GetRequiredService<ILoggerFactory>().CreateLogger("FastCore.Server")));
        services.AddSingleton(CreateTable);
        services.AddSingleton<FrontHandler>();
        services.AddSingleton<ListenedEndpoints>();
        services.AddSingleton<KestrelSetup>();
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>>(p => p.GetRequiredService<KestrelSetup>());
        services.AddSingleton<IConfigureOptions<SocketTransportOptions>>(p => p.GetRequiredService<KestrelSetup>());
        return services;
    }

    private static ConnectionTable CreateTable(IServiceProvider provider)
    {
        ConnectionTable table = new(
            Options(provider).ConnectionsMax,
            provider.GetRequiredService<CoarseClock>(),
            provider.GetRequiredService<TimeProvider>());
        ServerMeters.Observe(provider.GetRequiredService<IMeterFactory>(), table);
        return table;
    }

    private static ServerOptions Options(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<ServerOptions>>().Value;
}
