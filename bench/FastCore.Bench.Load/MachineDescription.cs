using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace FastCore.Bench.Load;

/// <summary>
/// What a number was measured on: processor, memory, system, runtime, commit. No names of hosts or users.
/// </summary>
public static class MachineDescription
{
    /// <summary>Cores, processor, memory, operating system.</summary>
    public static string Text { get; } = string.Create(
        CultureInfo.InvariantCulture,
        $"{Environment.ProcessorCount} cores, {Processor()}, " +
        $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1 << 30)} GiB, {RuntimeInformation.OSDescription}");

    /// <summary>Runtime version and collector.</summary>
    public static string Runtime { get; } =
        RuntimeInformation.FrameworkDescription +
        $", {(System.Runtime.GCSettings.IsServerGC ? "server" : "workstation")} GC";

    /// <summary>Commit that the program was built from, or "unknown".</summary>
    public static string Commit { get; } = CommitOf(
        typeof(MachineDescription).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>());

    private static string CommitOf(AssemblyInformationalVersionAttribute? version)
    {
        string[] parts = (version?.InformationalVersion ?? "").Split('+');
        return parts.Length == 2 ? parts[1] : "unknown";
    }

    private static string Processor()
    {
        const string CpuInfo = "/proc/cpuinfo";
        if (File.Exists(CpuInfo))
        {
            string? model = File.ReadLines(CpuInfo)
                .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal));
            if (model is not null)
            {
                return model[(model.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
            }
        }

        return RuntimeInformation.ProcessArchitecture.ToString();
    }
}
