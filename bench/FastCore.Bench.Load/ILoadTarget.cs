using FastCore.Node;
using FastCore.Protocol;

namespace FastCore.Bench.Load;

/// <summary>The engine under load, however it is reached.</summary>
internal interface ILoadTarget : IAsyncDisposable
{
    /// <summary>Opens a connection for a sender.</summary>
    Task<ILoadDoor> OpenDoorAsync(LoadOptions options, CancellationToken cancellation);

    /// <summary>A session to prepare and to verify with.</summary>
    IFastCoreSession Session { get; }

    /// <summary>Counters of the engine when it is in this process; null otherwise.</summary>
    NodeStatistics? Statistics => null;
}
