using System.Diagnostics.Metrics;
using FastCore.Server.Fronts;

namespace FastCore.Server;

/// <summary>
/// The front's meters; names and units are documented in docs/METRICS.md. Read when observed, never pushed.
/// </summary>
internal static class ServerMeters
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "FastCore.Server";

    /// <summary>
    /// Lets meters read a table's counters. The factory owns the meter and disposes it with the host.
    /// </summary>
    public static void Observe(IMeterFactory meters, ConnectionTable connections)
    {
        Meter meter = meters.Create(MeterName);
        meter.CreateObservableUpDownCounter(
            "fastcore.server.connections", () => connections.Count, "{connection}", "Open connections.");
        meter.CreateObservableCounter(
            "fastcore.server.connections.refused", () => connections.ConnectionsRefused, "{connection}",
            "Connections turned away because there were too many.");
        meter.CreateObservableCounter(
            "fastcore.server.frames", () => connections.FramesRead, "{frame}", "Whole frames read.");
        meter.CreateObservableCounter(
            "fastcore.server.frames.refused", () => connections.FramesRefused, "{frame}",
            "Frames refused by the front or on submission.");
    }
}
