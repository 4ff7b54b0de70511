namespace FastCore.Seats.Shows;

/// <summary>
/// The shows of a partition in the order of their numbers, for searches. Derived: rebuilt from the table at recovery.
/// </summary>
internal sealed class ShowOrder
{
    private readonly List<ulong> _numbers = [];
    private readonly List<int> _slots = [];

    public int Count => _numbers.Count;

    /// <summary>The slot of the show at a place.</summary>
    public int SlotAt(int place) => _slots[place];

    /// <summary>The place of the first show after a number.</summary>
    public int PlaceAfter(ulong number)
    {
        int place = _numbers.BinarySearch(number);
        return place >= 0 ? place + 1 : ~place;
    }

    public void Add(ulong number, int slot)
    {
        int place = PlaceAfter(number);
        _numbers.Insert(place, number);
        _slots.Insert(place, slot);
    }

    /// <summary>Reads the table again.</summary>
    public void Rebuild(SeatStore store)
    {
        _numbers.Clear();
        _slots.Clear();
        IEnumerable<int> slots = Enumerable.Range(0, store.Shows.SlotsUsed);
        foreach (int slot in slots.OrderBy(slot => store.Shows.Read(slot).Show))
        {
            _numbers.Add(store.Shows.Read(slot).Show);
            _slots.Add(slot);
        }
    }
}
