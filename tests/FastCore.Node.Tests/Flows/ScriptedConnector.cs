using System.Collections.Concurrent;
using FastCore.Node.Connectors;
using FastCore.Payments.Payments;
using FastCore.Protocol.Payments;
using Xunit;

namespace FastCore.Node.Tests.Flows;

/// <summary>A connector whose calls stay open until the test ends them.</summary>
internal sealed class ScriptedConnector(ushort number = 1) : IConnector
{
    private readonly BlockingCollection<(ConnectorCall Call, string Method, TaskCompletionSource<ConnectorReply> Reply)>
        _calls = [];
    private int _underWay;
    private int _underWayMax;

    public ushort Number { get; } = number;

    public string Name => "scripted";

    public IConnectorListener? Listener { get; set; }

    /// <summary>Most calls that were under way at the same time.</summary>
    public int UnderWayMax => Volatile.Read(ref _underWayMax);

    public int Waiting => _calls.Count;

    public ValueTask<ConnectorReply> AuthorizeAsync(ConnectorCall call, CancellationToken cancellationToken) =>
        Call(call, "authorize", cancellationToken);

    public ValueTask<ConnectorReply> CaptureAsync(ConnectorCall call, CancellationToken cancellationToken) =>
        Call(call, "capture", cancellationToken);

    public ValueTask<ConnectorReply> VoidAsync(ConnectorCall call, CancellationToken cancellationToken) =>
        Call(call, "void", cancellationToken);

    public ValueTask<ConnectorReply> RefundAsync(ConnectorCall call, CancellationToken cancellationToken) =>
        Call(call, "refund", cancellationToken);

    public ValueTask<ConnectorReply> SyncAsync(ConnectorCall call, CancellationToken cancellationToken) =>
        Call(call, "sync", cancellationToken);

    /// <summary>The next call that arrived, with the way to end it.</summary>
    public (ConnectorCall Call, string Method, TaskCompletionSource<ConnectorReply> Reply) Next()
    {
        Assert.True(_calls.TryTake(out var call, TimeSpan.FromSeconds(30)), "No call came.");
        return call;
    }

    /// <summary>Ends the next call with an outcome.</summary>
    public void ReplyNext(ConnectorOutcome outcome) => Next().Reply.SetResult(new ConnectorReply(outcome));

    private async ValueTask<ConnectorReply> Call(ConnectorCall call, string method, CancellationToken cancellationToken)
    {
        int underWay = Interlocked.Increment(ref _underWay);
        int max = UnderWayMax;
        while (underWay > max && Interlocked.CompareExchange(ref _underWayMax, underWay, max) != max)
        {
            max = UnderWayMax;
        }

        TaskCompletionSource<ConnectorReply> reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = cancellationToken.Register(
            () => reply.TrySetCanceled(cancellationToken));
        _calls.Add((call, method, reply), CancellationToken.None);
        try
        {
            return await reply.Task;
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }
}
