using FastCore.Engine.Ports;
using FastCore.Fraud.Policies;
using FastCore.Protocol.Fraud;

namespace FastCore.Fraud.Scoring;

/// <summary>
/// Reads the decisions of a partition in commit order, with their features as they were logged. For tools, over state
/// that nobody changes meanwhile; reads disk.
/// </summary>
public sealed class DecisionReader
{
    private readonly FraudStore _store;
    private readonly FraudLookups _lookups;

    internal DecisionReader(FraudStore store)
    {
        _store = store;
        _lookups = new FraudLookups(store);
    }

    /// <summary>Decisions; positions are 0 to Count − 1, in commit order.</summary>
    public long Count => _store.Decisions.Count;

    /// <summary>The policy in force; null when there is none.</summary>
    public FraudPolicy? Policy => _store.Policy.Evaluator?.Policy;

    /// <summary>Finds a decision.</summary>
    /// <param name="id">Transaction, or payment.</param>
    /// <param name="merchant">Its merchant.</param>
    public StoredDecision? Find(UInt128 id, ulong merchant) =>
        _store.TryFind(id, RecordKinds.Decision, merchant, out long position) ? Get(position) : null;

    /// <summary>A decision.</summary>
    /// <param name="position">Its position.</param>
    public StoredDecision Get(long position)
    {
        DecisionRow row = _store.Decisions.Get(position);
        return Of(row, position, part => _store.Vectors.Get(row.Vector + part));
    }

    /// <summary>All decisions, a block at a time.</summary>
    public IEnumerable<StoredDecision> All()
    {
        IHistory<DecisionRow> decisions = _store.Decisions;
        IHistory<VectorRow> vectors = _store.Vectors;
        VectorRow[] vectorBlock = [];
        long vectorBlockNumber = -1;
        for (long block = 0; block * decisions.RowsPerBlock < decisions.Count; block++)
        {
            DecisionRow[] rows = decisions.Block(block).ToArray();
            for (int i = 0; i < rows.Length; i++)
            {
                long first = rows[i].Vector;
                yield return Of(rows[i], (block * decisions.RowsPerBlock) + i, part => VectorAt(first + part));
            }
        }

        VectorRow VectorAt(long position)
        {
            long block = position / vectors.RowsPerBlock;
            if (block != vectorBlockNumber)
            {
                vectorBlock = vectors.Block(block).ToArray();
                vectorBlockNumber = block;
            }

            return vectorBlock[position % vectors.RowsPerBlock];
        }
    }

    /// <summary>What was known of a transaction at a time: of its labels the one with the latest known-at.</summary>
    /// <param name="id">Transaction, or payment.</param>
    /// <param name="merchant">Its merchant.</param>
    /// <param name="byNs">The time, Unix nanoseconds.</param>
    /// <returns>The label and its known-at; no label and 0 when none was known.</returns>
    /// <remarks>A label that came after one with a later known-at was never kept.</remarks>
    public (TransactionLabel Label, ulong KnownAt) LabelKnownBy(UInt128 id, ulong merchant, ulong byNs)
    {
        if (!_store.TryFind(id, RecordKinds.Label, merchant, out long position))
        {
            return default;
        }

        for (; position >= 0; position = _store.Feedback.Get(position).Previous)
        {
            FeedbackRow row = _store.Feedback.Get(position);
            if (row.KnownAt <= byNs)
            {
                return (row.Label, row.KnownAt);
            }
        }

        return default;
    }

    private StoredDecision Of(in DecisionRow row, long position, Func<int, VectorRow> vectorAt)
    {
        float[] vector = new float[_store.Features.Set.Count];
        for (int part = 0; part < _store.VectorRows; part++)
        {
            VectorRow values = vectorAt(part);
            int first = part * VectorRow.Length;
            ((ReadOnlySpan<float>)values)[..Math.Min(vector.Length - first, VectorRow.Length)]
                .CopyTo(vector.AsSpan(first));
        }

        ShadowMargins shadows = row.Shadows;
        return new StoredDecision(
            _lookups.RecordOf(position), row.TimeNs, vector, ((ReadOnlySpan<float>)shadows).ToArray());
    }
}
