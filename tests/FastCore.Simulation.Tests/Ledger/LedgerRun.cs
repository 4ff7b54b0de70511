using FastCore.Engine.Ports;
using FastCore.Payments.Ledger;
using FastCore.Protocol;
using FastCore.Simulation.Domains;
using FastCore.Simulation.Ledger;
using FastCore.Testing;

namespace FastCore.Simulation.Tests.Ledger;

/// <summary>A stream of random requests through a <see cref="LedgerPair"/>; everything follows from the seed.</summary>
internal sealed class LedgerRun : IDisposable
{
    private const ulong SecondNs = 1_000_000_000;
    private const ulong SetupBook = 9;

    private readonly SeededRandom _random;
    private readonly LedgerPair _pair;
    private readonly LedgerWorkload _workload;
    private readonly Queue<SimulatedRequest> _putOff = [];
    private ulong _nowNs;

    /// <param name="seed">Where every choice comes from.</param>
    /// <param name="storage">Where the engine's ledger keeps what it has; disposed with the run.</param>
    /// <param name="options">Options of the engine's ledger.</param>
    /// <param name="startNs">Time at the beginning.</param>
    /// <param name="twin">Puts something else in the model's place, for controls.</param>
    public LedgerRun(
        ulong seed, IPartitionStorage storage, LedgerOptions options, ulong startNs = ManualClock.StartNs,
        Func<IModel, IModel>? twin = null)
    {
        _random = new SeededRandom(seed);
        _pair = new LedgerPair(storage, options, twin);
        _workload = new LedgerWorkload([1, 2, 3], SetupBook);
        _nowNs = startNs;
    }

    /// <summary>Elements of requests executed, filters included.</summary>
    public long Elements { get; private set; }

    /// <summary>Result codes that came up, by operation.</summary>
    public IReadOnlySet<(Operation Operation, uint Status)> Codes => _pair.Codes;

    /// <summary>Transfers that were created.</summary>
    public long TransfersCreated => _pair.TransfersCreated;

    /// <summary>Bytes of the answers of all reads, by operation.</summary>
    public IReadOnlyDictionary<Operation, long> BytesRead => _pair.BytesRead;

    /// <summary>Runs until so many elements were sent.</summary>
    /// <returns>Null, or the first difference.</returns>
    public string? Run(long elements)
    {
        string? difference = null;
        while (Elements < elements && difference is null)
        {
            MoveTime();
            SimulatedRequest request = Next();
            difference = IsWrite(request) ? Write(request) : Read(request);
        }

        return difference ?? _pair.CheckInvariants();
    }

    public void Dispose() => _pair.Dispose();

    private static bool IsWrite(SimulatedRequest request) =>
        request.Operation is Operation.CreateAccounts or Operation.CreateTransfers or Operation.SetupAccounts;

    private SimulatedRequest Next() =>
        _putOff.TryDequeue(out SimulatedRequest? request) ? request : _workload.Next(_random, _nowNs);

    private string? Entry(ulong timestampNs, IReadOnlyList<SimulatedRequest> writes)
    {
        Elements += writes.Sum(ElementsOf);
        return _pair.Entry(timestampNs, writes);
    }

    private static int ElementsOf(SimulatedRequest request)
    {
        OperationShape shape = OperationTable.Find(request.Operation)!;
        return (request.Body.Length - shape.PrefixSize) / shape.ElementSize;
    }

    private string? Write(SimulatedRequest first)
    {
        List<SimulatedRequest> writes = [first];
        while (_random.OneIn(4))
        {
            SimulatedRequest next = Next();
            if (!IsWrite(next))
            {
                // A read that came up meanwhile is answered before the entry.
                if (Read(next) is { } difference)
                {
                    return difference;
                }

                continue;
            }

            writes.Add(next);
        }

        _nowNs = Math.Max(_nowNs, _pair.LastNs + 1);
        return Entry(_nowNs, writes);
    }

    // A quarter of the reads run while transfers are created between their slices.
    private string? Read(SimulatedRequest read)
    {
        Elements += ElementsOf(read);
        if (read.Operation == Operation.LookupTransfers || !_random.OneIn(4))
        {
            return _pair.Read(read);
        }

        string? difference = null;
        int left = 3;
        string? ofRead = _pair.Read(read, () =>
        {
            if (left-- <= 0)
            {
                return;
            }

            SimulatedRequest next = _workload.Next(_random, _nowNs);
            if (next.Operation != Operation.CreateTransfers)
            {
                _putOff.Enqueue(next);
                return;
            }

            _nowNs = Math.Max(_nowNs, _pair.LastNs) + 1;
            difference ??= Entry(_nowNs, [next]);
        });
        return difference ?? ofRead;
    }

    // Mostly a little; sometimes by seconds; often to the moment of the next expiry or just beside it.
    private void MoveTime()
    {
        ulong dueNs = _pair.NextTimerNs;
        _nowNs = Math.Max(_nowNs, _pair.LastNs) + _random.Below(12) switch
        {
            0 => 1UL,
            1 => _random.Below(3 * SecondNs),
            2 => _random.Below(SecondNs / 4),
            _ => 1 + _random.Below(5_000UL),
        };
        if (dueNs > _nowNs + 100 && dueNs < _nowNs + 5 * SecondNs && _random.OneIn(10))
        {
            _nowNs = dueNs - _random.Below(20UL);
        }

        if (_random.OneIn(20))
        {
            // An entry without commands: only time passes.
            _ = _pair.Entry(_nowNs, []);
            _nowNs++;
        }
    }
}
