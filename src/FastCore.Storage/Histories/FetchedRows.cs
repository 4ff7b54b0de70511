namespace FastCore.Storage.Histories;

// Copies of the rows that were prefetched last. A batch that names old rows all over a history would have to keep more
// blocks than memory has, but of each it needs one row, and that is what stays. The oldest copy gives way to the
// newest, and a ring of the most rows that one batch names keeps all that a batch asked for until the next one asks.
internal sealed class FetchedRows<TRow>
    where TRow : unmanaged
{
    // Elements of the largest batch (8,192 and one more request of as many) by rows that one of them can name (4).
    public const int RowsMax = 1 << 16;

    private readonly Dictionary<long, int> _slots = [];
    private long[] _positions = new long[256];
    private TRow[] _rows = new TRow[256];
    private int _count;
    private int _next;

    // A copy. Valid until the next one is added.
    public ref readonly TRow this[int slot] => ref _rows[slot];

    // Where the copy of a row lies, or -1.
    public int Find(long position) => _slots.TryGetValue(position, out int slot) ? slot : -1;

    // Makes a copy that is there already the youngest. Rows never change, so old copies are as good as new ones.
    public bool TryKeep(long position)
    {
        if (!_slots.TryGetValue(position, out int slot))
        {
            return false;
        }

        TRow row = _rows[slot];
        Add(position, in row);
        return true;
    }

    public void Add(long position, in TRow row)
    {
        if (_next == _rows.Length && _rows.Length < RowsMax)
        {
            // Grows with the largest batch ever seen, then allocates no more.
            Array.Resize(ref _positions, _positions.Length * 2);
            Array.Resize(ref _rows, _rows.Length * 2);
        }

        int slot = _next % _rows.Length;
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
}
