using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using FastCore.Hosting;
using FastCore.Node;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Server;
using FastCore.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace FastCore.Integration.Tests.Hosting;

public sealed partial class HostingTests
{
    [Fact]
    public async Task A_host_opens_serves_and_closes_a_node()
    {
        using IHost host =
            Build(new() { ["Durability"] = "None", ["Partitions"] = "2", ["SessionInFlightMax"] = "64" });
        IFastCoreSession session = host.Services.GetRequiredService<IFastCoreSession>();
        CreateAccountResult[] results = new CreateAccountResult[1];
        Account[] accounts = [new() { Id = 1, Ledger = 1, Code = 1 }];

        // Injected before the node is open, which then is a value and not an exception.
        Assert.Equal(FrameStatus.ShuttingDown, (await session.CreateAccountsAsync(1, accounts, results)).Status);
        await host.StartAsync();
        Assert.Equal(2, host.Services.GetRequiredService<FastCoreNode>().PartitionCount);
        Assert.Equal(FrameStatus.Ok, (await session.CreateAccountsAsync(1, accounts, results)).Status);
        await host.StopAsync();
        Assert.Equal(FrameStatus.ShuttingDown, (await session.CreateAccountsAsync(1, accounts, results)).Status);
        Assert.Throws<InvalidOperationException>(() => host.Services.GetRequiredService<FastCoreNode>());
    }

    [Theory]
    [InlineData("Durability", "Fsync", "DataDirectory must be set")]
    [InlineData("Partitions", "4711", "Partitions must be")]
    [InlineData("TicketKeys:0", "c2hvcnQ=", "TicketKeys must have 16 to 64 bytes")]
    [InlineData("SessionInFlightMax", "100", "SessionInFlightMax must be a power of two")]
    public async Task Settings_that_cannot_work_stop_the_host_with_a_sentence(string key, string value, string sentence)
    {
        Dictionary<string, string?> settings = new() { ["Durability"] = "None" };
        settings[key] = value;
        using IHost host = Build(settings);
        OptionsValidationException error =
            await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Partitons", "1", "There is no setting FastCore:Partitons. Did you mean 'Partitions'?")]
    [InlineData("Nonsense:Inside", "1", "There is no setting FastCore:Nonsense.")]
    [InlineData("Clock", "manual", "There is no setting FastCore:Clock.")]
    [InlineData("Flow:Workerz", "3", "There is no setting FastCore:Flow:Workerz. Did you mean 'Workers'?")]
    [InlineData("ShedAgeMs:0:Value", "3", "There is no setting FastCore:ShedAgeMs:0:Value: ")]
    [InlineData("Partitions:Count", "3", "There is no setting FastCore:Partitions:Count: ")]
    public async Task A_key_that_no_setting_has_stops_the_host_and_is_named(string key, string value, string sentence)
    {
        using IHost host = Build(new() { ["Durability"] = "None", [key] = value });
        OptionsValidationException error =
            await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.Contains(sentence, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_of_every_shape_that_settings_have_are_taken()
    {
        using IHost host = Build(new()
        {
            ["durability"] = "none",
            ["Flow:Workers"] = "3",
            ["ShedAgeMs:0"] = "251",
            ["ShedAgeMs:1"] = "101",
            ["ShedAgeMs:2"] = "51",
            ["ShedAgeMs:3"] = "21",
            ["TicketKeys:0"] = "MDEyMzQ1Njc4OWFiY2RlZg==",
            ["KnobSources:partitions"] = "Default",
            ["CheckpointOnStop"] = "false",
        });
        await host.StartAsync();
        FastCoreOptions options = host.Services.GetRequiredService<IOptions<FastCoreOptions>>().Value;
        Assert.Equal(3, options.Flow.Workers);
        Assert.Equal([251, 101, 51, 21], options.ShedAgeMs);
        Assert.False(options.CheckpointOnStop);
        await host.StopAsync();
    }

    [Fact]
    public async Task Code_has_the_last_word_and_can_set_what_a_section_can()
    {
        DirectoryInfo directory = Directory.CreateTempSubdirectory("fastcore-hosting-");
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("FastCore:Partitions", "2")]);
        builder.Services.AddFastCore(builder.Configuration.GetSection("FastCore"), options =>
        {
            options.DataDirectory = directory.FullName;
            options.Durability = Durability.Async;
            options.Flow.Workers = 3;
            options.CheckpointOnStop = false;
        });
        using (IHost host = builder.Build())
        {
            await host.StartAsync();
            Assert.Equal(2, host.Services.GetRequiredService<FastCoreNode>().PartitionCount);
            Assert.NotEmpty(directory.GetFileSystemInfos());
            await host.StopAsync();
        }

        directory.Delete(recursive: true);
    }

    [Fact]
    public void A_session_registered_by_the_host_wins()
    {
        ServiceCollection services = new();
        services.AddSingleton<IFastCoreSession>(
            _ => Client.FastCoreClient.Start(new() { Endpoint = "tcp://127.0.0.1:1" }));
        services.AddFastCore(options => options.Durability = Durability.None);
        Assert.Single(services, service => service.ServiceType == typeof(IFastCoreSession));
    }

    [Fact]
    public async Task X17_Health_says_why()
    {
        using IHost host = Build(new() { ["Durability"] = "None" });
        HealthCheckService checks = host.Services.GetRequiredService<HealthCheckService>();
        HealthReport before = await checks.CheckHealthAsync();
        Assert.Equal(HealthStatus.Unhealthy, before.Entries["fastcore-ready"].Status);
        Assert.Equal(HealthStatus.Healthy, before.Entries["fastcore-live"].Status);
        await host.StartAsync();
        Assert.Equal(HealthStatus.Healthy, (await checks.CheckHealthAsync()).Status);
        await host.StopAsync();

        FastCoreOptions options = new() { DegradedQueuedBytes = 1000 };
        HealthCheckResult degraded = NodeReadiness.Judge(
            new NodeStatistics { IsStorageFull = true, CheckpointFailures = 3, QueuedBytes = 1001 }, options);
        Assert.Equal(HealthStatus.Degraded, degraded.Status);
        Assert.Contains("disk is full", degraded.Description, StringComparison.Ordinal);
        Assert.Contains("3 checkpoints", degraded.Description, StringComparison.Ordinal);
        Assert.Contains("1001 bytes", degraded.Description, StringComparison.Ordinal);
        NodeStatistics unpaid = new() { FlowFailure = "Bookings are not paid any more: why" };
        Assert.Equal(HealthStatus.Degraded, NodeReadiness.Judge(unpaid, options).Status);
        Assert.Equal("Bookings are not paid any more: why", NodeLiveness.Judge(unpaid).Description);
        Assert.Equal(HealthStatus.Unhealthy, NodeLiveness.Judge(unpaid).Status);

        HealthCheckResult stopped = NodeReadiness.Judge(new NodeStatistics { Stopped = ["partition 1"] }, options);
        Assert.Equal(HealthStatus.Unhealthy, stopped.Status);
        Assert.Equal(HealthStatus.Healthy, NodeReadiness.Judge(new NodeStatistics { QueuedBytes = 1000 }, options)
            .Status);
    }

    [Fact]
    public async Task X18_Meters_are_those_of_the_document_and_count()
    {
        Dictionary<string, (string Kind, string Unit)> documented = ReadDocument();
        Dictionary<string, (string Kind, string Unit)> published = [];
        Dictionary<string, double> values = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name.StartsWith("FastCore.", StringComparison.Ordinal))
            {
                lock (published)
                {
                    bool isLevel = instrument.GetType().Name.Contains("UpDown", StringComparison.Ordinal);
                    published[instrument.Name] = (isLevel ? "level" : "counter", instrument.Unit!);
                }

                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => Add(values, instrument.Name, value));
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) => Add(values, instrument.Name, value));
        listener.Start();

        using IHost host = Build(new() { ["Durability"] = "None", ["Partitions"] = "1" });
        await host.StartAsync();
        FastCoreNode node = host.Services.GetRequiredService<FastCoreNode>();
        ServerOptions options = new();
        options.Endpoints.Add(new EndpointOptions { Address = "tcp://127.0.0.1:0" });
        await using FastCoreServer server = await FastCoreServer.StartAsync(node, options);
        await using Client.FastCoreClient client =
            await Client.FastCoreClient.ConnectAsync(new() { Endpoint = server.Addresses[0] });
        Account[] accounts = [new() { Id = 1, Ledger = 1, Code = 1 }, new() { Id = 2, Ledger = 1, Code = 1 }];
        Assert.Equal(FrameStatus.Ok, (await client.CreateAccountsAsync(1, accounts, new CreateAccountResult[2]))
            .Status);
        listener.RecordObservableInstruments();
        Assert.Equal(documented.OrderBy(pair => pair.Key), published.OrderBy(pair => pair.Key));
        Assert.True(values["fastcore.node.elements"] >= 2);
        Assert.True(values["fastcore.server.frames"] >= 1);
        Assert.True(values["fastcore.server.connections"] >= 1);
        await host.StopAsync();
    }

    [GeneratedRegex(@"^\| `(fastcore\.[a-z_.]+)` \| (counter|level) \| `([^`]+)` \|", RegexOptions.Multiline)]
    private static partial Regex InstrumentRow();

    private static Dictionary<string, (string Kind, string Unit)> ReadDocument()
    {
        string text = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "METRICS.md"));
        return InstrumentRow().Matches(text).ToDictionary(
            match => match.Groups[1].Value, match => (match.Groups[2].Value, match.Groups[3].Value));
    }

    private static void Add(Dictionary<string, double> values, string name, double value)
    {
        lock (values)
        {
            values[name] = values.GetValueOrDefault(name) + value;
        }
    }

    private static IHost Build(Dictionary<string, string?> settings)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
            settings.ToDictionary(pair => "FastCore:" + pair.Key, pair => pair.Value));
        builder.Services.AddFastCore(builder.Configuration.GetSection("FastCore"));
        return builder.Build();
    }
}
