using FastCore.Protocol;
using FastCore.Protocol.Payments;
using FastCore.Simulation.Domains;
using FastCore.Simulation.Payments;
using FastCore.Testing;

namespace FastCore.Simulation.Tests.Payments;

/// <summary>A stream of random requests and answers through a <see cref="PaymentsPair"/>, all from its seed.</summary>
internal sealed class PaymentsRun : IDisposable
{
    private const ulong NsPerS = 1_000_000_000;

    private readonly SeededRandom _random;
    private readonly PaymentsPair _pair;
    private readonly PaymentsWorkload _workload = new();
    private readonly RandomAnswers _connectors = new();
    private ulong _nowNs = ManualClock.StartNs;

    public PaymentsRun(ulong seed, PaymentsSettings settings)
    {
        _random = new SeededRandom(seed);
        _pair = new PaymentsPair(settings);
    }

    public IReadOnlySet<PaymentStatus> Codes => _pair.Codes;

    public ModelTransitions Transitions => _pair.Transitions;

    /// <summary>Elements sent so far, answers and lookups included.</summary>
    public int Elements { get; private set; }

    /// <summary>Runs until so many elements were sent.</summary>
    /// <returns>Null, or the first difference.</returns>
    public string? Go(int elements)
    {
        string? broken = null;
        while (broken is null && Elements < elements)
        {
            MoveTime();
            SimulatedRequest next = Next();
            broken = IsRead(next) ? _pair.Read(next) : Write(next);
            broken ??= _random.OneIn(400) ? _pair.CheckInvariants() : null;
            broken ??= _random.OneIn(2_000) ? _pair.CrashAndRecover(_connectors.Calls) : null;
        }

        return broken ?? _pair.CheckInvariants();
    }

    public void Dispose() => _pair.Dispose();

    private static bool IsRead(SimulatedRequest request) =>
        OperationTable.Find(request.Operation)!.Kind is OperationKind.Query or OperationKind.Lookup;

    private string? Write(SimulatedRequest first)
    {
        List<SimulatedRequest> writes = [first];
        while (_random.OneIn(3))
        {
            SimulatedRequest next = Next();
            if (!IsRead(next))
            {
                writes.Add(next);
            }
        }

        if (_random.OneIn(30))
        {
            // An entry without commands: only time passes.
            writes.Clear();
        }

        return _pair.Entry(_nowNs, writes, _connectors.Calls);
    }

    private SimulatedRequest Next()
    {
        bool isAnswer = _connectors.Calls.Count != 0 && _random.OneIn(3);
        SimulatedRequest request = isAnswer ? _connectors.Next(_random) : _workload.Next(_random, _nowNs);
        OperationShape shape = OperationTable.Find(request.Operation)!;
        Elements += (request.Body.Length - shape.PrefixSize) / shape.ElementSize;
        return request;
    }

    // Mostly a little, sometimes by seconds, often to the moment of the next timer or a nanosecond beside it.
    private void MoveTime()
    {
        ulong lastNs = Math.Max(_nowNs, _pair.LastNs);
        ulong dueNs = _pair.NextTimerNs;
        _nowNs = lastNs + (_random.Below(30) switch
        {
            0 => 1 + _random.Below(3 * NsPerS),
            < 6 => 1 + _random.Below(NsPerS / 4),
            < 10 => 1,
            _ => 1 + _random.Below(2_000_000UL),
        });
        if (dueNs != ulong.MaxValue && dueNs > lastNs + 2 && _random.OneIn(8))
        {
            _nowNs = dueNs - 1 + _random.Below(3UL);
        }
    }
}
