using BenchmarkDotNet.Attributes;
using FastCore.Fraud.Features;

namespace FastCore.Bench.Micro;

/// <summary>
/// The default features of one transaction after another: card and terminal recorded, 17 features computed. The
/// histories are as full as they stay: a card has so many transactions in the 30 days of its longest window, and a
/// terminal fifty times as many. FASTCORE_BENCH_CARDS names another number of cards: 5000000 takes 11 GB and minutes.
/// </summary>
[MemoryDiagnoser]
public class FeatureBenchmarks : IDisposable
{
    private const int Batch = 1_024;
    private const int PerCard = 40;
    private const ulong SecondNs = 1_000_000_000;
    private const ulong DayNs = 86_400 * SecondNs;

    private readonly FeatureSet _set = FeatureSet.Default;
    private readonly FeatureTransaction[] _transactions = new FeatureTransaction[Batch];
    private readonly long[] _raw = new long[FeatureSet.Default.RawLength];
    private readonly float[] _features = new float[FeatureSet.Default.Count];
    private FeatureStore _store = null!;
    private FeaturesAhead _ahead = null!;
    private ulong _random = 1;
    private ulong _nowNs = 17_622 * DayNs;
    private ulong _stepNs;

    [ParamsSource(nameof(Sizes))]
    public int Cards { get; set; }

    public static IEnumerable<int> Sizes =>
        int.TryParse(Environment.GetEnvironmentVariable("FASTCORE_BENCH_CARDS"), out int cards)
            ? [cards]
            : [1_000, 20_000];

    [GlobalSetup]
    public void Setup()
    {
        FeatureOptions options = new();
        options.Cards.BlocksMax = 1 << 26;
        options.Terminals.BlocksMax = 1 << 26;
        _store = new FeatureStore(_set, options);
        _ahead = new FeaturesAhead(_store);
        _stepNs = 30 * DayNs / ((ulong)Cards * PerCard);

        // 37 days and some more fill all windows, the delayed ones too.
        for (ulong endNs = _nowNs + (40 * DayNs); _nowNs < endNs;)
        {
            ObserveAndComputeWithPrefetch();
        }
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _store.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Batch)]
    public void ObserveAndCompute()
    {
        NextBatch();
        foreach (ref FeatureTransaction transaction in _transactions.AsSpan())
        {
            Observe(transaction);
            _set.Compute(_raw, _features);
        }
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public void ObserveAndComputeWithPrefetch()
    {
        NextBatch();
        for (int first = 0; first < Batch; first += FeaturesAhead.Max)
        {
            Span<FeatureTransaction> chunk = _transactions.AsSpan(first, FeaturesAhead.Max);
            _ahead.Clear();
            foreach (ref FeatureTransaction transaction in chunk)
            {
                _ahead.AddCard(transaction);
                _ahead.AddMerchant(transaction);
            }

            _ahead.HintAtKeys();
            _ahead.HintAtRows();
            _ahead.HintAtEvents();
            foreach (ref FeatureTransaction transaction in chunk)
            {
                Observe(transaction);
                _set.Compute(_raw, _features);
            }
        }
    }

    // Nothing is recorded, so what is left is the formulas.
    [Benchmark(OperationsPerInvoke = Batch)]
    public void ComputeOnly()
    {
        for (int i = 0; i < Batch; i++)
        {
            _set.Compute(_raw, _features);
        }
    }

    private void NextBatch()
    {
        for (int i = 0; i < Batch; i++)
        {
            _nowNs += _stepNs;
            ref FeatureTransaction transaction = ref _transactions[i];
            transaction.Card = Next() % (ulong)Cards;
            transaction.Terminal = Next() % (ulong)(Cards / 50);
            transaction.TimeNs = _nowNs;
            transaction.Amount = (long)(Next() % 20_000);
        }
    }

    private void Observe(in FeatureTransaction transaction)
    {
        _set.WriteTransaction(transaction, _raw);
        _store.Observe(FeatureKey.Card, transaction, _set.PartOf(FeatureKey.Card, _raw), out _);
        _store.Observe(FeatureKey.Terminal, transaction, _set.PartOf(FeatureKey.Terminal, _raw), out _);
    }

    private ulong Next()
    {
        _random = (_random * 6_364_136_223_846_793_005) + 1_442_695_040_888_963_407;
        return _random >> 33;
    }
}
