using System.Security.Cryptography.X509Certificates;

namespace FastCore.Server.Access;

/// <summary>The configured keys. Immutable; a change of keys makes a new table.</summary>
internal sealed class AccessTable
{
    private readonly Dictionary<ulong, AccessEntry> _byId;
    private readonly AccessEntry[] _byCertificate;

    /// <summary>Makes a table.</summary>
    /// <param name="entries">The keys, each with an id or a certificate of its own.</param>
    /// <param name="isOpen">No keys are wanted: everybody who gets here may do everything.</param>
    public AccessTable(IReadOnlyCollection<AccessEntry> entries, bool isOpen)
    {
        IsOpen = isOpen;
        Entries = entries;
        _byId = entries.Where(entry => entry.Hash is not null).ToDictionary(entry => entry.Hash!.Id);
        _byCertificate = [.. entries.Where(entry => entry.Hash is null)];
    }

    /// <summary>Reads configured keys.</summary>
    /// <param name="options">Keys of the configuration; one without a number gets its position.</param>
    /// <param name="file">Keys of the key file, where positions change and every key must have its number.</param>
    /// <param name="isOpen">No keys are wanted.</param>
    /// <param name="problems">Receives a sentence for everything that is wrong.</param>
    /// <returns>The table; null when something is wrong.</returns>
    public static AccessTable? Read(
        IEnumerable<AccessKeyOptions> options,
        IEnumerable<AccessKeyOptions> file,
        bool isOpen,
        ICollection<string> problems)
    {
        int problemsBefore = problems.Count;
        List<AccessEntry> entries = [];
        uint position = 0;
        foreach (AccessKeyOptions key in options)
        {
            position++;
            entries.Add(new AccessEntryReader(key, key.Principal > 0 ? key.Principal : position, problems).Read());
        }

        foreach (AccessKeyOptions key in file)
        {
            entries.Add(new AccessEntryReader(key, key.Principal, problems).Read());
            if (key.Principal == 0)
            {
                problems.Add($"Key {entries[^1].Name}: Principal must be set, since positions in a key file change.");
            }
        }

        CheckTogether(entries, problems);
        return problems.Count == problemsBefore ? new AccessTable(entries, isOpen) : null;
    }

    /// <summary>Whether everybody who gets here may do everything. If not, an empty table lets nobody in.</summary>
    public bool IsOpen { get; }

    /// <summary>The keys.</summary>
    public IReadOnlyCollection<AccessEntry> Entries { get; }

    /// <summary>
    /// Who shows this key and this certificate; null when nobody may. Exactly one hash is computed and compared in
    /// constant time, whether the key's id is known or not and whether there is a key at all, so neither the answer nor
    /// its time tells an unknown key from a wrong one.
    /// </summary>
    /// <param name="key">The key's bytes; empty when none was shown.</param>
    /// <param name="certificate">The client certificate, verified by the handshake; null for none.</param>
    public AccessEntry? Find(ReadOnlySpan<byte> key, X509Certificate2? certificate)
    {
        if (IsOpen)
        {
            return AccessEntry.Anyone;
        }

        _ = AccessSecret.TryReadId(key, out ulong id);
        AccessEntry? entry = _byId.GetValueOrDefault(id);
        bool matches = (entry?.Hash ?? StoredHash.Decoy).Matches(key);
        if (key.Length > 0)
        {
            return entry is not null && matches && entry.Accepts(certificate) ? entry : null;
        }

        return certificate is null ? null : Array.Find(_byCertificate, named => named.Accepts(certificate));
    }

    /// <summary>What became of an entry of an earlier table.</summary>
    public AccessChange Compare(AccessEntry earlier)
    {
        if (Entries.Any(entry => entry.Signature == earlier.Signature))
        {
            return AccessChange.None;
        }

        bool isThere = earlier.Hash is not null
            ? _byId.TryGetValue(earlier.Hash.Id, out AccessEntry? same) && IsSameHash(same, earlier)
            : _byCertificate.Any(entry => entry.CertificateSha256 == earlier.CertificateSha256
                && entry.CertificateSubject == earlier.CertificateSubject);
        return isThere ? AccessChange.Changed : AccessChange.Removed;
    }

    private static void CheckTogether(List<AccessEntry> entries, ICollection<string> problems)
    {
        foreach (IGrouping<uint, AccessEntry> same in entries.GroupBy(entry => entry.Grant.Principal))
        {
            // Two keys of one number are one client during a rotation; two clients would be one in the journal.
            string[] names = [.. same.Select(entry => entry.Name).Distinct()];
            if (names.Length > 1)
            {
                problems.Add($"Principal {same.Key} is of several names: {string.Join(", ", names)}.");
            }
        }

        foreach (IGrouping<ulong, AccessEntry> same in
            entries.Where(entry => entry.Hash is not null).GroupBy(entry => entry.Hash!.Id).Where(g => g.Count() > 1))
        {
            problems.Add($"Key {same.First().Name}: a key with the id {same.Key:x16} is there {same.Count()} times.");
        }

        foreach (IGrouping<(string?, string?), AccessEntry> same in entries
            .Where(entry => entry.Hash is null && entry.NamesCertificate)
            .GroupBy(entry => (entry.CertificateSha256, entry.CertificateSubject))
            .Where(g => g.Count() > 1))
        {
            problems.Add($"Key {same.First().Name}: another key names the same certificate.");
        }
    }

    private static bool IsSameHash(AccessEntry one, AccessEntry other) =>
        one.Hash!.ToString() == other.Hash!.ToString();
}

/// <summary>What a new table says of an entry of an earlier one.</summary>
internal enum AccessChange
{
    /// <summary>It is the same.</summary>
    None,

    /// <summary>It is still recognised, but may do other things now.</summary>
    Changed,

    /// <summary>It is not recognised any more.</summary>
    Removed,
}
