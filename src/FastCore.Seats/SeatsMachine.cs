using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;
using FastCore.Protocol.Seats.Waiting;
using FastCore.Seats.Lists;
using FastCore.Seats.Shows;
using FastCore.Seats.Waiting;

namespace FastCore.Seats;

/// <summary>
/// Charts, shows, holds, bookings, channels, waiting rooms and waiting lists of one partition: operations 400–437 and
/// 920.
/// </summary>
public sealed class SeatsMachine : IStateMachine, IDisposable
{
    private const int AnswersTaken = 16;

    private readonly SeatStore _store;
    private readonly ShowOrder _order = new();
    private readonly ShowMaking _shows;
    private readonly HoldMaking _holds;
    private readonly LinkedHolds _linked;
    private readonly HoldChanging _changing;
    private readonly BookingMaking _bookings;
    private readonly LinkedBookings _linkedBookings;
    private readonly BookingEnding _ending;
    private readonly HoldsAhead _ahead;
    private readonly SeatPrefetch _prefetch;
    private readonly SeatLookups _lookups;
    private readonly SeatInvariants _invariants;
    private readonly ChannelMoving _channels;
    private readonly WaitingRooms _rooms;
    private readonly WaitingBuyers _buyers;
    private readonly WaitingTurns _turns;
    private readonly WaitingLookups _waitingLookups;
    private readonly WaitingInvariants _waitingInvariants;
    private readonly WaitingListServing _serving;
    private readonly WaitingLists _lists;
    private readonly WaitingListLookups _listLookups;
    private readonly WaitingListInvariants _listInvariants;

    // The hold that is being made.
    private HoldOrder _asked;

    /// <summary>Makes the machine over empty state; recovery fills it.</summary>
    /// <param name="context">What it shares with the other domains of its partition.</param>
    /// <param name="options">Sizes.</param>
    /// <param name="ticketKey">
    /// Signs the tickets of waiting rooms, in reads only; no state comes of it. Null = tickets are not signed.
    /// </param>
    public SeatsMachine(PartitionContext context, SeatsOptions options, byte[]? ticketKey = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _store = new SeatStore(context, options);
        SeatMoves moves = new(_store);
        BestAvailable best = new(_store);
        _shows = new ShowMaking(_store, moves, _order, options.ShowBlocksMax);
        _turns = new WaitingTurns(_store.Waiting);
        _holds = new HoldMaking(_store, moves, best, _turns);
        _linked = new LinkedHolds(_store, _holds);
        _changing = new HoldChanging(_store, moves);
        _bookings = new BookingMaking(_store, moves, _changing, _turns);
        _linkedBookings = new LinkedBookings(_store, _bookings);
        _ending = new BookingEnding(_store, moves, _bookings, best);
        _ahead = new HoldsAhead(_store);
        _prefetch = new SeatPrefetch(_store, _ahead);
        _lookups = new SeatLookups(_store, _order);
        _invariants = new SeatInvariants(_store, _changing);
        _channels = new ChannelMoving(_store, moves, options.ChannelBlocksMax);
        _rooms = new WaitingRooms(_store.Waiting, _store.Shows, _turns);
        _buyers = new WaitingBuyers(_store.Waiting, _rooms, _turns);
        _waitingLookups = new WaitingLookups(_store.Waiting, ticketKey ?? []);
        _waitingInvariants = new WaitingInvariants(_store.Waiting, _store.Shows);
        _serving = new WaitingListServing(_store, moves, _holds, options.WaitingListOffersMax);
        _lists = new WaitingLists(_store, _changing, _serving, _turns);
        _listLookups = new WaitingListLookups(_store);
        _listInvariants = new WaitingListInvariants(_store);
    }

    /// <summary>What happened since the machine was recovered.</summary>
    public SeatCounters Counters => _store.Counters;

    /// <inheritdoc/>
    public ulong NextTimerNs => Math.Min(
        Math.Min(_store.Timers.NextDueNs, Math.Min(_store.Lists.Ends.NextDueNs, _store.Lists.Works.NextDueNs)),
        Math.Min(_store.Waiting.Endings.NextDueNs, _store.Waiting.Works.NextDueNs));

    /// <inheritdoc/>
    public IReadOnlyList<IStatePart> Parts => _store.Parts;

    /// <inheritdoc/>
    public ulong TimerLimitNs(ulong timeNs, int timersMax)
    {
        timeNs = _store.Timers.DueLimitNs(timeNs, timersMax);
        timeNs = _store.Lists.Ends.DueLimitNs(timeNs, timersMax);
        timeNs = _store.Lists.Works.DueLimitNs(timeNs, timersMax);
        timeNs = _store.Waiting.Endings.DueLimitNs(timeNs, timersMax);
        return _store.Waiting.Works.DueLimitNs(timeNs, timersMax);
    }

    /// <inheritdoc/>
    public CommandKind KindOf(ushort operation) => (Operation)operation switch
    {
        >= Operation.CreateChart and <= Operation.SetForSale or Operation.EndBookingSteps => CommandKind.Write,
        >= Operation.OpenWaitingRoom and <= Operation.CloseWaitingRoom or Operation.MoveToChannel => CommandKind.Write,
        >= Operation.GetHold and <= Operation.SeatHistory => CommandKind.Read,
        >= Operation.GetWaitingRoom and <= Operation.ListWaiting or Operation.GetChannels => CommandKind.Read,
        Operation.AwaitSeatChanges => CommandKind.Await,
        Operation.GetBuyers => CommandKind.Read,
        >= Operation.OpenWaitingList and <= Operation.CloseWaitingList => CommandKind.Write,
        >= Operation.GetWaitingList and <= Operation.ListWaitingList => CommandKind.Read,
        _ => CommandKind.Unknown,
    };

    /// <inheritdoc/>
    public void Prefetch(in CommandHeader command, ReadOnlySpan<byte> body) =>
        _prefetch.Begin((Operation)command.Operation, body);

    /// <inheritdoc/>
    public void CompletePrefetch() => _prefetch.Complete();

    /// <inheritdoc/>
    public void BeginBatch() => _prefetch.Clear();

    /// <inheritdoc/>
    /// <remarks>
    /// Optimized at once, and with what it calls: as long as nothing expires the runtime learns that nothing does, and
    /// a hundred thousand holds that then expire together are done before it learns better.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void FireTimers()
    {
        _store.Principal = 0;
        while (_store.Timers.TryTake(_store.Time.BatchNs, out int slot))
        {
            _changing.HintExpiries();
            _changing.Expire(slot);
        }

        while (_store.Lists.Ends.TryTake(_store.Time.BatchNs, out int slot))
        {
            _serving.End(slot);
        }

        _serving.Begin();
        _serving.Work();
        while (_store.Waiting.Endings.TryTake(_store.Time.BatchNs, out int slot))
        {
            _turns.Expire(slot);
        }

        while (_store.Waiting.Works.TryTake(_store.Time.BatchNs, out int slot))
        {
            _rooms.Work(slot);
        }
    }

    /// <inheritdoc/>
    public int Execute(in CommandHeader command, ReadOnlySpan<byte> body, Span<byte> reply)
    {
        _store.Principal = command.Principal;
        _serving.Begin();
        int length = Run(command, body, reply);
        if (_store.Lists.IsTouched)
        {
            _serving.Work();
        }

        return length;
    }

    /// <inheritdoc/>
    public bool Read(
        in CommandHeader command, ReadOnlySpan<byte> body, ref ReadCursor cursor, Span<byte> reply, out int length)
    {
        if ((Operation)command.Operation is >= Operation.GetWaitingList and <= Operation.ListWaitingList)
        {
            ulong of = MemoryMarshal.Read<BookPrefix>(body).Book;
            return _listLookups.Read(
                (Operation)command.Operation, of, body[BookPrefix.Size..], ref cursor, reply, out length);
        }

        if ((Operation)command.Operation
            is < Operation.GetWaitingRoom or >= Operation.GetChannels)
        {
            return _lookups.Read((Operation)command.Operation, body, ref cursor, reply, out length);
        }

        ulong show = MemoryMarshal.Read<BookPrefix>(body).Book;
        length = _waitingLookups.Read((Operation)command.Operation, show, body[BookPrefix.Size..], reply);
        return true;
    }

    /// <inheritdoc/>
    public uint AwaitMs(in CommandHeader command, ReadOnlySpan<byte> body) => _lookups.AwaitMs(
        MemoryMarshal.Read<BookPrefix>(body).Book, MemoryMarshal.Read<AwaitSeatChanges>(body[BookPrefix.Size..]));

    /// <inheritdoc/>
    public void RebuildDerived() => SeatRecovery.Rebuild(_store, _order);

    /// <inheritdoc/>
    public void ResumeEffects()
    {
        _store.Counters.Clear();
        _store.Lists.SetCounters();
        for (int slot = 0; slot < _store.UnderWay.SlotsUsed; slot++)
        {
            if (_store.UnderWay.IsLive(slot))
            {
                BookingRow booking = _store.UnderWay.Read(slot);
                bool isPaid = booking.Record.State == BookingState.Refunding;
                _bookings.Call(booking, isPaid ? BookingStep.Refund : BookingStep.Payment);
            }
        }
    }

    /// <inheritdoc/>
    public string? CheckInvariants() => _invariants.Check() ?? _waitingInvariants.Check() ?? _listInvariants.Check();

    /// <summary>Frees the tables. The histories belong to the storage.</summary>
    public void Dispose() => _store.Dispose();

    private int Run(in CommandHeader command, ReadOnlySpan<byte> body, Span<byte> reply)
    {
        switch ((Operation)command.Operation)
        {
            case Operation.CreateChart:
                ulong chart = MemoryMarshal.Read<BookPrefix>(body).Book;
                ReadOnlySpan<ChartBlock> blocks = MemoryMarshal.Cast<byte, ChartBlock>(body[BookPrefix.Size..]);
                _store.Charts.Create(chart, blocks, MemoryMarshal.Cast<byte, SeatResult>(reply)[..blocks.Length]);
                return blocks.Length * SeatResult.Size;
            case Operation.HoldSeats:
                return Hold<HoldSeats, SeatResult, SeatsHold>(body, reply);
            case Operation.HoldGeneralAdmission:
                return Hold<HoldGeneralAdmission, SeatResult, PlacesHold>(body, reply);
            case Operation.HoldBestAvailable:
                return Hold<HoldBestAvailable, BestSeatsResult, BestHold>(body, reply);
            case Operation.BookHeld:
                return Book(MemoryMarshal.Cast<byte, BookHeld>(body), MemoryMarshal.Cast<byte, SeatResult>(reply));
            case Operation.ExtendHold:
            case Operation.ReleaseHold:
                return Change(
                    MemoryMarshal.Cast<byte, HoldChange>(body), MemoryMarshal.Cast<byte, SeatResult>(reply),
                    (Operation)command.Operation == Operation.ReleaseHold);
            default:
                return ExecuteEach((Operation)command.Operation, body, (int)command.Count, reply);
        }
    }

    private int Hold<TRequest, TResult, THold>(ReadOnlySpan<byte> body, Span<byte> reply)
        where TRequest : unmanaged
        where TResult : unmanaged
        where THold : IHoldOperation<TRequest, TResult>
    {
        ReadOnlySpan<TRequest> requests = MemoryMarshal.Cast<byte, TRequest>(body);
        Span<TResult> results = MemoryMarshal.Cast<byte, TResult>(reply);
        int refused = 0;
        int hinted = 0;
        for (int i = 0; i < requests.Length; i++)
        {
            TakeAhead(results, i);
            ref readonly TRequest request = ref requests[i];
            _ahead.Next<TRequest, TResult, THold>(requests, i, ref hinted);
            if (THold.IsLinked(request))
            {
                i += _linked.Hold<TRequest, TResult, THold>(requests[i..], results[i..], ref refused) - 1;
                continue;
            }

            SeatPlaces seats = default;
            ref SeatResult answer = ref THold.AnswerIn(ref results[i]);
            SeatStatus broken = THold.Check(request);
            if (broken == 0)
            {
                THold.Set(ref _asked, request);
                _holds.Hold(ref _asked, out answer, out seats);
            }
            else
            {
                answer = SeatAnswers.Refusal(broken);
            }

            refused += answer.Code == SeatStatus.Ok ? 0 : 1;
            THold.PutSeats(ref results[i], seats);
        }

        _store.Counters.HoldsRefused += refused;
        return requests.Length * Unsafe.SizeOf<TResult>();
    }

    private int Change(ReadOnlySpan<HoldChange> requests, Span<SeatResult> results, bool isRelease)
    {
        for (int i = 0; i < requests.Length; i++)
        {
            TakeAhead(results, i);
            _ahead.Next(requests, i);
            if (isRelease)
            {
                _changing.Release(requests[i], out results[i]);
            }
            else
            {
                results[i] = _changing.Extend(requests[i]);
            }
        }

        return requests.Length * SeatResult.Size;
    }

    // A buffer of answers was read last by whoever they were for, on another core: each line that is written has to be
    // taken back. A burst of them is taken at once.
    private static void TakeAhead<TResult>(Span<TResult> results, int at)
    {
        if (at % AnswersTaken == 0)
        {
            int from = at == 0 ? 0 : Math.Min(at + AnswersTaken, results.Length);
            results[from..Math.Min(at + (2 * AnswersTaken), results.Length)].Clear();
        }
    }

    private int Book(ReadOnlySpan<BookHeld> requests, Span<SeatResult> results)
    {
        for (int i = 0; i < requests.Length; i++)
        {
            if ((requests[i].Flags & BookingFlags.Linked) != 0)
            {
                i += _linkedBookings.Book(requests[i..], results[i..]) - 1;
            }
            else
            {
                results[i] = _bookings.Book(requests[i]);
            }
        }

        return requests.Length * SeatResult.Size;
    }

    private int ExecuteEach(Operation operation, ReadOnlySpan<byte> body, int count, Span<byte> reply)
    {
        Span<SeatResult> results = MemoryMarshal.Cast<byte, SeatResult>(reply);
        for (int i = 0; i < count; i++)
        {
            results[i] = operation switch
            {
                Operation.CreateShow => _shows.Create(Element<CreateShow>(body, i)),
                Operation.CancelBooking => _bookings.Cancel(Element<CancelBooking>(body, i)),
                Operation.SetForSale => _shows.SetForSale(Element<SetForSale>(body, i)),
                Operation.OpenWaitingRoom => _rooms.Open(Element<OpenWaitingRoom>(body, i)),
                Operation.DrawWaitingRoom => _rooms.Draw(Element<DrawWaitingRoom>(body, i)),
                Operation.JoinWaitingRoom => _buyers.Join(Element<WaitingChange>(body, i)),
                Operation.EnterWaitingRoom => _buyers.Enter(Element<EnterWaitingRoom>(body, i)),
                Operation.LeaveWaitingRoom => _buyers.Leave(Element<WaitingChange>(body, i)),
                Operation.MoveToChannel => _channels.Move(Element<MoveToChannel>(body, i)),
                Operation.CloseWaitingRoom => _rooms.Close(Element<WaitingChange>(body, i)),
                Operation.OpenWaitingList => _lists.Open(Element<OpenWaitingList>(body, i)),
                Operation.JoinWaitingList => _lists.Join(Element<JoinWaitingList>(body, i)),
                Operation.LeaveWaitingList => _lists.Leave(Element<LeaveWaitingList>(body, i)),
                Operation.CloseWaitingList => _lists.Close(Element<CloseWaitingList>(body, i)),
                Operation.EndBookingSteps => _ending.End(Element<BookingOutcome>(body, i)),
                _ => throw new InvalidOperationException($"Operation {operation} is not a write about seats."),
            };
        }

        return count * SeatResult.Size;
    }

    private static ref readonly T Element<T>(ReadOnlySpan<byte> body, int at)
        where T : unmanaged => ref MemoryMarshal.AsRef<T>(body[(at * Unsafe.SizeOf<T>())..]);
}
