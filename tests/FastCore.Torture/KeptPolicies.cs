using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FastCore.Fraud.Policies;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;

namespace FastCore.Torture;

/// <summary>
/// Policies that a connection put in force must be known after every restart, and the reasons of a decision must be the
/// same whenever they are asked for, whichever policy is in force by then.
/// </summary>
internal sealed class KeptPolicies(TortureFindings findings)
{
    private const int ExplainedOneIn = 61;
    private const int ReasonsMax = 64;
    private const int PoliciesMax = 1_024;

    private readonly Dictionary<ulong, PolicyHash> _acknowledged = [];
    private readonly Dictionary<(ulong Merchant, UInt128 Id), byte[]> _reasons = [];

    /// <summary>Sends a policy with what it names while the load runs and the server may be killed.</summary>
    /// <param name="session">The connection.</param>
    /// <param name="path">The policy file.</param>
    public async Task ActivateAsync(IFastCoreSession session, string path)
    {
        string folder = Path.GetDirectoryName(path)!;
        byte[] document = await File.ReadAllBytesAsync(path);
        Dictionary<string, byte[]> files = FraudPolicy.FilesNamedBy(document)
            .ToDictionary(name => name, name => File.ReadAllBytes(Path.Combine(folder, name)));
        PolicyOutcome outcome = await PolicyDelivery.ActivateAsync(session, document, files);
        findings.Check(
            outcome.Status != FrameStatus.Ok || outcome.IsInForce,
            () => $"a policy was refused: {outcome.Upload.Code} {outcome.Answer.Code} "
                + $"{string.Join(' ', outcome.Mistakes)}");
        if (outcome.IsInForce)
        {
            _acknowledged[outcome.Answer.Version] = outcome.Answer.Hash;
        }
    }

    /// <summary>Compares what was acknowledged.</summary>
    public async Task CheckAsync(IFastCoreSession session, IReadOnlyList<ScoredTransaction> all)
    {
        PolicyRecord[] found = new PolicyRecord[PoliciesMax];
        Reply reply = await session.GetPoliciesAsync(new PolicyFilter { Limit = PoliciesMax }, found);
        findings.Check(reply.Status == FrameStatus.Ok, () => $"policies: {reply.Status}");
        Dictionary<ulong, PolicyHash> kept = found.Take(reply.CountOf<PolicyRecord>())
            .ToDictionary(policy => policy.Version, policy => policy.Hash);
        foreach ((ulong version, PolicyHash hash) in _acknowledged)
        {
            findings.CheckKept(
                kept.TryGetValue(version, out PolicyHash now) && Bits.Same(hash, now),
                () => $"policy {version} was in force and is not known");
        }

        for (int i = 0; i < all.Count; i += ExplainedOneIn)
        {
            await CheckReasonsAsync(session, all[i]);
        }
    }

    private async Task CheckReasonsAsync(IFastCoreSession session, ScoredTransaction one)
    {
        (ulong merchant, UInt128 id) = (one.Request.Merchant, one.Request.Id);
        ReasonRecord[] rows = new ReasonRecord[ReasonsMax];
        Reply reply = await session.ExplainDecisionAsync(
            merchant, new ReasonFilter { Id = id, Limit = ReasonsMax }, rows);
        int count = reply.Status == FrameStatus.Ok ? reply.CountOf<ReasonRecord>() : 0;
        findings.Check(
            count > 1 && rows.Take(count).All(row => row.Code == FraudStatus.Ok && row.Margin == one.Answer.Margin),
            () => $"no reasons, {reply.Status} {count} {rows[0].Code} {rows[0].Margin:R}: {one}");
        byte[] now = SHA256.HashData(MemoryMarshal.AsBytes(rows.AsSpan(0, count)));
        if (!_reasons.TryAdd((merchant, id), now))
        {
            findings.CheckKept(
                now.AsSpan().SequenceEqual(_reasons[(merchant, id)]), () => $"other reasons than before: {one}");
        }
    }
}
