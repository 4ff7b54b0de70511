using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Node.Connectors;
using FastCore.Node.Flows;
using FastCore.Payments.Payments;
using FastCore.Protocol;
using FastCore.Protocol.Frames;
using FastCore.Protocol.Payments;
using FastCore.Simulation.Network;
using FastCore.Testing;
using Xunit;

namespace FastCore.Simulation.Tests.Network;

/// <summary>The connector flow of one simulated process, with its line to a bank that outlives it.</summary>
internal sealed class Incarnation : ISubmitInternal
{
    private readonly ProcessTime _time;
    private readonly BankLine _line;
    private readonly IEffectSink _flow;

    public Incarnation(IConnector bank, TimeProvider world)
    {
        _time = new ProcessTime(world);
        _line = new BankLine(bank, new BankLineOptions(), new SeededRandom(1), world);
        _flow = new ConnectorFlow([_line], this, new ConnectorFlowOptions(), _time, LoopThreads.Caller);
    }

    /// <summary>Numbers of the calls whose answers were brought back.</summary>
    public List<ulong> Answered { get; } = [];

    public void Offer(ulong number)
    {
        EffectQueue queue = new();
        queue.Add(ConnectorCall.EffectKind, new ConnectorCall
        {
            PaymentId = number,
            Merchant = 1,
            Amount = 5,
            Call = number,
            Attempt = 1,
            Connector = 1,
            Kind = ConnectorCallKind.Authorize,
            IsSale = 1,
        });
        Assert.True(queue.TryTake(1, out Effect effect));
        Assert.True(_flow.TryAccept(0, effect));
    }

    /// <summary>The process is gone in the middle of whatever it did.</summary>
    public void Kill()
    {
        _line.Cut();
        _time.Kill();
    }

    public bool TrySubmit(ulong key, Operation operation, ReadOnlySpan<byte> body)
    {
        Answered.Add(MemoryMarshal.Read<ConnectorAnswer>(body).Call);
        return true;
    }
}
