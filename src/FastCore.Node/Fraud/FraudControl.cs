using System.Runtime.InteropServices;
using FastCore.Fraud.Features;
using FastCore.Fraud.Policies;
using FastCore.Fraud.Scoring;
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
    private readonly Lock _turn = new();
    private Task _last = Task.CompletedTask;

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
        ActivateAsync(_store.Import(path), 0);

    /// <summary>Puts the policy in force that comes along, see <see cref="ShippedPolicy"/>.</summary>
    /// <returns>Ok, or why a partition did not take it.</returns>
    /// <exception cref="PolicyRefusedException">The node computes other features than the default ones.</exception>
    public ValueTask<(FrameStatus Status, FraudResult Result)> ActivateShippedAsync() =>
        ActivateAsync(_store.Import(ShippedPolicy.Document(), ShippedPolicy.File), 0);

    /// <summary>The policies that are in force or were, by version.</summary>
    internal async Task<List<PolicyRecord>> PoliciesAsync()
    {
        SortedDictionary<ulong, PolicyRecord> records = [];
        for (int partition = 0; partition < _node.PartitionCount; partition++)
        {
            PastPolicy[] past = await _node.ReadFraudAsync(partition, machine => machine.Policies)
                .ConfigureAwait(false);
            foreach (PastPolicy one in past)
            {
                PolicyRecord record = records.GetValueOrDefault(one.Version);
                record.Version = one.Version;
                record.Hash = one.Hash;
                record.ActivatedAt = record.ActivatedAt == 0
                    ? one.Timestamp
                    : Math.Min(record.ActivatedAt, one.Timestamp);
                record.Partitions = (ushort)_node.PartitionCount;
                record.PartitionsInForce += one.Version == past[^1].Version ? (ushort)1 : (ushort)0;
                records[one.Version] = record;
            }
        }

        return [.. records.Values.Select(Describe)];
    }

    /// <summary>Reads from a partition's scoring, between two of its batches.</summary>
    internal Task<T> ReadAsync<T>(int partition, Func<FraudMachine, T> read) => _node.ReadFraudAsync(partition, read);

    /// <summary>Partitions of the node.</summary>
    internal int Partitions => _node.PartitionCount;

    /// <summary>Puts a stored policy in force.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="principal">On whose behalf, for the journal; 0 = the process itself.</param>
    internal ValueTask<(FrameStatus Status, FraudResult Result)> ActivateAsync(FraudPolicy policy, uint principal)
    {
        lock (_turn)
        {
            Task<(FrameStatus Status, FraudResult Result)> mine = SendAsync(_last, policy, principal);
            _last = mine;
            return new ValueTask<(FrameStatus Status, FraudResult Result)>(mine);
        }
    }

    private PolicyRecord Describe(PolicyRecord record)
    {
        FraudPolicy policy = _store.Load(record.Hash);
        record.ScreensPayments = policy.ScreensPayments ? (byte)1 : (byte)0;
        record.Models = (byte)(policy.Shadows.Count + (policy.Champion is null ? 0 : 1)
            + (policy.Challenger is null ? 0 : 1));
        record.Rules = (ushort)policy.Rules.Rules.Count;
        record.ChallengerPercent = (uint)policy.ChallengerPercent;
        policy.Champion?.Hash.CopyTo(record.Champion);
        policy.Challenger?.Hash.CopyTo(record.Challenger);
        return record;
    }

    // One after the other: what is said about payments here belongs to one policy.
    private async Task<(FrameStatus Status, FraudResult Result)> SendAsync(
        Task before, FraudPolicy policy, uint principal)
    {
        // How the one before ended is the business of whoever asked for it.
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ActivatePolicy command = new() { Version = policy.Version };
        policy.Hash.CopyTo(command.Hash);
        byte[] body = new byte[ActivatePolicy.Size];
        MemoryMarshal.Write(body, in command);
        byte[] reply = new byte[FraudResult.Size];

        // Payments on their way meet the old policy or the new one; only with their cards seen may they meet this one.
        bool wasScreening = _node.IsScreeningPayments;
        _node.ScreenPayments(true);
        await using EmbeddedSession session = _node.OpenOwnSession(principal);
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
