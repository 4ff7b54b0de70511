using FastCore.Payments.Payments;
using FastCore.Simulation.Fraud;
using FastCore.Simulation.Ledger;
using FastCore.Simulation.Payments;
using FastCore.Simulation.Seats;

namespace FastCore.Simulation.Domains;

/// <summary>The domains of the node: who asks, and who knows the answers. A new domain joins here.</summary>
public static class SimulatedDomains
{
    private static readonly ulong[] Books = [1_001, 1_002, 1_003, 1_004];

    /// <summary>Makes the workload of one client, by the domain's name.</summary>
    public static IReadOnlyDictionary<string, Func<IWorkload>> All { get; } = new Dictionary<string, Func<IWorkload>>
    {
        ["ledger"] = () => new LedgerWorkload(Books),
        ["payments"] = () => new PaymentsWorkload(),
        ["fraud"] = () => new FraudWorkload(),
        ["seats"] = () => new SeatsWorkload(),
    };

    /// <summary>Makes the models of one partition, in the order in which the node composes their domains.</summary>
    public static IReadOnlyList<IModel> NewModels(ModelTime time)
    {
        LedgerModel ledger = new(time);
        return
        [
            ledger,
            new PaymentsModel(new PaymentsOptions(), new LedgerMerchantBooks(ledger), time),
            new FraudModel(time),
            new SeatsModel(new SeatsModelOptions(), time),
        ];
    }
}
