using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Seats.Shows;

namespace FastCore.Seats;

/// <summary>Charts, shows, holds and bookings of one partition: operations 400–417 and 920.</summary>
public sealed class SeatsMachine : IStateMachine, IDisposable
{
    // How far ahead of its turn a hold's places are brought towards the CPU.
    private const int Ahead = 8;

    private readonly SeatStore _store;
    private readonly ShowOrder _order = new();
    private readonly ShowMaking _shows;
    private readonly HoldMaking _holds;
    private readonly HoldChanging _changing;
    private readonly BookingMaking _bookings;
    private readonly BookingEnding _ending;
    private readonly SeatPrefetch _prefetch;
    private readonly SeatLookups _lookups;
    private readonly SeatInvariants _invariants;

    /// <summary>Makes the machine over empty state; recovery fills it.</summary>
    /// <param name="context">What it shares with the other domains of its partition.</param>
    /// <param name="options">Sizes.</param>
    public SeatsMachine(PartitionContext context, SeatsOptions options)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _store = new SeatStore(context, options);
        SeatMoves moves = new(_store);
        BestAvailable best = new(_store);
        _shows = new ShowMaking(_store, moves, _order, options.ShowBlocksMax);
        _holds = new HoldMaking(_store, moves, best);
        _changing = new HoldChanging(_store, moves);
        _bookings = new BookingMaking(_store, moves, _changing);
        _ending = new BookingEnding(_store, moves, _bookings, best);
        _prefetch = new SeatPrefetch(_store);
        _lookups = new SeatLookups(_store, _order);
        _invariants = new SeatInvariants(_store, _changing);
    }

    /// <inheritdoc/>
    public ulong NextTimerNs => _store.Timers.NextDueNs;

    /// <inheritdoc/>
    public IReadOnlyList<IStatePart> Parts => _store.Parts;

    /// <inheritdoc/>
    public ulong TimerLimitNs(ulong timeNs, int timersMax) => _store.Timers.DueLimitNs(timeNs, timersMax);

    /// <inheritdoc/>
    public CommandKind KindOf(ushort operation) => (Operation)operation switch
    {
        >= Operation.CreateChart and <= Operation.SetForSale or Operation.EndBookingSteps => CommandKind.Write,
        >= Operation.GetHold and <= Operation.SeatHistory => CommandKind.Read,
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
    public void FireTimers()
    {
        _store.Principal = 0;
        while (_store.Timers.TryTake(_store.Time.BatchNs, out int slot))
        {
            _changing.HintExpiries();
            _changing.Expire(slot);
        }
    }

    /// <inheritdoc/>
    public int Execute(in CommandHeader command, ReadOnlySpan<byte> body, Span<byte> reply)
    {
        _store.Principal = command.Principal;
        switch ((Operation)command.Operation)
        {
            case Operation.CreateChart:
                ulong chart = MemoryMarshal.Read<BookPrefix>(body).Book;
                ReadOnlySpan<ChartBlock> blocks = MemoryMarshal.Cast<byte, ChartBlock>(body[BookPrefix.Size..]);
                _store.Charts.Create(chart, blocks, MemoryMarshal.Cast<byte, SeatResult>(reply)[..blocks.Length]);
                return blocks.Length * SeatResult.Size;
            case Operation.HoldSeats:
                return HoldSeats(MemoryMarshal.Cast<byte, HoldSeats>(body), reply);
            case Operation.HoldBestAvailable:
                return HoldBest(MemoryMarshal.Cast<byte, HoldBestAvailable>(body), reply);
            default:
                return ExecuteEach((Operation)command.Operation, body, (int)command.Count, reply);
        }
    }

    /// <inheritdoc/>
    public bool Read(
        in CommandHeader command, ReadOnlySpan<byte> body, ref ReadCursor cursor, Span<byte> reply, out int length) =>
        _lookups.Read((Operation)command.Operation, body, ref cursor, reply, out length);

    /// <inheritdoc/>
    public void RebuildDerived() => SeatRecovery.Rebuild(_store, _order);

    /// <inheritdoc/>
    public void ResumeEffects()
    {
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
    public string? CheckInvariants() => _invariants.Check();

    /// <summary>Frees the tables. The histories belong to the storage.</summary>
    public void Dispose() => _store.Dispose();

    private int HoldSeats(ReadOnlySpan<HoldSeats> requests, Span<byte> reply)
    {
        Span<SeatResult> results = MemoryMarshal.Cast<byte, SeatResult>(reply);
        for (int i = 0; i < requests.Length; i++)
        {
            if (i + Ahead < requests.Length)
            {
                ref readonly HoldSeats later = ref requests[i + Ahead];
                _store.Index.Hint(RecordKey.Of(later.Id, RecordKinds.Hold, later.Show & Limits.BookMax));
            }

            results[i] = _holds.Hold(requests[i]);
        }

        return requests.Length * SeatResult.Size;
    }

    private int HoldBest(ReadOnlySpan<HoldBestAvailable> requests, Span<byte> reply)
    {
        Span<BestSeatsResult> results = MemoryMarshal.Cast<byte, BestSeatsResult>(reply);
        for (int i = 0; i < requests.Length; i++)
        {
            results[i] = _holds.Hold(requests[i]);
        }

        return requests.Length * BestSeatsResult.Size;
    }

    private int ExecuteEach(Operation operation, ReadOnlySpan<byte> body, int count, Span<byte> reply)
    {
        Span<SeatResult> results = MemoryMarshal.Cast<byte, SeatResult>(reply);
        for (int i = 0; i < count; i++)
        {
            results[i] = operation switch
            {
                Operation.CreateShow => _shows.Create(Element<CreateShow>(body, i)),
                Operation.HoldGeneralAdmission => _holds.Hold(Element<HoldGeneralAdmission>(body, i)),
                Operation.ExtendHold => _changing.Extend(Element<HoldChange>(body, i)),
                Operation.ReleaseHold => _changing.Release(Element<HoldChange>(body, i)),
                Operation.BookHeld => _bookings.Book(Element<BookHeld>(body, i)),
                Operation.CancelBooking => _bookings.Cancel(Element<CancelBooking>(body, i)),
                Operation.SetForSale => _shows.SetForSale(Element<SetForSale>(body, i)),
                Operation.EndBookingSteps => _ending.End(Element<BookingOutcome>(body, i)),
                _ => throw new InvalidOperationException($"Operation {operation} is not a write about seats."),
            };
        }

        return count * SeatResult.Size;
    }

    private static ref readonly T Element<T>(ReadOnlySpan<byte> body, int at)
        where T : unmanaged => ref MemoryMarshal.AsRef<T>(body[(at * Unsafe.SizeOf<T>())..]);
}
