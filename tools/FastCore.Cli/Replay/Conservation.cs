using System.Text.Json.Nodes;
using FastCore.Bench.Load;
using FastCore.Cli.Wire;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;

namespace FastCore.Cli.Replay;

/// <summary>The question whether money was conserved, asked of every book.</summary>
internal sealed class Conservation
{
    private const int QuestionsAtOnce = 32;
    private const int DifferencesListed = 10;

    /// <summary>Books asked.</summary>
    public int Books { get; private set; }

    /// <summary>Books in which debits equal credits, posted and pending.</summary>
    public int Balanced { get; private set; }

    /// <summary>Posted debits over all books.</summary>
    public UInt128 DebitsPosted { get; private set; }

    /// <summary>Posted credits over all books.</summary>
    public UInt128 CreditsPosted { get; private set; }

    /// <summary>Pending debits over all books.</summary>
    public UInt128 DebitsPending { get; private set; }

    /// <summary>Pending credits over all books.</summary>
    public UInt128 CreditsPending { get; private set; }

    /// <summary>The first books that do not balance.</summary>
    public List<string> Differences { get; } = [];

    /// <summary>Whether all books balance.</summary>
    public bool IsBalanced => Balanced == Books && DebitsPosted == CreditsPosted && DebitsPending == CreditsPending;

    /// <summary>Asks every book for its totals in one ledger.</summary>
    public static async Task<Conservation> CheckAsync(
        IFastCoreSession session, IReadOnlyCollection<ulong> books, uint ledger, CancellationToken cancellation)
    {
        Conservation answer = new();
        ulong[] all = [.. books];

        async Task AskEvery(int first)
        {
            for (int i = first; i < all.Length; i += QuestionsAtOnce)
            {
                cancellation.ThrowIfCancellationRequested();
                BookTotals totals = await LoadQueries.TotalsAsync(session, all[i], ledger);
                lock (answer)
                {
                    answer.Add(all[i], totals);
                }
            }
        }

        await Task.WhenAll(Enumerable.Range(0, Math.Min(all.Length, QuestionsAtOnce)).Select(AskEvery));
        return answer;
    }

    /// <summary>As part of a document.</summary>
    public JsonObject ToJson() => new()
    {
        ["books"] = Books,
        ["books_balanced"] = Balanced,
        ["balanced"] = IsBalanced,
        ["debits_posted"] = WireJson.Number(DebitsPosted),
        ["credits_posted"] = WireJson.Number(CreditsPosted),
        ["debits_pending"] = WireJson.Number(DebitsPending),
        ["credits_pending"] = WireJson.Number(CreditsPending),
        ["differences"] = new JsonArray([.. Differences.Select(difference => (JsonNode)difference)]),
    };

    private void Add(ulong book, in BookTotals totals)
    {
        Books++;
        DebitsPosted += totals.DebitsPosted;
        CreditsPosted += totals.CreditsPosted;
        DebitsPending += totals.DebitsPending;
        CreditsPending += totals.CreditsPending;

        // The engine's own verdict is not taken on trust: the totals are compared here as well.
        if (totals.Balanced == 1 && totals.DebitsPosted == totals.CreditsPosted &&
            totals.DebitsPending == totals.CreditsPending)
        {
            Balanced++;
        }
        else if (Differences.Count < DifferencesListed)
        {
            Differences.Add(
                $"Book {book}: debits {totals.DebitsPosted} + {totals.DebitsPending} pending, " +
                $"credits {totals.CreditsPosted} + {totals.CreditsPending} pending.");
        }
    }
}
