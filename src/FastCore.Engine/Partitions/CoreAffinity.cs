using System.Runtime.InteropServices;

namespace FastCore.Engine.Partitions;

/// <summary>Pins the calling thread to one core, where the operating system lets us.</summary>
public static unsafe partial class CoreAffinity
{
    /// <summary>True on systems whose pinning call we know (Linux and Windows).</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() || OperatingSystem.IsWindows();

    /// <summary>Pins the calling thread.</summary>
    /// <returns>Null when it worked, or a sentence that says why not; the thread then floats.</returns>
    public static string? TryPin(int core)
    {
        if (core < 0 || core >= Environment.ProcessorCount)
        {
            return $"Core {core} is not one of the {Environment.ProcessorCount} cores of this process; " +
                "the thread is not pinned.";
        }

        if (OperatingSystem.IsLinux())
        {
            const int maskBytes = 128;
            byte* mask = stackalloc byte[maskBytes];
            new Span<byte>(mask, maskBytes).Clear();
            mask[core / 8] = (byte)(1 << (core % 8));
            return SchedSetAffinity(0, maskBytes, mask) == 0
                ? null
                : $"sched_setaffinity to core {core} failed with error {Marshal.GetLastPInvokeError()}; " +
                    "the thread is not pinned.";
        }

        if (OperatingSystem.IsWindows())
        {
            return core < 64 && SetThreadAffinityMask(GetCurrentThread(), (nuint)1 << core) != 0
                ? null
                : $"SetThreadAffinityMask to core {core} failed; the thread is not pinned.";
        }

        return "Pinning threads is known on Linux and Windows only; the thread is not pinned.";
    }

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static partial int SchedSetAffinity(int pid, nuint maskBytes, byte* mask);

    [LibraryImport("kernel32", EntryPoint = "SetThreadAffinityMask", SetLastError = true)]
    private static partial nuint SetThreadAffinityMask(nint thread, nuint mask);

    [LibraryImport("kernel32", EntryPoint = "GetCurrentThread")]
    private static partial nint GetCurrentThread();
}
