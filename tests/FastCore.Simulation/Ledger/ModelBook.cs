using FastCore.Protocol.Ledger;

namespace FastCore.Simulation.Ledger;

/// <summary>A book of the model. Lists are in order of creation, which is the order of timestamps.</summary>
/// <param name="number">The book's number.</param>
public sealed class ModelBook(ulong number)
{
    /// <summary>The book's number.</summary>
    public ulong Number { get; } = number;

    internal List<ModelAccount> Accounts { get; } = [];

    internal List<ModelTransfer> Transfers { get; } = [];

    /// <summary>Transfers by id; a leg of another domain has no id that can be looked up.</summary>
    internal Dictionary<UInt128, ModelTransfer> TransfersById { get; } = [];

    /// <summary>Transfer ids used up by a transient failure.</summary>
    internal HashSet<UInt128> FailedIds { get; } = [];

    /// <summary>The account of an id, or null.</summary>
    public ModelAccount? Account(UInt128 id) => Accounts.Find(account => account.Row.Id == id);

    internal bool HasAccountAt(ulong timestampNs) => Accounts.Exists(one => one.Row.Timestamp == timestampNs);

    internal bool HasTransferAt(ulong timestampNs) => Transfers.Exists(one => one.Row.Timestamp == timestampNs);

    /// <summary>Whether the book has an account of the ledger.</summary>
    internal bool HasLedger(uint ledger) => Accounts.Exists(account => account.Row.Ledger == ledger);
}
