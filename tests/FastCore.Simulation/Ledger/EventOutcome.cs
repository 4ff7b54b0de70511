namespace FastCore.Simulation.Ledger;

/// <summary>Result of one event: its status number and the timestamp that goes with it.</summary>
internal readonly record struct EventOutcome(uint Status, ulong TimestampNs);
