using System.Diagnostics.Metrics;
using FastCore.Protocol;
using FastCore.Server.Access;
using FastCore.Server.Audit;
using FastCore.Server.Fronts;
using FastCore.Server.Tls;

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
    public static void Observe(
        IMeterFactory meters, ConnectionTable connections, AccessControl access, TlsSetups tls, RefusalAudit audit)
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
        meter.CreateObservableUpDownCounter(
            "fastcore.server.connections.half_open", () => connections.HalfOpen, "{connection}",
            "Connections that have not shown a key.");
        meter.CreateObservableCounter(
            "fastcore.server.connections.half_open.cut", () => connections.CutHalfOpen, "{connection}",
            "Half-open connections cut to make room for newer ones.");
        meter.CreateObservableCounter(
            "fastcore.server.refusals", () => audit.Counts.Select(Measure), "{refusal}",
            "Refusals that the audit counted, by status.");
        meter.CreateObservableCounter(
            "fastcore.server.refusals.not_written", () => audit.Suppressed, "{refusal}",
            "Refusals that were counted and not written to the log.");
        meter.CreateObservableCounter(
            "fastcore.server.keys.reloads", () => access.Reloads, "{reload}", "Changed key files put to use.");
        meter.CreateObservableCounter(
            "fastcore.server.keys.reloads.failed", () => access.ReloadFailures, "{reload}",
            "Changed key files that could not be used.");
        meter.CreateObservableCounter(
            "fastcore.server.tls.reloads", () => tls.Reloads, "{reload}", "Changed TLS files put to use.");
        meter.CreateObservableCounter(
            "fastcore.server.tls.reloads.failed", () => tls.ReloadFailures, "{reload}",
            "Changed TLS files that could not be used.");
    }

    private static Measurement<long> Measure((FrameStatus Status, long Count) counted)
    {
        KeyValuePair<string, object?> status = new("status", SnakeCase.Of(counted.Status.ToString()));
        return new Measurement<long>(counted.Count, status);
    }
}
