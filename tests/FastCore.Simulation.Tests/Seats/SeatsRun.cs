using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Simulation.Domains;
using FastCore.Simulation.Seats;
using FastCore.Testing;

namespace FastCore.Simulation.Tests.Seats;

/// <summary>A stream of random requests and outcomes through a <see cref="SeatsPair"/>, all from its seed.</summary>
internal sealed class SeatsRun : IDisposable
{
    private const ulong NsPerMs = 1_000_000;

    private readonly SeededRandom _random;
    private readonly SeatsPair _pair;
    private readonly SeatsWorkload _workload = new(hasMerchant: false);
    private readonly RandomOutcomes _outcomes = new();
    private ulong _nowNs = ManualClock.StartNs;

    public SeatsRun(ulong seed, SeatsSettings settings)
    {
        _random = new SeededRandom(seed);
        _pair = new SeatsPair(settings);
    }

    public IReadOnlySet<(Operation Operation, SeatStatus Code)> Codes => _pair.Codes;

    public IReadOnlySet<BookingState> Bookings => _pair.Bookings;

    /// <summary>Elements sent so far, outcomes and lookups included.</summary>
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
            if (_random.OneIn(1_000))
            {
                _pair.CrashAndRecover(_outcomes.Calls);
            }
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

        return _pair.Entry(_nowNs, writes, _outcomes.Calls);
    }

    private SimulatedRequest Next()
    {
        bool isOutcome = _outcomes.Calls.Count != 0 && _random.OneIn(5);
        SimulatedRequest request = isOutcome ? _outcomes.Next(_random) : _workload.Next(_random, _nowNs);
        OperationShape shape = OperationTable.Find(request.Operation)!;
        Elements += (request.Body.Length - shape.PrefixSize) / shape.ElementSize;
        return request;
    }

    // Mostly a little, sometimes much, often to the moment of the next expiry or a nanosecond beside it.
    private void MoveTime()
    {
        ulong lastNs = Math.Max(_nowNs, _pair.LastNs);
        ulong dueNs = _pair.NextTimerNs;
        _nowNs = lastNs + (_random.Below(30) switch
        {
            0 => 1 + _random.Below(900 * NsPerMs),
            < 6 => 1 + _random.Below(40 * NsPerMs),
            < 10 => 1,
            < 14 => (20 * NsPerMs) - (lastNs % (20 * NsPerMs)),
            _ => 1 + _random.Below(2 * NsPerMs),
        });
        if (dueNs != ulong.MaxValue && dueNs > lastNs + 2 && _random.OneIn(8))
        {
            _nowNs = dueNs - 1 + _random.Below(3UL);
        }
    }
}
