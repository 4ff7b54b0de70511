using FastCore.Node;

namespace FastCore.Cli.Doors;

/// <summary>Which engine a command talks to.</summary>
internal sealed record DoorSettings
{
    /// <summary>An engine in this process over a data directory.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>An engine in this process that forgets everything at its end.</summary>
    public bool Memory { get; init; }

    /// <summary>A server: <c>host:port</c> or <c>unix:/path</c>.</summary>
    public string? Connect { get; init; }

    /// <summary>Key to present to the server.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Partitions of an engine in this process; 0 = what its directory has, or one per two cores.</summary>
    public int Partitions { get; init; }

    /// <summary>When a reply may leave, for an engine over a directory.</summary>
    public Durability Durability { get; init; } = Durability.Fsync;

    /// <summary>Time moves only when told.</summary>
    public bool ManualClock { get; init; }

    /// <summary>Policy file of fraud scoring; null = none is put in force.</summary>
    public string? FraudPolicy { get; init; }

    /// <summary>Requests in flight at most.</summary>
    public int InFlight { get; init; } = 64;
}
