using System.Text;
using FastCore.Fraud.Features;
using FastCore.Testing;
using Xunit;

namespace FastCore.Fraud.Tests.Features;

/// <summary>The store against its slow twin over random streams: ties, edges, late events, labels, spills.</summary>
public sealed class TwinTests
{
    private const ulong Second = CardRows.Second;
    private const ulong Start = 1_522_540_800 * Second;

    /// <summary>Every aggregate, on every key it goes with, over windows of seconds to days.</summary>
    internal static FeatureSet Everything { get; } = FeatureSet.Parse(Encoding.UTF8.GetBytes("""
        {
          "format": 1,
          "features": [
            { "name": "amount", "key": "transaction", "aggregate": "amount" },
            { "name": "weekend", "key": "transaction", "aggregate": "weekend" },
            { "name": "night", "key": "transaction", "aggregate": "night" },
            { "name": "c.count_1s", "key": "card", "aggregate": "count", "window": "1s" },
            { "name": "c.count_1m", "key": "card", "aggregate": "count", "window": "60s" },
            { "name": "c.sum_1h", "key": "card", "aggregate": "sum", "window": "1h" },
            { "name": "c.mean_1d", "key": "card", "aggregate": "mean", "window": "1d" },
            { "name": "c.distinct_1m", "key": "card", "aggregate": "distinct", "window": "1m", "of": "terminal" },
            { "name": "c.distinct_2h", "key": "card", "aggregate": "distinct", "window": "2h", "of": "terminal" },
            { "name": "c.ratio_1d", "key": "card", "aggregate": "ratio", "window": "1d" },
            { "name": "c.old_mean", "key": "card", "aggregate": "mean", "window": "1d", "delay": "1h" },
            { "name": "c.age", "key": "card", "aggregate": "first_seen" },
            { "name": "c.speed", "key": "card", "aggregate": "impossible_speed" },
            { "name": "c.fraud", "key": "card", "aggregate": "fraud_count", "window": "1d" },
            { "name": "t.count", "key": "terminal", "aggregate": "count", "window": "1d", "delay": "2h" },
            { "name": "t.risk_1h", "key": "terminal", "aggregate": "risk", "window": "1h", "delay": "2h" },
            { "name": "t.risk_1d", "key": "terminal", "aggregate": "risk", "window": "1d", "delay": "2h" },
            { "name": "t.frauds", "key": "terminal", "aggregate": "fraud_count", "window": "30s", "delay": "2h" },
            { "name": "t.distinct", "key": "terminal", "aggregate": "distinct", "window": "1d", "of": "card" },
            { "name": "m.count", "key": "merchant", "aggregate": "count", "window": "10s" },
            { "name": "m.age", "key": "merchant", "aggregate": "first_seen" }
          ]
        }
        """));

    // Steps that put events on edges of windows and just beside them.
    private static readonly ulong[] Steps =
    [
        0, 0, 1, Second - 1, Second, Second + 1, 59 * Second, 60 * Second, 60 * Second + 1, 300 * Second,
        3_600 * Second, 3_600 * Second - 1, 7_200 * Second, 82_800 * Second, 86_400 * Second, 93_600 * Second + 1,
    ];

    [Theory]
    [InlineData(1UL, 1_024, 40)]
    [InlineData(2UL, 1_024, 10)]
    [InlineData(3UL, 9, 1 << 20)]
    [InlineData(4UL, 8, 30)]
    [InlineData(5UL, 1, 20)]
    [InlineData(6UL, 20, 4)]
    [InlineData(7UL, 60, 15)]
    public void RandomStream_GivesTheTwinsFeatures(ulong seed, int cap, int slowRun)
    {
        SeededRandom random = new(seed);
        FeatureOptions options = Options(cap);
        using FeatureStream stream = new(Everything, options, 0);
        NaiveHistory twin = new(Everything, options);
        List<EventPlace[]> places = [];
        ulong now = Start;
        for (int step = 0; step < 1_200; step++)
        {
            // Long runs in which nearly nothing expires, so that small caps spill, then days that clear the windows.
            now += random.OneIn(slowRun) ? random.Pick(Steps) : random.Below(40UL) * Second;
            FeatureTransaction transaction = Transaction(random, now);
            places.Add(stream.Observe(transaction));
            AssertSame(twin.Observe((UInt128)step, transaction), stream.Values, step);
            if (random.OneIn(3))
            {
                Label(random, stream.Store, places, twin, now);
            }

            if (step % 100 == 0)
            {
                Assert.Null(stream.Store.CheckInvariants());
            }
        }

        Assert.Null(stream.Store.CheckInvariants());
        Assert.Equal(twin.Spilled, Keys.Sum(key => stream.Store.CountersOf(key).Spilled));
        Assert.Equal(cap < 100, twin.Spilled > 0);
        Assert.True(stream.Store.CountersOf(FeatureKey.Card).Late > 20);
    }

    [Theory]
    [InlineData(11UL, 16)]
    [InlineData(12UL, 512)]
    public void Recovery_GivesTheSameHash_AndTheSameFeatures(ulong seed, int cap)
    {
        SeededRandom random = new(seed);
        List<EventPlace[]> places = [];
        using FeatureStream stream = new(Everything, Options(cap), 0);
        using FeatureStream recovered = new(Everything, Options(cap), 0);
        ulong now = Start;
        for (int step = 0; step < 1_500; step++)
        {
            now += random.Below(100UL) * Second;
            places.Add(stream.Observe(Transaction(random, now)));
            Label(random, stream.Store, places, null, now);
        }

        // The checkpoint is written while the stream goes on, so it must show the state of its mark.
        List<EventPlace[]> later = [.. places];
        ulong marked = StateHashes.Of(stream.Store.Parts);
        foreach (var part in stream.Store.Parts)
        {
            part.BeginCheckpoint();
        }

        SeededRandom again = new(seed + 100);
        for (int more = 0; more < 300; more++)
        {
            later.Add(stream.Observe(Transaction(again, now + ((ulong)more * 50 * Second))));
            Label(again, stream.Store, later, null, now);
        }

        for (int i = 0; i < stream.Store.Parts.Count; i++)
        {
            SnapshotBytes.Recover(recovered.Store.Parts[i], SnapshotBytes.Rest(stream.Store.Parts[i], 1_000));
        }

        Assert.Equal(marked, StateHashes.Of(recovered.Store.Parts));
        Assert.Null(recovered.Store.CheckInvariants());
        again = new(seed + 100);
        for (int more = 0; more < 300; more++)
        {
            places.Add(recovered.Observe(Transaction(again, now + ((ulong)more * 50 * Second))));
            Label(again, recovered.Store, places, null, now);
        }

        Assert.Equal(stream.Values, recovered.Values);
        Assert.Equal(StateHashes.Of(stream.Store.Parts), StateHashes.Of(recovered.Store.Parts));
    }

    internal static FeatureKey[] Keys { get; } = [FeatureKey.Card, FeatureKey.Terminal, FeatureKey.Merchant];

    internal static FeatureOptions Options(int eventsPerKeyMax) => new()
    {
        Cards = Bounds(eventsPerKeyMax),
        Terminals = Bounds(eventsPerKeyMax),
        Merchants = Bounds(eventsPerKeyMax),
    };

    // Event numbers begin shortly before they wrap around.
    private static KeyFeatureOptions Bounds(int eventsPerKeyMax) =>
        new() { EventsPerKeyMax = eventsPerKeyMax, FirstEventNumber = uint.MaxValue - 63 };

    private static FeatureTransaction Transaction(SeededRandom random, ulong now)
    {
        // One in ten says that it happened before others of its key that are committed already.
        ulong late = random.OneIn(10) ? random.Pick(Steps) : 0;
        FeaturePlace place = default;
        if (random.OneIn(2))
        {
            Assert.True(FeaturePlace.TryAt(
                random.Between(-90_000_000, 90_000_000), random.Between(-180_000_000, 180_000_000), out place));
        }

        return new FeatureTransaction
        {
            Card = (UInt128)random.Below(4),
            Terminal = (UInt128)random.Below(6),
            Merchant = (UInt128)random.Below(2),
            TimeNs = now - late,
            Amount = random.OneIn(10) ? 0 : random.Below(100_000),
            Place = place,
        };
    }

    // Of this or an earlier transaction, known before, now or later, often again or otherwise.
    private static void Label(
        SeededRandom random, FeatureStore store, List<EventPlace[]> places, NaiveHistory? twin, ulong now)
    {
        int id = Math.Max(0, places.Count - 1 - random.Below(60));
        FraudLabel label = (FraudLabel)random.Between(1, 3);
        ulong knownAt = now - (600 * Second) + (random.Below(5UL) * 300 * Second);
        twin?.Label((UInt128)id, label, knownAt);
        foreach (FeatureKey key in Keys)
        {
            store.Label(key, places[id][(int)key], label, knownAt);
        }
    }

    private static void AssertSame(double[] expected, double[] actual, int step)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(
                expected[i].Equals(actual[i]),
                $"step {step}, {Everything.Definitions[i].Name}: {actual[i]:R}, the twin has {expected[i]:R}");
        }
    }
}
