using FastCore.Protocol.Fraud;

namespace FastCore.Cli.Replay;

/// <summary>What the engine thought of a transaction, and what it was.</summary>
/// <param name="Seconds">When it happened, Unix seconds.</param>
/// <param name="Card">Its card.</param>
/// <param name="Score">Probability of fraud; NaN = no model ran.</param>
/// <param name="Decision">The decision.</param>
/// <param name="IsFraud">What the file says.</param>
internal readonly record struct ScoredTransaction(
    ulong Seconds, ulong Card, float Score, Decision Decision, bool IsFraud);
