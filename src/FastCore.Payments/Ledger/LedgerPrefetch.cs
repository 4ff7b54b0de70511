using FastCore.Engine.Ports;
using FastCore.Protocol.Ledger;

namespace FastCore.Payments.Ledger;

/// <summary>
/// Brings into memory what a batch will look at, so that executing it never waits for the disk: the index entries of
/// its ids, the rows of ids that are known already, the rows of pending transfers that somebody resolved before, and
/// whether an imported account's moment is taken. While index and history are wholly in memory it does nothing at all.
/// </summary>
internal sealed class LedgerPrefetch(LedgerStore store)
{
    private readonly HashSet<long> _resolved = [];
    private Wanted[] _wanted = new Wanted[1024];
    private int _count;

    public void Clear()
    {
        _count = 0;
        store.Moments.Clear();
        if (_resolved.Count != 0)
        {
            _resolved.Clear();
        }
    }

    public void Begin(ulong book, ReadOnlySpan<Transfer> transfers)
    {
        bool wantsRows = store.Transfers.History.NeedsPrefetch;
        if (!wantsRows && !store.Ids.Index.NeedsPrefetch)
        {
            return;
        }

        foreach (ref readonly Transfer transfer in transfers)
        {
            Wanted wanted = new()
            {
                Id = TransferIds.KeyOf(book, transfer.Id),
                PendingId = TransferIds.KeyOf(book, transfer.PendingId),
                HasPending = transfer.PendingId != UInt128.Zero,
            };
            store.Ids.Index.Prefetch(wanted.Id);
            if (wanted.HasPending)
            {
                store.Ids.Index.Prefetch(wanted.PendingId);
            }

            if (wantsRows)
            {
                Remember(wanted);
            }
        }
    }

    public void Begin(ulong book, ReadOnlySpan<Account> accounts)
    {
        if (accounts.IsEmpty || (accounts[0].Flags & AccountFlags.Imported) == 0
            || !store.Transfers.History.NeedsPrefetch)
        {
            return;
        }

        foreach (ref readonly Account account in accounts)
        {
            if ((account.Flags & AccountFlags.Imported) != 0)
            {
                store.Moments.Prefetch(book, account.Timestamp);
            }
        }
    }

    public void Complete()
    {
        store.Ids.Index.CompletePrefetch();
        Span<RecordKey> burst = stackalloc RecordKey[RecordHints.Rows];
        ReadOnlySpan<Wanted> wanted = _wanted.AsSpan(0, _count);
        while (!wanted.IsEmpty)
        {
            Span<RecordKey> keys = burst[..Math.Min(burst.Length, wanted.Length)];
            for (int i = 0; i < keys.Length; i++)
            {
                keys[i] = wanted[i].Id;
            }

            store.Ids.Index.Hint(keys);
            for (int i = 0; i < keys.Length; i++)
            {
                FetchRows(wanted[i]);
            }

            wanted = wanted[keys.Length..];
        }

        _count = 0;
    }

    private void FetchRows(in Wanted wanted)
    {
        IHistory<TransferRow> history = store.Transfers.History;
        if (TryGet(wanted.Id, out IdEntry known))
        {
            // A repetition is compared with its row, that of a post or void also with the pending transfer's.
            history.Prefetch(known.Position);
            long pending = history.Get(known.Position).PendingPosition;
            if (pending != 0)
            {
                history.Prefetch(pending - 1);
            }
        }

        if (wanted.HasPending && TryGet(wanted.PendingId, out IdEntry entry) && MayBeResolvedBefore(entry))
        {
            history.Prefetch(entry.Position);
        }
    }

    // An open pending is resolved from its table row alone. Its history row is looked at only when this batch, or a
    // timer that fires before it, resolves it first.
    private bool MayBeResolvedBefore(IdEntry entry)
    {
        switch (entry.State)
        {
            case IdState.Final:
                return false;
            case IdState.Pending:
                int slot = store.Pendings.Rows.Find(new PendingKey(entry.Position));
                ulong expiresNs = store.Pendings.Rows.Read(slot).ExpiresNs;
                return (expiresNs != 0 && expiresNs <= store.Clock.BatchNs) || !_resolved.Add(entry.Position);
            default:
                return true;
        }
    }

    private bool TryGet(in RecordKey key, out IdEntry entry) =>
        store.Ids.TryGet(key, out entry) && entry.State != IdState.Refused;

    private void Remember(in Wanted wanted)
    {
        if (_count == _wanted.Length)
        {
            // Grows to the largest batch ever seen, then allocates no more.
            Array.Resize(ref _wanted, _wanted.Length * 2);
        }

        _wanted[_count++] = wanted;
    }

    private struct Wanted
    {
        public RecordKey Id;
        public RecordKey PendingId;
        public bool HasPending;
    }
}
