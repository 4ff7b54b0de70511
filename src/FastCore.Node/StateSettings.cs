using System.Text.Json;

using FastCore.Payments.Ledger;
using FastCore.Payments.Payments;

namespace FastCore.Node;

/// <summary>
/// The options that shape the state: two replays of a journal agree only under the same ones. They are kept in the data
/// directory when it is made, and every later opening uses the kept ones.
/// </summary>
/// <param name="Ledger">Sizes and switches of the ledger.</param>
/// <param name="Payments">Settings of payments.</param>
internal sealed record StateSettings(LedgerOptions Ledger, PaymentsOptions Payments)
{
    public static StateSettings Of(NodeOptions options) => new(options.Ledger, options.Payments);

    public static StateSettings Parse(string text) => JsonSerializer.Deserialize<StateSettings>(text)
        ?? throw new InvalidOperationException("The data directory has no settings.");

    public override string ToString() => JsonSerializer.Serialize(this);
}
