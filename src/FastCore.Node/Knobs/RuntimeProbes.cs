using System.Globalization;
using System.Runtime.CompilerServices;

namespace FastCore.Node.Knobs;

/// <summary>
/// Finds out what the runtime does where it offers no way to ask. Each probe runs once a process: its answer is that of
/// the first call.
/// </summary>
internal static class RuntimeProbes
{
    private const int ProbeBytes = 32 << 10;
    private const long ProbedMax = 1L << 30;

    private static readonly Lazy<bool> CompilesQuickly = new(() => KeepsDeadLocals());
    private static readonly Lazy<bool> CompilesLoopsQuickly = new(() => KeepsDeadLocalsBesideLoop(1));
    private static byte[]? _last;

    /// <summary>Whether code starts in a first tier that is compiled fast.</summary>
    public static string TieredCompilation => CompilesQuickly.Value ? "on" : "off";

    /// <summary>Whether methods with loops start there, too.</summary>
    public static string QuickLoops => CompilesLoopsQuickly.Value ? "on" : "off";

    /// <summary>
    /// Bytes that can be allocated between two collections of the youngest generation, found by allocating as much;
    /// null when a gigabyte did not bring one. Only for a process that has nothing else to do.
    /// </summary>
    public static string? MeasureGen0Budget()
    {
        GC.Collect();
        int collections = GC.CollectionCount(0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        while (GC.CollectionCount(0) == collections)
        {
            // A field keeps the compiler from leaving the allocation out.
            _last = new byte[ProbeBytes];
            if (GC.GetAllocatedBytesForCurrentThread() - before > ProbedMax)
            {
                return null;
            }
        }

        long budget = GC.GetAllocatedBytesForCurrentThread() - before;
        _last = null;
        return budget.ToString(CultureInfo.InvariantCulture);
    }

    // Code of the first tier keeps every local until its method ends, optimized code until its last use.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool KeepsDeadLocals()
    {
        object local = new();
        WeakReference reference = new(local);
        GC.Collect(0, GCCollectionMode.Forced, blocking: true);
        return reference.IsAlive;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool KeepsDeadLocalsBesideLoop(int rounds)
    {
        object local = new();
        WeakReference reference = new(local);
        for (int i = 0; i < rounds; i++)
        {
            GC.Collect(0, GCCollectionMode.Forced, blocking: true);
        }

        return reference.IsAlive;
    }
}
