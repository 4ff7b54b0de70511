using System.Runtime.InteropServices;

namespace FastCore.Engine.Partitions;

/// <summary>Pins the calling thread to one core, where the operating system lets us.</summary>
public static unsafe partial class CoreAffinity
{
    private const int MaskBytes = CoreList.CoresMax / 8;
    private const int ErrorInvalid = 22;

    /// <summary>True on systems whose pinning call we know (Linux and Windows).</summary>
    public static bool IsSupported => OperatingSystem.IsLinux() || OperatingSystem.IsWindows();

    /// <summary>
    /// The cores that the calling thread may run on: those that the process was started with, unless it is pinned.
    /// </summary>
    public static IReadOnlyList<int> Usable()
    {
        byte* mask = stackalloc byte[MaskBytes];
        new Span<byte>(mask, MaskBytes).Clear();
        return OperatingSystem.IsLinux() && SchedGetAffinity(0, MaskBytes, mask) >= 0
            ? [.. Enumerable.Range(0, CoreList.CoresMax).Where(core => (mask[core / 8] & (1 << (core % 8))) != 0)]
            : [.. Enumerable.Range(0, Environment.ProcessorCount)];
    }

    /// <summary>
    /// Pins the calling thread; on Linux also to a core beside those that the process was started with, so that it has
    /// one for itself.
    /// </summary>
    /// <returns>Null when it worked, or a sentence that says why not; the thread then floats.</returns>
    public static string? TryPin(int core)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(core);
        if (OperatingSystem.IsLinux() && core < CoreList.CoresMax)
        {
            byte* mask = stackalloc byte[MaskBytes];
            new Span<byte>(mask, MaskBytes).Clear();
            mask[core / 8] = (byte)(1 << (core % 8));
            return SchedSetAffinity(0, MaskBytes, mask) == 0 ? null : Failure(core, Marshal.GetLastPInvokeError());
        }

        if (OperatingSystem.IsWindows())
        {
            return core < 64 && SetThreadAffinityMask(GetCurrentThread(), (nuint)1 << core) != 0
                ? null
                : $"SetThreadAffinityMask to core {core} failed; the thread is not pinned.";
        }

        return "Pinning threads is known on Linux and Windows only; the thread is not pinned.";
    }

    private static string Failure(int core, int error) => error == ErrorInvalid
        ? $"Core {core} does not exist or is not given to this process; the thread is not pinned."
        : $"sched_setaffinity to core {core} failed with error {error}; the thread is not pinned.";

    [LibraryImport("libc", EntryPoint = "sched_setaffinity", SetLastError = true)]
    private static partial int SchedSetAffinity(int pid, nuint maskBytes, byte* mask);

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int SchedGetAffinity(int pid, nuint maskBytes, byte* mask);

    [LibraryImport("kernel32", EntryPoint = "SetThreadAffinityMask", SetLastError = true)]
    private static partial nuint SetThreadAffinityMask(nint thread, nuint mask);

    [LibraryImport("kernel32", EntryPoint = "GetCurrentThread")]
    private static partial nint GetCurrentThread();
}
