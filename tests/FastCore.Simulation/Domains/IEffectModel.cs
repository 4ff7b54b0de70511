using FastCore.Payments.Payments;

namespace FastCore.Simulation.Domains;

/// <summary>A model that also knows what must leave the partition for connectors.</summary>
public interface IEffectModel
{
    /// <summary>Every call that must have left, oldest first. Whoever compares takes them out.</summary>
    Queue<ConnectorCall> CallsLeft { get; }

    /// <summary>Calls whose final answer is awaited.</summary>
    int CallsOpen { get; }

    /// <summary>What banks must have charged once no call is open.</summary>
    IEnumerable<ExpectedCharge> Charges { get; }

    /// <summary>The partition was recovered: calls that await an answer leave once more, marked as resumed.</summary>
    void Resume();
}
