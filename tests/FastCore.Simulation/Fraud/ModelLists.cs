using System.Text;

using FastCore.Protocol.Fraud;

namespace FastCore.Simulation.Fraud;

/// <summary>Lists that a policy opened, with their entries.</summary>
internal sealed class ModelLists
{
    private readonly Dictionary<string, (string Key, Dictionary<UInt128, ulong> Entries)> _lists = [];

    /// <summary>Whether a policy's lists are there for the same keys, or not there.</summary>
    public bool CanOpen(ModelPolicy policy) =>
        policy.Lists.All(list => !_lists.TryGetValue(list.Name, out var opened) || opened.Key == list.Key);

    public void Open(ModelPolicy policy)
    {
        foreach (ModelListDeclaration list in policy.Lists)
        {
            _ = _lists.TryAdd(list.Name, (list.Key, []));
        }
    }

    /// <summary>Whether a transaction is on a list at a time.</summary>
    public bool Contains(string name, in ScoreTransaction request, ulong nowNs)
    {
        if (!_lists.TryGetValue(name, out var list))
        {
            return false;
        }

        UInt128 key = list.Key switch
        {
            "card" => request.Card,
            "merchant" => request.Merchant,
            "device" => request.Device,
            _ => request.Bin is >= 100_000 and <= 99_999_999 ? request.Bin : 0,
        };
        return key != 0 && list.Entries.TryGetValue(key, out ulong expiresAt) && IsActive(expiresAt, nowNs);
    }

    /// <summary>Changes a list.</summary>
    /// <returns>The code.</returns>
    public FraudStatus Change(in ListChange change, ulong nowNs)
    {
        if (change.Reserved0 != 0 || change.Reserved1 != 0 || change.Reserved2 != 0 || change.Reserved3 != 0
            || change.Reserved4 != 0)
        {
            return FraudStatus.ReservedField;
        }

        bool isAdded = change.Kind == ListChangeKind.Add;
        if (!isAdded && (change.Kind != ListChangeKind.Remove || change.ExpiresAt != 0))
        {
            return FraudStatus.ListChangeOutOfRange;
        }

        string name = Encoding.UTF8.GetString(((ReadOnlySpan<byte>)change.List).TrimEnd((byte)0));
        if (!_lists.TryGetValue(name, out var list))
        {
            return FraudStatus.ListNotFound;
        }

        return isAdded ? Add(list.Key, list.Entries, change, nowNs) : Remove(list.Entries, change.Key, nowNs);
    }

    private static FraudStatus Add(
        string kind, Dictionary<UInt128, ulong> entries, in ListChange change, ulong nowNs)
    {
        if (change.Key == 0 || (kind == "bin" && (change.Key < 100_000 || change.Key > 99_999_999)))
        {
            return FraudStatus.ListKeyOutOfRange;
        }

        if (change.ExpiresAt != 0 && change.ExpiresAt <= nowNs)
        {
            return FraudStatus.ListEntryExpired;
        }

        entries[change.Key] = change.ExpiresAt;
        return FraudStatus.Ok;
    }

    private static FraudStatus Remove(Dictionary<UInt128, ulong> entries, UInt128 key, ulong nowNs) =>
        entries.Remove(key, out ulong expiresAt) && IsActive(expiresAt, nowNs)
            ? FraudStatus.Ok
            : FraudStatus.ListEntryNotFound;

    private static bool IsActive(ulong expiresAt, ulong nowNs) => expiresAt == 0 || nowNs < expiresAt;
}
