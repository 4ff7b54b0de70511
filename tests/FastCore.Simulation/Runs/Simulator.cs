namespace FastCore.Simulation.Runs;

/// <summary>Runs seeds.</summary>
public static class Simulator
{
    private const int RunsPerCollection = 4;

    private static int _runs;

    /// <summary>Runs one seed from its first choice to its last check. Never throws for what the node does.</summary>
    public static SimulationReport Run(ulong seed, SimulationOptions options)
    {
        SimulationReport report = new() { Seed = seed };
        try
        {
            OneThread.Run(() => new SimulationRun(options, report).Run());
        }
        catch (Exception failure)
        {
            report.Failure = failure.Message;
            report.FailureDetails = failure.ToString();
        }

        if (Interlocked.Increment(ref _runs) % RunsPerCollection == 0)
        {
            // The rings of the nodes that are gone are native memory, of which the collector knows nothing.
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return report;
    }
}
