using FastCore.Engine.Tables;
using FastCore.Engine.Time;

namespace FastCore.Payments.Ledger;

/// <summary>
/// The open pending transfers and the timers of those that expire. A timer's token is the position of the pending
/// transfer, so transfers due at the same moment expire in the order in which they were created. Takes back what a
/// failed chain did, timers included.
/// </summary>
internal sealed class PendingBook(OffHeapTable<PendingKey, OpenPendingRow> rows, int rowsMax, TimerWheel timers)
{
    // Handle of the timer of each slot. Derived like the timers themselves: in no checkpoint and in no hash.
    private long[] _timerOfSlot = new long[1024];
    private Step[] _steps = new Step[16];
    private int _stepCount;
    private bool _isRecording;

    public OffHeapTable<PendingKey, OpenPendingRow> Rows { get; } = rows;

    public ulong NextDueNs => timers.NextDueNs;

    /// <summary>See <see cref="TimerWheel.DueLimitNs"/>.</summary>
    public ulong DueLimitNs(ulong timeNs, int timersMax) => timers.DueLimitNs(timeNs, timersMax);

    /// <summary>
    /// Places kept for pendings to come that nothing may refuse then. Derived like the timers: whoever sets places
    /// aside does so again after a recovery.
    /// </summary>
    public int SetAside { get; set; }

    /// <summary>Whether no more can be opened.</summary>
    public bool IsFull => !HasRoom(0);

    /// <summary>Whether one more can be opened after so many more than now are open.</summary>
    public bool HasRoom(int more) => (long)Rows.Count + more + SetAside < rowsMax;

    /// <summary>Opens one; the caller fills in everything but position and expiry before its next call.</summary>
    public ref OpenPendingRow Open(long position, ulong expiresNs)
    {
        ref OpenPendingRow row = ref Rows.Insert(new PendingKey(position), out int slot);
        row.Position = position;
        row.ExpiresNs = expiresNs;
        AddTimer(slot, position, expiresNs);
        if (_isRecording)
        {
            NextStep() = new Step { Before = row, WasOpened = true };
        }

        return ref Rows.Write(slot);
    }

    /// <summary>Closes the one in a slot: posted, voided or expired. Its timer goes with it.</summary>
    public void Close(int slot)
    {
        if (_isRecording)
        {
            NextStep() = new Step { Before = Rows.Read(slot) };
        }

        CancelTimer(slot);
        Rows.Remove(slot);
    }

    /// <summary>Takes the next one due, in order of (moment, position); its timer is gone, its row is not.</summary>
    public bool TryTakeDue(ulong nowNs, out int slot)
    {
        if (!timers.TryTake(nowNs, out _, out ulong token))
        {
            slot = -1;
            return false;
        }

        slot = Rows.Find(new PendingKey((long)token));
        if (slot < 0)
        {
            throw new InvalidOperationException($"A timer is due for position {token}, which is not an open pending.");
        }

        return true;
    }

    public void BeginChain() => _isRecording = true;

    public void CommitChain()
    {
        _isRecording = false;
        _stepCount = 0;
    }

    public void RollbackChain()
    {
        _isRecording = false;
        while (_stepCount != 0)
        {
            ref Step step = ref _steps[--_stepCount];
            if (step.WasOpened)
            {
                // Found by key: one that was resolved later in the chain has been put back, maybe in another slot.
                int slot = Rows.Find(step.Before.Key);
                CancelTimer(slot);
                Rows.Remove(slot);
            }
            else
            {
                Rows.Insert(step.Before.Key, out int slotAgain) = step.Before;
                AddTimer(slotAgain, step.Before.Position, step.Before.ExpiresNs);
            }
        }
    }

    /// <summary>Sets the timers anew from the open pendings.</summary>
    public void RebuildTimers()
    {
        timers.Clear();
        for (int slot = 0; slot < Rows.SlotsUsed; slot++)
        {
            if (Rows.IsLive(slot))
            {
                ref readonly OpenPendingRow row = ref Rows.Read(slot);
                AddTimer(slot, row.Position, row.ExpiresNs);
            }
        }
    }

    private void AddTimer(int slot, long position, ulong expiresNs)
    {
        if (expiresNs == 0)
        {
            return;
        }

        if (slot >= _timerOfSlot.Length)
        {
            Array.Resize(ref _timerOfSlot, Math.Max(slot + 1, _timerOfSlot.Length * 2));
        }

        _timerOfSlot[slot] = timers.Add(expiresNs, (ulong)position);
    }

    private void CancelTimer(int slot)
    {
        if (Rows.Read(slot).ExpiresNs != 0)
        {
            // False when the timer fired just now, which is how an expiry closes its pending.
            timers.Cancel(_timerOfSlot[slot]);
        }
    }

    private ref Step NextStep()
    {
        if (_stepCount == _steps.Length)
        {
            Array.Resize(ref _steps, _steps.Length * 2);
        }

        return ref _steps[_stepCount++];
    }

    private struct Step
    {
        public OpenPendingRow Before;
        public bool WasOpened;
    }
}
