using System.Runtime.CompilerServices;
using FastCore.Engine.Time;

namespace FastCore.Seats.Shows;

/// <summary>
/// When holds expire. Derived: handles lie beside the table, by slot, and are rebuilt with the wheel. Tokens are slots,
/// so holds that expire at the same nanosecond do so in the same order after a recovery.
/// </summary>
internal sealed class SeatTimers
{
    private readonly TimerWheel _wheel = new();
    private long[] _handles = new long[1024];

    public ulong NextDueNs => _wheel.NextDueNs;

    /// <summary>See <see cref="TimerWheel.DueLimitNs"/>.</summary>
    public ulong DueLimitNs(ulong timeNs, int timersMax) => _wheel.DueLimitNs(timeNs, timersMax);

    /// <summary>Sets when a hold expires, instead of an earlier setting.</summary>
    public void Set(int slot, ulong dueNs)
    {
        if (slot >= _handles.Length)
        {
            Array.Resize(ref _handles, Math.Max(slot + 1, _handles.Length * 2));
        }

        Cancel(slot);
        _handles[slot] = _wheel.Add(dueNs, (uint)slot);
    }

    public void Cancel(int slot)
    {
        if (_handles[slot] != 0)
        {
            _wheel.Cancel(_handles[slot]);
            _handles[slot] = 0;
        }
    }

    /// <summary>Brings the timer of a slot that will be cancelled towards the CPU.</summary>
    public void Hint(int slot)
    {
        if (slot < _handles.Length)
        {
            _wheel.Hint(_handles[slot]);
        }
    }

    /// <summary>Takes the next hold that is due.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryTake(ulong nowNs, out int slot)
    {
        bool taken = _wheel.TryTake(nowNs, out _, out ulong token);
        slot = (int)(uint)token;
        if (taken)
        {
            _handles[slot] = 0;
        }

        return taken;
    }

    /// <summary>A hold that may be due soon; see <see cref="TimerWheel.TryPeekAhead"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryPeekAhead(int ahead, out int slot)
    {
        bool found = _wheel.TryPeekAhead(ahead, out ulong token);
        slot = (int)(uint)token;
        return found;
    }

    /// <summary>
    /// Forgets all timers and sets the wheel to a time, so that timers added next lie where they belong.
    /// </summary>
    public void Clear(ulong nowNs)
    {
        _wheel.Clear();
        Array.Clear(_handles);
        _wheel.TryTake(nowNs, out _, out _);
    }
}
