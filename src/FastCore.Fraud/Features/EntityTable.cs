using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Engine.Tables;

namespace FastCore.Fraud.Features;

/// <summary>
/// The keys of one kind. The row's size depends on how many running totals the features need; one virtual call per
/// transaction hides which.
/// </summary>
internal abstract class EntityTable : IDisposable
{
    public abstract IStatePart Part { get; }

    public abstract bool IsFull { get; }

    public abstract int Count { get; }

    public abstract int SlotsUsed { get; }

    public static EntityTable Create(string name, int reaches, int keysMax) => reaches switch
    {
        <= 4 => new EntityTable<Reaches4>(name, reaches, keysMax),
        <= 8 => new EntityTable<Reaches8>(name, reaches, keysMax),
        _ => new EntityTable<Reaches16>(name, reaches, keysMax),
    };

    public abstract bool IsLive(int slot);

    /// <summary>The slot of a key, or −1.</summary>
    public abstract int Find(in EntityKey key);

    /// <summary>Adds an absent key to a table that is not full.</summary>
    public abstract int Insert(in EntityKey key);

    /// <summary>The row of a slot, to read.</summary>
    public abstract ref readonly EntityHeader Read(int slot, out ReadOnlySpan<ReachTotals> reaches);

    /// <summary>The row of a slot, to change. Valid until the next call on the table.</summary>
    public abstract ref EntityHeader Write(int slot, out Span<ReachTotals> reaches);

    public abstract void Remove(int slot);

    /// <summary>Brings keys' index entries towards the CPU, without waiting for them.</summary>
    public abstract void PrefetchEntries(ReadOnlySpan<EntityKey> keys);

    /// <summary>Brings keys' rows towards the CPU; their index entries are best there already.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="slots">Gets the slot of each unless another key has the same tag, or −1.</param>
    public abstract void Prefetch(ReadOnlySpan<EntityKey> keys, Span<int> slots);

    public abstract void Dispose();
}

/// <summary>Keys with room for so many running totals.</summary>
internal sealed class EntityTable<TReaches>(string name, int reachCount, int keysMax) : EntityTable
    where TReaches : unmanaged
{
    // Where the keys of the last batches were: what a prefetch looked up, the stages after it do not look up again. A
    // hint is believed only when the row says the same, so it is no state.
    private const int Hints = 1 << 14;
    private readonly int[] _hints = new int[Hints];
    private readonly OffHeapTable<EntityKey, EntityRow<TReaches>> _rows = new(name, 1, keysMax);

    public override IStatePart Part => _rows;

    public override bool IsFull => _rows.IsFull;

    public override int Count => _rows.Count;

    public override int SlotsUsed => _rows.SlotsUsed;

    public override bool IsLive(int slot) => _rows.IsLive(slot);

    public override int Find(in EntityKey key)
    {
        int slot = Hint(key);
        if ((uint)slot < (uint)_rows.SlotsUsed)
        {
            // A row that was given back has no generation.
            ref readonly EntityHeader header = ref _rows.Read(slot).Header;
            if (header.Id == key.Id && header.Generation != 0)
            {
                return slot;
            }
        }

        return _rows.Find(key);
    }

    public override int Insert(in EntityKey key)
    {
        _rows.Insert(key, out int slot).Header.Id = key.Id;
        return slot;
    }

    public override ref readonly EntityHeader Read(int slot, out ReadOnlySpan<ReachTotals> reaches)
    {
        ref readonly EntityRow<TReaches> row = ref _rows.Read(slot);
        reaches = MemoryMarshal.CreateReadOnlySpan(
            in Unsafe.As<TReaches, ReachTotals>(ref Unsafe.AsRef(in row.Room)), reachCount);
        return ref row.Header;
    }

    public override ref EntityHeader Write(int slot, out Span<ReachTotals> reaches)
    {
        ref EntityRow<TReaches> row = ref _rows.Write(slot);
        reaches = MemoryMarshal.CreateSpan(ref Unsafe.As<TReaches, ReachTotals>(ref row.Room), reachCount);
        return ref row.Header;
    }

    public override void Remove(int slot) => _rows.Remove(slot);

    public override void PrefetchEntries(ReadOnlySpan<EntityKey> keys)
    {
        foreach (ref readonly EntityKey key in keys)
        {
            _rows.PrefetchEntry(key);
        }
    }

    public override void Prefetch(ReadOnlySpan<EntityKey> keys, Span<int> slots)
    {
        for (int i = 0; i < keys.Length; i++)
        {
            int slot = _rows.Prefetch(keys[i]);
            slots[i] = slot;
            Hint(keys[i]) = slot;
        }
    }

    public override void Dispose() => _rows.Dispose();

    private ref int Hint(in EntityKey key) => ref _hints[key.Hash64() & (Hints - 1)];
}
