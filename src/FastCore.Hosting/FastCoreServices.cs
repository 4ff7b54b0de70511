using System.Diagnostics.Metrics;
using FastCore.Node;
using FastCore.Protocol;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FastCore.Hosting;

/// <summary>Adds an embedded engine to any .NET generic host.</summary>
public static class FastCoreServices
{
    /// <summary>
    /// Adds an engine with settings from a configuration section. A key of the section that no setting has stops the
    /// host at start-up.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configuration">
    /// A section whose keys are the properties of <see cref="FastCoreOptions"/>. Of a configuration that is no section,
    /// such as a host's whole one, keys that are no settings are passed over.
    /// </param>
    /// <param name="configure">Changes what the section says; null = nothing.</param>
    public static IServiceCollection AddFastCore(
        this IServiceCollection services, IConfiguration configuration, Action<FastCoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        if (configuration is IConfigurationSection section)
        {
            services.AddSingleton<IValidateOptions<FastCoreOptions>>(new SettingKeysCheck(section));
        }

        return services.AddFastCore(options =>
        {
            if (configuration.GetSection(nameof(options.ShedAgeMs)).GetChildren().Any())
            {
                // The binder would add the section's ages behind those that are there by default.
                options.ShedAgeMs = [];
            }

            configuration.Bind(options);
            configure?.Invoke(options);
        });
    }

    /// <summary>
    /// Adds an engine: opened when the host starts, closed when it stops. Settings that cannot work stop the host at
    /// start-up. <see cref="IFastCoreSession"/> can be injected (unless the host registered another, such as a remote
    /// client), <see cref="FastCoreNode"/> once the host runs; health checks are tagged <c>live</c> and <c>ready</c>.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Fills the settings, of which each can be set here.</param>
    public static IServiceCollection AddFastCore(this IServiceCollection services, Action<FastCoreOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.AddOptions<FastCoreOptions>().Configure(configure).ValidateOnStart();
        services.AddSingleton<IValidateOptions<FastCoreOptions>, FastCoreOptionsCheck>();
        services.AddSingleton(CreateNode);
        services.AddSingleton<IHostedService>(provider => provider.GetRequiredService<HostedNode>());
        services.TryAddSingleton<IFastCoreSession>(provider => provider.GetRequiredService<HostedNode>());
        services.AddTransient(provider => provider.GetRequiredService<HostedNode>().Current
            ?? throw new InvalidOperationException("The node is open only while the host runs."));
        services.AddHealthChecks()
            .AddCheck<NodeLiveness>(NodeLiveness.Name, tags: ["live"])
            .AddCheck<NodeReadiness>(NodeReadiness.Name, tags: ["ready"]);
        return services;
    }

    private static HostedNode CreateNode(IServiceProvider provider)
    {
        HostedNode node = new(
            provider.GetRequiredService<IOptions<FastCoreOptions>>(),
            provider.GetRequiredService<ILogger<FastCoreNode>>());

        // Every generic host has a factory; a bare container may not, and then nobody could observe.
        if (provider.GetService<IMeterFactory>() is { } meters)
        {
            NodeMeters.Observe(meters, node);
        }

        return node;
    }
}
