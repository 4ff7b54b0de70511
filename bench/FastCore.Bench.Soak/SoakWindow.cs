namespace FastCore.Bench.Soak;

/// <summary>What was seen in one window of time, and at its end.</summary>
public sealed record SoakWindow
{
    /// <summary>Seconds from the start of the soak to its end.</summary>
    public required double AtS { get; init; }

    /// <summary>The life of the server that it lies in, from 0.</summary>
    public required int Life { get; init; }

    /// <summary>True when trends are judged by it: after the warm-up of its life, and nothing was restarted in it.
    /// </summary>
    public required bool IsSteady { get; init; }

    /// <summary>Elements acknowledged in it.</summary>
    public required long Acknowledged { get; init; }

    /// <summary>Latency that a thousandth of its requests exceeded, milliseconds; 0 without any.</summary>
    public required double P999Ms { get; init; }

    /// <summary>The server's working set, bytes.</summary>
    public required long WorkingSetBytes { get; init; }

    /// <summary>
    /// Of it, what the server's tables and caches do not tell: the managed heap, code, buffers, and whatever leaks.
    /// </summary>
    public required long OtherBytes { get; init; }

    /// <summary>Bytes of the managed heap after the newest collection.</summary>
    public required long ManagedBytes { get; init; }

    /// <summary>Pauses of the collector in the window, milliseconds.</summary>
    public required double PauseMs { get; init; }

    /// <summary>Open files and sockets of the server.</summary>
    public required int Handles { get; init; }

    /// <summary>Threads of the server.</summary>
    public required int Threads { get; init; }

    /// <summary>Bytes of all files of the data directory.</summary>
    public required long DiskBytes { get; init; }

    /// <summary>Of them, those of the journals.</summary>
    public required long JournalBytes { get; init; }
}
