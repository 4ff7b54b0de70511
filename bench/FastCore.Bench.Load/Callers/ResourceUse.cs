using System.Runtime.InteropServices;

namespace FastCore.Bench.Load.Callers;

/// <summary>What the process took of the machine so far.</summary>
/// <param name="UserUs">Processor time in user mode, microseconds.</param>
/// <param name="KernelUs">The same in the kernel.</param>
/// <param name="Switches">Times that a thread of it gave its core to another; null where the system does not tell.
/// </param>
internal readonly partial record struct ResourceUse(double UserUs, double KernelUs, long? Switches)
{
    private const int Self = 0;
    private const int Words = 18;
    private const int VoluntaryWord = 16;
    private const int InvoluntaryWord = 17;

    /// <summary>Until now.</summary>
    public static ResourceUse Now()
    {
        Environment.ProcessCpuUsage cpu = OperatingSystem.IsLinux() || OperatingSystem.IsWindows()
            ? Environment.CpuUsage
            : default;
        long? switches = null;
        if (OperatingSystem.IsLinux())
        {
            // struct rusage of 64-bit Linux: two times of two words each, then fourteen counts.
            Span<long> usage = stackalloc long[Words];
            switches = GetResourceUse(Self, ref MemoryMarshal.GetReference(usage)) == 0
                ? usage[VoluntaryWord] + usage[InvoluntaryWord]
                : null;
        }

        return new ResourceUse(cpu.UserTime.TotalMicroseconds, cpu.PrivilegedTime.TotalMicroseconds, switches);
    }

    [LibraryImport("libc", EntryPoint = "getrusage")]
    private static partial int GetResourceUse(int who, ref long usage);
}
