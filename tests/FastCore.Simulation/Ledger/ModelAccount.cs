using FastCore.Protocol.Ledger;

namespace FastCore.Simulation.Ledger;

/// <summary>An account of the model.</summary>
/// <param name="row">The account as it was opened.</param>
public sealed class ModelAccount(Account row)
{
    /// <summary>The account as a lookup shows it now.</summary>
    public Account Row { get; internal set; } = row;

    /// <summary>Its balances after each of its transfers, oldest first; kept with the flag history only.</summary>
    internal List<ModelBalance> History { get; } = [];

    /// <summary>Whether balances were set outright, so that they are not those of its transfers.</summary>
    internal bool WasSetUp { get; set; }

    internal bool Has(AccountFlags flag) => (Row.Flags & flag) != 0;
}
