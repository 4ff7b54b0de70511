using FastCore.Node;
using Microsoft.Extensions.Logging;

namespace FastCore.Hosting;

/// <summary>Every line the host logs about its node.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(1001, LogLevel.Information, "Opening {Directory} with durability {Durability}.")]
    public static partial void Opening(ILogger log, string directory, Durability durability);

    [LoggerMessage(1002, LogLevel.Information, "Open: {Partitions} partitions recovered in {ElapsedMs} ms.")]
    public static partial void Opened(ILogger log, int partitions, double elapsedMs);

    [LoggerMessage(1003, LogLevel.Warning, "The checkpoint before closing failed; the next start replays the journal.")]
    public static partial void CheckpointFailed(ILogger log, Exception error);

    [LoggerMessage(1004, LogLevel.Information, "Closed.")]
    public static partial void Closed(ILogger log);
}
