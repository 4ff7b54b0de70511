using FastCore.Client;
using FastCore.Protocol.Fraud;
using FastCore.Testing;

namespace FastCore.Torture;

/// <summary>
/// One connection's load of scored transactions, labels and verdicts, several requests in flight. A card belongs to one
/// of its lanes and pays at terminals where no other does, so that what is in the windows of both follows from the
/// order in which the lane sent. It remembers every transaction that it ever sent.
/// </summary>
internal sealed class ScoreDriver
{
    /// <summary>How long after a transaction the windows of its terminal begin to see it: seven days.</summary>
    public const ulong TerminalDelayNs = 7 * DayNs;

    private const ulong DayNs = 86_400_000_000_000;
    private const ulong StepNs = DayNs / 4;
    private const int InFlight = 4;
    private const int CardsPerLane = 3;
    private const ulong PerCard = 100;
    private const int ElementsMax = 8;

    private readonly Lock _gate = new();
    private readonly SeededRandom _random;
    private readonly ulong _number;
    private readonly ulong _beginNs;
    private readonly Lane[] _lanes;
    private readonly List<ScoredTransaction> _settled = [];
    private ulong _nextId = 1;
    private ulong _nextCard = 1;
    private int _taken;

    /// <summary>Makes a driver.</summary>
    /// <param name="number">Its number among those of a directory, from 0.</param>
    /// <param name="seed">Draws what it sends.</param>
    /// <param name="nowNs">
    /// Unix nanoseconds. Each card's transactions happen one after the other in the weeks before, short enough a time
    /// that no window forgets them for being idle.
    /// </param>
    public ScoreDriver(int number, ulong seed, ulong nowNs)
    {
        _beginNs = nowNs - (PerCard * StepNs);
        _number = (ulong)number;
        _random = new SeededRandom(seed + (ulong)number);
        _lanes = [.. Enumerable.Range(0, InFlight).Select(_ => new Lane(NewCards()))];
    }

    /// <summary>Every transaction, those of a card in order. Read only while it does not run.</summary>
    public List<ScoredTransaction> Transactions { get; } = [];

    /// <summary>The transactions since the last call. Only while it does not run.</summary>
    public IEnumerable<ScoredTransaction> TakeNew()
    {
        int from = _taken;
        _taken = Transactions.Count;
        return Transactions.Skip(from);
    }

    /// <summary>Sends until a request is not answered.</summary>
    public Task RunAsync(FastCoreClient client, TortureFindings findings, Action answered) =>
        Task.WhenAll(_lanes.Select(lane => RunLaneAsync(lane, client, findings, answered)));

    private async Task RunLaneAsync(Lane lane, FastCoreClient client, TortureFindings findings, Action answered)
    {
        while (true)
        {
            ScoredTransaction[] some;
            ScoredTransaction? earlier;
            lock (_gate)
            {
                some = [.. Enumerable.Range(0, _random.Between(1, ElementsMax)).Select(_ => Next(lane))];
                Transactions.AddRange(some);
                earlier = _settled.Count > 0 && _random.OneIn(10) ? _random.Pick(_settled) : null;
            }

            if (!await ScoredTransaction.SendAsync(client, some))
            {
                return;
            }

            answered();
            lock (_gate)
            {
                _settled.AddRange(some);
            }

            // Now and then an earlier one again, as a client does that did not see its answer.
            if (earlier is not null && !await ScoredTransaction.SendAgainAsync(client, [earlier], findings))
            {
                return;
            }
        }
    }

    private ScoredTransaction Next(Lane lane)
    {
        int slot = _random.Below(CardsPerLane);
        ulong place = lane.Sent[slot]++;
        if (place == PerCard)
        {
            lane.Cards[slot] = NewCard();
            lane.Sent[slot] = 1;
            place = 0;
        }

        ulong card = lane.Cards[slot];
        ScoreTransaction request = new()
        {
            Id = new UInt128(_number + 1, _nextId++),
            Merchant = MerchantOf(card),
            Card = card,
            Terminal = card,
            Device = _random.Below(10UL),
            Amount = (ulong)_random.Between(100, 100_000),
            OccurredAt = _beginNs + (place * StepNs),
            Currency = LoadDriver.Currency,
            UserData64 = _random.Next(),
        };
        return new ScoredTransaction
        {
            Request = request,
            Label = _random.OneIn(3) ? (TransactionLabel)_random.Between(1, 3) : TransactionLabel.None,
            Verdict = (Decision)_random.Pick<int>([(int)Decision.None, (int)Decision.Approve, (int)Decision.Decline]),
        };
    }

    // Two for each card, so that the windows of its terminals fill.
    private ulong MerchantOf(ulong card) =>
        TorturePolicy.MerchantsAfter + 1 + ((card + _random.Below(2UL)) % TorturePolicy.Merchants);

    private ulong[] NewCards() => [.. Enumerable.Range(0, CardsPerLane).Select(_ => NewCard())];

    // Cards of payments are below a thousand.
    private ulong NewCard() => ((_number + 1) << 32) + _nextCard++;

    private sealed record Lane(ulong[] Cards)
    {
        public ulong[] Sent { get; } = new ulong[CardsPerLane];
    }
}
