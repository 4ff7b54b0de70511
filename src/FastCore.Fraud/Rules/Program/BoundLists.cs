namespace FastCore.Fraud.Rules.Program;

/// <summary>The lists of a set, found in a store, at the time of a transaction.</summary>
internal readonly ref struct BoundLists(RuleLists store, int[] ids, RuleKey[] keys, ulong nowNs)
{
    /// <summary>Whether a list has the transaction's key. One that is not known is in no list.</summary>
    public bool Contains(int list, ReadOnlySpan<UInt128> fields)
    {
        int id = ids[list];
        int slot = KeySlots.Of(keys[list]);
        if (keys[list] != RuleKey.Bin)
        {
            return store.Contains(id, fields[slot], nowNs);
        }

        return store.Contains(id, fields[slot], nowNs)
            || store.Contains(id, fields[slot + 1], nowNs)
            || store.Contains(id, fields[slot + 2], nowNs);
    }
}
