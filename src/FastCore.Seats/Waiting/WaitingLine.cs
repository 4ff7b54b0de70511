namespace FastCore.Seats.Waiting;

/// <summary>
/// Who stands at which place of a line, and how many wait before it: a counting tree over the places, so that the next
/// one and everybody's position cost a few steps however many have left. Derived: rebuilt from the rows at recovery.
/// </summary>
internal sealed class WaitingLine
{
    // By place, from 1: slot + 1 of the row, 0 = nobody any more.
    private int[] _slots = new int[16];

    // By number of the list, from 1, likewise.
    private int[] _numbers = new int[16];
    private int[] _counts = new int[16];
    private bool[] _waits = new bool[16];

    /// <summary>The row at a place, or −1.</summary>
    public int SlotAt(uint place) => place < (uint)_slots.Length ? _slots[place] - 1 : -1;

    /// <summary>The row of a number of the list, or −1.</summary>
    public int SlotOfNumber(uint number) => number < (uint)_numbers.Length ? _numbers[number] - 1 : -1;

    /// <summary>Somebody has a number of the list.</summary>
    public void SetNumber(uint number, int slot)
    {
        if (number >= (uint)_numbers.Length)
        {
            Array.Resize(ref _numbers, checked((int)Math.Max(number + 1, 2u * (uint)_numbers.Length)));
        }

        _numbers[number] = slot + 1;
    }

    /// <summary>Somebody stands at a place that nobody has.</summary>
    public void Put(uint place, int slot, bool waits)
    {
        if (place >= (uint)_slots.Length)
        {
            Grow(place);
        }

        _slots[place] = slot + 1;
        SetWaits(place, waits);
    }

    /// <summary>Nobody stands at a place any more.</summary>
    public void Clear(uint place)
    {
        SetWaits(place, false);
        _slots[place] = 0;
    }

    /// <summary>Whether the one at a place waits.</summary>
    public void SetWaits(uint place, bool waits)
    {
        if (_waits[place] == waits)
        {
            return;
        }

        _waits[place] = waits;
        int change = waits ? 1 : -1;
        for (uint at = place; at < (uint)_counts.Length; at += at & (0 - at))
        {
            _counts[at] += change;
        }
    }

    /// <summary>Two places change hands; either may be nobody's.</summary>
    public void Swap(uint one, uint other)
    {
        (_slots[one], _slots[other]) = (_slots[other], _slots[one]);
        bool waits = _waits[one];
        SetWaits(one, _waits[other]);
        SetWaits(other, waits);
    }

    /// <summary>How many wait up to a place, itself included.</summary>
    public uint CountUpTo(uint place)
    {
        int count = 0;
        for (uint at = place; at != 0; at &= at - 1)
        {
            count += _counts[at];
        }

        return (uint)count;
    }

    /// <summary>The first place whose one waits. There must be one.</summary>
    public uint First() => After(0);

    /// <summary>The first place after another whose one waits; nobody stands at it when there is none.</summary>
    public uint After(uint place)
    {
        int passed = (int)CountUpTo(Math.Min(place, (uint)_counts.Length - 1));
        uint before = 0;
        for (uint step = (uint)_counts.Length >> 1; step != 0; step >>= 1)
        {
            if (_counts[before + step] <= passed)
            {
                before += step;
                passed -= _counts[before];
            }
        }

        return before + 1;
    }

    // Lengths are powers of two, and the last cell of a tree counts nobody: so a tree of twice the length is made anew.
    private void Grow(uint place)
    {
        int length = _slots.Length;
        while ((uint)length <= place)
        {
            length = checked(length * 2);
        }

        Array.Resize(ref _slots, length);
        Array.Resize(ref _waits, length);
        _counts = new int[length];
        for (uint at = 1; at < (uint)length; at++)
        {
            _counts[at] += _waits[at] ? 1 : 0;
            uint above = at + (at & (0 - at));
            if (above < (uint)length)
            {
                _counts[above] += _counts[at];
            }
        }
    }
}
