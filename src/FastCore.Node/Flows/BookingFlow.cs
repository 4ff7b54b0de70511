using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Node.Sessions;
using FastCore.Protocol;
using FastCore.Protocol.Frames;
using FastCore.Protocol.Payments;
using FastCore.Protocol.Seats;
using FastCore.Seats.Shows;

namespace FastCore.Node.Flows;

/// <summary>
/// Makes the payments and refunds of bookings in their merchants' partitions and tells the shows' partitions how they
/// ended. Holds no state of its own: what is lost in a crash the seats machine emits again, and a payment or refund
/// that is asked for again, under the booking's id, is the same one. So a payment is never made twice, and its outcome
/// is always learned: whoever does not know it yet asks again.
/// </summary>
internal sealed class BookingFlow : IEffectSink, IAsyncDisposable
{
    private const int BatchMax = 2048;
    private const int BatchesMax = 64;
    private const int RetryFirstMs = 4;
    private const int RetryLastMs = 2_000;

    private readonly FastCoreNode _node;
    private readonly TimeProvider _time;
    private readonly ConcurrentQueue<BookingCall> _calls = new();
    private readonly LoopSignal _signal;
    private readonly ITimer _timer;
    private readonly BookingAttempts _attempts = new();
    private readonly PriorityQueue<int, long> _later = new();
    private readonly List<BookingOutcome> _outcomes = [];
    private readonly Dictionary<ulong, BookingBatch> _underWay = new(BatchesMax);
    private readonly LoopThreads _threads;
    private int? _next;
    private FrontSession? _session;
    private BookingRequest? _request;
    private Task _loop = Task.CompletedTask;
    private ulong _correlation;
    private volatile bool _isStopped;
    private volatile string? _failure;

    /// <summary>Makes the flow; it takes effects at once and works from <see cref="Start"/> on.</summary>
    /// <param name="node">The node whose partitions it goes between.</param>
    /// <param name="time">Time of retries.</param>
    /// <param name="threads">Where it goes on.</param>
    public BookingFlow(FastCoreNode node, TimeProvider? time, LoopThreads threads)
    {
        _node = node;
        _time = time ?? TimeProvider.System;
        _threads = threads;
        _signal = new LoopSignal(threads);
        _timer = _time.CreateTimer(_ => _signal.Raise(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Why it works no more, though the node is open; null while it does.</summary>
    public string? Failure => _failure;

    /// <summary>Begins to work.</summary>
    public void Start()
    {
        _session = _node.OpenFrontSession(
            Access.Grant.Full, new FrontSessionOptions { InFlightMax = BatchesMax, ReplyRingBytes = 1 << 20 });
        _session.OnRepliesReady = _signal.Raise;
        _loop = _threads.Start(RunAsync);
    }

    /// <summary>
    /// Takes every call: there is one at most for each booking under way, whose number is limited. To refuse one could
    /// stop a partition that has to make the payments of those that were taken.
    /// </summary>
    public bool TryAccept(int partition, in Effect effect)
    {
        Effect copy = effect;
        _calls.Enqueue(Unsafe.As<EffectPayload, BookingCall>(ref copy.Payload));
        _signal.Raise();
        return true;
    }

    /// <summary>Stops; what is under way is asked for again after the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        _isStopped = true;
        _signal.Raise();
        await _loop.ConfigureAwait(false);
        _session?.Dispose();
        await _timer.DisposeAsync().ConfigureAwait(false);
    }

    private static bool IsLater(PaymentStatus code) =>
        (uint)code < 1000 || code is PaymentStatus.Processing or PaymentStatus.InProgress or PaymentStatus.RateLimited
            or PaymentStatus.CapacityExceeded or PaymentStatus.PaymentHasOpenAction;

    private async Task RunAsync()
    {
        // One method, not a loop in another: a second await could go on from the thread pool, and whoever steps a node
        // on one thread would wait for nothing.
        try
        {
            while (!_isStopped)
            {
                TakeReplies();
                TakeDue();
                TellOutcomes();
                SendNew();
                SetTimer();
                await _signal.WaitAsync().ConfigureAwait(false);
            }
        }
        catch (Exception failure)
        {
            // Nobody waits for the loop before the node closes, so somebody has to be told now.
            _failure = $"Bookings are not paid any more: {failure.Message}";
            throw;
        }
    }

    private void TakeReplies()
    {
        Replies replies = new(this);
        _session!.Drain(ref replies);
    }

    // What is to be tried again, once its time has come.
    private void TakeDue()
    {
        long now = _time.GetTimestamp();
        while (_underWay.Count < BatchesMax && _later.TryPeek(out int place, out long due) && due <= now)
        {
            // Questions about payments go to one merchant each; all else goes together.
            BookingBatch batch = new(_attempts[place].Operation);
            do
            {
                _attempts.Append(ref batch, _later.Dequeue());
            }
            while (batch.Operation != Operation.LookupPayments && batch.Count < BatchMax
                && _later.TryPeek(out place, out due) && due <= now && _attempts[place].Operation == batch.Operation);

            Send(batch);
        }
    }

    private void SendNew()
    {
        while (_underWay.Count < BatchesMax && TryTakeCall(out int place))
        {
            BookingBatch batch = new(_attempts[place].Operation);
            do
            {
                _attempts.Append(ref batch, place);
            }
            while (batch.Count < BatchMax && TryTakeCallOf(batch.Operation, out place));

            Send(batch);
        }
    }

    private bool TryTakeCallOf(Operation operation, out int place)
    {
        if (!TryTakeCall(out place))
        {
            return false;
        }

        _next = _attempts[place].Operation == operation ? null : place;
        return _next is null;
    }

    // A call that was taken and belongs into another batch comes first. The queue is not peeked at: it would never use
    // a segment again that somebody peeked into, and make new ones for ever.
    private bool TryTakeCall(out int place)
    {
        if (_next is { } next)
        {
            _next = null;
            place = next;
            return true;
        }

        bool isThere = _calls.TryDequeue(out BookingCall call);
        place = isThere ? _attempts.Add(in call) : 0;
        return isThere;
    }

    private void Send(in BookingBatch batch)
    {
        FrameHeader header = default;
        header.Correlation = ++_correlation;
        header.Operation = batch.Operation;
        _underWay.Add(_correlation, batch);

        // Made by the first booking: most nodes sell no seats.
        _request ??= new BookingRequest(_attempts, BatchMax);
        if (_session!.TrySubmit(header, _request.BodyOf(in batch), out _) != FrameStatus.Ok)
        {
            _underWay.Remove(header.Correlation);
            RetryAll(in batch);
        }
    }

    private void OnReply(ulong correlation, FrameStatus status, ReadOnlySpan<byte> body)
    {
        _ = _underWay.Remove(correlation, out BookingBatch batch);
        if (status != FrameStatus.Ok)
        {
            RetryAll(in batch);
            return;
        }

        int place = batch.First;
        for (int i = 0; i < batch.Count; i++)
        {
            // Read before its end takes the attempt out of the list.
            int next = _attempts[place].Next;
            if (batch.Operation == Operation.LookupPayments)
            {
                Learn(place, MemoryMarshal.Cast<byte, PaymentRecord>(body));
            }
            else
            {
                Take(place, MemoryMarshal.Cast<byte, PaymentResult>(body)[i]);
            }

            place = next;
        }
    }

    private void Take(int place, in PaymentResult result)
    {
        if (IsLater(result.Code))
        {
            Retry(place);
        }
        else if (result.Code == PaymentStatus.UnderReview)
        {
            // Its answer stays this one whatever the verdict; the payment itself will tell.
            _attempts[place].AsksState = true;
            Retry(place);
        }
        else
        {
            bool isDone = result.Code == PaymentStatus.Ok;
            bool isDeclined = result.Code == PaymentStatus.Declined;
            End(place, isDone, result.DeclineCode, isDone || isDeclined ? 0 : result.Code);
        }
    }

    private void Learn(int place, ReadOnlySpan<PaymentRecord> found)
    {
        PaymentState state = found.IsEmpty ? PaymentState.None : found[0].State;
        switch (state)
        {
            case PaymentState.Captured or PaymentState.PartiallyRefunded or PaymentState.Refunded:
                End(place, isDone: true, DeclineCode.None, 0);
                break;
            case PaymentState.Failed or PaymentState.Voided or PaymentState.Expired:
                End(place, isDone: false, found[0].DeclineCode, 0);
                break;
            default:
                Retry(place);
                break;
        }
    }

    private void End(int place, bool isDone, DeclineCode reason, PaymentStatus refusal)
    {
        ref readonly BookingCall call = ref _attempts[place].Call;
        _outcomes.Add(new BookingOutcome
        {
            Id = call.Id,
            Show = call.Show,
            Step = call.Step,
            IsDone = isDone ? (byte)1 : (byte)0,
            DeclineCode = reason,
            Refusal = refusal,
        });
        _attempts.Remove(place);
    }

    private void RetryAll(in BookingBatch batch)
    {
        int place = batch.First;
        for (int i = 0; i < batch.Count; i++)
        {
            Retry(place);
            place = _attempts[place].Next;
        }
    }

    private void Retry(int place)
    {
        int delayMs = Math.Min(RetryLastMs, RetryFirstMs << Math.Min(_attempts[place].Tries++, 16));
        _later.Enqueue(place, _time.GetTimestamp() + (delayMs * _time.TimestampFrequency / 1000));
    }

    // Told partition by partition; where a ring is full the rest waits for the next round.
    private void TellOutcomes()
    {
        int kept = 0;
        Span<BookingOutcome> outcomes = CollectionsMarshal.AsSpan(_outcomes);
        for (int first = 0; first < outcomes.Length;)
        {
            int partition = PartitionMap.Of(outcomes[first].Show, _node.PartitionCount);
            int end = first + 1;
            while (end < outcomes.Length && end - first < BatchMax
                && PartitionMap.Of(outcomes[end].Show, _node.PartitionCount) == partition)
            {
                end++;
            }

            Span<BookingOutcome> run = outcomes[first..end];
            if (!_node.TrySubmit(run[0].Show, Operation.EndBookingSteps, MemoryMarshal.AsBytes(run)))
            {
                run.CopyTo(outcomes[kept..]);
                kept += run.Length;
            }

            first = end;
        }

        CollectionsMarshal.SetCount(_outcomes, kept);
    }

    private void SetTimer()
    {
        long now = _time.GetTimestamp();

        // With everything under way an answer wakes the loop before a timer could be of use.
        bool canSend = _underWay.Count < BatchesMax;
        long due = canSend && _later.TryPeek(out _, out long earliest) ? earliest : long.MaxValue;
        if (_outcomes.Count != 0)
        {
            due = Math.Min(due, now + (RetryFirstMs * _time.TimestampFrequency / 1000));
        }

        if (due != long.MaxValue)
        {
            double seconds = Math.Max(0, due - now) / (double)_time.TimestampFrequency;
            _timer.Change(TimeSpan.FromSeconds(seconds), Timeout.InfiniteTimeSpan);
        }
    }

    private readonly ref struct Replies(BookingFlow flow) : IReplySink
    {
        public void OnReply(
            ulong correlation, Operation operation, FrameStatus status, uint retryAfterMs, ReadOnlySpan<byte> body) =>
            flow.OnReply(correlation, status, body);
    }
}
