using System.Runtime.CompilerServices;
using FastCore.Engine.Ports;

namespace FastCore.Payments.Ledger;

/// <summary>
/// A history whose rows wait in memory while a chain is open: a history cannot take a row back, so the rows of a chain
/// are appended when the chain has succeeded. They already have their positions, since nothing else is appended
/// meanwhile.
/// </summary>
internal sealed class StagedHistory<TRow>(IHistory<TRow> history)
    where TRow : unmanaged
{
    private TRow[] _staged = new TRow[64];
    private int _stagedCount;
    private bool _isStaging;

    public IHistory<TRow> History { get; } = history;

    /// <summary>Rows, the staged ones included: the position of the next row.</summary>
    public long Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => History.Count + _stagedCount;
    }

    /// <summary>Appends a row, zeroed. The reference is valid until the next append.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref TRow Append() => ref _isStaging ? ref Stage() : ref History.Append();

    /// <summary>A row. Valid until the next append.</summary>
    public ref readonly TRow Get(long position)
    {
        long count = History.Count;
        return ref position < count ? ref History.Get(position) : ref _staged[position - count];
    }

    public void BeginChain() => _isStaging = true;

    public void CommitChain()
    {
        _isStaging = false;
        foreach (ref readonly TRow row in _staged.AsSpan(0, _stagedCount))
        {
            History.Append() = row;
        }

        _stagedCount = 0;
    }

    public void RollbackChain()
    {
        _isStaging = false;
        _stagedCount = 0;
    }

    private ref TRow Stage()
    {
        if (_stagedCount == _staged.Length)
        {
            Array.Resize(ref _staged, _staged.Length * 2);
        }

        ref TRow row = ref _staged[_stagedCount++];
        row = default;
        return ref row;
    }
}
