using System.Runtime.InteropServices;
using FastCore.Engine.Ports;

namespace FastCore.Payments.Ledger;

/// <summary>
/// Reads selected rows of a history in slices. Two ways to the same answer: along an account's chain, which runs from
/// newest to oldest, or block by block, skipping by summary.
/// </summary>
/// <remarks>
/// Oldest first along a chain: the walk keeps the positions of the last <c>ResultsMax</c> rows selected in a ring
/// inside the reply (8 bytes at the head of each result's place); at the chain's end these are the oldest ones, are put
/// in order and filled in. All rows appended after the first slice are invisible.
/// </remarks>
internal sealed class RowReader<TRow>(IHistory<TRow> history, int resultSize, int sliceRowsMax)
    where TRow : unmanaged
{
    private const int SkipsPerSlice = 4_096;

    private readonly int _fillsPerSlice = Math.Max(1, sliceRowsMax / 4);
    private long[] _positions = new long[1024];

    /// <summary>Does one slice.</summary>
    /// <returns>True when complete; <paramref name="results"/> then counts the results in the reply.</returns>
    public bool Step<TQuery>(
        ref RowPlace place, in RowPlan plan, in TQuery query, Span<byte> reply, out long results)
        where TQuery : struct, IRowQuery<TRow>
    {
        if (place.Phase == RowPhase.None)
        {
            place.Upper = history.Count;
            place.Phase = plan.WalksChain ? RowPhase.Walk : RowPhase.Scan;
            place.Next = plan.WalksChain ? plan.HeadLink : plan.IsReversed ? place.Upper : plan.FootPosition;
        }

        bool isDone = place.Phase switch
        {
            RowPhase.Walk => Walk(ref place, plan, query, reply),
            RowPhase.Fill => Fill(ref place, plan, query, reply),
            _ => plan.IsReversed
                ? ScanDown(ref place, plan, query, reply)
                : ScanUp(ref place, plan, query, reply),
        };
        results = place.Written;
        return isDone;
    }

    private bool Walk<TQuery>(ref RowPlace place, in RowPlan plan, in TQuery query, Span<byte> reply)
        where TQuery : struct, IRowQuery<TRow>
    {
        for (int looked = 0; place.Next != 0; looked++)
        {
            if (looked == sliceRowsMax)
            {
                return false;
            }

            ref readonly TRow row = ref history.Get(place.Next - 1);
            if (query.IsTooOld(row))
            {
                break;
            }

            long position = place.Next - 1;
            place.Next = query.PreviousOf(row);
            if (!query.Matches(row))
            {
                continue;
            }

            if (plan.IsReversed)
            {
                query.Write(row, reply, place.Written++);
                if (place.Written == plan.ResultsMax)
                {
                    return true;
                }
            }
            else
            {
                MemoryMarshal.Write(reply[((int)(place.Matched % plan.ResultsMax) * resultSize)..], in position);
                place.Matched++;
            }
        }

        if (plan.IsReversed || place.Matched == 0)
        {
            return true;
        }

        TurnAround(place.Matched, plan.ResultsMax, reply);
        place.Phase = RowPhase.Fill;
        return false;
    }

    // The ring holds the selected rows newest first; the answer is oldest first.
    private void TurnAround(long matched, long resultsMax, Span<byte> reply)
    {
        int count = (int)Math.Min(matched, resultsMax);
        if (_positions.Length < count)
        {
            _positions = new long[Math.Max(count, _positions.Length * 2)];
        }

        for (int i = 0; i < count; i++)
        {
            int ring = (int)((matched - 1 - i) % resultsMax);
            _positions[i] = MemoryMarshal.Read<long>(reply[(ring * resultSize)..]);
        }

        for (int i = 0; i < count; i++)
        {
            MemoryMarshal.Write(reply[(i * resultSize)..], in _positions[i]);
        }
    }

    private bool Fill<TQuery>(ref RowPlace place, in RowPlan plan, in TQuery query, Span<byte> reply)
        where TQuery : struct, IRowQuery<TRow>
    {
        int count = (int)Math.Min(place.Matched, plan.ResultsMax);
        int end = (int)Math.Min(count, place.Written + _fillsPerSlice);
        for (int i = (int)place.Written; i < end; i++)
        {
            long position = MemoryMarshal.Read<long>(reply[(i * resultSize)..]);
            query.Write(history.Get(position), reply, i);
        }

        place.Written = end;
        return end == count;
    }

    private bool ScanUp<TQuery>(ref RowPlace place, in RowPlan plan, in TQuery query, Span<byte> reply)
        where TQuery : struct, IRowQuery<TRow>
    {
        int left = sliceRowsMax;
        for (int skips = 0; place.Next < place.Upper;)
        {
            long block = place.Next / history.RowsPerBlock;
            long first = block * history.RowsPerBlock;
            long end = Math.Min(first + history.RowsPerBlock, place.Upper);
            if (CanSkip(block, query))
            {
                place.Next = end;
                if (++skips == SkipsPerSlice)
                {
                    return false;
                }

                continue;
            }

            if (left == 0)
            {
                return false;
            }

            int from = (int)(place.Next - first);
            int count = (int)Math.Min(end - place.Next, left);
            foreach (ref readonly TRow row in history.Block(block).Slice(from, count))
            {
                if (query.Matches(row))
                {
                    query.Write(row, reply, place.Written++);
                    if (place.Written == plan.ResultsMax)
                    {
                        return true;
                    }
                }
            }

            place.Next += count;
            left -= count;
        }

        return true;
    }

    private bool ScanDown<TQuery>(ref RowPlace place, in RowPlan plan, in TQuery query, Span<byte> reply)
        where TQuery : struct, IRowQuery<TRow>
    {
        int left = sliceRowsMax;
        for (int skips = 0; place.Next > plan.FootPosition;)
        {
            long block = (place.Next - 1) / history.RowsPerBlock;
            long first = block * history.RowsPerBlock;
            long start = Math.Max(first, plan.FootPosition);
            if (CanSkip(block, query))
            {
                place.Next = start;
                if (++skips == SkipsPerSlice)
                {
                    return false;
                }

                continue;
            }

            if (left == 0)
            {
                return false;
            }

            int count = (int)Math.Min(place.Next - start, left);
            ReadOnlySpan<TRow> rows = history.Block(block).Slice((int)(place.Next - first) - count, count);
            for (int i = count - 1; i >= 0; i--)
            {
                if (query.Matches(rows[i]))
                {
                    query.Write(rows[i], reply, place.Written++);
                    if (place.Written == plan.ResultsMax)
                    {
                        return true;
                    }
                }
            }

            place.Next -= count;
            left -= count;
        }

        return true;
    }

    private bool CanSkip<TQuery>(long block, in TQuery query)
        where TQuery : struct, IRowQuery<TRow> =>
        (block + 1) * history.RowsPerBlock <= history.Count && !query.MayMatch(history.Summary(block));
}
