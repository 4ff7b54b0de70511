using FastCore.Simulation.Controls;
using FastCore.Simulation.Domains;
using FastCore.Testing;

namespace FastCore.Simulation.Runs;

/// <summary>What runs are made of, apart from their seed.</summary>
public sealed record SimulationOptions
{
    /// <summary>Requests that the clients of one run make.</summary>
    public int CommandsPerRun { get; init; } = 4_000;

    /// <summary>In one of so many runs the disk damages acknowledged bytes; 0 = in none.</summary>
    public int DamageOneIn { get; init; } = 3;

    /// <summary>Make the workloads of one client.</summary>
    public IReadOnlyList<Func<IWorkload>> Workloads { get; init; } = [.. SimulatedDomains.All.Values];

    /// <summary>Makes the models of one partition, in the order of the node's domains.</summary>
    public Func<ModelTime, IReadOnlyList<IModel>> NewModels { get; init; } = SimulatedDomains.NewModels;

    /// <summary>Breaks the node on purpose; null = the node as it is.</summary>
    public Func<SeededRandom, Control>? Control { get; init; }
}
