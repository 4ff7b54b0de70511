using System.Runtime.CompilerServices;

namespace FastCore.Engine.Time;

/// <summary>A timer that is due, as <see cref="DueTimers"/> orders them.</summary>
/// <param name="DueNs">When.</param>
/// <param name="Token">Whose; the order of those that are due at the same time.</param>
/// <param name="Node">Its node.</param>
internal readonly record struct DueTimer(ulong DueNs, ulong Token, int Node)
{
    /// <summary>The order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool IsBefore(in DueTimer other) =>
        DueNs < other.DueNs || (DueNs == other.DueNs && Token < other.Token);

    /// <summary>
    /// Sorts. The library's sort would be compiled for these rows when it is first needed, and badly at first, which is
    /// when a hundred thousand are due.
    /// </summary>
    /// <param name="timers">What is sorted.</param>
    /// <param name="scratch">Room of as many; grown when it is too small.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Sort(Span<DueTimer> timers, ref DueTimer[] scratch)
    {
        const int Short = 16;
        int count = timers.Length;
        for (int start = 0; start < count; start += Short)
        {
            InsertionSort(timers.Slice(start, Math.Min(Short, count - start)));
        }

        if (count <= Short)
        {
            return;
        }

        if (scratch.Length < count)
        {
            scratch = new DueTimer[count];
        }

        Span<DueTimer> from = timers;
        Span<DueTimer> to = scratch.AsSpan(0, count);
        for (int width = Short; width < count; width *= 2)
        {
            for (int start = 0; start < count; start += 2 * width)
            {
                int middle = Math.Min(start + width, count);
                int end = Math.Min(start + (2 * width), count);
                Merge(from[start..middle], from[middle..end], to[start..end]);
            }

            Span<DueTimer> sorted = to;
            to = from;
            from = sorted;
        }

        if (from != timers)
        {
            from.CopyTo(timers);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void InsertionSort(Span<DueTimer> timers)
    {
        for (int i = 1; i < timers.Length; i++)
        {
            DueTimer timer = timers[i];
            int at = i;
            while (at > 0 && timer.IsBefore(timers[at - 1]))
            {
                timers[at] = timers[at - 1];
                at--;
            }

            timers[at] = timer;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Merge(ReadOnlySpan<DueTimer> first, ReadOnlySpan<DueTimer> second, Span<DueTimer> merged)
    {
        int at = 0;
        int other = 0;
        for (int i = 0; i < merged.Length; i++)
        {
            bool isSecond = at == first.Length || (other < second.Length && second[other].IsBefore(first[at]));
            merged[i] = isSecond ? second[other++] : first[at++];
        }
    }
}
