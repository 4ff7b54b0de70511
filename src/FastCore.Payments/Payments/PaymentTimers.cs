using FastCore.Engine.Time;

namespace FastCore.Payments.Payments;

/// <summary>
/// The timers of payments and calls, one each at most. Derived: handles lie beside the tables, by slot, and are rebuilt
/// with the wheel. Tokens are slots, so timers due at the same nanosecond fire in the same order after a recovery.
/// </summary>
internal sealed class PaymentTimers
{
    private const ulong CallBit = 1UL << 32;

    private readonly TimerWheel _wheel = new();
    private long[] _windows = new long[1024];
    private long[] _calls = new long[1024];

    public ulong NextDueNs => _wheel.NextDueNs;

    /// <summary>See <see cref="TimerWheel.DueLimitNs"/>.</summary>
    public ulong DueLimitNs(ulong timeNs, int timersMax) => _wheel.DueLimitNs(timeNs, timersMax);

    /// <summary>Sets the end of a payment's capture window.</summary>
    public void SetWindow(int slot, ulong dueNs) => Set(ref _windows, slot, dueNs, (uint)slot);

    /// <summary>Sets when a call needs attention, instead of an earlier setting.</summary>
    public void SetCall(int slot, ulong dueNs) => Set(ref _calls, slot, dueNs, CallBit | (uint)slot);

    public void CancelWindow(int slot) => Cancel(_windows, slot);

    public void CancelCall(int slot) => Cancel(_calls, slot);

    /// <summary>Takes the next timer that is due.</summary>
    public bool TryTake(ulong nowNs, out bool isCall, out int slot)
    {
        bool taken = _wheel.TryTake(nowNs, out _, out ulong token);
        isCall = (token & CallBit) != 0;
        slot = (int)(uint)token;
        if (taken)
        {
            (isCall ? _calls : _windows)[slot] = 0;
        }

        return taken;
    }

    /// <summary>Looks at the timers that are due; see <see cref="TimerWheel.TryPeekDue"/>.</summary>
    public bool TryPeekDue(ulong nowNs, ref int place, out bool isCall, out int slot)
    {
        bool found = _wheel.TryPeekDue(nowNs, ref place, out ulong token);
        isCall = (token & CallBit) != 0;
        slot = (int)(uint)token;
        return found;
    }

    /// <summary>
    /// Forgets all timers and sets the wheel to a time, so that timers added next lie where they belong.
    /// </summary>
    public void Clear(ulong nowNs)
    {
        _wheel.Clear();
        Array.Clear(_windows);
        Array.Clear(_calls);
        _wheel.TryTake(nowNs, out _, out _);
    }

    private void Set(ref long[] handles, int slot, ulong dueNs, ulong token)
    {
        if (slot >= handles.Length)
        {
            Array.Resize(ref handles, Math.Max(slot + 1, handles.Length * 2));
        }

        Cancel(handles, slot);
        handles[slot] = _wheel.Add(dueNs, token);
    }

    private void Cancel(long[] handles, int slot)
    {
        if (slot < handles.Length && handles[slot] != 0)
        {
            _wheel.Cancel(handles[slot]);
            handles[slot] = 0;
        }
    }
}
