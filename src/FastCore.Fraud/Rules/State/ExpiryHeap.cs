// Hot enough: no managed allocation, no lock. Memory grows by doubling, outside the managed heap.
using System.Runtime.InteropServices;
using FastCore.Engine.Tables;

namespace FastCore.Fraud.Rules.State;

/// <summary>
/// The entries that expire, the earliest first; of equal times by list, then by key, so that which one comes first does
/// not depend on where entries lie in memory. The rows know their places, so the heap is rebuilt exactly from them.
/// </summary>
internal sealed unsafe class ExpiryHeap(OffHeapTable<ListEntryKey, ListEntryRow> rows) : IDisposable
{
    private const int CapacityMin = 64;

    private int* _slots;
    private int _capacity;
    private int _count;

    public int Count => _count;

    /// <summary>Slot of the entry that expires first.</summary>
    public int First => _slots[0];

    public void Add(int slot)
    {
        MakeRoom(_count + 1);
        Rise(_count++, slot);
    }

    /// <summary>Takes an entry out before its expiry changes or it goes.</summary>
    public void Remove(int slot)
    {
        int place = rows.Read(slot).Place - 1;
        rows.Write(slot).Place = 0;
        int moved = _slots[--_count];
        if (place == _count)
        {
            return;
        }

        if (place > 0 && IsBefore(moved, _slots[(place - 1) / 2]))
        {
            Rise(place, moved);
        }
        else
        {
            Sink(place, moved);
        }
    }

    /// <summary>Builds the heap from the places in the rows.</summary>
    /// <returns>Null, or what is wrong with the rows.</returns>
    public string? Rebuild()
    {
        _count = 0;
        for (int slot = 0; slot < rows.SlotsUsed; slot++)
        {
            _count += rows.IsLive(slot) && rows.Read(slot).ExpiresNs != 0 ? 1 : 0;
        }

        MakeRoom(_count);
        new Span<int>(_slots, _count).Fill(-1);
        for (int slot = 0; slot < rows.SlotsUsed; slot++)
        {
            if (!rows.IsLive(slot))
            {
                continue;
            }

            ref readonly ListEntryRow row = ref rows.Read(slot);
            bool isPlaced = (uint)(row.Place - 1) < (uint)_count && _slots[row.Place - 1] < 0;
            if (row.ExpiresNs == 0 ? row.Place != 0 : !isPlaced)
            {
                return $"slot {slot} has no place of its own among {_count} entries that expire";
            }

            if (row.ExpiresNs != 0)
            {
                _slots[row.Place - 1] = slot;
            }
        }

        for (int place = 1; place < _count; place++)
        {
            if (IsBefore(_slots[place], _slots[(place - 1) / 2]))
            {
                return $"slot {_slots[place]} expires before the entry above it";
            }
        }

        return null;
    }

    public void Dispose()
    {
        NativeMemory.Free(_slots);
        _slots = null;
        _capacity = 0;
        _count = 0;
    }

    private bool IsBefore(int slot, int other)
    {
        ref readonly ListEntryRow a = ref rows.Read(slot);
        ref readonly ListEntryRow b = ref rows.Read(other);
        return a.ExpiresNs != b.ExpiresNs ? a.ExpiresNs < b.ExpiresNs
            : a.List != b.List ? a.List < b.List
            : a.Key < b.Key;
    }

    private void Rise(int place, int slot)
    {
        while (place > 0 && IsBefore(slot, _slots[(place - 1) / 2]))
        {
            Put(place, _slots[(place - 1) / 2]);
            place = (place - 1) / 2;
        }

        Put(place, slot);
    }

    private void Sink(int place, int slot)
    {
        while ((2 * place) + 1 < _count)
        {
            int below = (2 * place) + 1;
            below += below + 1 < _count && IsBefore(_slots[below + 1], _slots[below]) ? 1 : 0;
            if (!IsBefore(_slots[below], slot))
            {
                break;
            }

            Put(place, _slots[below]);
            place = below;
        }

        Put(place, slot);
    }

    private void Put(int place, int slot)
    {
        _slots[place] = slot;
        rows.Write(slot).Place = place + 1;
    }

    private void MakeRoom(int count)
    {
        if (count > _capacity)
        {
            int capacity = Math.Max(count, Math.Max(CapacityMin, 2 * _capacity));
            _slots = (int*)NativeMemory.Realloc(_slots, (nuint)capacity * sizeof(int));
            _capacity = capacity;
        }
    }
}
