using FastCore.Engine.Ports;
using FastCore.Engine.Tables;

namespace FastCore.Fraud.Features;

/// <summary>
/// Where labels find transactions: by id, in a list from the oldest to the newest, of which the oldest goes when there
/// is no room for a new one.
/// </summary>
internal sealed class TransactionPlaces(string name, int transactionsMax, HistoryState state) : IDisposable
{
    private readonly OffHeapTable<EntityKey, TransactionRow> _rows = new($"{name}-transactions", 1, transactionsMax);

    public IStatePart Part => _rows;

    public int Find(UInt128 id) => _rows.Find(new EntityKey(id));

    public ref readonly TransactionRow Read(int slot) => ref _rows.Read(slot);

    public ref TransactionRow Write(int slot) => ref _rows.Write(slot);

    public void Prefetch(UInt128 id) => _rows.Prefetch(new EntityKey(id));

    /// <summary>Adds a transaction that is not there. The caller fills in where it lies.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="matterNs">Transactions after this time still matter if they must be forgotten.</param>
    public ref TransactionRow Append(UInt128 id, ulong matterNs)
    {
        ref HistoryNumbers numbers = ref state.Numbers;
        if (_rows.IsFull)
        {
            if (_rows.Read(numbers.OldestTransaction - 1).TimeNs > matterNs)
            {
                numbers.Counters.ForgottenTransactions++;
            }

            RemoveOldest();
        }

        int previous = numbers.NewestTransaction;
        _rows.Insert(new EntityKey(id), out int slot).Id = id;
        numbers.NewestTransaction = slot + 1;
        if (previous == 0)
        {
            numbers.OldestTransaction = slot + 1;
        }
        else
        {
            _rows.Write(previous - 1).Next = slot + 1;
        }

        return ref _rows.Write(slot);
    }

    /// <summary>Forgets the oldest transaction if it happened at or before a time.</summary>
    public bool TryForgetOldest(ulong timeNs)
    {
        int oldest = state.Numbers.OldestTransaction;
        if (oldest == 0 || _rows.Read(oldest - 1).TimeNs > timeNs)
        {
            return false;
        }

        RemoveOldest();
        return true;
    }

    public void Dispose() => _rows.Dispose();

    private void RemoveOldest()
    {
        ref HistoryNumbers numbers = ref state.Numbers;
        int oldest = numbers.OldestTransaction;
        numbers.OldestTransaction = _rows.Read(oldest - 1).Next;
        if (numbers.OldestTransaction == 0)
        {
            numbers.NewestTransaction = 0;
        }

        _rows.Remove(oldest - 1);
    }
}
