namespace FastCore.Node.Sessions;

/// <summary>
/// The free slots of a session, the one freed last on top: a session with a few requests in flight then uses a few
/// slots, whose buffers are warm, and never all of them in turn. Any thread.
/// </summary>
internal sealed class FreeSlots
{
    private readonly int[] _below;

    // Low half: top slot + 1, 0 = none. High half: counts changes, so that a stale top is never taken for a present
    // one.
    private long _top;

    public FreeSlots(int count)
    {
        _below = new int[count];
        for (int slot = count - 1; slot >= 0; slot--)
        {
            Push(slot);
        }
    }

    /// <summary>Takes a slot; −1 when all are taken.</summary>
    public int Pop()
    {
        while (true)
        {
            long top = Volatile.Read(ref _top);
            int slot = (int)top - 1;
            if (slot < 0)
            {
                return -1;
            }

            // The exchange is a full fence: whoever pops sees what the one who pushed wrote before.
            long next = (top & ~0xFFFF_FFFFL) + (1L << 32) + (uint)Volatile.Read(ref _below[slot]);
            if (Interlocked.CompareExchange(ref _top, next, top) == top)
            {
                return slot;
            }
        }
    }

    /// <summary>Gives a slot back.</summary>
    public void Push(int slot)
    {
        while (true)
        {
            long top = Volatile.Read(ref _top);
            Volatile.Write(ref _below[slot], (int)top);
            long next = (top & ~0xFFFF_FFFFL) + (1L << 32) + (uint)(slot + 1);
            if (Interlocked.CompareExchange(ref _top, next, top) == top)
            {
                return;
            }
        }
    }
}
