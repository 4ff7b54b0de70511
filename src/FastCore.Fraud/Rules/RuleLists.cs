using FastCore.Engine.Ports;
using FastCore.Fraud.Rules.State;

namespace FastCore.Fraud.Rules;

/// <summary>An entry of a list.</summary>
/// <param name="List">Which list, as <see cref="RuleLists.TryOpen"/> says.</param>
/// <param name="Key">What is in it.</param>
/// <param name="ExpiresNs">From when on it no longer is, in Unix nanoseconds; 0 = never.</param>
public readonly record struct RuleListEntry(int List, UInt128 Key, ulong ExpiresNs);

/// <summary>
/// The entries of all lists: state of one partition, touched by its thread only. What it answers depends on the changes
/// and the times passed in, not on a clock, and not on where entries lie in memory.
/// </summary>
/// <remarks>
/// An expired entry keeps its place until an addition needs it or comes by: each gives back at most
/// <see cref="DropsPerAddition"/>, the earliest expiry first, of equal ones by list and key, so a change costs the same
/// however many entries expire at once. A <see cref="RuleEvaluator"/> is bound to the numbers of lists; it is made
/// after a recovery, not before.
/// </remarks>
public sealed class RuleLists : IDisposable
{
    /// <summary>The largest number of entries that can be asked for.</summary>
    public const int EntriesMax = 1 << 26;

    /// <summary>Expired entries that one addition gives back at most: more than it takes, so they get fewer.</summary>
    public const int DropsPerAddition = 2;

    private readonly OpenedLists _lists = new();
    private readonly ListEntries _entries;

    /// <summary>Makes empty lists.</summary>
    /// <param name="entriesMax">Entries of all lists together. Memory is taken as they come.</param>
    public RuleLists(int entriesMax = 65_536)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(entriesMax, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(entriesMax, EntriesMax);
        _entries = new ListEntries(entriesMax);
        Parts = [_lists, _entries];
    }

    /// <summary>The parts of the state, in a fixed order: the opened lists, their entries.</summary>
    public IReadOnlyList<IStatePart> Parts { get; }

    /// <summary>Entries, those that expired and were not given back yet included.</summary>
    public int Count => _entries.Count;

    /// <summary>The lists that were opened, by number.</summary>
    public IReadOnlyList<(string Name, RuleKey Key)> Lists => _lists.All;

    /// <summary>All entries. Their order means nothing.</summary>
    public IEnumerable<RuleListEntry> Entries => _entries.All;

    /// <summary>The number of a list, or −1.</summary>
    /// <param name="name">Its name.</param>
    public int Find(string name) => _lists.Find(name);

    /// <summary>Finds a list, or opens an empty one.</summary>
    /// <param name="name">1 to <see cref="RuleLimits.NameLengthMax"/> characters.</param>
    /// <param name="key">What it holds; there are no lists of currencies.</param>
    /// <param name="list">Its number.</param>
    /// <returns>
    /// False when there is a list of this name for other keys, no room for one more list, or name or key are none.
    /// </returns>
    public bool TryOpen(string name, RuleKey key, out int list)
    {
        list = _lists.Find(name);
        if (list >= 0)
        {
            return _lists.All[list].Key == key;
        }

        bool isNamed = name.Length is > 0 and <= RuleLimits.NameLengthMax && key <= RuleKey.Bin;
        if (!isNamed || _lists.All.Count == RuleLimits.OpenListsMax)
        {
            return false;
        }

        list = _lists.Add(name, key);
        return true;
    }

    /// <summary>Puts a key into a list.</summary>
    /// <param name="list">Which.</param>
    /// <param name="key">The key.</param>
    /// <param name="expiresNs">The first nanosecond in which it is no longer there; 0 = never.</param>
    /// <param name="nowNs">The journaled present.</param>
    public RuleListStatus Add(int list, UInt128 key, ulong expiresNs, ulong nowNs)
    {
        if ((uint)list >= (uint)_lists.All.Count)
        {
            return RuleListStatus.UnknownList;
        }

        if (key == 0 || (_lists.All[list].Key == RuleKey.Bin && (key < 100_000 || key > 99_999_999)))
        {
            return RuleListStatus.BadKey;
        }

        if (expiresNs != 0 && expiresNs <= nowNs)
        {
            return RuleListStatus.AlreadyExpired;
        }

        for (int i = 0; i < DropsPerAddition && _entries.TryDropExpired(nowNs); i++)
        {
            // The earliest one is gone.
        }

        int slot = _entries.Find(list, key);
        if (slot < 0)
        {
            if (_entries.IsFull)
            {
                return RuleListStatus.Full;
            }

            _entries.Insert(list, key, expiresNs);
            return RuleListStatus.Added;
        }

        bool wasActive = _entries.IsActive(slot, nowNs);
        _entries.Replace(slot, expiresNs);
        return wasActive ? RuleListStatus.Replaced : RuleListStatus.Added;
    }

    /// <summary>Takes a key out of a list.</summary>
    public RuleListStatus Remove(int list, UInt128 key, ulong nowNs)
    {
        if ((uint)list >= (uint)_lists.All.Count)
        {
            return RuleListStatus.UnknownList;
        }

        int slot = key == 0 ? -1 : _entries.Find(list, key);
        if (slot < 0)
        {
            return RuleListStatus.NotThere;
        }

        bool wasActive = _entries.IsActive(slot, nowNs);
        _entries.Remove(slot);
        return wasActive ? RuleListStatus.Removed : RuleListStatus.NotThere;
    }

    /// <summary>Whether a list has a key at a time.</summary>
    public bool Contains(int list, UInt128 key, ulong nowNs)
    {
        int slot = key == 0 ? -1 : _entries.Find(list, key);
        return slot >= 0 && _entries.IsActive(slot, nowNs);
    }

    /// <summary>Frees all memory. Nothing may be asked afterwards.</summary>
    public void Dispose() => _entries.Dispose();
}
