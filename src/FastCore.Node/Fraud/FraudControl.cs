using System.Runtime.InteropServices;
using FastCore.Fraud.Features;
using FastCore.Fraud.Policies;
using FastCore.Node.Access;
using FastCore.Node.Sessions;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;

namespace FastCore.Node.Fraud;

/// <summary>What the owner of a node does with its fraud scoring.</summary>
public sealed class FraudControl
{
    private readonly FastCoreNode _node;
    private readonly PolicyStore _store;

    internal FraudControl(FastCoreNode node, PolicyStore store, FeatureSet features)
    {
        _node = node;
        _store = store;
        Features = features;
    }

    /// <summary>Where the node's policies are.</summary>
    internal PolicyStore Policies => _store;

    /// <summary>The features that the node computes.</summary>
    public FeatureSet Features { get; }

    /// <summary>
    /// Puts a policy in force: reads its file and what the file names, checks models against their verification vectors
    /// and rules against their tests, stores all of it, and tells every partition between two commands.
    /// </summary>
    /// <param name="path">The policy file.</param>
    /// <returns>Ok, or why a partition did not take it. The same policy again is Ok.</returns>
    /// <exception cref="PolicyRefusedException">The policy has mistakes; the exception names all.</exception>
    public ValueTask<(FrameStatus Status, FraudResult Result)> ActivateAsync(string path) =>
        ActivateAsync(_store.Import(path));

    /// <summary>Puts the policy in force that comes along, see <see cref="ShippedPolicy"/>.</summary>
    /// <returns>Ok, or why a partition did not take it.</returns>
    /// <exception cref="PolicyRefusedException">The node computes other features than the default ones.</exception>
    public ValueTask<(FrameStatus Status, FraudResult Result)> ActivateShippedAsync() =>
        ActivateAsync(_store.Import(ShippedPolicy.Document(), ShippedPolicy.File));

    private async ValueTask<(FrameStatus Status, FraudResult Result)> ActivateAsync(FraudPolicy policy)
    {
        ActivatePolicy command = new() { Version = policy.Version };
        policy.Hash.CopyTo(command.Hash);
        byte[] body = new byte[ActivatePolicy.Size];
        MemoryMarshal.Write(body, in command);
        byte[] reply = new byte[FraudResult.Size];

        // Payments on their way meet the old policy or the new one; only with their cards seen may they meet this one.
        bool wasScreening = _node.IsScreeningPayments;
        _node.ScreenPayments(true);
        await using EmbeddedSession session = _node.OpenOwnSession();
        Reply outcome = await session
            .SendAsync(Operation.ActivatePolicies, body, reply).ConfigureAwait(false);
        FraudResult result = outcome.Status == FrameStatus.Ok ? MemoryMarshal.Read<FraudResult>(reply) : default;

        // What every partition refuses alike leaves the old policy in force; anything else may have reached some.
        bool isRefused = result.Code == FraudStatus.PolicyVersionNotNewer;
        if (result.Code == FraudStatus.Ok || isRefused)
        {
            _node.ScreenPayments(isRefused ? wasScreening : policy.ScreensPayments);
        }

        return (outcome.Status, result);
    }
}
