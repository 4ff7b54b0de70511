namespace FastCore.Simulation.Domains;

/// <summary>What the banks must have charged the payer of a payment, refunds deducted, once nothing is open.</summary>
/// <param name="Merchant">Number of the merchant.</param>
/// <param name="PaymentId">The payment.</param>
/// <param name="Net">What follows from its state.</param>
/// <param name="UnlessTold">
/// What else it may be, when the node gave up asking; the same as <paramref name="Net"/> when it must know.
/// </param>
public sealed record ExpectedCharge(ulong Merchant, UInt128 PaymentId, long Net, long UnlessTold);
