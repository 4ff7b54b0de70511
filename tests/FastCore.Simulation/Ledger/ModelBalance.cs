using FastCore.Protocol.Ledger;

namespace FastCore.Simulation.Ledger;

/// <summary>The balances of an account right after one of its transfers.</summary>
/// <param name="Transfer">The transfer.</param>
/// <param name="After">The account after it.</param>
internal sealed record ModelBalance(ModelTransfer Transfer, Account After);
