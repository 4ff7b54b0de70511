using FastCore.Engine.Ports;
using FastCore.Engine.Tables;

namespace FastCore.Fraud.Rules.State;

/// <summary>State part with the entries of all lists, and the order in which they expire.</summary>
internal sealed class ListEntries : IStatePart, IMemoryUser, IDisposable
{
    private readonly OffHeapTable<ListEntryKey, ListEntryRow> _rows;
    private readonly ExpiryHeap _expiries;

    public ListEntries(int entriesMax)
    {
        _rows = new OffHeapTable<ListEntryKey, ListEntryRow>("rule-list-entries", 1, entriesMax);
        _expiries = new ExpiryHeap(_rows);
    }

    public string Name => _rows.Name;

    public uint Version => _rows.Version;

    public int Count => _rows.Count;

    public bool IsFull => _rows.IsFull;

    public IEnumerable<RuleListEntry> All
    {
        get
        {
            for (int slot = 0; slot < _rows.SlotsUsed; slot++)
            {
                if (_rows.IsLive(slot))
                {
                    ListEntryRow row = _rows.Read(slot);
                    yield return new RuleListEntry(row.List, row.Key, row.ExpiresNs);
                }
            }
        }
    }

    public void MeasureMemory(ICollection<MemoryUse> uses) => _rows.MeasureMemory(uses);

    /// <summary>The slot of an entry, or −1.</summary>
    public int Find(int list, UInt128 key) => _rows.Find(new ListEntryKey(list, key));

    public bool IsActive(int slot, ulong nowNs)
    {
        ulong expiresNs = _rows.Read(slot).ExpiresNs;
        return expiresNs == 0 || nowNs < expiresNs;
    }

    public void Insert(int list, UInt128 key, ulong expiresNs)
    {
        ref ListEntryRow row = ref _rows.Insert(new ListEntryKey(list, key), out int slot);
        row.List = list;
        row.Key = key;
        Expire(slot, expiresNs);
    }

    public void Replace(int slot, ulong expiresNs)
    {
        Keep(slot);
        Expire(slot, expiresNs);
    }

    public void Remove(int slot)
    {
        Keep(slot);
        _rows.Remove(slot);
    }

    /// <summary>Drops the entry that expires first, if it has expired.</summary>
    public bool TryDropExpired(ulong nowNs)
    {
        if (_expiries.Count == 0 || IsActive(_expiries.First, nowNs))
        {
            return false;
        }

        Remove(_expiries.First);
        return true;
    }

    public void BeginCheckpoint() => _rows.BeginCheckpoint();

    public bool WriteSlice(ISnapshotWriter writer, int bytesMax) => _rows.WriteSlice(writer, bytesMax);

    public void AbandonCheckpoint() => _rows.AbandonCheckpoint();

    public bool AbandonSlice(int bytesMax) => _rows.AbandonSlice(bytesMax);

    public void Recover(ISnapshotReader reader, uint version)
    {
        _rows.Recover(reader, version);
        if (_expiries.Rebuild() is string broken)
        {
            throw new CorruptStorageException($"section {Name}", 0, 0, broken);
        }
    }

    public void Dispose()
    {
        _expiries.Dispose();
        _rows.Dispose();
    }

    private void Expire(int slot, ulong expiresNs)
    {
        _rows.Write(slot).ExpiresNs = expiresNs;
        if (expiresNs != 0)
        {
            _expiries.Add(slot);
        }
    }

    private void Keep(int slot)
    {
        if (_rows.Read(slot).Place != 0)
        {
            _expiries.Remove(slot);
        }
    }
}
