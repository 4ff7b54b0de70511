using System.Runtime.InteropServices;

namespace FastCore.Engine.Tables;

/// <summary>Pages of two MiB, where the kernel has them: a lookup at random in gigabytes of small pages misses the TLB
/// each time.</summary>
public static unsafe partial class HugePages
{
    /// <summary>Bytes of a huge page, and the boundary it lies on.</summary>
    public const int Bytes = 2 << 20;

    private const int AdviceHugePage = 14;
    private const int AdviceCollapse = 25;

    /// <summary>Asks for huge pages. Advice only: a kernel that does not know it goes on with small ones.</summary>
    public static void Advise(byte* start, long bytes)
    {
        if (OperatingSystem.IsLinux())
        {
            _ = MemoryAdvise(start, (nuint)bytes, AdviceHugePage);
        }
    }

    /// <summary>The same for memory that was touched already: small pages become huge ones at once.</summary>
    public static void Collapse(byte* start, long bytes)
    {
        Advise(start, bytes);
        if (OperatingSystem.IsLinux())
        {
            _ = MemoryAdvise(start, (nuint)bytes, AdviceCollapse);
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int MemoryAdvise(byte* address, nuint length, int advice);
}
