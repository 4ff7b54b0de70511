using System.Runtime.InteropServices;
using System.Text;

using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Simulation.Domains;
using FastCore.Simulation.Payments;
using FastCore.Testing;

namespace FastCore.Simulation.Fraud;

/// <summary>
/// Clients of a few merchants with a few cards, terminals and devices: transactions now and of the past, repeated with
/// the same and with other content, labels early and late, verdicts, lists that change and expire, lookups.
/// </summary>
/// <param name="elementsMax">Elements of one request at most.</param>
public sealed class FraudWorkload(int elementsMax = 6) : IWorkload
{
    private const ulong Merchants = 3;
    private const ulong Cards = 5;

    private static readonly string[] Lists = ["stolen", "trusted", "watched", "phones", "bins", "nobody"];
    private static readonly ulong[] Amounts = [50, 99, 100, 1_001, 20_001, 60_000, 60_001, 80_001];
    private static readonly uint[] Bins = [0, 411_111, 400_000, 99];
    private static readonly uint[] Currencies = [0, 978, 840];

    private readonly SlidingIds _ids = new(width: 24, drawsPerId: 2);
    private readonly RepeatedElements _repeated = new();
    private readonly Dictionary<(ulong Merchant, UInt128 Id), ulong> _cards = [];
    private readonly List<ReviewVerdict> _verdicts = [];

    /// <inheritdoc/>
    public string Name => "fraud";

    /// <inheritdoc/>
    public SimulatedRequest Next(SeededRandom random, ulong nowNs) => random.Below(20) switch
    {
        < 9 => Many(Operation.ScoreTransactions, random, () => Transaction(random, nowNs)),
        < 12 => Many(Operation.LabelTransactions, random, () => Label(random, nowNs)),
        < 14 => Many(Operation.ResolveReviews, random, () => Verdict(random)),
        < 16 => Many(Operation.ChangeLists, random, () => Change(random, nowNs)),
        < 18 => InBook(
            Operation.LookupDecisions, Merchant(random),
            MemoryMarshal.AsBytes<UInt128>(
                [.. Enumerable.Range(0, random.Between(1, 8)).Select(_ => _ids.Name(random))])),
        _ => InBook(Operation.QueryReviews, Merchant(random), Filter(random, nowNs)),
    };

    private static ulong Merchant(SeededRandom random) => 1 + random.Below(Merchants);

    private static byte[] BytesOf<T>(T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();

    private static SimulatedRequest InBook(Operation operation, ulong book, ReadOnlySpan<byte> asked) =>
        new(operation, [.. BytesOf(new BookPrefix { Book = book }), .. asked]);

    private SimulatedRequest Many(Operation operation, SeededRandom random, Func<byte[]> one) => new(
        operation, [.. Enumerable.Range(0, random.Between(1, elementsMax)).SelectMany(_ => one())]);

    private byte[] Transaction(SeededRandom random, ulong nowNs)
    {
        ScoreTransaction drawn = new()
        {
            Id = random.OneIn(300) ? 0 : _ids.Draw(random),
            Merchant = random.OneIn(200) ? 0 : Merchant(random),
            Card = random.Below(Cards + 1),
            Terminal = random.Below(3UL),
            Device = random.Below(4UL),
            Amount = random.OneIn(50) ? random.Skewed() : random.Pick(Amounts),
            OccurredAt = OccurredAt(random, nowNs),
            Currency = random.Pick(Currencies),
            Bin = random.Pick(Bins),
            UserData64 = random.Below(3UL),
        };
        if (random.OneIn(3))
        {
            drawn.Flags = ScoreFlags.HasPlace;
            drawn.Latitude = random.Between(-90, 90) * 1_000_000;
            drawn.Longitude = random.Between(-180, 180) * 1_000_000;
        }

        byte[] bytes = _repeated.Choose(
            Operation.ScoreTransactions, drawn.Merchant, drawn.Id, BytesOf(drawn), random);

        // How long a stage took is no business of a model.
        ref ScoreTransaction chosen = ref MemoryMarshal.AsRef<ScoreTransaction>(bytes.AsSpan());
        chosen.Flags &= ~ScoreFlags.StageTimes;
        _ = _cards.TryAdd((chosen.Merchant, chosen.Id), chosen.Card);
        return bytes;
    }

    // Mostly at its commit; else up to three days before, or ahead, sometimes too far.
    private static ulong OccurredAt(SeededRandom random, ulong nowNs) => random.Below(8) switch
    {
        < 5 => 0,
        5 => nowNs + (random.Next() >> random.Between(25, 40)),
        _ => nowNs - Math.Min(random.Next() >> random.Between(16, 40), nowNs),
    };

    private byte[] Label(SeededRandom random, ulong nowNs)
    {
        UInt128 id = _ids.Name(random);
        ulong merchant = Merchant(random);
        LabelTransaction label = new()
        {
            Id = id,
            Merchant = merchant,
            Card = random.OneIn(20) ? random.Below(Cards) : _cards.GetValueOrDefault((merchant, id)),
            KnownAt = random.Below(8) switch
            {
                < 3 => 0,
                < 5 => nowNs + (random.Next() >> random.Between(17, 40)),
                < 7 => nowNs - Math.Min(random.Next() >> random.Between(16, 40), nowNs),
                _ => random.Skewed(),
            },
            Label = (TransactionLabel)random.Below(random.OneIn(20) ? 6 : 4),
        };
        return _repeated.Choose(Operation.LabelTransactions, merchant, id, BytesOf(label), random);
    }

    private byte[] Verdict(SeededRandom random)
    {
        if (_verdicts.Count > 0 && random.OneIn(3))
        {
            // Once more, perhaps the other way round.
            ReviewVerdict again = _verdicts[^(1 + random.Below(Math.Min(_verdicts.Count, 20)))];
            return BytesOf(again with { Verdict = random.Pick([Decision.Approve, Decision.Decline]) });
        }

        ReviewVerdict verdict = new()
        {
            Id = _ids.Name(random),
            Merchant = Merchant(random),
            Verdict = random.OneIn(20) ? (Decision)random.Below(6) : random.Pick([Decision.Approve, Decision.Decline]),
            UserData64 = random.Below(3UL),
        };
        _verdicts.Add(verdict);
        return _repeated.Choose(Operation.ResolveReviews, verdict.Merchant, verdict.Id, BytesOf(verdict), random);
    }

    private static byte[] Change(SeededRandom random, ulong nowNs)
    {
        ListChange change = new()
        {
            Key = random.OneIn(8) ? 411_111 : random.Below(Cards + 1),
            Kind = random.OneIn(20) ? (ListChangeKind)random.Below(4) : random.Pick(
                [ListChangeKind.Add, ListChangeKind.Remove, ListChangeKind.Remove]),
            Reserved1 = random.OneIn(100) ? (ushort)1 : (ushort)0,
        };
        change.ExpiresAt = change.Kind == ListChangeKind.Remove && !random.OneIn(20) ? 0
            : random.Below(6) switch
            {
                0 => nowNs - random.Below(1UL << 30),
                < 5 => nowNs + (random.Next() >> random.Between(20, 40)),
                _ => 0,
            };
        Encoding.UTF8.GetBytes(random.Pick(Lists), change.List);
        return BytesOf(change);
    }

    private static byte[] Filter(SeededRandom random, ulong nowNs) => BytesOf(new ReviewFilter
    {
        After = random.OneIn(2) ? 0 : nowNs - (random.Next() >> random.Between(20, 40)),
        Limit = (uint)random.Below(12),
        Reserved0 = random.OneIn(50) ? 1U : 0,
    });
}
