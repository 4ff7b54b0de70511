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

/// <summary>
/// A connector flow on the thread of the test, over two banks that err in every way: a seed offers calls and moves time
/// on, and every answer that reaches the partitions is noted with its time.
/// </summary>
internal sealed class FlowRun : ISubmitInternal, IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly SeededRandom _random;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly ConnectorFlow _flow;
    private readonly List<ConnectorCall> _accepted = [];

    public FlowRun(ulong seed, FullQueue whenFull)
    {
        _random = new SeededRandom(seed);
        IEnumerable<IConnector> lines = new ushort[] { 1, 2 }.Select(number =>
            new BankLine(
                new SimulatedBank(number, BankOptions(seed), _time),
                new BankLineOptions { BrokenPpm = 30_000, ContradictedPpm = 100_000, UnaskedPpm = 50_000 },
                _random,
                _time));
        ConnectorFlowOptions options = new()
        {
            Workers = 4,
            QueueCapacity = 8,
            AnswerCapacity = 16,
            WhenFull = whenFull,
            CallTimeoutMs = 2_000,
            BreakMinimumCalls = 10,
            BreakProbes = 2,
        };
        _flow = new ConnectorFlow(lines, this, options, _time, LoopThreads.Caller);
    }

    /// <summary>What reached the partitions, in order.</summary>
    public List<(long Time, ulong Call, ConnectorOutcome Outcome, ulong Reference)> Submitted { get; } = [];

    /// <summary>Calls that the flow took.</summary>
    public IReadOnlyList<ConnectorCall> Accepted => _accepted;

    /// <summary>Threads that were seen other than the test's.</summary>
    public int Strays { get; private set; }

    public long AnswersRefused => _flow.AnswersRefused;

    public void Run(int steps)
    {
        for (int step = 0; step < steps; step++)
        {
            if (_random.OneIn(2))
            {
                Offer();
            }
            else
            {
                _time.Advance(_random.Below(1_000));
            }
        }
    }

    /// <summary>Stops the flow while calls are under way; only moving the time on lets it end.</summary>
    public void Dispose()
    {
        Task stopped = _flow.DisposeAsync().AsTask();
        for (int second = 0; !stopped.IsCompleted; second++)
        {
            Assert.True(second < 20, "The flow does not stop.");
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True(stopped.IsCompletedSuccessfully, stopped.Exception?.ToString());
    }

    public bool TrySubmit(ulong key, Operation operation, ReadOnlySpan<byte> body)
    {
        Strays += Environment.CurrentManagedThreadId == _thread ? 0 : 1;
        if (_random.OneIn(10))
        {
            return false;
        }

        ConnectorAnswer answer = MemoryMarshal.Read<ConnectorAnswer>(body);
        Submitted.Add((_time.GetTimestamp(), answer.Call, answer.Outcome, answer.Reference));
        return true;
    }

    private static SimulatedBankOptions BankOptions(ulong seed) => new()
    {
        Seed = seed,
        LatencyMinMs = 0,
        LatencyMaxMs = 300,
        DeclinedPpm = 100_000,
        FailedPpm = 100_000,
        RequestLostPpm = 50_000,
        ReplyLostPpm = 50_000,
        ReplyLatePpm = 100_000,
        LateMs = 5_000,
        DuplicatePpm = 100_000,
        SyncUnknownPpm = 200_000,
    };

    private void Offer()
    {
        ConnectorCallKind kind = (ConnectorCallKind)_random.Between(1, 4);
        ulong number = (ulong)_accepted.Count + 1;
        ConnectorCall call = new()
        {
            PaymentId = (UInt128)_random.Between(1, 50),
            Merchant = (ulong)_random.Between(1, 3),
            Amount = 500,
            ActionId = kind == ConnectorCallKind.Authorize ? UInt128.Zero : number,
            Call = number,
            Attempt = 1,
            Connector = (ushort)_random.Between(1, 3),
            Kind = kind,
            IsSync = _random.OneIn(5) ? (byte)1 : (byte)0,
            IsSale = 1,
        };
        EffectQueue queue = new();
        queue.Add(ConnectorCall.EffectKind, call);
        Assert.True(queue.TryTake(1, out Effect effect));
        if (_flow.TryAccept(0, effect))
        {
            _accepted.Add(call);
        }
    }
}
