namespace FastCore.Node.Flows;

/// <summary>How calls to connectors are made. None of this is state: it may change with every start.</summary>
public sealed class ConnectorFlowOptions
{
    /// <summary>Calls under way at the same time, at most, over all connectors.</summary>
    public int Workers { get; set; } = 64;

    /// <summary>Calls that wait for a worker, at most.</summary>
    public int QueueCapacity { get; set; } = 8_192;

    /// <summary>
    /// What a full queue does. A call that is turned away or gives way is answered as surely not sent.
    /// </summary>
    public FullQueue WhenFull { get; set; } = FullQueue.Wait;

    /// <summary>
    /// Milliseconds after which a call's outcome is unknown. Shorter than the answer timeout of the payments machine,
    /// so that the machine's is the safety net.
    /// </summary>
    public int CallTimeoutMs { get; set; } = 10_000;

    /// <summary>
    /// The circuit opens when this share of the calls in the window failed or stayed unknown; above 0 up to 1.
    /// </summary>
    public double BreakRatio { get; set; } = 0.5;

    /// <summary>Length of that window, milliseconds; at least 500.</summary>
    public int BreakWindowMs { get; set; } = 10_000;

    /// <summary>Calls in the window below which the circuit never opens; at least 2.</summary>
    public int BreakMinimumCalls { get; set; } = 20;

    /// <summary>
    /// Milliseconds for which the circuit stays open before one call is let through as a probe; at least 500.
    /// </summary>
    public int BreakMs { get; set; } = 5_000;

    /// <summary>
    /// Probes that must pass, one after the other, before the circuit closes again; at least 1. One that fails opens it
    /// for another break.
    /// </summary>
    public int BreakProbes { get; set; } = 1;

    /// <summary>Answers that wait for room in their partition's ring, at most.</summary>
    public int AnswerCapacity { get; set; } = 65_536;

    /// <summary>Milliseconds between tries to bring an answer to a full queue or ring.</summary>
    public int SubmitRetryMs { get; set; } = 5;

    /// <summary>Milliseconds in which a stop lets calls under way end.</summary>
    public int DrainMs { get; set; } = 5_000;
}
