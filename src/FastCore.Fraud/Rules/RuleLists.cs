using System.Numerics;

namespace FastCore.Fraud.Rules;

/// <summary>An entry of a list.</summary>
/// <param name="List">Which list, as <see cref="RuleLists.TryOpen"/> says.</param>
/// <param name="Key">What is in it.</param>
/// <param name="ExpiresNs">From when on it no longer is, in Unix nanoseconds; 0 = never.</param>
public readonly record struct RuleListEntry(int List, UInt128 Key, ulong ExpiresNs);

/// <summary>
/// The entries of all lists: state of one partition, touched by its thread only. What it answers depends on the changes
/// and the times passed in, not on a clock, and not on the order in which a checkpoint brings entries back.
/// </summary>
/// <remarks>
/// One table with linear probing, twice as large as what it may hold, so that it never grows and a lookup touches
/// one or two places. An expired entry keeps its place until the table is full.
/// </remarks>
public sealed class RuleLists
{
    /// <summary>The largest number of entries that can be asked for.</summary>
    public const int EntriesMax = 1 << 26;

    private readonly int _entriesMax;
    private readonly Entry[] _table;
    private readonly List<(string Name, RuleKey Key)> _lists = [];
    private ulong _earliestExpiryNs = ulong.MaxValue;

    /// <summary>Makes empty lists.</summary>
    /// <param name="entriesMax">Entries of all lists together.</param>
    public RuleLists(int entriesMax = 65_536)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(entriesMax, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(entriesMax, EntriesMax);
        _entriesMax = entriesMax;
        _table = new Entry[(int)BitOperations.RoundUpToPowerOf2((uint)entriesMax * 2)];
    }

    /// <summary>Entries, those that expired since the table was full for the last time included.</summary>
    public int Count { get; private set; }

    /// <summary>The lists that were opened, by number.</summary>
    public IReadOnlyList<(string Name, RuleKey Key)> Lists => _lists;

    /// <summary>All entries. Their order means nothing.</summary>
    public IEnumerable<RuleListEntry> Entries => _table
        .Where(entry => entry.Key != 0)
        .Select(entry => new RuleListEntry(entry.List, entry.Key, entry.ExpiresNs));

    /// <summary>Finds a list, or opens an empty one.</summary>
    /// <returns>False when there is a list of this name for other keys, or no room for one more list.</returns>
    public bool TryOpen(string name, RuleKey key, out int list)
    {
        list = _lists.FindIndex(opened => opened.Name == name);
        if (list >= 0)
        {
            return _lists[list].Key == key;
        }

        if (_lists.Count == RuleLimits.OpenListsMax)
        {
            return false;
        }

        list = _lists.Count;
        _lists.Add((name, key));
        return true;
    }

    /// <summary>Puts a key into a list.</summary>
    /// <param name="list">Which.</param>
    /// <param name="key">The key.</param>
    /// <param name="expiresNs">The first nanosecond in which it is no longer there; 0 = never.</param>
    /// <param name="nowNs">The journaled present.</param>
    public RuleListStatus Add(int list, UInt128 key, ulong expiresNs, ulong nowNs)
    {
        if ((uint)list >= (uint)_lists.Count)
        {
            return RuleListStatus.UnknownList;
        }

        if (key == 0 || (_lists[list].Key == RuleKey.Bin && (key < 100_000 || key > 99_999_999)))
        {
            return RuleListStatus.BadKey;
        }

        if (expiresNs != 0 && expiresNs <= nowNs)
        {
            return RuleListStatus.AlreadyExpired;
        }

        int at = Find(list, key);
        bool isThere = _table[at].Key != 0;
        if (!isThere && Count == _entriesMax)
        {
            DropExpired(nowNs);
            at = Find(list, key);
            if (Count == _entriesMax)
            {
                return RuleListStatus.Full;
            }
        }

        bool wasActive = isThere && IsActive(_table[at], nowNs);
        Count += isThere ? 0 : 1;
        _table[at] = new Entry { Key = key, List = list, ExpiresNs = expiresNs };
        _earliestExpiryNs = Math.Min(_earliestExpiryNs, expiresNs == 0 ? ulong.MaxValue : expiresNs);
        return wasActive ? RuleListStatus.Replaced : RuleListStatus.Added;
    }

    /// <summary>Takes a key out of a list.</summary>
    public RuleListStatus Remove(int list, UInt128 key, ulong nowNs)
    {
        if ((uint)list >= (uint)_lists.Count)
        {
            return RuleListStatus.UnknownList;
        }

        int at = key == 0 ? -1 : Find(list, key);
        if (at < 0 || _table[at].Key == 0)
        {
            return RuleListStatus.NotThere;
        }

        bool wasActive = IsActive(_table[at], nowNs);
        RemoveAt(at);
        return wasActive ? RuleListStatus.Removed : RuleListStatus.NotThere;
    }

    /// <summary>Whether a list has a key at a time.</summary>
    public bool Contains(int list, UInt128 key, ulong nowNs)
    {
        ref Entry entry = ref _table[Find(list, key)];
        return key != 0 && entry.Key != 0 && IsActive(entry, nowNs);
    }

    private static bool IsActive(in Entry entry, ulong nowNs) => entry.ExpiresNs == 0 || nowNs < entry.ExpiresNs;

    // The place of a key, or the free one where it would be. There is always a free one.
    private int Find(int list, UInt128 key)
    {
        int mask = _table.Length - 1;
        int at = Home(list, key);
        while (_table[at].Key != 0 && (_table[at].Key != key || _table[at].List != list))
        {
            at = (at + 1) & mask;
        }

        return at;
    }

    private int Home(int list, UInt128 key)
    {
        ulong mixed = ((ulong)key ^ ((ulong)(key >> 64) * 0x9E3779B97F4A7C15)) + ((ulong)list * 0xD1B54A32D192ED03);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return (int)((mixed ^ (mixed >> 31)) & (ulong)(_table.Length - 1));
    }

    // Entries behind the gap move into it when their way from home leads over it, so that no mark has to stay.
    private void RemoveAt(int gap)
    {
        int mask = _table.Length - 1;
        for (int at = (gap + 1) & mask; _table[at].Key != 0; at = (at + 1) & mask)
        {
            int home = Home(_table[at].List, _table[at].Key);
            if (((at - home) & mask) >= ((at - gap) & mask))
            {
                _table[gap] = _table[at];
                gap = at;
            }
        }

        _table[gap] = default;
        Count--;
    }

    // All at once, because which of them go must not depend on where they lie. Looks only when one can have expired.
    private void DropExpired(ulong nowNs)
    {
        if (nowNs < _earliestExpiryNs)
        {
            return;
        }

        Entry[] kept = [.. _table.Where(entry => entry.Key != 0 && IsActive(entry, nowNs))];
        Array.Clear(_table);
        Count = kept.Length;
        _earliestExpiryNs = ulong.MaxValue;
        foreach (Entry entry in kept)
        {
            _table[Find(entry.List, entry.Key)] = entry;
            _earliestExpiryNs = Math.Min(_earliestExpiryNs, entry.ExpiresNs == 0 ? ulong.MaxValue : entry.ExpiresNs);
        }
    }

    private struct Entry
    {
        public UInt128 Key;
        public ulong ExpiresNs;
        public int List;
    }
}
