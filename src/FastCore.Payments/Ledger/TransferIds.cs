using System.Runtime.CompilerServices;
using FastCore.Engine.Ports;

namespace FastCore.Payments.Ledger;

/// <summary>
/// The ids of transfers in the record index. While a chain is open its entries wait beside the index, where lookups see
/// them first; they reach the index when the chain has succeeded.
/// </summary>
internal sealed class TransferIds(IRecordIndex index)
{
    private readonly StagedEntries _staged = new();
    private bool _isStaging;

    public IRecordIndex Index { get; } = index;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static RecordKey KeyOf(ulong book, UInt128 id) => RecordKey.Of(id, RecordKinds.Transfer, book);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryGet(in RecordKey key, out IdEntry entry)
    {
        if ((_isStaging && _staged.TryGet(key, out ulong value)) || Index.TryGet(key, out value))
        {
            entry = new IdEntry(value);
            return true;
        }

        entry = default;
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Set(in RecordKey key, IdEntry entry)
    {
        if (_isStaging)
        {
            _staged.Set(key, entry.Value);
        }
        else
        {
            Index.Set(key, entry.Value);
        }
    }

    public void BeginChain() => _isStaging = true;

    public void CommitChain()
    {
        _isStaging = false;
        for (int i = 0; i < _staged.Count; i++)
        {
            _staged.At(i, out RecordKey key, out ulong value);
            Index.Set(key, value);
        }

        _staged.Clear();
    }

    public void RollbackChain()
    {
        _isStaging = false;
        _staged.Clear();
    }
}
