using System.Runtime.CompilerServices;
using FastCore.Engine.Tables;

namespace FastCore.Payments.Ledger;

/// <summary>
/// A table of which rows are inserted and changed but never removed, and which can take back everything since a chain
/// began. While no chain is open it adds one predictable branch to a write. No allocation in steady state.
/// </summary>
internal sealed class UndoTable<TKey, TRow>(OffHeapTable<TKey, TRow> table)
    where TKey : unmanaged, ITableKey<TKey>
    where TRow : unmanaged, ITableRow<TKey>
{
    private Step[] _steps = new Step[64];
    private int _stepCount;
    private bool _isRecording;

    public OffHeapTable<TKey, TRow> Rows { get; } = table;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref TRow Write(int slot)
    {
        if (_isRecording)
        {
            Record(slot, isInsert: false);
        }

        return ref Rows.Write(slot);
    }

    public ref TRow Insert(in TKey key, out int slot)
    {
        ref TRow row = ref Rows.Insert(key, out slot);
        if (_isRecording)
        {
            Record(slot, isInsert: true);
        }

        return ref row;
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
            if (step.IsInsert)
            {
                Rows.Remove(step.Slot);
            }
            else
            {
                Rows.Write(step.Slot) = step.Before;
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Record(int slot, bool isInsert)
    {
        if (_stepCount == _steps.Length)
        {
            Array.Resize(ref _steps, _steps.Length * 2);
        }

        ref Step step = ref _steps[_stepCount++];
        step.Slot = slot;
        step.IsInsert = isInsert;
        if (!isInsert)
        {
            step.Before = Rows.Read(slot);
        }
    }

    private struct Step
    {
        public TRow Before;
        public int Slot;
        public bool IsInsert;
    }
}
