using System.Runtime.CompilerServices;
using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Engine.Tables;
using FastCore.Engine.Time;
using FastCore.Fraud.Features;
using FastCore.Fraud.Rules;
using FastCore.Protocol;

namespace FastCore.Fraud.Scoring;

/// <summary>The fraud state of one partition: what features and rules remember, decisions, feedback, reviews.</summary>
internal sealed class FraudStore : IDisposable
{
    public FraudStore(PartitionContext context, FraudOptions options, FeatureSet set, IPolicySource policies)
    {
        Time = context.Time;
        Index = context.Storage.Records;
        Features = new FeatureStore(set, options.Bounds);
        VectorRows = (set.Count + VectorRow.Length - 1) / VectorRow.Length;
        Lists = new RuleLists(options.ListEntriesMax);
        Policy = new PolicyInForce(policies, Lists);
        Decisions = context.Storage.OpenHistory<DecisionRow>("fraud-decisions");
        Vectors = context.Storage.OpenHistory<VectorRow>("fraud-vectors");
        Cards = context.Storage.OpenHistory<CardRow>("fraud-cards");
        Feedback = context.Storage.OpenHistory<FeedbackRow>("fraud-feedback");
        Reviews = new("fraud-reviews", 1, options.ReviewsMax);
        Parts = [.. Features.Parts, .. Lists.Parts, Policy, Newest, Decisions, Vectors, Cards, Feedback, Reviews];
    }

    public EventClock Time { get; }

    /// <summary>Looks on; null in a node.</summary>
    public IDecisionWatcher? Watcher { get; set; }

    public IRecordIndex Index { get; }

    public FeatureStore Features { get; }

    public RuleLists Lists { get; }

    public PolicyInForce Policy { get; }

    public NewestTransaction Newest { get; } = new();

    public IHistory<DecisionRow> Decisions { get; }

    public IHistory<VectorRow> Vectors { get; }

    /// <summary>Rows of vectors that each decision has.</summary>
    public int VectorRows { get; }

    public IHistory<CardRow> Cards { get; }

    public IHistory<FeedbackRow> Feedback { get; }

    public OffHeapTable<ReviewKey, ReviewRow> Reviews { get; }

    public IReadOnlyList<IStatePart> Parts { get; }

    /// <summary>Finds a record. A merchant out of range finds nothing and spills into no other kind.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFind(UInt128 id, byte kind, ulong merchant, out long position)
    {
        bool found = Index.TryGet(RecordKey.Of(id, kind, merchant & Limits.BookMax), out ulong value);
        position = (long)value;
        return found;
    }

    /// <summary>Appends a label or a verdict, filled in by the caller but for its time.</summary>
    public ulong AppendFeedback(ref FeedbackRow row)
    {
        row.Timestamp = Time.Next();
        ulong position = (ulong)Feedback.Count;
        Feedback.Append() = row;
        Index.Set(RecordKey.Of(row.Id, row.Kind, row.Merchant), position);
        return row.Timestamp;
    }

    public void Dispose()
    {
        Features.Dispose();
        Lists.Dispose();
        Reviews.Dispose();
    }
}
