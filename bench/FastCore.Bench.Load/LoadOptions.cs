namespace FastCore.Bench.Load;

/// <summary>How a load run is made.</summary>
public sealed record LoadOptions
{
    /// <summary><c>ledger</c>, <c>payments</c>, <c>fraud</c> or <c>seats</c>.</summary>
    public required string Workload { get; init; }

    /// <summary>
    /// <c>embedded</c>, <c>tcp</c>, or a rival: <c>redis</c>, <c>postgres</c>, <c>postgres-batch</c>.
    /// </summary>
    public string Front { get; init; } = "embedded";

    /// <summary><c>fsync</c>, <c>async</c> or <c>none</c>.</summary>
    public string Durability { get; init; } = "fsync";

    /// <summary>Seconds to measure, after the warm-up.</summary>
    public int Seconds { get; init; } = 10;

    /// <summary>Seconds before measuring starts; none with <see cref="Count"/>.</summary>
    public int WarmUpSeconds { get; init; } = 2;

    /// <summary>Stop after so many new accepted commands instead of after a time; 0 = by time.</summary>
    public long Count { get; init; }

    /// <summary>Partitions of the engine.</summary>
    public int Partitions { get; init; } = 1;

    /// <summary>
    /// Commands a second to offer; 0 = as many as are answered (closed loop with bounded requests in flight).
    /// </summary>
    public long Rate { get; init; }

    /// <summary>Commands in a request.</summary>
    public int Batch { get; init; } = 1024;

    /// <summary>Connections (sessions).</summary>
    public int Connections { get; init; } = 1;

    /// <summary>Requests in flight per connection at most.</summary>
    public int InFlight { get; init; } = 8;

    /// <summary>Accounts of the ledger workload, or merchants of the payments workload, all books together.</summary>
    public int Accounts { get; init; } = 10_000;

    /// <summary>Cards of the fraud workload, and of screened payments.</summary>
    public int Cards { get; init; } = 1_000_000;

    /// <summary>Shows of the seats workload that are on sale at a time; the load is spread over them evenly.</summary>
    public int Shows { get; init; } = 1;

    /// <summary>
    /// Holds of a hundred that are given back, in the seats workload; the others are paid and booked.
    /// </summary>
    public int AbandonPercent { get; init; } = 60;

    /// <summary>
    /// Holds beside those of the seats workload that all end in the middle of what is measured; 0 = none.
    /// </summary>
    public int ExpireHolds { get; init; }

    /// <summary>
    /// Policy file of fraud scoring, for an engine in this process; the fraud workload needs it, and with it payments
    /// are screened as it says. It must let the load pass.
    /// </summary>
    public string? FraudPolicy { get; init; }

    /// <summary>
    /// Knobs of the engine and live ones of the runtime, as <c>fastcore knobs</c> lists them: name and value.
    /// </summary>
    public IReadOnlyList<(string Name, string Value)> Knobs { get; init; } = [];

    /// <summary>
    /// What the edge of an engine in this process speaks, payments only: <c>span</c> = the wire structs,
    /// <c>messagepack</c> or <c>json</c>, with merchants by name.
    /// </summary>
    public string Codec { get; init; } = "span";

    /// <summary>Whether such an edge keeps the strings of names that come again.</summary>
    public bool Interning { get; init; } = true;

    /// <summary>Content of the run; ids differ between runs all the same.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Data directory; null = a temporary one, deleted afterwards.</summary>
    public string? DataDirectory { get; init; }

    /// <summary>Server to load instead of one in this process, for the front <c>tcp</c>.</summary>
    public string? Connect { get; init; }

    /// <summary>Key to present to that server.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Share of commands that send an earlier id again, in percent.</summary>
    public const int DuplicatePercent = 10;

    /// <summary>Share of commands that a rule refuses, in percent.</summary>
    public const int RefusedPercent = 5;

    /// <summary>How far back, in ids of the same sender, a duplicate reaches at most.</summary>
    public const int DuplicateWindow = 1_000_000;
}
