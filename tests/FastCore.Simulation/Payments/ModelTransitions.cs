using FastCore.Protocol.Payments;

namespace FastCore.Simulation.Payments;

/// <summary>The closed table of a payment's life (docs/PAYMENTS.md, "States"), and what of it was seen.</summary>
public sealed class ModelTransitions
{
    private static readonly Dictionary<PaymentState, PaymentState[]> Table = new()
    {
        [PaymentState.None] =
            [PaymentState.Created, PaymentState.Authorized, PaymentState.Captured, PaymentState.Failed],
        [PaymentState.Created] =
            [PaymentState.Created, PaymentState.Processing, PaymentState.Authorized, PaymentState.Captured,
                PaymentState.Failed],
        [PaymentState.Processing] =
            [PaymentState.Created, PaymentState.Authorized, PaymentState.Captured, PaymentState.Failed],
        [PaymentState.Authorized] =
            [PaymentState.Captured, PaymentState.PartiallyCaptured, PaymentState.Voided, PaymentState.Expired],
        [PaymentState.PartiallyCaptured] =
            [PaymentState.PartiallyCaptured, PaymentState.Captured, PaymentState.PartiallyRefunded,
                PaymentState.Refunded],
        [PaymentState.Captured] =
            [PaymentState.Captured, PaymentState.PartiallyRefunded, PaymentState.Refunded],
        [PaymentState.PartiallyRefunded] = [PaymentState.PartiallyRefunded, PaymentState.Refunded],
    };

    private readonly HashSet<(PaymentState From, PaymentState To)> _seen = [];

    /// <summary>What the table allows and did not happen.</summary>
    public IEnumerable<(PaymentState From, PaymentState To)> Unseen =>
        Table.SelectMany(row => row.Value.Select(to => (row.Key, to))).Except(_seen);

    internal void Note(PaymentState from, PaymentState to)
    {
        if (!Table.TryGetValue(from, out PaymentState[]? allowed) || !allowed.Contains(to))
        {
            throw new InvalidOperationException($"A payment would go from {from} to {to}.");
        }

        _seen.Add((from, to));
    }
}
