using FastCore.Protocol.Ledger;
using FastCore.Testing;

namespace FastCore.Simulation.Ledger;

/// <summary>What a ledger's clients remember of their own requests; the answers are not known here.</summary>
internal sealed class LedgerMemory
{
    private readonly Dictionary<ulong, List<Transfer>> _transfers = [];
    private readonly Dictionary<ulong, List<Transfer>> _pendings = [];
    private readonly List<(ulong FirstNs, int Count)> _moments = [];

    /// <summary>Id of the next new transfer.</summary>
    public ulong NextId { get; set; } = 1;

    public void Sent(ulong book, Transfer transfer)
    {
        Of(_transfers, book).Add(transfer);
        if ((transfer.Flags & TransferFlags.Pending) != 0)
        {
            Of(_pendings, book).Add(transfer);
        }
    }

    public void SentAt(ulong nowNs, int count) => _moments.Add((nowNs, count));

    /// <summary>A transfer asked for before, rather a late one; null if there is none.</summary>
    public Transfer? AnyTransfer(ulong book, SeededRandom random) => Any(Of(_transfers, book), random);

    /// <summary>A pending transfer asked for before, rather a late one; null if there is none.</summary>
    public Transfer? AnyPending(ulong book, SeededRandom random) => Any(Of(_pendings, book), random);

    /// <summary>A timestamp that a transfer or account may have exactly, or one beside it.</summary>
    public ulong AnyMoment(ulong nowNs, SeededRandom random)
    {
        if (_moments.Count == 0 || random.OneIn(10))
        {
            return nowNs - random.Below(Math.Min(nowNs, 5_000_000_000));
        }

        (ulong firstNs, int count) = _moments[random.Below(_moments.Count)];
        return firstNs + (ulong)random.Between(0, count + 2);
    }

    private static Transfer? Any(List<Transfer> from, SeededRandom random) =>
        from.Count == 0 ? null
        : random.OneIn(4) ? from[random.Below(from.Count)]
        : from[^(1 + random.Below(Math.Min(from.Count, 30)))];

    private static List<Transfer> Of(Dictionary<ulong, List<Transfer>> lists, ulong book)
    {
        if (!lists.TryGetValue(book, out List<Transfer>? list))
        {
            lists.Add(book, list = []);
        }

        return list;
    }
}
