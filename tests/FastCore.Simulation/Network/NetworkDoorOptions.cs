namespace FastCore.Simulation.Network;

/// <summary>How a simulated client behaves.</summary>
public sealed class NetworkDoorOptions
{
    /// <summary>Milliseconds after which an attempt at a request is given up.</summary>
    public int TimeoutMs { get; set; } = 10_000;

    /// <summary>Times that a request without a deciding answer is sent, at most, each as a call of its own.</summary>
    public int AttemptsMax { get; set; } = 20;

    /// <summary>Milliseconds between them.</summary>
    public int RetryMs { get; set; } = 50;

    /// <summary>
    /// Whether the client library itself sends cut calls again, under the same correlation, before it gives an attempt
    /// up.
    /// </summary>
    public bool RetriesInside { get; set; }

    /// <summary>Milliseconds of silence after which the client sends a ping.</summary>
    public int KeepAliveMs { get; set; } = 2_000;

    /// <summary>Access key; null for none. Its place among the server's keys is the principal in the journal.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Calls in flight at the same time, at most.</summary>
    public int InFlightMax { get; set; } = 256;
}
