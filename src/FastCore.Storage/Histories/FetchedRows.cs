using System.Runtime.InteropServices;

namespace FastCore.Storage.Histories;

// Copies of the rows that were prefetched last. A batch that names old rows all over a history would have to keep more
// blocks than memory has, but of each it needs one row, and that is what stays. The oldest copy gives way to the
// newest, and a ring of the most rows that one batch names keeps all that a batch asked for until the next one asks.
// Its memory is the system's, taken whole at the first row and touched as rows come: arrays that grow are objects so
// large that the collector goes through all generations for each, in the middle of the load.
internal sealed unsafe class FetchedRows<TRow> : IDisposable
    where TRow : unmanaged
{
    // Elements of the largest batch (8,192 and one more request of as many) by rows that one of them can name (4).
    public const int RowsMax = 1 << 16;

    private readonly Dictionary<long, int> _slots = [];
    private long* _positions;
    private TRow* _rows;
    private int _count;
    private int _next;

    ~FetchedRows() => Free();

    // A copy. Valid until the next one is added.
    public ref readonly TRow this[int slot] => ref _rows[slot];

    // Where the copy of a row lies, or -1.
    public int Find(long position) => _slots.TryGetValue(position, out int slot) ? slot : -1;

    // Makes a copy that is there already the youngest. Rows never change, so old copies are as good as new ones.
    public bool TryKeep(long position)
    {
        int slot = Find(position);
        if (slot < 0)
        {
            return false;
        }

        TRow row = _rows[slot];
        Add(position, in row);
        return true;
    }

    public void Add(long position, in TRow row)
    {
        if (_rows is null)
        {
            _rows = (TRow*)NativeMemory.Alloc(RowsMax, (nuint)sizeof(TRow));
            _positions = (long*)NativeMemory.Alloc(RowsMax, sizeof(long));
        }

        int slot = _next % RowsMax;
        _next = slot + 1;
        if (slot < _count)
        {
            if (_slots.TryGetValue(_positions[slot], out int current) && current == slot)
            {
                _slots.Remove(_positions[slot]);
            }
        }
        else
        {
            _count = slot + 1;
        }

        _positions[slot] = position;
        _rows[slot] = row;
        _slots[position] = slot;
    }

    public void Dispose()
    {
        _slots.Clear();
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.Free(_rows);
        NativeMemory.Free(_positions);
        _rows = null;
        _positions = null;
    }
}
