namespace FastCore.Testing;

/// <summary>Counts managed allocations.</summary>
public static class Allocations
{
    /// <summary>
    /// Bytes that the action allocates on this thread once everything is warm: the least of several runs, because the
    /// runtime itself may allocate now and then (tiering, tracing).
    /// </summary>
    public static long Of(Action action)
    {
        long least = long.MaxValue;
        for (int run = 0; run < 5; run++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            action();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        return least;
    }
}
