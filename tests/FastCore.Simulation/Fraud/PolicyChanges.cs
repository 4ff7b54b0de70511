using System.Runtime.InteropServices;

using FastCore.Fraud.Policies;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Simulation.Runs;
using FastCore.Testing;

namespace FastCore.Simulation.Fraud;

/// <summary>An operator who puts policies in force, in any order; older ones are refused.</summary>
internal sealed class PolicyChanges(SeededRandom random)
{
    /// <summary>A node was opened: mostly a policy is put in force, as a server is started with one.</summary>
    public void AtOpening(SimulatedNode node)
    {
        if (!random.OneIn(3))
        {
            _ = TryActivate(node);
        }
    }

    private static ulong KeyIn(int partition, int partitions)
    {
        ulong key = 0;
        while (SimulatedNode.PartitionOf(key, partitions) != partition)
        {
            key++;
        }

        return key;
    }

    // Small ones more often: behind a large one no small one is ever taken.
    private int Version() => 1 + Math.Min(random.Below(SimulatedPolicies.Count), random.Below(SimulatedPolicies.Count));

    /// <summary>Stores a policy on the node's disk and tells every partition; nobody waits for their answers.</summary>
    /// <returns>False when the disk did not take it, or a partition has no room for the command.</returns>
    public bool TryActivate(SimulatedNode node)
    {
        FraudPolicy policy;
        try
        {
            policy = SimulatedPolicies.Import(node.Fraud!.Policies, Version());
        }
        catch (IOException)
        {
            // What the disk does is drawn elsewhere; an operator would try again.
            return false;
        }

        ActivatePolicy command = new() { Version = policy.Version };
        policy.Hash.CopyTo(command.Hash);
        byte[] body = MemoryMarshal.AsBytes(new ReadOnlySpan<ActivatePolicy>(in command)).ToArray();
        return Enumerable.Range(0, node.Partitions).All(
            partition => node.TrySubmit(KeyIn(partition, node.Partitions), Operation.ActivatePolicies, body));
    }
}
