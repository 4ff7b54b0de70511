using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FastCore.Engine.Tables;

namespace FastCore.Engine.Tests.Tables;

/// <summary>What an off-heap table must be equal to: a dictionary, a list of rows, a stack of free slots.</summary>
internal sealed class NaiveTable<TKey, TRow>(int rowsMax)
    where TKey : unmanaged, ITableKey<TKey>
    where TRow : unmanaged, ITableRow<TKey>
{
    private readonly Dictionary<TKey, int> _slots = [];
    private readonly List<TRow> _rows = [];
    private readonly List<bool> _live = [];
    private readonly Stack<int> _free = new();

    public int Count => _slots.Count;

    public int SlotsUsed => _rows.Count;

    public bool IsFull => _slots.Count == rowsMax;

    public int Find(TKey key) => _slots.TryGetValue(key, out int slot) ? slot : -1;

    public bool IsLive(int slot) => slot >= 0 && slot < _live.Count && _live[slot];

    public TRow Read(int slot) => _rows[slot];

    public void Write(int slot, TRow row) => _rows[slot] = row;

    public int Insert(TRow row)
    {
        if (!_free.TryPop(out int slot))
        {
            slot = _rows.Count;
            _rows.Add(default);
            _live.Add(false);
        }

        _rows[slot] = row;
        _live[slot] = true;
        _slots.Add(row.Key, slot);
        return slot;
    }

    public void Remove(int slot)
    {
        _slots.Remove(_rows[slot].Key);
        _live[slot] = false;
        _free.Push(slot);
    }

    /// <summary>The section of a checkpoint, built from a full copy.</summary>
    public byte[] Snapshot()
    {
        int rowSize = Unsafe.SizeOf<TRow>();
        int rowsPerPage = 64;
        while (rowsPerPage * 2 * rowSize <= 64 * 1024)
        {
            rowsPerPage *= 2;
        }

        MemoryStream bytes = new();
        BinaryWriter writer = new(bytes);
        int[] free = [.. _free];
        int freeHead = free.Length == 0 ? 0 : free[0] + 1;
        foreach (int word in (int[])[rowSize, rowsPerPage, Count, SlotsUsed, freeHead, 0, 0, 0])
        {
            writer.Write(word);
        }

        TRow[] rows = [.. _rows];
        for (int i = 0; i < free.Length; i++)
        {
            rows[free[i]] = default;
            int next = i + 1 < free.Length ? free[i + 1] + 1 : 0;
            MemoryMarshal.Write(MemoryMarshal.AsBytes(rows.AsSpan(free[i], 1)), in next);
        }

        for (int first = 0; first < rows.Length; first += rowsPerPage)
        {
            int count = Math.Min(rowsPerPage, rows.Length - first);
            byte[] bits = new byte[rowsPerPage / 8];
            for (int i = 0; i < count; i++)
            {
                bits[i / 8] |= (byte)((_live[first + i] ? 1 : 0) << (i % 8));
            }

            writer.Write(bits);
            writer.Write(MemoryMarshal.AsBytes(rows.AsSpan(first, count)));
        }

        return bytes.ToArray();
    }
}
