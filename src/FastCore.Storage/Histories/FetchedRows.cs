using System.Runtime.InteropServices;

namespace FastCore.Storage.Histories;

// Copies of the rows that were prefetched last. A batch that names old rows all over a history would have to keep more
// blocks than memory has, but of each it needs one row, and that is what stays. The oldest copy gives way to the
// newest, and a ring of the most rows that one batch names keeps all that a batch asked for until the next one asks.
// Its memory, places included, is the system's, taken whole at the first row and touched as rows come: arrays that grow
// are objects so large that the collector goes through all generations for each, in the middle of the load.
internal sealed unsafe class FetchedRows<TRow> : IDisposable
    where TRow : unmanaged
{
    // Elements of the largest batch (8,192 and one more request of as many) by rows that one of them can name (4).
    public const int RowsMax = 1 << 16;

    // Twice the rows, so that probes stay short.
    private const int PlaceBits = 17;
    private const int PlaceMask = (1 << PlaceBits) - 1;

    // One more than the slot of a position's youngest copy, at the position's hash or behind it; 0 = free.
    private int* _places;
    private long* _positions;
    private TRow* _rows;
    private int _count;
    private int _next;

    ~FetchedRows() => Free();

    // A copy. Valid until the next one is added.
    public ref readonly TRow this[int slot] => ref _rows[slot];

    // Where the copy of a row lies, or -1.
    public int Find(long position) => _rows is null ? -1 : _places[PlaceOf(position)] - 1;

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
            _places = (int*)NativeMemory.AllocZeroed(1 << PlaceBits, sizeof(int));
        }

        int slot = _next % RowsMax;
        _next = slot + 1;
        if (slot < _count)
        {
            Forget(slot);
        }
        else
        {
            _count = slot + 1;
        }

        _positions[slot] = position;
        _rows[slot] = row;
        _places[PlaceOf(position)] = slot + 1;
    }

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    // The place of a position, or the free one where it would be.
    private int PlaceOf(long position)
    {
        int place = HomeOf(position);
        while (_places[place] != 0 && _positions[_places[place] - 1] != position)
        {
            place = (place + 1) & PlaceMask;
        }

        return place;
    }

    // The slot is about to hold another row. Whatever lies behind its place moves up, unless that would bring it before
    // its own hash; there is nothing to move when the slot's position has a younger copy.
    private void Forget(int slot)
    {
        int hole = PlaceOf(_positions[slot]);
        if (_places[hole] != slot + 1)
        {
            return;
        }

        for (int next = (hole + 1) & PlaceMask; _places[next] != 0; next = (next + 1) & PlaceMask)
        {
            int home = HomeOf(_positions[_places[next] - 1]);
            if (((next - home) & PlaceMask) >= ((next - hole) & PlaceMask))
            {
                _places[hole] = _places[next];
                hole = next;
            }
        }

        _places[hole] = 0;
    }

    private static int HomeOf(long position) =>
        (int)(unchecked((ulong)position * 0x9E3779B97F4A7C15UL) >> (64 - PlaceBits));

    private void Free()
    {
        NativeMemory.Free(_rows);
        NativeMemory.Free(_positions);
        NativeMemory.Free(_places);
        _rows = null;
        _positions = null;
        _places = null;
    }
}
