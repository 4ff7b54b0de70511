using System.Runtime.InteropServices;

namespace FastCore.Engine.Time;

/// <summary>The processor time of the calling thread.</summary>
internal static unsafe partial class ThreadTime
{
    private const int ThreadClock = 3;

    /// <summary>
    /// Nanoseconds that the calling thread was on a core since it began, in the kernel's name too; what it spent
    /// waiting or displaced by another thread is not in it. Always 0 on systems other than Linux.
    /// </summary>
    /// <remarks>A call of the system: a third of a microsecond, so not for every command.</remarks>
    public static long ProcessorNs
    {
        get
        {
            TimeSpec time = default;
            return OperatingSystem.IsLinux() && GetTime(ThreadClock, &time) == 0
                ? (time.Seconds * 1_000_000_000) + time.Nanoseconds
                : 0;
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, TimeSpec* time);

    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
