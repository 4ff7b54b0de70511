using System.Globalization;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;

namespace FastCore.Simulation.Network;

/// <summary>The server's end of a simulated connection, as Kestrel would hand it over.</summary>
internal sealed class SimulatedConnectionContext
    : ConnectionContext, IDuplexPipe, IConnectionLifetimeNotificationFeature
{
    // Without a timer it holds nothing that would have to be disposed.
    private readonly CancellationTokenSource _closeRequested = new();
    private readonly SimulatedConnection _connection;

    public SimulatedConnectionContext(SimulatedConnection connection, PipeReader input, PipeWriter output)
    {
        _connection = connection;
        Input = input;
        Output = output;
        ConnectionId = connection.Number.ToString(CultureInfo.InvariantCulture);
        ConnectionClosedRequested = _closeRequested.Token;
        Features.Set<IConnectionLifetimeNotificationFeature>(this);
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    public override string ConnectionId { get; set; }

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new Dictionary<object, object?>();

    public override IDuplexPipe Transport
    {
        get => this;
        set => throw new NotSupportedException("The transport of a simulated connection stays.");
    }

    public CancellationToken ConnectionClosedRequested { get; set; }

    public void RequestClose() => _closeRequested.Cancel();

    public override void Abort(ConnectionAbortedException abortReason) => _connection.Cut(0);
}
