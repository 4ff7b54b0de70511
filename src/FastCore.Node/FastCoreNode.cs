using System.Runtime.InteropServices;

using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Rings;
using FastCore.Engine.Sessions;
using FastCore.Fraud.Scoring;
using FastCore.Node.Access;
using FastCore.Node.Flows;
using FastCore.Node.Fraud;
using FastCore.Node.Knobs;
using FastCore.Node.Memory;
using FastCore.Node.Sessions;
using FastCore.Protocol;
using FastCore.Protocol.Buffers;
using FastCore.Protocol.Frames;
using FastCore.Seats;

namespace FastCore.Node;

/// <summary>
/// One engine in this process: partitions over a data directory (or memory), the sessions that feed them, and the flows
/// that carry effects out. Plain constructors; hosts and fronts stand on top.
/// </summary>
public sealed class FastCoreNode : IAsyncDisposable, ISubmitInternal
{
    private readonly NodeOptions _options;
    private readonly NodeStorage _storage;
    private readonly PartitionUnit[] _units;
    private readonly ConnectorFlow _flow;
    private readonly BookingFlow _bookings;
    private readonly Dictionary<Operation, RequestSteps> _steps;
    private readonly MemoryControl _memory = new();
    private volatile bool _screensPayments;
    private volatile bool _isOpen;

    private FastCoreNode(NodeOptions options)
    {
        _options = options;
        Clock = options.Clock ?? SystemClock.Instance;
        Tickets = new TicketKeys(options.TicketKeys);

        // 1. Storage: the data directory is locked and its partition count known.
        _storage = NodeStorage.Open(options);
        PartitionCount = _storage.Partitions;
        FraudSetup? fraud = OpenFraud();
        _steps = RequestSteps.Of(fraud is null ? 1 : PartitionCount, fraud?.LabelsReachCards ?? false);

        // 2. Flows: what leaves the process. They run before the partitions so that recovered effects find them.
        LoopThreads threads = options.Steps is null ? LoopThreads.Pool : LoopThreads.Caller;
        _flow = new ConnectorFlow(options.Connectors, this, options.Flow, options.Time, threads);
        _bookings = new BookingFlow(this, options.Time, threads);
        IEffectSink effects = new EffectRouter(options.WrapEffects?.Invoke(_flow) ?? _flow, _bookings, Knobs);

        // 3. Partitions: recover each (in parallel), then give it a thread.
        _ = PreparedCode.Prepare();
        _units = new PartitionUnit[PartitionCount];
        try
        {
            ForEachPartition(number => _units[number] = PartitionUnit.Recover(
                number, _storage.OpenPartition(number), Ports, effects, options, _storage.Settings, fraud, Knobs,
                _memory, Tickets));
        }
        catch (AggregateException failures)
        {
            Abandon();
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
        catch
        {
            Abandon();
            throw;
        }

        _screensPayments = _units.Any(unit => unit.ScreensPayments);
        Fraud = fraud is null ? null : new FraudControl(this, fraud.Policies, fraud.Features);
        Desk = new FraudDesk(Fraud, Clock, threads);

        Knobs.Open([.. _units.Select(OpenPartitionOf)]);
        _memory.Open([.. _units.Select(unit => unit.Partition)], Ports);

        // 4. Open for business.
        _isOpen = true;
        _bookings.Start();
        foreach (PartitionUnit unit in _units)
        {
            unit.Runner.Start();
        }
    }

    /// <summary>Names the data directory (or, in memory, this run) for as long as it exists; not zero.</summary>
    public ulong NodeId => _storage.Id;

    /// <summary>Partitions of the node.</summary>
    public int PartitionCount { get; }

    /// <summary>What each partition's recovery did, in partition order.</summary>
    public IReadOnlyList<PartitionRecovery.Outcome> Recoveries => [.. _units.Select(unit => unit.Recovery)];

    /// <summary>Counters since the node opened.</summary>
    public NodeStatistics Statistics => NodeCounters.AddSeats(
        NodeCounters.Sum(_units.Select(unit => unit.Partition)),
        _units.Select(unit => unit.Seats).OfType<SeatCounters>()) with
    {
        FlowFailure = _bookings.Failure,
        KnobsTurned = Knobs.Changes,
        BuffersOutstanding = BufferPool.Outstanding,
        KnobsRefused = Knobs.Refused,
    };

    /// <summary>What can be turned while the node runs, and what came of every setting.</summary>
    public KnobControl Knobs { get; } = new();

    /// <summary>Fraud scoring; null when the node scores nothing.</summary>
    public FraudControl? Fraud { get; }

    internal PortRegistry Ports { get; } = new();

    internal FraudDesk Desk { get; }

    internal IClock Clock { get; }

    internal TicketKeys Tickets { get; }

    internal bool IsOpen => _isOpen;

    internal bool AllowsSetup => _options.Ledger.AllowSetup;

    /// <summary>Opens a node: recovers what its data directory holds and starts its partitions.</summary>
    /// <exception cref="ArgumentException">The options contradict each other.</exception>
    /// <exception cref="CorruptStorageException">Stored bytes are not what was written; nothing was
    /// changed.</exception>
    public static FastCoreNode Open(NodeOptions options)
    {
        NodeOptionsCheck.ThrowIfInvalid(options);
        BufferPool.Kind = options.BufferPooling;
        return new FastCoreNode(options);
    }

    /// <summary>Opens the awaitable door for the embedding process.</summary>
    public IFastCoreSession OpenSession(FrontSessionOptions? options = null)
    {
        EmbeddedSession session = new(this, Grant.Full, options ?? new FrontSessionOptions());
        Ports.Add(session);
        return session;
    }

    /// <summary>Opens a door for the node itself, which may send internal operations.</summary>
    /// <param name="principal">On whose behalf, for the journal; 0 = the process itself.</param>
    internal EmbeddedSession OpenOwnSession(uint principal = 0)
    {
        Grant grant = principal == 0 ? Grant.Full : Grant.Of(principal, null, null);
        EmbeddedSession session = new(this, grant, new FrontSessionOptions { InFlightMax = 1 }, isNodeOwn: true);
        Ports.Add(session);
        return session;
    }

    /// <summary>Opens a door for a network front, or for a host that drives its own submit-and-drain loop.</summary>
    public FrontSession OpenFrontSession(Grant grant, FrontSessionOptions? options = null)
    {
        FrontSession session = new(this, grant, options ?? new FrontSessionOptions());
        Ports.Add(session);
        return session;
    }

    /// <summary>Writes a checkpoint of every partition; completes when all are published.</summary>
    public async ValueTask CheckpointAsync() => _ = await PostAll(PartitionControl.Checkpoint).ConfigureAwait(false);

    /// <summary>State hash of each partition, in partition order, between two batches.</summary>
    public ValueTask<ulong[]> StateHashesAsync() => PostAll(PartitionControl.StateHash);

    /// <summary>Checks the invariants of every partition.</summary>
    /// <exception cref="InvariantException">An invariant does not hold.</exception>
    public async ValueTask CheckInvariantsAsync() =>
        _ = await PostAll(PartitionControl.CheckInvariants).ConfigureAwait(false);

    /// <summary>Submits a command of the node itself (the answer of a connector). Nobody waits for its reply.</summary>
    /// <returns>False when the partition's ring is full; try again later.</returns>
    public bool TrySubmit(ulong key, Operation operation, ReadOnlySpan<byte> body)
    {
        FrameStatus status = RequestGate.Check(
            operation, body, Grant.Full, isInternal: true, out OperationShape? shape, out int count);
        if (status != FrameStatus.Ok)
        {
            throw new ArgumentException($"An internal command was refused: {status}.", nameof(body));
        }

        int partition = PartitionMap.Of(key, PartitionCount);
        if (!Inbox(partition).TryClaim(RequestEnvelope.Size + body.Length, out RingClaim claim))
        {
            return false;
        }

        RequestEnvelope envelope = default;
        envelope.AdmittedNs = Clock.MonotonicNs;
        envelope.ReplyMax = count * shape!.ResultSize;
        envelope.Command.Operation = (ushort)operation;
        envelope.Command.Count = (uint)count;
        envelope.Command.Key = key;
        envelope.Command.Length = (uint)(CommandHeader.Size + body.Length);
        MemoryMarshal.Write(claim.Payload, in envelope);
        body.CopyTo(claim.Payload[RequestEnvelope.Size..]);
        claim.Publish();
        Wake(partition);
        return true;
    }

    /// <summary>
    /// Closes the node: refuses new requests, finishes what was admitted, makes it durable, answers it, stops.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        if (!_isOpen)
        {
            return;
        }

        _isOpen = false;

        // What lies at the desk is answered while there are partitions to ask.
        await Desk.DisposeAsync().ConfigureAwait(false);

        // Connector calls under way end first; their answers that no longer get in are asked for again after a restart.
        try
        {
            await _flow.DisposeAsync().ConfigureAwait(false);
            await _bookings.DisposeAsync().ConfigureAwait(false);
        }
        finally
        {
            if (_options.Steps is null)
            {
                await Task.Run(DisposeUnits).ConfigureAwait(false);
            }
            else
            {
                DisposeUnits();
            }

            _storage.Dispose();
        }
    }

    /// <summary>Whether payments take a step at their cards.</summary>
    internal bool IsScreeningPayments => _screensPayments;

    /// <summary>A policy is about to be put in force, which may or may not look at payments.</summary>
    internal void ScreenPayments(bool isScreening) => _screensPayments = isScreening;

    /// <summary>The way of a request. Payments take a step at their cards only while they are screened.</summary>
    internal RequestSteps StepsOf(OperationShape shape) =>
        _steps.Count != 0 && _steps.TryGetValue(shape.Operation, out RequestSteps steps)
            && (shape.Operation != Operation.CreatePayments || _screensPayments)
            ? steps
            : new RequestSteps(shape, null);

    internal MpscByteRing Inbox(int partition) => _units[partition].Partition.Inbox;

    internal void Wake(int partition) => _units[partition].Runner.Wake();

    /// <summary>A session waits for no more news: what it awaited is answered.</summary>
    internal void LookAtAwaiting()
    {
        foreach (PartitionUnit unit in _units)
        {
            unit.Partition.LookAtAwaiting();
            unit.Runner.Wake();
        }
    }

    /// <summary>Runs something soon, off the partition threads, or at once when the node is stepped.</summary>
    internal void Post(IThreadPoolWorkItem item)
    {
        if (_options.Steps is { } steps)
        {
            steps.Post(item);
            return;
        }

        _ = ThreadPool.UnsafeQueueUserWorkItem(item, preferLocal: false);
    }

    /// <summary>Whether the node has no threads of its own.</summary>
    internal bool IsStepped => _options.Steps is not null;

    internal Partition PartitionAt(int number) => _units[number].Partition;

    /// <summary>Reads from the fraud machine of a partition, between two of its batches; keep it short.</summary>
    /// <exception cref="InvalidOperationException">The partition ended.</exception>
    internal async Task<T> ReadFraudAsync<T>(int number, Func<FraudMachine, T> read)
    {
        T result = default!;
        Exception? failure = null;
        FraudMachine machine = _units[number].Fraud!;
        if (_options.Steps is not null)
        {
            // On one thread, whoever is not the partition comes between two of its batches.
            return _units[number].Partition.StopCause is null
                ? read(machine)
                : throw new InvalidOperationException("The partition ended.");
        }

        Task<ulong> done = await PostAsync(number, PartitionControl.Of((_, _, _) =>
        {
            try
            {
                result = read(machine);
            }
            catch (Exception thrown)
            {
                // A reader's failure is the reader's: the partition goes on.
                failure = thrown;
            }

            return 0;
        })).ConfigureAwait(false);
        _ = await done.ConfigureAwait(false);
        return failure is null ? result : throw new InvalidOperationException(failure.Message, failure);
    }

    internal IPartitionStorage StorageAt(int number) => _units[number].Storage;

    private OpenPartition OpenPartitionOf(PartitionUnit unit) =>
        new(this, _options, unit.Partition, () => (unit.Runner as PartitionThread)?.PinFailure);

    private FraudSetup? OpenFraud()
    {
        try
        {
            return _storage.OpenFraud();
        }
        catch
        {
            _storage.Dispose();
            throw;
        }
    }

    private void DisposeUnits() => ForEachPartition(number => _units[number].Dispose());

    // Side by side, unless somebody steps the node on one thread.
    private void ForEachPartition(Action<int> work)
    {
        if (_options.Steps is null)
        {
            Parallel.For(0, PartitionCount, work);
            return;
        }

        for (int number = 0; number < PartitionCount; number++)
        {
            work(number);
        }
    }

    private async ValueTask<ulong[]> PostAll(Func<PartitionControl> make)
    {
        Task<ulong>[] done = new Task<ulong>[_units.Length];
        for (int i = 0; i < _units.Length; i++)
        {
            ObjectDisposedException.ThrowIf(!_isOpen, this);
            done[i] = await PostAsync(i, make()).ConfigureAwait(false);
        }

        return await Task.WhenAll(done).ConfigureAwait(false);
    }

    // Completes when the partition has it; what it completes with does when the partition has run it.
    private async ValueTask<Task<ulong>> PostAsync(int number, PartitionControl control)
    {
        while (!_units[number].Partition.TryPost(control))
        {
            // Another control is waiting for its turn between two batches.
            await Task.Yield();
        }

        Wake(number);
        return control.Done;
    }

    private void Abandon()
    {
        foreach (PartitionUnit? unit in _units)
        {
            unit?.Dispose();
        }

        // No call was made yet: effects leave only once partition threads run.
        _flow.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _bookings.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _storage.Dispose();
    }
}
