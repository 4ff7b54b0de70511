using FastCore.Protocol.Ledger;

namespace FastCore.Simulation.Ledger;

/// <summary>A transfer of the model, by id or a leg of another domain.</summary>
public sealed class ModelTransfer
{
    /// <summary>The transfer as a lookup or query shows it.</summary>
    public Transfer Row { get; internal set; }

    /// <summary>Its book.</summary>
    public required ModelBook Book { get; init; }

    /// <summary>The pending transfer that it posts or voids; else null.</summary>
    public ModelTransfer? Pending { get; init; }

    /// <summary>What became of it, if it is a pending one.</summary>
    public PendingFate Fate { get; internal set; }

    /// <summary>Nanoseconds at which it expires; 0 = never.</summary>
    internal ulong DueNs { get; init; }

    /// <summary>Whether its amount moved posted balances: plain ones and posts.</summary>
    internal bool MovedPosted => !Has(TransferFlags.Pending) && !Has(TransferFlags.VoidPendingTransfer);

    internal bool Has(TransferFlags flag) => (Row.Flags & flag) != 0;
}
