using System.Runtime.CompilerServices;
using System.Text;
using FastCore.Fraud.Features;
using FastCore.Testing;
using Xunit;

namespace FastCore.Fraud.Tests.Features;

/// <summary>Edges, late events, limits and labels, each by itself.</summary>
public sealed class HistoryTests : IDisposable
{
    private const ulong Second = CardRows.Second;
    private const ulong Hour = 3_600 * Second;
    private const ulong Day = CardRows.Day;
    private const ulong T0 = 17_622 * Day;

    private static readonly FeatureSet Set = FeatureSet.Parse(Encoding.UTF8.GetBytes("""
        {
          "format": 1,
          "features": [
            { "name": "count", "key": "card", "aggregate": "count", "window": "1d" },
            { "name": "sum", "key": "card", "aggregate": "sum", "window": "1d" },
            { "name": "short", "key": "card", "aggregate": "count", "window": "1m" },
            { "name": "later", "key": "terminal", "aggregate": "count", "window": "1d", "delay": "7d" },
            { "name": "frauds", "key": "terminal", "aggregate": "fraud_count", "window": "1d", "delay": "7d" },
            { "name": "frauds_now", "key": "terminal", "aggregate": "fraud_count", "window": "8d" }
          ]
        }
        """));

    private readonly FeatureOptions _options = new();
    private readonly long[] _raw = new long[Set.RawLength];
    private readonly double[] _values = new double[Set.Count];
    private EventPlace _place;
    private FeatureStore? _store;

    private FeatureStore Store => _store ??= new FeatureStore(Set, _options);

    [Fact]
    public void EventExactlyAsOldAsTheWindow_IsOut()
    {
        Observe(T0, 100);
        Assert.Equal(2, Observe(T0 + Day - 1, 10)["count"]);
        Assert.Equal(2, Observe(T0 + Day, 1)["count"]);
        Assert.Equal(0.11, Last["sum"]);
        Assert.Equal(3, Observe(T0 + Day, 1)["short"]);
        Assert.Equal(1, Observe(T0 + Day + (60 * Second), 1)["short"]);
    }

    [Fact]
    public void DelayedWindow_HasItsLateEdge_AndLacksItsEarlyOne()
    {
        Observe(T0);
        Assert.Equal(0, Observe(T0 + (7 * Day) - 1)["later"]);
        Assert.Equal(1, Observe(T0 + (7 * Day))["later"]);
        Assert.Equal(1, Observe(T0 + (8 * Day) - 1)["later"]);
        Assert.Equal(0, Observe(T0 + (8 * Day))["later"]);
    }

    [Fact]
    public void LateEvent_HappensWithTheNewestOfItsKey()
    {
        Observe(T0 + Day, 100);
        Observe(T0 + Day - (30 * Second), 10);
        Assert.Equal((2, 2, 1.1), (Last["count"], Last["short"], Last["sum"]));

        // It leaves with the newest, and other keys have times of their own.
        Observe(T0 + (2 * Day) - 1, 1);
        Assert.Equal(3, Last["count"]);
        Assert.Equal(1, Observe(T0 + (2 * Day), 1, card: 7)["count"]);
        Assert.Equal(2, Observe(T0 + (2 * Day), 1)["count"]);
        Assert.Equal(1, Store.CountersOf(FeatureKey.Card).Late);
    }

    [Fact]
    public void Label_CountsFromItsKnownAtOn()
    {
        EventPlace place = Record(T0);
        Assert.Equal(LabelStatus.Accepted, Label(place, FraudLabel.Fraud, T0 + Hour));
        Assert.Equal(0, Observe(T0 + Hour - 1)["frauds_now"]);
        Assert.Equal(1, Observe(T0 + Hour)["frauds_now"]);
        Assert.Equal(0, Last["frauds"]);
        Assert.Equal(1, Observe(T0 + (7 * Day))["frauds"]);
        Assert.Equal(0, Observe(T0 + (8 * Day))["frauds"]);
    }

    [Fact]
    public void LateTransaction_SeesNoLabelThatWasNotKnownByItsTime()
    {
        EventPlace place = Record(T0);
        Assert.Equal(LabelStatus.Accepted, Label(place, FraudLabel.Confirmed, T0 + (2 * Hour)));
        Assert.Equal(0, Observe(T0 + Hour)["frauds_now"]);
        Assert.Equal(1, Observe(T0 + (3 * Hour))["frauds_now"]);
    }

    [Fact]
    public void LatestKnownAt_Wins_InWhateverOrderLabelsArrive()
    {
        (FraudLabel Label, ulong KnownAt)[] labels =
        [
            (FraudLabel.Fraud, T0 + 100), (FraudLabel.Cleared, T0 + 300), (FraudLabel.Confirmed, T0 + 200),
            (FraudLabel.Cleared, T0 + 400), (FraudLabel.Fraud, T0 + 400), (FraudLabel.Cleared, T0 + (4 * Hour)),
        ];
        for (ulong seed = 0; seed < 40; seed++)
        {
            SeededRandom random = new(seed);
            _store?.Dispose();
            _store = null;
            EventPlace place = Record(T0);
            var order = labels.Concat(labels).OrderBy(_ => random.Next()).ToArray();
            LabelStatus[] statuses = [.. order.Select(label => Label(place, label.Label, label.KnownAt))];
            Assert.All(statuses, status => Assert.InRange(status, LabelStatus.Accepted, LabelStatus.Superseded));
            Assert.Equal(0, Observe(T0 + 99)["frauds_now"]);
            Assert.Equal(1, Observe(T0 + 100)["frauds_now"]);
            Assert.Equal(1, Observe(T0 + 250)["frauds_now"]);
            Assert.Equal(0, Observe(T0 + 399)["frauds_now"]);
            Assert.Equal(1, Observe(T0 + 400)["frauds_now"]);
            Assert.Equal(LabelStatus.Repeated, Label(place, FraudLabel.Fraud, T0 + 400));
            Assert.Equal(LabelStatus.Superseded, Label(place, FraudLabel.Cleared, T0 + 400));
            Assert.Equal(1, Observe(T0 + (4 * Hour) - 1)["frauds_now"]);
            Assert.Equal(0, Observe(T0 + (4 * Hour))["frauds_now"]);
            Assert.Null(Store.CheckInvariants());
        }
    }

    [Fact]
    public void Label_ThatCannotBeTaken_HasACode()
    {
        _options.Terminals.WaitingLabelsMax = 1;
        EventPlace place = Record(T0);
        Assert.Equal(LabelStatus.UnknownTransaction, Label(default, FraudLabel.Fraud, T0));
        Assert.Equal(LabelStatus.BadLabel, Label(place, FraudLabel.None, T0));
        Assert.Equal(LabelStatus.BadLabel, Label(place, (FraudLabel)4, T0));
        Assert.Equal(LabelStatus.TimeOutOfRange, Label(place, FraudLabel.Fraud, 0));
        Assert.Equal(LabelStatus.TimeOutOfRange, Label(place, FraudLabel.Fraud, ulong.MaxValue));
        Assert.Equal(LabelStatus.NotNeeded, Store.Label(FeatureKey.Card, place, FraudLabel.Fraud, T0));
        Assert.Equal(LabelStatus.NotNeeded, Store.Label(FeatureKey.Merchant, place, FraudLabel.Fraud, T0));
        Assert.Equal(LabelStatus.Accepted, Label(place, FraudLabel.Fraud, T0 + 1));
        Assert.Equal(LabelStatus.Repeated, Label(place, FraudLabel.Fraud, T0 + 1));
        Assert.Equal(LabelStatus.WaitingFull, Label(place, FraudLabel.Fraud, T0 + 2));
        FeatureCounters counters = Store.CountersOf(FeatureKey.Terminal);
        Assert.Equal(
            (1, 1, 1, 1),
            (counters.Labels, counters.RepeatedLabels, counters.UnknownLabels, counters.RefusedLabels));
    }

    [Fact]
    public void LabelsThatRunFull_AreAStatus_UntilTheirEventsLeave()
    {
        _options.Terminals.LabelsMax = 2;
        EventPlace first = Record(T0);
        EventPlace second = Record(T0 + 1);
        EventPlace third = Record(T0 + 2);
        Assert.Equal(LabelStatus.Accepted, Label(first, FraudLabel.Fraud, T0 + 1));

        // What waits has its room already.
        Assert.Equal(LabelStatus.Accepted, Label(second, FraudLabel.Fraud, T0 + Day));
        Assert.Equal(LabelStatus.LabelsFull, Label(third, FraudLabel.Fraud, T0 + 2));
        Assert.Equal(LabelStatus.LabelsFull, Label(third, FraudLabel.Fraud, T0 + Day));
        Assert.Equal(LabelStatus.Accepted, Label(first, FraudLabel.Confirmed, T0 + 2));
        Assert.Equal(2, Observe(T0 + Day)["frauds_now"]);
        Assert.Equal(LabelStatus.LabelsFull, Label(third, FraudLabel.Fraud, T0 + 2));
        Assert.Equal(3, Store.CountersOf(FeatureKey.Terminal).RefusedLabels);
        Assert.Null(Store.CheckInvariants());

        // The first one leaves, and what was known of it.
        Assert.Equal(1, Observe(T0 + (8 * Day))["frauds_now"]);
        Assert.Equal(LabelStatus.Accepted, Label(third, FraudLabel.Fraud, T0 + 2));
        Assert.Equal(2, Observe(T0 + (8 * Day))["frauds_now"]);
        Assert.Null(Store.CheckInvariants());
    }

    [Fact]
    public void EventThatLeftAllWindows_IsUnknown()
    {
        EventPlace place = Record(T0);
        Assert.Equal(LabelStatus.Accepted, Label(place, FraudLabel.Fraud, T0));
        Observe(T0 + (8 * Day) - 1);
        Assert.Equal(LabelStatus.Repeated, Label(place, FraudLabel.Fraud, T0));
        Observe(T0 + (8 * Day));
        Assert.Equal(LabelStatus.UnknownTransaction, Label(place, FraudLabel.Fraud, T0));
        Assert.Equal(LabelStatus.UnknownTransaction, Label(place, FraudLabel.Fraud, T0 + (30 * Day)));
        Assert.Null(Store.CheckInvariants());
    }

    [Fact]
    public void Label_OfAKeyThatWasDropped_DoesNotReachItsSlotsNextOwner()
    {
        EventPlace place = Record(T0, terminal: 1);
        Store.Reclaim(T0 + (500 * Day), 10);
        Assert.Equal(0, Store.KeysOf(FeatureKey.Terminal));
        Assert.Equal(LabelStatus.UnknownTransaction, Label(place, FraudLabel.Fraud, T0));
        EventPlace next = Record(T0 + (500 * Day), terminal: 2);
        Assert.Equal(LabelStatus.UnknownTransaction, Label(place, FraudLabel.Fraud, T0));
        Assert.Equal(LabelStatus.Accepted, Label(next, FraudLabel.Fraud, T0));
        Assert.Null(Store.CheckInvariants());
    }

    [Fact]
    public void Labels_StayWithAnEventThatIsSpilled_AndGoWithItsHour()
    {
        _options.Terminals.EventsPerKeyMax = 1;
        EventPlace first = Record(T0);
        EventPlace second = Record(T0 + 1);
        Assert.Equal(LabelStatus.Accepted, Label(first, FraudLabel.Fraud, T0 + 1));
        Assert.Equal(LabelStatus.Accepted, Label(second, FraudLabel.Fraud, T0 + 1));
        Record(T0 + 2);
        Assert.Equal(LabelStatus.Repeated, Label(first, FraudLabel.Fraud, T0 + 1));
        Assert.Equal(LabelStatus.Repeated, Label(second, FraudLabel.Fraud, T0 + 1));
        Assert.Equal(LabelStatus.Superseded, Label(second, FraudLabel.Cleared, T0));
        Assert.Equal(2, Observe(T0 + 3)["frauds_now"]);
        Assert.Null(Store.CheckInvariants());
        Assert.Equal(LabelStatus.Accepted, Label(second, FraudLabel.Cleared, T0 + 2));
        Assert.Equal(1, Observe(T0 + 4)["frauds_now"]);
        Assert.Equal(0, Observe(T0 + Hour + (8 * Day))["frauds_now"]);
        Assert.Equal(LabelStatus.UnknownTransaction, Label(first, FraudLabel.Fraud, T0 + 1));
        Assert.Null(Store.CheckInvariants());
    }

    [Fact]
    public void Place_IsNowhere_WhereNothingWasRecordedOrNoFeatureReadsLabels()
    {
        FeatureTransaction transaction = new() { Card = 1, Terminal = 1, TimeNs = T0 };
        Store.Observe(FeatureKey.Card, transaction, Set.PartOf(FeatureKey.Card, _raw), out EventPlace place);
        Assert.True(place.IsNowhere);
        Store.Observe(FeatureKey.Terminal, transaction, Set.PartOf(FeatureKey.Terminal, _raw), out place);
        Assert.False(place.IsNowhere);
        transaction.TimeNs = 0;
        Store.Observe(FeatureKey.Terminal, transaction, Set.PartOf(FeatureKey.Terminal, _raw), out place);
        Assert.True(place.IsNowhere);
        Assert.Equal(16, Unsafe.SizeOf<EventPlace>());
        Assert.False(Set.NeedsLabels(FeatureKey.Transaction));
        Assert.False(Set.NeedsLabels(FeatureKey.Card));
        Assert.True(Set.NeedsLabels(FeatureKey.Terminal));
        Assert.Equal(Set.RawLength, Enum.GetValues<FeatureKey>().Sum(Set.RawLengthOf));
        Assert.All(
            Enum.GetValues<FeatureKey>(),
            key => Assert.Equal(Set.PartOf(key, _raw).Length, Set.RawLengthOf(key)));
    }

    [Theory]
    [InlineData(FeatureStatus.TimeOutOfRange, 0UL, 1L)]
    [InlineData(FeatureStatus.TimeOutOfRange, ulong.MaxValue, 1L)]
    [InlineData(FeatureStatus.AmountOutOfRange, T0, -1L)]
    [InlineData(FeatureStatus.AmountOutOfRange, T0, FeatureLimits.AmountMax + 1)]
    [InlineData(FeatureStatus.Recorded, T0, FeatureLimits.AmountMax)]
    public void BadTransaction_HasACode(FeatureStatus status, ulong timeNs, long amount)
    {
        Assert.Equal(status, Try(FeatureKey.Card, timeNs, amount));
        Assert.Equal(status == FeatureStatus.Recorded ? 1 : 0, Store.KeysOf(FeatureKey.Card));
    }

    [Fact]
    public void SumThatWouldOverflow_IsRefused()
    {
        for (int i = 0; i < 1_023; i++)
        {
            Assert.Equal(FeatureStatus.Recorded, Try(FeatureKey.Card, T0, FeatureLimits.AmountMax));
        }

        Assert.Equal(FeatureStatus.AmountOutOfRange, Try(FeatureKey.Card, T0, FeatureLimits.AmountMax));
        Assert.Equal(FeatureStatus.Recorded, Try(FeatureKey.Card, T0, FeatureLimits.AmountMax - 1));
        Assert.Null(Store.CheckInvariants());
    }

    [Fact]
    public void FullTables_AreStatuses_AndRecordNothing()
    {
        _options.Cards = new KeyFeatureOptions { KeysMax = 2, BlocksMax = 2, EventsPerKeyMax = 12, HoursMax = 1 };
        Assert.Equal(FeatureStatus.Recorded, Try(FeatureKey.Card, T0, 1, card: 1));
        Assert.Equal(FeatureStatus.Recorded, Try(FeatureKey.Card, T0, 1, card: 2));
        Assert.Equal(FeatureStatus.KeysFull, Try(FeatureKey.Card, T0, 1, card: 3));
        for (int i = 1; i < 8; i++)
        {
            Assert.Equal(FeatureStatus.Recorded, Try(FeatureKey.Card, T0, 1, card: 1));
        }

        Assert.Equal(FeatureStatus.EventsFull, Try(FeatureKey.Card, T0, 1, card: 1));
        Assert.Null(Store.CheckInvariants());

        // A day later the first block has gone and makes room for itself; the other card's has not been looked at.
        Assert.Equal(FeatureStatus.Recorded, Try(FeatureKey.Card, T0 + Day, 1, card: 1));
        Assert.Equal(2, Store.KeysOf(FeatureKey.Card));
        Assert.Null(Store.CheckInvariants());
    }

    [Fact]
    public void HoursThatRunFull_AreAStatus()
    {
        _options.Cards = new KeyFeatureOptions { EventsPerKeyMax = 1, HoursMax = 1 };
        Assert.Equal(FeatureStatus.Recorded, Try(FeatureKey.Card, T0, 1));
        Assert.Equal(FeatureStatus.Recorded, Try(FeatureKey.Card, T0 + Hour, 1));
        Assert.Equal(FeatureStatus.HoursFull, Try(FeatureKey.Card, T0 + (2 * Hour), 1));
        Assert.Equal(FeatureStatus.Recorded, Try(FeatureKey.Card, T0 + (2 * Hour), 1, card: 2));
        Assert.Null(Store.CheckInvariants());
    }

    [Fact]
    public void Spill_IsCounted_AndEndsWithItsHour()
    {
        _options.Cards.EventsPerKeyMax = 2;
        Observe(T0 + 1, 100);
        Observe(T0 + 2, 10);
        Assert.Equal(0, Store.CountersOf(FeatureKey.Card).Approximate);
        Observe(T0 + 3, 1);
        Assert.Equal((3, 1.11), (Last["count"], Last["sum"]));

        // A minute knows only what is kept one by one.
        Assert.Equal(2, Last["short"]);
        FeatureCounters counters = Store.CountersOf(FeatureKey.Card);
        Assert.Equal((1, 1, 1), (counters.Spilled, counters.CappedWindows, counters.Approximate));

        // The first would have left a day after it happened; it stays to the last nanosecond of its hour, a day later.
        Assert.Equal(2, Observe(T0 + Day + Hour - 2, 1)["count"]);
        Assert.Equal(3, Observe(T0 + Day + Hour - 2, 1)["count"]);
        Assert.Null(Store.CheckInvariants());
        Assert.Equal(3, Observe(T0 + Day + Hour - 1, 1)["count"]);
        Assert.Null(Store.CheckInvariants());
    }

    [Fact]
    public void Label_ChangesItsOwnEventOnly_WhenOneOfTheSameHourHasLeft()
    {
        // The second event leaves one by one; the first and the third, of the same hour, are spilled around it.
        _options.Terminals.EventsPerKeyMax = 2;
        EventPlace first = Record(T0 + 1);
        EventPlace second = Record(T0 + 2);
        EventPlace third = Record(T0 + (3_000 * Second));
        Record(T0 + (8 * Day) + 2);
        Record(T0 + (8 * Day) + 3);
        Assert.Equal(2, Store.CountersOf(FeatureKey.Terminal).Spilled);
        Assert.Equal(LabelStatus.UnknownTransaction, Label(second, FraudLabel.Fraud, T0 + Day));
        Assert.Equal(0, Observe(T0 + (8 * Day) + 4)["frauds_now"]);
        Assert.Equal(LabelStatus.Accepted, Label(first, FraudLabel.Fraud, T0 + Day));
        Assert.Equal(1, Observe(T0 + (8 * Day) + 5)["frauds_now"]);
        Assert.Equal(LabelStatus.Accepted, Label(third, FraudLabel.Fraud, T0 + Day));
        Assert.Equal(2, Observe(T0 + (8 * Day) + 6)["frauds_now"]);
        Assert.Equal(LabelStatus.Accepted, Label(first, FraudLabel.Cleared, T0 + Day + 1));
        Assert.Equal(1, Observe(T0 + (8 * Day) + 7)["frauds_now"]);
        Assert.Null(Store.CheckInvariants());
        Assert.Equal(0, Observe(T0 + (8 * Day) + Hour - 1)["frauds_now"]);
        Assert.Null(Store.CheckInvariants());
    }

    [Fact]
    public void Reclaim_GivesBackWhatIdleKeysHold_ThenTheKeys()
    {
        for (uint card = 0; card < 50; card++)
        {
            Observe(T0 + card, 1, card);
        }

        EventPlace place = Record(T0 + 49, 49);
        Label(place, FraudLabel.Fraud, T0 + (30 * Day));
        Store.Reclaim(T0 + Day, 100);
        Assert.Equal(2, Observe(T0 + Day, 1, card: 49)["count"]);
        Store.Reclaim(T0 + (60 * Day), 10);
        Store.Reclaim(T0 + (60 * Day), 100);
        Store.Reclaim(T0 + (60 * Day), 100);
        Assert.Null(Store.CheckInvariants());
        Assert.Equal(50, Store.KeysOf(FeatureKey.Card));
        Assert.Equal(LabelStatus.UnknownTransaction, Label(place, FraudLabel.Fraud, T0));
        Store.Reclaim(T0 + (500 * Day), 100);
        Store.Reclaim(T0 + (500 * Day), 100);
        Assert.Equal(0, Store.KeysOf(FeatureKey.Card));
        Assert.Equal(50, Store.CountersOf(FeatureKey.Card).ForgottenKeys);
        Assert.Null(Store.CheckInvariants());
        Assert.Equal(1, Observe(T0 + (500 * Day), 1, card: 3)["count"]);
    }

    [Fact]
    public void KeyThatIsDroppedAfterItsPrefetch_IsNotThere()
    {
        // The list of free slots leaves a 1 where the second row had its key, 1.
        _options.Cards.KeysMax = 2;
        Observe(T0, 1, card: 5);
        Observe(T0, 1, card: 1);
        Prefetch(card: 1);
        Prefetch(card: 5);
        Store.Reclaim(T0 + (500 * Day), 10);
        Assert.Equal(0, Store.KeysOf(FeatureKey.Card));
        Assert.Equal(1, Observe(T0 + (500 * Day), 1, card: 1)["count"]);
        Assert.Equal(1, Store.KeysOf(FeatureKey.Card));

        // Others have both slots now.
        Observe(T0 + (500 * Day), 1, card: 9);
        Assert.Equal(FeatureStatus.KeysFull, Try(FeatureKey.Card, T0 + (500 * Day), 1, card: 5));
        Assert.Null(Store.CheckInvariants());
    }

    [Fact]
    public void CheckpointOfOtherFeatures_IsRefused()
    {
        using FeatureStore other = new(FeatureSet.Default, new FeatureOptions());
        byte[] section = SnapshotBytes.Of(Store.Parts[0]);
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(
            () => other.Parts[0].Recover(new SnapshotBytes(section), 1));
        Assert.Contains(Set.Version, e.Message);
    }

    [Fact]
    public void SteadyState_AllocatesNothing()
    {
        ulong now = T0;
        Observe(now);
        FeatureTransaction transaction = default;
        float[] features = new float[Set.Count];
        long[] raw = _raw;
        FeatureStore store = Store;
        FeaturesAhead ahead = new(store);
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (int i = 0; i < 1_000; i++)
            {
                transaction.Card = (UInt128)(i % 10);
                transaction.TimeNs = now += 1_000 * Second;
                ahead.Clear();
                ahead.AddCard(transaction);
                ahead.HintAtKeys();
                ahead.HintAtRows();
                ahead.HintAtEvents();
                Set.WriteTransaction(transaction, raw);
                store.Observe(FeatureKey.Card, transaction, Set.PartOf(FeatureKey.Card, raw), out _);
                store.Observe(FeatureKey.Terminal, transaction, Set.PartOf(FeatureKey.Terminal, raw), out var place);
                store.Label(FeatureKey.Terminal, place, FraudLabel.Fraud, now + Hour);
                store.Reclaim(now, 1);
                Set.Compute(raw, features);
            }
        }));
    }

    public void Dispose() => _store?.Dispose();

    private Dictionary<string, double> Last => Set.Definitions
        .Select((definition, i) => (definition.Name, Value: _values[i]))
        .ToDictionary(pair => pair.Name, pair => pair.Value);

    private Dictionary<string, double> Observe(ulong timeNs, long amount = 1, uint card = 1)
    {
        Assert.Equal(FeatureStatus.Recorded, Try(FeatureKey.Card, timeNs, amount, card));
        Assert.Equal(FeatureStatus.Recorded, Try(FeatureKey.Terminal, timeNs, amount, card));
        Set.Compute(_raw, _values);
        return Last;
    }

    private void Prefetch(uint card)
    {
        FeatureTransaction transaction = new() { Card = card, TimeNs = T0 };
        FeaturesAhead ahead = new(Store);
        ahead.AddCard(transaction);
        ahead.HintAtKeys();
        ahead.HintAtRows();
        ahead.HintAtEvents();
    }

    private EventPlace Record(ulong timeNs, uint terminal = 1)
    {
        Assert.Equal(FeatureStatus.Recorded, Try(FeatureKey.Terminal, timeNs, 1, terminal: terminal));
        return _place;
    }

    private LabelStatus Label(in EventPlace place, FraudLabel label, ulong knownAtNs) =>
        Store.Label(FeatureKey.Terminal, place, label, knownAtNs);

    private FeatureStatus Try(FeatureKey key, ulong timeNs, long amount, uint card = 1, uint terminal = 1)
    {
        FeatureTransaction transaction = new()
        {
            Card = card,
            Terminal = terminal,
            TimeNs = timeNs,
            Amount = amount,
        };
        Set.WriteTransaction(transaction, _raw);
        return Store.Observe(key, transaction, Set.PartOf(key, _raw), out _place);
    }
}
