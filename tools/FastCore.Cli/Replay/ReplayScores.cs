using System.Runtime.InteropServices;
using FastCore.Cli.Cards;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;

namespace FastCore.Cli.Replay;

/// <summary>
/// The fraud side of a replay: what transactions turn out to be is told a week later, as it is in life, and what was
/// decided about each is looked up.
/// </summary>
/// <param name="sender">The engine.</param>
internal sealed class ReplayScores(ReplaySender sender)
{
    /// <summary>How long after a transaction its label is known, seconds.</summary>
    public const ulong LabelDelaySeconds = 7 * 86_400;

    private const int QuestionsAtOnce = 32;
    private const ulong NsPerSecond = 1_000_000_000;

    private readonly PriorityQueue<LabelTransaction, ulong> _waiting = new();
    private readonly List<CardTransaction> _unasked = [];
    private readonly SortedDictionary<FraudStatus, long> _refusedLabels = [];

    /// <summary>What was decided, in the order of the file but for the few of one request.</summary>
    public List<ScoredTransaction> Scored { get; } = [];

    /// <summary>Transactions about which nothing was decided: the engine refused them.</summary>
    public long Undecided { get; private set; }

    /// <summary>Transactions of nothing, which are scored as checks of a card and are no payments.</summary>
    public long CardChecks { get; private set; }

    /// <summary>Labels that the engine took.</summary>
    public long Labels { get; private set; }

    /// <summary>Labels that it did not take, by code.</summary>
    public IReadOnlyDictionary<FraudStatus, long> RefusedLabels => _refusedLabels;

    /// <summary>Newest policy that decided; 0 = none was in force.</summary>
    public ulong PolicyVersion { get; private set; }

    /// <summary>Id of a transaction in the engine.</summary>
    public static UInt128 IdOf(in CardTransaction transaction) => (UInt128)transaction.TransactionId + 1;

    /// <summary>Merchant of a transaction: its terminal, which is the merchant's only one.</summary>
    public static ulong MerchantOf(in CardTransaction transaction) => transaction.TerminalId + 1;

    /// <summary>Card of a transaction. Zero would be no card.</summary>
    public static ulong CardOf(in CardTransaction transaction) => transaction.CustomerId + 1;

    /// <summary>Notes a transaction that goes with the next request.</summary>
    public void Note(in CardTransaction transaction)
    {
        _unasked.Add(transaction);
        if (transaction.Fraud)
        {
            ulong knownAt = (transaction.Seconds + LabelDelaySeconds) * NsPerSecond;
            _waiting.Enqueue(
                new LabelTransaction
                {
                    Id = IdOf(transaction),
                    Merchant = MerchantOf(transaction),
                    Card = CardOf(transaction),
                    KnownAt = knownAt,
                    Label = TransactionLabel.Chargeback,
                },
                knownAt);
        }
    }

    /// <summary>
    /// Tells the labels that are known by a time. Some transactions of a request come before a label that is told with
    /// it: windows see it from its known-at on only.
    /// </summary>
    public async Task TellLabelsAsync(ulong seconds)
    {
        List<LabelTransaction> due = [];
        ulong timeNs = seconds > ulong.MaxValue / NsPerSecond ? ulong.MaxValue : seconds * NsPerSecond;
        while (_waiting.TryPeek(out LabelTransaction label, out ulong at) && at <= timeNs)
        {
            _waiting.Dequeue();
            due.Add(label);
        }

        foreach (LabelTransaction[] labels in due.Chunk(Limits.ElementsPerRequestMax))
        {
            await SendLabelsAsync(labels);
        }
    }

    /// <summary>Scores a transaction of nothing, which cannot be a payment but is seen by the windows.</summary>
    public async Task CheckCardAsync(CardTransaction transaction, uint currency)
    {
        CardChecks++;
        Note(transaction);
        await TellLabelsAsync(transaction.Seconds);
        byte[] body = new byte[ScoreTransaction.Size];
        MemoryMarshal.Write(body, new ScoreTransaction
        {
            Id = IdOf(transaction),
            Merchant = MerchantOf(transaction),
            Card = CardOf(transaction),
            Terminal = transaction.TerminalId + 1,
            Currency = currency,
            OccurredAt = transaction.Seconds * NsPerSecond,
        });
        await sender.SendElementsAsync(Operation.ScoreTransactions, body, new byte[ScoreResult.Size], 1);
        await CollectAsync();
    }

    /// <summary>Looks up what was decided about the transactions sent since the last time.</summary>
    public async Task CollectAsync()
    {
        List<IGrouping<ulong, CardTransaction>> merchants =
            [.. _unasked.GroupBy(transaction => MerchantOf(transaction))];
        DecisionRecord[][] found = new DecisionRecord[merchants.Count][];

        async Task AskEvery(int first)
        {
            for (int i = first; i < found.Length; i += QuestionsAtOnce)
            {
                found[i] = await AskAsync(merchants[i].Key, [.. merchants[i].Select(one => IdOf(one))]);
            }
        }

        await Task.WhenAll(Enumerable.Range(0, Math.Min(found.Length, QuestionsAtOnce)).Select(AskEvery));
        Dictionary<(ulong, UInt128), DecisionRecord> decisions = [];
        foreach (DecisionRecord record in found.SelectMany(records => records))
        {
            decisions[(record.Merchant, record.Id)] = record;
        }

        foreach (CardTransaction transaction in _unasked)
        {
            if (decisions.TryGetValue((MerchantOf(transaction), IdOf(transaction)), out DecisionRecord record))
            {
                PolicyVersion = Math.Max(PolicyVersion, record.PolicyVersion);
                Scored.Add(new ScoredTransaction(
                    transaction.Seconds, CardOf(transaction), record.Score, record.Decision, transaction.Fraud));
            }
            else
            {
                Undecided++;
            }
        }

        _unasked.Clear();
    }

    private async Task<DecisionRecord[]> AskAsync(ulong merchant, UInt128[] ids)
    {
        byte[] body = new byte[BookPrefix.Size + (ids.Length * 16)];
        MemoryMarshal.Write(body, new BookPrefix { Book = merchant });
        MemoryMarshal.AsBytes(ids.AsSpan()).CopyTo(body.AsSpan(BookPrefix.Size));
        byte[] answer = new byte[ids.Length * DecisionRecord.Size];
        int length = await sender.AskAsync(Operation.LookupDecisions, body, answer);
        return MemoryMarshal.Cast<byte, DecisionRecord>(answer.AsSpan(0, length)).ToArray();
    }

    private async Task SendLabelsAsync(LabelTransaction[] labels)
    {
        byte[] body = MemoryMarshal.AsBytes(labels.AsSpan()).ToArray();
        byte[] results = new byte[labels.Length * FraudResult.Size];
        await sender.SendElementsAsync(Operation.LabelTransactions, body, results, labels.Length);
        foreach (FraudResult result in MemoryMarshal.Cast<byte, FraudResult>(results))
        {
            if (result.Code == FraudStatus.Ok)
            {
                Labels++;
            }
            else
            {
                _refusedLabels[result.Code] = _refusedLabels.GetValueOrDefault(result.Code) + 1;
            }
        }
    }
}
