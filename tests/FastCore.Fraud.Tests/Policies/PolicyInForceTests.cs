using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Fraud.Features;
using FastCore.Fraud.Policies;
using FastCore.Fraud.Rules;
using FastCore.Fraud.Scoring;
using FastCore.Protocol.Fraud;
using FastCore.Testing;

using Xunit;

namespace FastCore.Fraud.Tests.Policies;

/// <summary>Which policies a partition remembers.</summary>
public sealed class PolicyInForceTests
{
    [Fact]
    public void The_newest_are_remembered_and_recovered()
    {
        PolicyInForce policies = New();
        for (ulong version = 1; version <= PastPolicy.RememberedMax + 3; version++)
        {
            policies.Set(HashOf(version), version, 1_000 + version);
        }

        Assert.Equal(PastPolicy.RememberedMax, policies.Past.Count);
        Assert.Equal((4UL, 1_004UL), (policies.Past[0].Version, policies.Past[0].Timestamp));
        Assert.Equal((PastPolicy.RememberedMax + 3UL, true), (policies.PolicyVersion, policies.Is(HashOf(1_027))));
        Assert.False(policies.Is(HashOf(1_026)));

        SnapshotBytes bytes = new();
        policies.BeginCheckpoint();
        policies.Set(HashOf(9_999), 9_999, 9_999);
        Assert.True(policies.WriteSlice(bytes, 1 << 20));
        PolicyInForce recovered = New();
        ((IStatePart)recovered).Recover(bytes, 2);
        Assert.Equal((0L, 1_027UL), (bytes.Remaining, recovered.PolicyVersion));
        Assert.Equal(policies.Past.Take(1_023).Select(one => one.Version), recovered.Past.Skip(1)
            .Select(one => one.Version));
    }

    [Fact]
    public void What_cannot_have_been_written_is_refused()
    {
        Assert.Throws<CorruptStorageException>(() => ((IStatePart)New()).Recover(new SnapshotBytes(), 1));
        SnapshotBytes many = new();
        many.Write(BitConverter.GetBytes(PastPolicy.RememberedMax + 1UL));
        Assert.Throws<CorruptStorageException>(() => ((IStatePart)New()).Recover(many, 2));
    }

    private static PolicyInForce New() => new(new SamePolicy(), new RuleLists());

    private static PolicyHash HashOf(ulong version)
    {
        PolicyHash hash = default;
        MemoryMarshal.Write(hash, in version);
        return hash;
    }

    private sealed class SamePolicy : IPolicySource
    {
        private readonly FraudPolicy _policy;

        public SamePolicy()
        {
            _ = FraudPolicy.TryParse(
                """
                { "version": 1, "thresholds": { "review": 0.5, "decline": 0.9 },
                  "failure": { "features": "open", "model": "open" }, "payments": false }
                """u8, FeatureSet.Default, _ => null, out FraudPolicy? policy);
            _policy = policy!;
        }

        public FraudPolicy Get(ReadOnlySpan<byte> hash) => _policy;
    }
}
