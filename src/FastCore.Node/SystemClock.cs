using FastCore.Engine.Ports;

namespace FastCore.Node;

/// <summary>The machine's wall clock. It may step; partitions make their time strictly rising.</summary>
public sealed class SystemClock : IClock
{
    private const long UnixEpochTicks = 621_355_968_000_000_000;

    /// <summary>The one instance.</summary>
    public static SystemClock Instance { get; } = new();

    /// <inheritdoc/>
    public ulong NowNs => (ulong)(TimeProvider.System.GetUtcNow().UtcTicks - UnixEpochTicks) * 100;
}
