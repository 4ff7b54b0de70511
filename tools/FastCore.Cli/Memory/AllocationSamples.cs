using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Etlx;
using Microsoft.Diagnostics.Tracing.Parsers.Clr;

namespace FastCore.Cli.Memory;

/// <summary>Samples of allocations, out of a recording of another process.</summary>
internal static class AllocationSamples
{
    private const int FramesMax = 12;
    private const string UnknownMethod = "(not told)";

    // Whoever called these is of more interest than they are.
    private static readonly string[] Libraries = ["System.", "Microsoft.", "Interop.", "Internal."];

    /// <summary>Sums up a recording.</summary>
    public static AllocationProfile Read(string trace, double seconds, int sitesMax)
    {
        Dictionary<(string Method, string Type), AllocationSite> sites = [];
        long total = 0;
        string converted = TraceLog.CreateFromEventPipeDataFile(trace);
        using TraceLog log = new(converted);
        foreach (TraceEvent happened in log.Events)
        {
            if (happened is GCAllocationTickTraceData tick)
            {
                List<string> stack = StackOf(tick);
                string method = stack.Find(IsOwn) ?? (stack is [string first, ..] ? first : UnknownMethod);
                long bytes = tick.AllocationAmount64;
                total += bytes;
                AllocationSite site = sites.GetValueOrDefault((method, tick.TypeName))
                    ?? new AllocationSite(method, tick.TypeName, 0, 0, [.. stack.Take(FramesMax)]);
                sites[(method, tick.TypeName)] =
                    site with { Bytes = site.Bytes + bytes, Samples = site.Samples + 1 };
            }
        }

        return new AllocationProfile(
            seconds, total, [.. sites.Values.OrderByDescending(site => site.Bytes).Take(sitesMax)]);
    }

    private static bool IsOwn(string method) =>
        !Array.Exists(Libraries, library => method.StartsWith(library, StringComparison.Ordinal));

    // Types as the runtime writes them fill the screen, and overloads are seldom what is asked for.
    private static string WithoutParameters(string name) =>
        name.IndexOf('(', StringComparison.Ordinal) is int at and > 0 ? name[..at] : name;

    private static List<string> StackOf(TraceEvent happened)
    {
        List<string> frames = [];
        for (TraceCallStack? at = happened.CallStack(); at is not null; at = at.Caller)
        {
            string name = at.CodeAddress.FullMethodName;
            if (name.Length != 0)
            {
                frames.Add(WithoutParameters(name));
            }
        }

        return frames;
    }
}
