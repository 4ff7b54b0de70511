using FastCore.Engine.Ports;

namespace FastCore.Node.Memory;

/// <summary>What the runtime says of the process and its managed heap.</summary>
internal static class ProcessMemory
{
    private static readonly string[] Generations = ["gc.gen0", "gc.gen1", "gc.gen2", "gc.loh", "gc.poh"];

    public static void Measure(ICollection<MemoryUse> uses)
    {
        GCMemoryInfo newest = GC.GetGCMemoryInfo(GCKind.Any);
        uses.Add(new MemoryUse("process", MemoryUseKind.Process)
        {
            Bytes = Environment.WorkingSet,
            BytesMax = newest.TotalAvailableMemoryBytes,
        });
        uses.Add(new MemoryUse("gc.committed", MemoryUseKind.Heap)
        {
            Bytes = newest.TotalCommittedBytes,
            FreeBytes = newest.FragmentedBytes,
            BytesMax = newest.TotalAvailableMemoryBytes,
            Count = newest.Index,
        });

        // Bytes ever allocated: what the process is charged for, not what it holds.
        uses.Add(new MemoryUse("gc.allocated", MemoryUseKind.Heap) { Count = GC.GetTotalAllocatedBytes() });

        // Sizes and fragmentation are those after the newest collection; before the first there is nothing to tell.
        ReadOnlySpan<GCGenerationInfo> generations = newest.GenerationInfo;
        for (int i = 0; i < Math.Min(generations.Length, Generations.Length); i++)
        {
            uses.Add(new MemoryUse(Generations[i], MemoryUseKind.Heap)
            {
                Bytes = generations[i].SizeAfterBytes,
                FreeBytes = generations[i].FragmentationAfterBytes,
                Count = i <= GC.MaxGeneration ? GC.CollectionCount(i) : 0,
            });
        }

        uses.Add(new MemoryUse("gc.pauses", MemoryUseKind.Pauses)
        {
            Count = GC.CollectionCount(0),
            PauseNs = GC.GetTotalPauseDuration().Ticks * TimeSpan.NanosecondsPerTick,
            PauseMaxNs = Math.Max(LongestOf(GCKind.Ephemeral), Math.Max(LongestOf(GCKind.FullBlocking),
                LongestOf(GCKind.Background))),
        });
    }

    // Of the newest collection of its kind; a background one pauses twice.
    private static long LongestOf(GCKind kind)
    {
        long longest = 0;
        foreach (TimeSpan pause in GC.GetGCMemoryInfo(kind).PauseDurations)
        {
            longest = Math.Max(longest, pause.Ticks * TimeSpan.NanosecondsPerTick);
        }

        return longest;
    }
}
