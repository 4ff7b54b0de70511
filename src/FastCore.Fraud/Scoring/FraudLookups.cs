using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;

namespace FastCore.Fraud.Scoring;

/// <summary>Decisions by id, and the queue of reviews.</summary>
internal sealed class FraudLookups(FraudStore store)
{
    private const int IdsPerSlice = 512;

    public bool Read(
        Operation operation, ReadOnlySpan<byte> body, ref ReadCursor cursor, Span<byte> reply, out int length)
    {
        ulong merchant = MemoryMarshal.Read<BookPrefix>(body).Book;
        ReadOnlySpan<byte> elements = body[BookPrefix.Size..];
        if (operation == Operation.QueryReviews)
        {
            length = QueryReviews(merchant, MemoryMarshal.Read<ReviewFilter>(elements), reply);
            return true;
        }

        ref Progress progress = ref ReadCursor.As<Progress>(ref cursor);
        ReadOnlySpan<UInt128> ids = MemoryMarshal.Cast<byte, UInt128>(elements);
        int end = Math.Min(ids.Length, progress.Next + IdsPerSlice);
        for (int i = progress.Next; i < end; i++)
        {
            if (store.TryFind(ids[i], RecordKinds.Decision, merchant, out long position))
            {
                MemoryMarshal.Write(reply[progress.Length..], RecordOf(position));
                progress.Length += DecisionRecord.Size;
            }
        }

        progress.Next = end;
        length = progress.Length;
        return end == ids.Length;
    }

    /// <summary>A decision with what became of it.</summary>
    public DecisionRecord RecordOf(long position)
    {
        DecisionRecord record = store.Decisions.Get(position).ToRecord();
        if (store.TryFind(record.Id, RecordKinds.Label, record.Merchant, out long at))
        {
            ref readonly FeedbackRow label = ref store.Feedback.Get(at);
            record.Label = label.Label;
            record.KnownAt = label.KnownAt;
        }

        if (store.TryFind(record.Id, RecordKinds.Verdict, record.Merchant, out at))
        {
            ref readonly FeedbackRow verdict = ref store.Feedback.Get(at);
            record.Verdict = verdict.Verdict;
            record.ResolvedAt = verdict.Timestamp;
        }

        record.UnderReview = store.Reviews.Find(new ReviewKey(record.Id, record.Merchant)) >= 0 ? (byte)1 : (byte)0;
        return record;
    }

    // People work at this queue, so it may look through all of it.
    private int QueryReviews(ulong merchant, in ReviewFilter filter, Span<byte> reply)
    {
        if (filter.Reserved0 != 0 || filter.Reserved1 != 0)
        {
            return 0;
        }

        List<(ulong Timestamp, long Decision)> found = [];
        for (int slot = 0; slot < store.Reviews.SlotsUsed; slot++)
        {
            if (store.Reviews.IsLive(slot))
            {
                ref readonly ReviewRow row = ref store.Reviews.Read(slot);
                if (row.Merchant == merchant && row.Timestamp > filter.After)
                {
                    found.Add((row.Timestamp, row.Decision));
                }
            }
        }

        found.Sort();
        int limit = (int)Math.Min(filter.Limit, Limits.ElementsPerRequestMax);
        int length = 0;
        foreach ((_, long decision) in found.Take(limit))
        {
            MemoryMarshal.Write(reply[length..], RecordOf(decision));
            length += DecisionRecord.Size;
        }

        return length;
    }

    private struct Progress
    {
        public int Next;
        public int Length;
    }
}
