using System.Runtime.InteropServices;

using FastCore.Fraud.Features;
using FastCore.Protocol.Fraud;

namespace FastCore.Node.Backtesting;

/// <summary>What a backtest keeps of each decision: about 100 bytes and its features.</summary>
internal sealed class BacktestRows(FeatureSet features)
{
    private readonly List<BacktestRow> _rows = [];
    private readonly List<float> _vectors = [];
    private readonly List<int> _fired = [];

    public FeatureSet Features { get; } = features;

    public Span<BacktestRow> All => CollectionsMarshal.AsSpan(_rows);

    public void Add(BacktestRow row, ReadOnlySpan<float> vector, IEnumerable<int> before, IEnumerable<int> after)
    {
        row.Vector = _rows.Count;
        row.Fired = _fired.Count;
        _fired.AddRange(before);
        row.FiredBefore = _fired.Count - row.Fired;
        _fired.AddRange(after);
        row.FiredAfter = _fired.Count - row.Fired - row.FiredBefore;
        _vectors.AddRange(vector);
        _rows.Add(row);
    }

    /// <summary>The rules whose condition was true, as the names of the report number them.</summary>
    public ReadOnlySpan<int> FiredOf(in BacktestRow row, bool isAfter) => CollectionsMarshal.AsSpan(_fired).Slice(
        row.Fired + (isAfter ? row.FiredBefore : 0), isAfter ? row.FiredAfter : row.FiredBefore);

    public float ValueOf(in BacktestRow row, int feature) => _vectors[(row.Vector * Features.Count) + feature];
}

/// <summary>A decision, as it was made and as the candidate would have made it.</summary>
internal struct BacktestRow
{
    public UInt128 Id;
    public ulong Merchant;
    public ulong TimeNs;
    public ulong Timestamp;
    public float ScoreBefore;
    public float ScoreAfter;
    public Decision Before;
    public Decision After;
    public DecisionReason ReasonAfter;
    public TransactionLabel Label;

    /// <summary>One of <see cref="ScoreBand"/>: where the score lies between the thresholds of the merchant.</summary>
    public ScoreBand BandBefore;

    public ScoreBand BandAfter;
    public int Vector;
    public int Fired;
    public int FiredBefore;
    public int FiredAfter;

    public readonly bool IsFraud => Label.IsFraud();
}

/// <summary>Where a score lies.</summary>
internal enum ScoreBand : byte
{
    None,
    Below,
    Review,
    Decline,
}
