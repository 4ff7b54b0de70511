using System.Runtime.InteropServices;
using FastCore.Storage.Background;

namespace FastCore.Bench.Load;

/// <summary>
/// Sleeps of microseconds, which the runtime has not. A sender that waits for its next planned request by yielding
/// takes a third of a core from a node that has none to spare, and what is measured then is the sender.
/// </summary>
internal static class FineSleep
{
    private const int SetTimerSlack = 29;
    private const nint SlackNs = 1_000;

    /// <summary>Lets this thread's sleeps end within a microsecond instead of fifty; Linux only.</summary>
    public static void Prepare()
    {
        if (OperatingSystem.IsLinux())
        {
            // Advice: where it is refused, sleeps are a little longer.
            _ = ControlProcess(SetTimerSlack, SlackNs, 0, 0, 0);
        }
    }

    /// <summary>Sleeps; where there is no such sleep it only offers the core to others.</summary>
    /// <param name="us">Microseconds.</param>
    public static void Sleep(int us) => ThreadBackground.Instance.Pause(us);

    [DllImport("libc", EntryPoint = "prctl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int ControlProcess(int option, nint value, nint third, nint fourth, nint fifth);
}
