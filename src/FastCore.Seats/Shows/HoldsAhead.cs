using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Seats;

namespace FastCore.Seats.Shows;

/// <summary>
/// Runs ahead of the holds of one request, so that their cache misses overlap: a hold touches the place of its id in
/// the record index and in the table of open holds, and its row there; one that ends also the seats of its block. Each
/// step is taken for several holds in a row, see <see cref="RecordHints"/>. Hints only: nothing depends on them.
/// </summary>
internal sealed class HoldsAhead(SeatStore store)
{
    // Holds that take a step together. Long enough for a line to come, short enough to still be there.
    private const int Burst = RecordHints.Burst;
    private const int RingMask = (4 * Burst) - 1;

    private readonly int[] _slots = new int[RingMask + 1];
    private readonly RecordKey[] _keys = new RecordKey[2 * Burst];

    /// <summary>Goes on to a hold that is made.</summary>
    /// <param name="requests">All of the request.</param>
    /// <param name="at">The hold.</param>
    /// <param name="hinted">How many were hinted at; kept by the caller from zero on.</param>
    public void Next<TRequest, TResult, THold>(ReadOnlySpan<TRequest> requests, int at, ref int hinted)
        where TRequest : unmanaged
        where TResult : unmanaged
        where THold : IHoldOperation<TRequest, TResult>
    {
        if (hinted >= at + Burst)
        {
            return;
        }

        // Linked holds are made many at a time, hinted at or not.
        int from = Math.Max(hinted, at);
        hinted = Math.Min(at + (2 * Burst), requests.Length);
        ReadOnlySpan<TRequest> next = requests[from..hinted];
        for (int i = 0; i < next.Length; i++)
        {
            _keys[i] = THold.KeyOf(next[i]);
        }

        Hint(next.Length);
    }

    /// <summary>Goes on to a hold that is changed.</summary>
    /// <param name="requests">All of the request.</param>
    /// <param name="at">The hold; all from zero on are named once.</param>
    public void Next(ReadOnlySpan<HoldChange> requests, int at)
    {
        if (at % Burst != 0)
        {
            return;
        }

        // The steps of a hold are three, two and one bursts before its turn.
        int first = at == 0 ? 0 : 1;
        HintAtKeys(requests, at + (3 * Burst * first), at + (4 * Burst));
        FindRows(requests, at + (2 * Burst * first), at + (3 * Burst));
        FindPlaces(requests, at + (Burst * first), at + (2 * Burst));
    }

    /// <summary>Brings the places of holds in the table of open ones towards the CPU, a burst ahead.</summary>
    /// <param name="requests">Changes of holds.</param>
    /// <param name="at">The one that is looked up now; all from zero on are named once.</param>
    public void HintAtEntries(ReadOnlySpan<HoldChange> requests, int at)
    {
        if (at % RecordHints.Burst != 0)
        {
            return;
        }

        int until = Math.Min(at + (2 * RecordHints.Burst), requests.Length);
        for (int i = at == 0 ? 0 : at + RecordHints.Burst; i < until; i++)
        {
            store.Holds.PrefetchEntry(new ShowIdKey(requests[i].Show, requests[i].Hold));
        }
    }

    private void HintAtKeys(ReadOnlySpan<HoldChange> requests, int from, int until)
    {
        // All four bursts at the first hold of a request.
        until = Math.Min(until, requests.Length);
        while (from < until)
        {
            int count = Math.Min(until - from, Burst);
            for (int i = 0; i < count; i++)
            {
                _keys[i] = HoldKey.Of(requests[from + i].Hold, requests[from + i].Show);
            }

            Hint(count);
            from += count;
        }
    }

    private void Hint(int count)
    {
        ReadOnlySpan<RecordKey> keys = _keys.AsSpan(0, count);
        store.Index.Hint(keys);
        foreach (ref readonly RecordKey key in keys)
        {
            store.Holds.PrefetchEntry(
                new ShowIdKey(key.Scope & Limits.BookMax, new UInt128(key.IdHigh, key.IdLow)));
        }
    }

    private void FindRows(ReadOnlySpan<HoldChange> requests, int from, int until)
    {
        until = Math.Min(until, requests.Length);
        for (int i = from; i < until; i++)
        {
            _slots[i & RingMask] = store.Holds.Prefetch(new ShowIdKey(requests[i].Show, requests[i].Hold));
        }
    }

    // A hold that ended meanwhile left a cleared row, or another hold's: of some block of some show in any case.
    private void FindPlaces(ReadOnlySpan<HoldChange> requests, int from, int until)
    {
        until = Math.Min(until, requests.Length);
        for (int i = from; i < until; i++)
        {
            int slot = _slots[i & RingMask];
            if (slot >= 0)
            {
                ref readonly HoldRow hold = ref store.Holds.Read(slot);
                int block = store.Shows.Read(hold.ShowSlot).FirstBlock + SeatPlace.BlockOf(hold.Seats[0]);
                store.Blocks.Prefetch(block);
                store.Timers.Hint(slot);
            }
        }
    }
}
