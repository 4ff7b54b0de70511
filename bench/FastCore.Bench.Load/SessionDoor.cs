using FastCore.Protocol;

namespace FastCore.Bench.Load;

/// <summary>
/// A connection through the interface that applications use. Requests are polled for completion in the order in which
/// they were sent, so nothing runs on the thread pool except the wake-up of a sender with nothing else to do.
/// </summary>
internal sealed class SessionDoor : ILoadDoor
{
    private readonly IFastCoreSession _session;
    private readonly ValueTask<Reply>[] _pending;
    private readonly int[] _slots;
    private readonly LoadRequest[] _requests;
    private readonly Action _onCompleted;
    private AutoResetEvent? _wake;
    private int _head;
    private int _count;
    private bool _headArmed;
    private volatile bool _headCalledBack;

    /// <summary>Makes the door.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="inFlightMax">Requests in flight at most.</param>
    public SessionDoor(IFastCoreSession session, int inFlightMax)
    {
        _session = session;
        _pending = new ValueTask<Reply>[inFlightMax];
        _slots = new int[inFlightMax];
        _requests = new LoadRequest[inFlightMax];
        _onCompleted = () =>
        {
            _headCalledBack = true;
            _wake?.Set();
        };
    }

    // A result that is awaited belongs to the call back: whoever takes it as soon as it is there resets the call while
    // its completion may still be about to look up whom to call.
    private bool IsHeadDone => _headArmed ? _headCalledBack : _pending[_head].IsCompleted;

    /// <inheritdoc/>
    public FrameStatus TrySubmit(int slot, LoadRequest request)
    {
        if (_count == _pending.Length)
        {
            return FrameStatus.TooManyInFlight;
        }

        ValueTask<Reply> pending = _session.SendAsync(
            request.Operation, request.Body.AsMemory(0, request.BodyLength), request.Results);
        int at = (_head + _count) % _pending.Length;
        _pending[at] = pending;
        _slots[at] = slot;
        _requests[at] = request;
        _count++;
        return FrameStatus.Ok;
    }

    /// <inheritdoc/>
    public int Drain(ILoadReplies replies)
    {
        int drained = 0;
        while (_count > 0 && IsHeadDone)
        {
            Reply reply = _pending[_head].GetAwaiter().GetResult();
            int slot = _slots[_head];
            LoadRequest request = _requests[_head];
            _pending[_head] = default;
            _head = _head + 1 == _pending.Length ? 0 : _head + 1;
            _count--;
            _headArmed = false;
            drained++;
            replies.OnReply(slot, reply.Status, request.Results.AsSpan(0, reply.Length));
        }

        return drained;
    }

    /// <inheritdoc/>
    public bool TryArm(AutoResetEvent wake)
    {
        if (_count == 0)
        {
            return true;
        }

        if (IsHeadDone)
        {
            return false;
        }

        if (!_headArmed)
        {
            _wake = wake;
            _headArmed = true;
            _headCalledBack = false;
            _pending[_head].GetAwaiter().UnsafeOnCompleted(_onCompleted);
        }

        return true;
    }

    /// <inheritdoc/>
    public void Disarm()
    {
        // A wake-up that was asked for cannot be taken back; it comes once and is harmless.
    }
}
