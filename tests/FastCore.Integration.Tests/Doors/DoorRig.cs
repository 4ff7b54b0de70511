using FastCore.Integration.Tests.Fronts;
using FastCore.Integration.Tests.Torture;
using FastCore.Server;
using FastCore.Server.Access;
using FastCore.Server.Audit;
using FastCore.Server.Fronts;
using FastCore.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace FastCore.Integration.Tests.Doors;

/// <summary>A server over a scripted node, on time that moves only when the test says so, with its log kept.</summary>
internal sealed class DoorRig : IAsyncDisposable
{
    private FastCoreServer? _server;

    private DoorRig()
    {
    }

    /// <summary>Files of the test, gone with the rig.</summary>
    public TemporaryFolder Folder { get; } = new();

    public ServerOptions Options { get; } = new() { LingerTimeoutMs = 60_000 };

    public ScriptedDoorSource Doors { get; } = new();

    public ManualTimeProvider Time { get; } = new();

    public RecordingLog Log { get; } = new();

    public string Address => Server.Addresses[0];

    public FastCoreServer Server => _server!;

    public ConnectionTable Connections => Server.Services.GetRequiredService<ConnectionTable>();

    public AccessControl Access => Server.Services.GetRequiredService<AccessControl>();

    public RefusalAudit Audit => Server.Services.GetRequiredService<RefusalAudit>();

    public static DoorRig Make() => new();

    public async Task StartAsync(Action<IServiceCollection>? more = null)
    {
        if (Options.Endpoints.Count == 0)
        {
            Options.Endpoints.Add(new EndpointOptions { Address = "tcp://127.0.0.1:0" });
        }

        _server = await FastCoreServer.StartAsync(
            services =>
            {
                services.AddSingleton<IFrontDoorSource>(Doors);
                more?.Invoke(services);
            },
            Options, Log, Time, default);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.StopAsync(new CancellationToken(canceled: true));
            await _server.DisposeAsync();
        }

        Folder.Dispose();
    }
}
