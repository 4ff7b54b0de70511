using System.Diagnostics.Metrics;
using FastCore.Node;
using FastCore.Server.Access;
using FastCore.Server.Audit;
using FastCore.Server.Fronts;
using FastCore.Server.Tls;
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
        services.AddSingleton(provider => new AccessControl(
            Options(provider), provider.GetRequiredService<TimeProvider>(), Log(provider)));
        services.AddSingleton(provider => new RefusalAudit(
            Options(provider),
            provider.GetRequiredService<CoarseClock>(),
            provider.GetRequiredService<ILoggerFactory>()));
        services.AddSingleton(CreateTable);
        services.AddSingleton(provider => new FrontServices(
            Options(provider),
            provider.GetRequiredService<AccessControl>(),
            provider.GetRequiredService<RefusalAudit>(),
            provider.GetRequiredService<ConnectionTable>(),
            provider.GetRequiredService<IFrontDoorSource>(),
            provider.GetRequiredService<CoarseClock>(),
            Log(provider)));
        services.AddSingleton<FrontHandler>();
        services.AddSingleton<ListenedEndpoints>();
        services.AddSingleton<TlsSetups>();
        services.AddSingleton<KestrelSetup>();
        services.AddSingleton<IConfigureOptions<KestrelServerOptions>>(p => p.GetRequiredService<KestrelSetup>());
        services.AddSingleton<IConfigureOptions<SocketTransportOptions>>(p => p.GetRequiredService<KestrelSetup>());
        return services;
    }

    private static ConnectionTable CreateTable(IServiceProvider provider)
    {
        AccessControl access = provider.GetRequiredService<AccessControl>();
        RefusalAudit audit = provider.GetRequiredService<RefusalAudit>();
        ConnectionTable table = new(
            Options(provider),
            access,
            audit,
            provider.GetRequiredService<CoarseClock>(),
            provider.GetRequiredService<TimeProvider>());
        ServerMeters.Observe(
            provider.GetRequiredService<IMeterFactory>(), table, access, provider.GetRequiredService<TlsSetups>(),
            audit);
        return table;
    }

    private static ILogger Log(IServiceProvider provider) =>
        provider.GetRequiredService<ILoggerFactory>().CreateLogger("FastCore.Server");

    private static ServerOptions Options(IServiceProvider provider) =>
        provider.GetRequiredService<IOptions<ServerOptions>>().Value;
}
