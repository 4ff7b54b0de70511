// Hot file: the duty cycle may not allocate managed memory, lock, await or throw on the way of a command.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using FastCore.Engine.Ports;
using FastCore.Engine.Rings;
using FastCore.Engine.Sessions;

namespace FastCore.Engine.Partitions;

/// <summary>
/// One partition: the only thread that touches its state. A duty cycle releases what was committed, drains a batch,
/// executes and journals it, starts the next commit, and gives reads and the checkpoint their slices.
/// </summary>
public sealed unsafe class Partition : IMemoryUser
{
    private readonly PartitionContext _context;
    private readonly IStateMachine _machine;
    private readonly PartitionOptions _options;
    private readonly PartitionStatuses _statuses;
    private readonly PortRegistry _ports;
    private readonly IClock _clock;
    private readonly IEffectSink? _effectSink;
    private readonly MpscByteRing _inbox;
    private readonly PendingReplies _replies;
    private readonly PendingReads _reads;
    private readonly AwaitingReads _awaiting;
    private readonly ReplyFlush _flush = new();
    private readonly EffectRelease _effects;
    private readonly CheckpointTurns _checkpoints;
    private RequestEnvelope*[] _writes;
    private readonly byte[] _commands;
    private readonly long[] _shedAgeNs;
    private int _writeCount;
    private int _commandBytes;
    private bool _isBlocked;
    private bool _isBehind;
    private bool _sealed = true;
    private long _idleSinceNs;
    private PartitionControl? _control;
    private volatile string? _stopped;
    private volatile bool _looksAgain;

    /// <summary>Makes a partition over recovered state.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="context">Storage, time, effects.</param>
    /// <param name="machine">The recovered state machine.</param>
    /// <param name="ports">The sessions of the node.</param>
    /// <param name="clock">Wall clock and monotonic time.</param>
    /// <param name="effectSink">Where effects go; null when the machine emits none.</param>
    /// <param name="options">Knobs.</param>
    public Partition(
        int number, PartitionContext context, IStateMachine machine, PortRegistry ports, IClock clock,
        IEffectSink? effectSink, PartitionOptions options)
    {
        Number = number;
        _context = context;
        _machine = machine;
        _options = options;
        Knobs = new PartitionKnobs(options);
        _statuses = options.Statuses;
        _ports = ports;
        _clock = clock;
        _effectSink = effectSink;
        _inbox = new MpscByteRing(options.RingBytes);
        _replies = new PendingReplies(options.PendingReplyBytes);
        _reads = new PendingReads();
        _awaiting = new AwaitingReads(options.AwaitingReadsMax);
        _effects = new EffectRelease(number, context.Effects);
        _checkpoints = new CheckpointTurns(
            new Checkpointer(context.Storage, machine.Parts, options.CheckpointSliceBytes, clock), context, Knobs,
            Counters, clock);
        _writes = new RequestEnvelope*[options.BatchElementsMax + 1];
        _commands = GC.AllocateUninitializedArray<byte>(options.BatchBytesMax + options.CommandBytesMax, pinned: true);
        _shedAgeNs = [.. options.ShedAgeMs.Select(ms => ms * 1_000_000L)];
        _idleSinceNs = _clock.MonotonicNs;
    }

    /// <summary>The partition's number.</summary>
    public int Number { get; }

    /// <summary>Where requests for this partition go.</summary>
    public MpscByteRing Inbox => _inbox;

    /// <summary>What can be turned while the partition runs.</summary>
    public PartitionKnobs Knobs { get; }

    /// <summary>Counters.</summary>
    public PartitionCounters Counters { get; } = new();

    /// <summary>Why the partition stopped, with the journal sequence; null while it runs.</summary>
    public string? Stopped => _stopped;

    /// <summary>True while writes are refused because the disk is full.</summary>
    public bool IsStorageFull { get; private set; }

    /// <summary>Why the last checkpoint failed, or null.</summary>
    public string? CheckpointFailure => _checkpoints.LastFailure;

    /// <summary>The partition's journal; only what any thread may use.</summary>
    public IJournal Journal => _context.Storage.Journal;

    /// <summary>True when the next duty cycle may find work; asked before parking.</summary>
    public bool HasWork =>
        (!_inbox.IsEmpty && !_isBlocked) || _looksAgain
        || (!(_isBehind && _isBlocked) && (!_reads.IsEmpty || _awaiting.HasWork))
        || (Volatile.Read(ref _control) is { } control && control != PartitionControl.Ended && !_checkpoints.IsRunning)
        || (!_replies.IsEmpty && _replies.FirstSequence <= _context.Storage.Journal.CommittedSequence)
        || (_stopped is null && _checkpoints.HasWork);

    /// <summary>Nanoseconds until a timer or the seal is due, for the park's timeout; at most a second.</summary>
    public long ParkNsMax
    {
        get
        {
            // Blocked on something that does not wake us (a history's writer, a full sink): look again soon.
            long wait = _isBlocked || _checkpoints.IsRunning || !_effects.IsEmpty ? 1_000_000 : 1_000_000_000;
            ulong now = _clock.NowNs;
            ulong timer = _machine.NextTimerNs;
            wait = timer <= now ? 0 : (long)Math.Min((ulong)wait, timer - now);
            if (!_sealed && _options.SealAfterNs > 0)
            {
                wait = Math.Min(wait, _options.SealAfterNs);
            }

            return _awaiting.Count == 0 ? wait : Math.Clamp(_awaiting.DueNs - _clock.MonotonicNs, 0, wait);
        }
    }

    /// <summary>
    /// Asks the partition thread to run something between two batches (state hash, checkpoint, invariants).
    /// </summary>
    public bool TryPost(PartitionControl control) =>
        Interlocked.CompareExchange(ref _control, control, null) switch
        {
            null => true,
            PartitionControl other when other == PartitionControl.Ended => control.Fail("The partition ended."),
            _ => false,
        };

    /// <summary>
    /// Has the partition look again at the reads that wait: a session wants to wait no longer. Any thread; then wake
    /// the partition.
    /// </summary>
    public void LookAtAwaiting() => _looksAgain = true;

    /// <inheritdoc/>
    public void MeasureMemory(ICollection<MemoryUse> uses)
    {
        uses.Add(new MemoryUse("requests", MemoryUseKind.Buffer)
        {
            Bytes = _inbox.Capacity,
            FreeBytes = _inbox.Capacity - _inbox.Used,
            BytesMax = _inbox.Capacity,
        });
        _replies.MeasureMemory(uses);

        // Pinned, but on the managed heap.
        uses.Add(new MemoryUse("batch", MemoryUseKind.Heap)
        {
            Bytes = _commands.Length,
            BytesMax = _commands.Length,
        });
    }

    /// <summary>Runs one duty cycle. Partition thread only.</summary>
    /// <returns>How much was done; 0 = idle.</returns>
    public int DoWork()
    {
        if (_stopped is not null)
        {
            return RefuseAll();
        }

        try
        {
            int work = ReleaseCommitted();
            work += RunBatch();
            work += _isBehind ? 0 : RunAwaiting() + RunReads();
            work += RunControl();
            work += _checkpoints.Run();
            if (work == 0)
            {
                work = SealWhenIdle();
            }
            else
            {
                _idleSinceNs = 0;
            }

            // Always: a journal that calls entries committed before they are stable still has them to write, and one
            // that has nothing to write says so at the cost of two reads.
            _context.Storage.Journal.StartCommit();
            if (_context.Storage.Journal.CommittedSequence != _context.Storage.Journal.TailSequence
                && _context.Storage.Journal.CanAppend(0) == StorageState.Failed)
            {
                throw StorageFailed();
            }

            _flush.Signal();
            return work;
        }
        catch (Exception failure)
        {
            Stop(failure);
            return 1;
        }
    }

    /// <summary>
    /// Finishes: commits what was appended and releases its replies. Partition thread, after the last cycle.
    /// </summary>
    public void Finish()
    {
        try
        {
            CommitAndAnswer();
        }
        catch (Exception failure)
        {
            Stop(failure);
        }

        if (_stopped is not null)
        {
            _ = RefuseAll();
            _replies.Abandon(_ports, _flush, _statuses.Unknown);
        }

        Interlocked.Exchange(ref _control, PartitionControl.Ended)?.Fail("The partition ended.");
        _checkpoints.FailWaiter("The partition ended.");
        _flush.Signal();
    }

    private void CommitAndAnswer()
    {
        if (_stopped is null)
        {
            _context.Storage.Journal.CommitAndWait();
            if (!_sealed && _options.SealAfterNs != 0 && _context.Storage.CanAccept(0) == StorageState.Ready)
            {
                RunEmptyBatch();
                _context.Storage.Journal.CommitAndWait();
            }

            _ = ReleaseCommitted();
            _awaiting.End();
            while (RunAwaiting() + RunReads() != 0)
            {
                _ = ReleaseCommitted();
            }

            _ = ReleaseCommitted();
        }
    }

    private int ReleaseCommitted()
    {
        if (_replies.IsEmpty && _effects.IsEmpty)
        {
            return 0;
        }

        // A reply may be lost with the process and asked for again. What an effect does outside stays done, so it waits
        // until its cause cannot be forgotten, in every mode.
        IJournal journal = _context.Storage.Journal;
        int released = _replies.Release(journal.CommittedSequence, _ports, _flush, _statuses.Ok);
        return released + _effects.Release(journal.DurableSequence, _effectSink);
    }

    private int RunBatch()
    {
        _isBlocked = false;
        long now = _clock.MonotonicNs;
        StorageState storage = StorageState.Ready;
        if (!_inbox.IsEmpty)
        {
            storage = _context.Storage.CanAccept(_commands.Length);
            if (storage == StorageState.Busy || _context.Effects.Count > _options.PendingEffectsMax)
            {
                _isBlocked = true;
                return 0;
            }

            if (storage == StorageState.Failed)
            {
                throw StorageFailed();
            }

            IsStorageFull = storage == StorageState.Full;
        }

        ulong time = Math.Max(_clock.NowNs, _context.Time.Last + 1);
        _isBehind = false;
        if (storage != StorageState.Full && HasTimerBacklog(time, out ulong earlier))
        {
            storage = _context.Storage.CanAccept(0);
            if (storage != StorageState.Ready || _context.Effects.Count > _options.PendingEffectsMax)
            {
                // Without space nothing can expire, so reads have nothing to wait for.
                _isBehind = storage != StorageState.Full;
                _isBlocked = true;
                return 0;
            }

            _isBehind = true;
            if (_inbox.IsEmpty || time - earlier > _options.TimerLagMaxNs)
            {
                ExecuteTimers(earlier);
                return 1;
            }

            time = earlier;
        }

        long cursor = _inbox.ReadPosition;
        int drained = Drain(ref cursor, now, IsStorageFull);
        bool timersDue = _machine.NextTimerNs <= time && storage != StorageState.Full
            && (_writeCount > 0 || _context.Storage.CanAccept(0) == StorageState.Ready);
        if (_writeCount > 0 || timersDue)
        {
            ExecuteBatch(time);
            drained += _writeCount == 0 ? 1 : 0;
        }

        if (cursor != _inbox.ReadPosition)
        {
            // Reads of this batch see its writes; what they need of the ring is copied unless they finish at once.
            if (_isBehind)
            {
                _reads.Defer();
            }
            else
            {
                _reads.RunFirstSlices(_machine, _replies, _context.Storage.Journal.TailSequence, Counters);
            }

            _inbox.Release(cursor);
        }

        return drained;
    }

    // More timers are due than one batch may fire. Batches go on with the times at which the first of them are due, the
    // next ones, and so on: to the writes in them, what is due later is not due yet. Reads wait for the last of them,
    // so that none shows what was over when it was asked for.
    private bool HasTimerBacklog(ulong time, out ulong earlier)
    {
        earlier = time;
        if (_machine.NextTimerNs <= time)
        {
            earlier = Math.Max(_machine.TimerLimitNs(time, _options.TimersPerBatchMax), _context.Time.Last + 1);
        }

        return earlier < time;
    }

    // Optimized at once: a burst of timers is over before the runtime finds out that this is hot.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ExecuteTimers(ulong time)
    {
        _writeCount = 0;
        _commandBytes = 0;
        ExecuteBatch(time);
    }

    private int Drain(ref long cursor, long now, bool storageFull)
    {
        _writeCount = 0;
        _commandBytes = 0;
        int drained = 0;
        int elements = 0;
        long replyBytes = 0;
        int elementsMax = Knobs.BatchElementsMax;
        if (_writes.Length <= elementsMax)
        {
            // Turned up while the partition runs; no request of a batch is without an element.
            _writes = new RequestEnvelope*[elementsMax + 1];
        }

        while (elements < elementsMax && _commandBytes < _options.BatchBytesMax)
        {
            long next = cursor;
            if (!_inbox.TryPeek(ref next, out byte* payload, out _))
            {
                // Padding is stepped over even when nothing follows it yet.
                cursor = next;
                break;
            }

            RequestEnvelope* request = (RequestEnvelope*)payload;
            CommandKind kind = _machine.KindOf(request->Command.Operation);
            bool awaits = kind == CommandKind.Await && AwaitingReads.Awaits(_machine, _ports, request);
            ushort refusal = Refusal(request, kind, now, storageFull);
            if (refusal != _statuses.Ok)
            {
                Refuse(request, refusal, now);
            }
            else if (awaits ? _awaiting.IsFull : kind != CommandKind.Write && _reads.IsFull)
            {
                // Long reads must not hold up the writes behind them, nor those who wait all the memory.
                Refuse(request, _statuses.Overloaded, now);
            }
            else if (awaits)
            {
                _awaiting.Add(request, AwaitingReads.DueOf(_machine, request));

                // Answered by the copy: what is left in the ring must not be answered again.
                request->Port = 0;
                elements++;
            }
            else if (!_replies.HasRoom(replyBytes + PendingReplies.SizeOf(request->ReplyMax)))
            {
                // Backpressure: commits must release replies first.
                _isBlocked = true;
                break;
            }
            else if (kind == CommandKind.Write)
            {
                AddToBatch(request);
                elements += (int)Math.Max(1, request->Command.Count);
            }
            else
            {
                _reads.Add(request);
                elements++;
            }

            replyBytes += PendingReplies.SizeOf(request->ReplyMax);
            cursor = next;
            drained++;
        }

        return drained;
    }

    private ushort Refusal(RequestEnvelope* request, CommandKind kind, long now, bool storageFull)
    {
        if (kind == CommandKind.Unknown)
        {
            return _statuses.UnknownOperation;
        }

        if (request->DeadlineNs != 0 && request->DeadlineNs < now)
        {
            Counters.Expired++;
            return _statuses.DeadlineExceeded;
        }

        if (now - request->AdmittedNs > _shedAgeNs[request->PriorityClass & 3] && request->Port != 0)
        {
            Counters.Shed++;
            return _statuses.Overloaded;
        }

        if (kind == CommandKind.Write && storageFull)
        {
            Counters.StorageFull++;
            return _statuses.StorageFull;
        }

        return _statuses.Ok;
    }

    private void Refuse(RequestEnvelope* request, ushort status, long now)
    {
        // Nothing was done, so nothing must be committed before the answer.
        if (_ports.Find(request->Port) is { } port)
        {
            uint ageMs = (uint)Math.Clamp((now - request->AdmittedNs) / 1_000_000, 1, 10_000);
            port.Deliver(request->Ticket, status, status == _statuses.Overloaded ? ageMs : 0, default);
            _flush.Add(port);
        }

        // Answered: should the partition stop before the ring is released, it must not be answered again.
        request->Port = 0;
    }

    private void AddToBatch(RequestEnvelope* request)
    {
        _writes[_writeCount++] = request;
        int length = (int)request->Command.Length;
        int padded = (length + CommandHeader.Alignment - 1) & ~(CommandHeader.Alignment - 1);
        new ReadOnlySpan<byte>(&request->Command, length).CopyTo(_commands.AsSpan(_commandBytes));
        _commands.AsSpan(_commandBytes + length, padded - length).Clear();
        _commandBytes += padded;
    }

    private void ExecuteBatch(ulong time)
    {
        long mark = _replies.Mark;
        ulong sequence = _context.Storage.Journal.TailSequence + 1;
        BatchRun.Begin(_context, _machine, time);
        try
        {
            for (int i = 0; i < _writeCount; i++)
            {
                _machine.Prefetch(in _writes[i]->Command, RequestMemory.BodyOf(_writes[i]));
            }

            _machine.CompletePrefetch();
            _machine.FireTimers();
            for (int i = 0; i < _writeCount; i++)
            {
                RequestEnvelope* request = _writes[i];
                Span<byte> reply = _replies.Begin(request->Port, request->Ticket, request->ReplyMax);
                int length = _machine.Execute(in request->Command, RequestMemory.BodyOf(request), reply);
                _replies.End(sequence, length);
                Counters.Elements += request->Command.Count;
            }
        }
        catch
        {
            // Nothing of this batch may be answered as done: it is not in the journal.
            _replies.RollBackTo(mark);
            throw;
        }
        finally
        {
            BatchRun.End(_context);
        }

        // Only an entry that was made when everything before it was committed says so, and thereby covers it.
        bool seals = _writeCount == 0
            && _context.Storage.Journal.CommittedSequence == _context.Storage.Journal.TailSequence;
        _ = _context.Storage.Journal.Append(time, _writeCount, _commands.AsSpan(0, _commandBytes));
        for (int i = 0; i < _writeCount; i++)
        {
            // Their replies wait for the commit now; nothing else may answer them.
            _writes[i]->Port = 0;
        }

        _effects.Note(sequence);
        _sealed = seals;
        Counters.Requests += _writeCount;
        Counters.Batches++;
        Counters.JournalBytes += _commandBytes;
        _awaiting.LookAgain();
    }

    private int RunAwaiting()
    {
        // Lowered by a fence before anything is looked at: what is set from then on is seen the next time.
        if (_looksAgain && Interlocked.Exchange(ref _looksAgain, false))
        {
            _awaiting.LookAgain();
        }

        return _awaiting.Count == 0 ? 0 : _awaiting.Run(
            _machine, _ports, _reads, _replies, _context.Storage.Journal.TailSequence, _clock.MonotonicNs, Counters);
    }

    private int RunReads() =>
        _reads.RunSlice(_machine, _replies, _context.Storage.Journal.TailSequence, Counters);

    private int RunControl()
    {
        // While a checkpoint is written the parts are marked, and a mark is what every control would disturb.
        if (Volatile.Read(ref _control) is not { } control || _checkpoints.IsRunning)
        {
            return 0;
        }

        if (control.IsCheckpoint)
        {
            _checkpoints.Begin(control);
        }
        else
        {
            control.Run(this, _context, _machine);
        }

        Volatile.Write(ref _control, null);
        return 1;
    }

    // The last acknowledged entry is only provably whole once a later entry names it as committed.
    private int SealWhenIdle()
    {
        if (_sealed || _options.SealAfterNs == 0)
        {
            return 0;
        }

        long now = _clock.MonotonicNs;
        if (_idleSinceNs == 0)
        {
            _idleSinceNs = now;
            return 0;
        }

        IJournal journal = _context.Storage.Journal;
        if (now - _idleSinceNs < _options.SealAfterNs || journal.CommittedSequence != journal.TailSequence
            || _context.Storage.CanAccept(0) != StorageState.Ready)
        {
            return 0;
        }

        RunEmptyBatch();
        return 1;
    }

    private void RunEmptyBatch()
    {
        _ = HasTimerBacklog(Math.Max(_clock.NowNs, _context.Time.Last + 1), out ulong time);
        ExecuteTimers(time);
    }

    private Exception StorageFailed() => _context.Storage.Error is not { } error
        ? new IOException("Storage failed and says nothing more.")
        : error is CorruptStorageException ? error : new IOException(error.Message, error);

    private int RefuseAll()
    {
        // What was journaled before the stop may still become durable, and its replies may still go out.
        int work = 0;
        try
        {
            IJournal journal = _context.Storage.Journal;
            work += _replies.Release(journal.CommittedSequence, _ports, _flush, _statuses.Ok);
            if (journal.CommittedSequence != journal.TailSequence)
            {
                journal.StartCommit();
                if (journal.CanAppend(0) == StorageState.Failed)
                {
                    _replies.Abandon(_ports, _flush, _statuses.Unknown);
                }
            }
        }
        catch (Exception failure) when (failure is ObjectDisposedException or IOException)
        {
            // The journal itself is what failed; its committed sequence will not advance again.
        }

        long cursor = _inbox.ReadPosition;
        while (_inbox.TryPeek(ref cursor, out byte* payload, out _))
        {
            Refuse((RequestEnvelope*)payload, _statuses.Stopped, _clock.MonotonicNs);
            work++;
        }

        _inbox.Release(cursor);
        if (Interlocked.Exchange(ref _control, null) is { } control)
        {
            control.Fail(_stopped!);
            work++;
        }

        _flush.Signal();
        return work;
    }

    private void Stop(Exception failure)
    {
        ulong sequence = _context.Storage.Journal.TailSequence;
        _stopped = $"Partition {Number} stopped after journal sequence {sequence}: " +
            $"{failure.GetType().Name}: {failure.Message}";
        StopCause = failure;

        // The batch in hand was not journaled, so nothing of it happened; its requests are still in the ring.
        _reads.RefuseAll(request => Refuse(request, _statuses.Stopped, _clock.MonotonicNs));
        _awaiting.RefuseAll(request => Refuse(request, _statuses.Stopped, _clock.MonotonicNs));
        _checkpoints.FailWaiter(_stopped);
    }

    /// <summary>The exception that stopped the partition, for the node's log.</summary>
    public Exception? StopCause { get; private set; }
}
