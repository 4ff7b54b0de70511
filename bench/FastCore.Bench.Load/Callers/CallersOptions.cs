namespace FastCore.Bench.Load.Callers;

/// <summary>How many callers at a time are kept apart.</summary>
public enum CallerModel : byte
{
    /// <summary>Each caller is a state in an array; one thread owns the accounts. What this engine does.</summary>
    Partitions,

    /// <summary>Each caller is a thread; accounts are locked.</summary>
    Threads,

    /// <summary>Each caller is a task; accounts are locked by semaphores that are awaited.</summary>
    Tasks,

    /// <summary>Each caller is a task; a bounded channel leads to the one that owns the accounts.</summary>
    Channel,
}

/// <summary>What hands requests from one thread to another.</summary>
public enum CallerQueue : byte
{
    /// <summary>The engine's ring.</summary>
    Ring,

    /// <summary><see cref="System.Threading.Channels.Channel"/>, bounded.</summary>
    Channel,

    /// <summary><see cref="System.Collections.Concurrent.BlockingCollection{T}"/>, bounded.</summary>
    Blocking,

    /// <summary><see cref="System.Collections.Concurrent.ConcurrentQueue{T}"/>, which has no bound.</summary>
    Concurrent,
}

/// <summary>How callers are measured.</summary>
public sealed record CallersOptions
{
    /// <summary>How they are kept apart.</summary>
    public CallerModel Model { get; init; }

    /// <summary>What hands requests over, with <see cref="CallerModel.Partitions"/>.</summary>
    public CallerQueue Queue { get; init; }

    /// <summary>Callers at a time, each with one request under way.</summary>
    public int Concurrent { get; init; } = 1_000;

    /// <summary>Seconds to measure.</summary>
    public int Seconds { get; init; } = 5;

    /// <summary>Seconds before.</summary>
    public int WarmUpSeconds { get; init; } = 2;
}
