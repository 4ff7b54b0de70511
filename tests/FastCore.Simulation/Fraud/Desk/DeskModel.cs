using System.Security.Cryptography;

using FastCore.Protocol.Fraud;

namespace FastCore.Simulation.Fraud.Desk;

/// <summary>
/// What a desk must answer, computed the slow way from docs/FRAUD.md: files that grow byte by byte, the policies that
/// were put in force, and every decision with what became of it.
/// </summary>
/// <param name="partitions">Partitions of the node.</param>
internal sealed class DeskModel(int partitions)
{
    private readonly Dictionary<string, (ulong FileBytes, List<byte> Content)> _uploads = [];
    private readonly HashSet<string> _stored = [];
    private readonly List<InForce> _policies = [];
    private readonly SortedDictionary<ulong, Decided> _decisions = [];

    /// <summary>Version of the newest policy; 0 = none is in force.</summary>
    public ulong Newest => _policies.Count == 0 ? 0 : _policies[^1].Policy.Version;

    /// <summary>The policies that were put in force, oldest first.</summary>
    public IReadOnlyList<InForce> Policies => _policies;

    /// <summary>Codes that were expected.</summary>
    public HashSet<FraudStatus> Codes { get; } = [];

    /// <summary>The process ended: files that belong to no policy were in its memory.</summary>
    public void Restart() => _uploads.Clear();

    /// <summary>A part arrives.</summary>
    public (FraudStatus Code, ulong Received) Take(byte[] hash, ulong fileBytes, int offset, ReadOnlySpan<byte> part)
    {
        string name = Convert.ToHexStringLower(hash);
        bool isKnown = _uploads.TryGetValue(name, out (ulong FileBytes, List<byte> Content) file);
        List<byte> content = isKnown ? file.Content : [];
        ulong had = (ulong)content.Count;
        if (fileBytes == 0 || (ulong)(offset + part.Length) > fileBytes)
        {
            return Note(FraudStatus.UploadOutOfRange, 0);
        }

        if (!isKnown && _stored.Contains(name))
        {
            return Note(FraudStatus.Ok, fileBytes);
        }

        if (isKnown && file.FileBytes != fileBytes)
        {
            return Note(FraudStatus.UploadOutOfRange, had);
        }

        if ((ulong)offset > had)
        {
            return Note(FraudStatus.UploadHasGap, had);
        }

        for (int at = (int)had - offset; at < part.Length; at++)
        {
            content.Add(part[at]);
        }

        if ((ulong)content.Count == fileBytes && (ulong)content.Count > had
            && Convert.ToHexStringLower(SHA256.HashData(content.ToArray())) != name)
        {
            _ = _uploads.Remove(name);
            return Note(FraudStatus.UploadDiffers, 0);
        }

        if (content.Count > 0)
        {
            _uploads[name] = (fileBytes, content);
        }

        return Note(FraudStatus.Ok, (ulong)content.Count);
    }

    /// <summary>What an activation of a policy's two files must answer.</summary>
    public FraudStatus ActivationOf(DeskPolicy policy) => Note(
        !IsThere(policy.Document) ? FraudStatus.PolicyNotFound
        : !IsThere(policy.Rules) || !policy.IsSound ? FraudStatus.PolicyRefused
        : VersionOf(policy));

    /// <summary>What putting a stored policy in force again must answer.</summary>
    public FraudStatus VersionOf(DeskPolicy policy) => Note(
        policy.Version > Newest || policy.IsSame(_policies[^1].Policy)
            ? FraudStatus.Ok
            : FraudStatus.PolicyVersionNotNewer);

    /// <summary>A policy was proved and stored, and its files are no uploads any more.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="answer">Ok = it is in force.</param>
    /// <param name="isByHash">It was stored already, and named by its hash: what was sent stays.</param>
    /// <returns>Null, or what is wrong with the answer.</returns>
    public string? Activated(DeskPolicy policy, in PolicyAnswer answer, bool isByHash)
    {
        if (!isByHash)
        {
            _ = _uploads.Remove(policy.Document.Name);
            _ = _uploads.Remove(policy.Rules.Name);
            _ = _stored.Add(policy.Rules.Name);
        }

        byte[] hash = ((ReadOnlySpan<byte>)answer.Hash).ToArray();
        if (answer.Version != policy.Version)
        {
            return $"version {answer.Version} answers for {policy.Version}";
        }

        if (answer.Code != FraudStatus.Ok)
        {
            return null;
        }

        if (Newest == policy.Version)
        {
            // Of several partitions the earliest commit tells its time.
            InForce known = _policies[^1];
            return known.Timestamp == answer.Timestamp && known.Hash.AsSpan().SequenceEqual(hash)
                && answer.Flags == ScoreResultFlags.Duplicate
                ? null
                : $"the policy in force, of {known.Timestamp}, was put in force once more at {answer.Timestamp}, "
                    + $"flags {answer.Flags}, the same hash: {known.Hash.AsSpan().SequenceEqual(hash)}";
        }

        _policies.Add(new InForce(policy, hash, answer.Timestamp));
        return null;
    }

    /// <summary>Whether a file is known to be stored.</summary>
    public bool IsStored(DeskFile file) => _stored.Contains(file.Name);

    /// <summary>A file turned out to be stored.</summary>
    public void NoteStored(DeskFile file) => _ = _stored.Add(file.Name);

    /// <summary>Compares the list of policies, oldest first.</summary>
    public string? Compare(ReadOnlySpan<PolicyRecord> records)
    {
        if (records.Length != _policies.Count)
        {
            return $"{records.Length} policies are told instead of {_policies.Count}";
        }

        for (int i = 0; i < records.Length; i++)
        {
            PolicyRecord record = records[i];
            InForce known = _policies[i];
            int inForce = i == records.Length - 1 ? partitions : 0;
            if (record.Version != known.Policy.Version || record.Partitions != partitions
                || record.PartitionsInForce != inForce || record.Rules != 1 || record.Models != 0
                || record.ScreensPayments != 0 || !((ReadOnlySpan<byte>)record.Hash).SequenceEqual(known.Hash))
            {
                return $"version {record.Version}, in force in {record.PartitionsInForce} partitions, instead of "
                    + $"version {known.Policy.Version} in {inForce}";
            }
        }

        return null;
    }

    /// <summary>Compares a decision with what the policy in force decides, or with the first answer.</summary>
    public string? Decide(ulong id, ulong merchant, ulong amount, in ScoreResult answer)
    {
        if (!_decisions.TryGetValue(id, out Decided? known))
        {
            bool isReviewed = _policies.Count > 0 && amount > _policies[^1].Policy.Limit;
            Decision outcome = isReviewed ? Decision.Review : Decision.Approve;
            known = new Decided(id, merchant, Newest, outcome, answer.Timestamp);
            _decisions.Add(id, known);
        }

        return answer.Code == FraudStatus.Ok && answer.Decision == known.Outcome
            && answer.PolicyVersion == known.Version && answer.Timestamp == known.Timestamp
            ? null
            : $"transaction {id} is {answer.Decision} by version {answer.PolicyVersion} ({answer.Code}) instead of "
                + $"{known.Outcome} by {known.Version}";
    }

    /// <summary>What a verdict must be answered.</summary>
    public FraudStatus Resolve(ulong id, ulong merchant, Decision verdict)
    {
        if (!_decisions.TryGetValue(id, out Decided? known) || known.Merchant != merchant)
        {
            return Note(FraudStatus.TransactionNotFound);
        }

        if (known.Outcome != Decision.Review)
        {
            return Note(FraudStatus.NotUnderReview);
        }

        if (known.Verdict is not null && known.Verdict != verdict)
        {
            return Note(FraudStatus.ResolvedWithDifferentVerdict);
        }

        known.Verdict = verdict;
        return Note(FraudStatus.Ok);
    }

    /// <summary>Whether a verdict was given before.</summary>
    public bool IsResolved(ulong id) => _decisions.TryGetValue(id, out Decided? known) && known.Verdict is not null;

    /// <summary>Compares a queue of reviews, oldest first.</summary>
    public string? CompareReviews(ulong merchant, ReadOnlySpan<DecisionRecord> records)
    {
        Decided[] waiting = [.. _decisions.Values
            .Where(one => one.Merchant == merchant && one.Outcome == Decision.Review && one.Verdict is null)
            .OrderBy(one => one.Timestamp)];
        string told = string.Join(' ', records.ToArray().Select(record => record.Id));
        string known = string.Join(' ', waiting.Select(one => one.Id));
        return told == known ? null : $"reviews [{told}] wait instead of [{known}]";
    }

    /// <summary>Compares why there are no reasons of a decision: no model made it.</summary>
    public string? CompareReasons(ulong id, ulong merchant, ReadOnlySpan<ReasonRecord> records)
    {
        if (!_decisions.TryGetValue(id, out Decided? known) || known.Merchant != merchant)
        {
            return records.IsEmpty ? null : $"transaction {id} was never decided, and is explained";
        }

        _ = Note(FraudStatus.NoModelDecided);
        return records.Length == 1 && records[0].Code == FraudStatus.NoModelDecided
            && records[0].PolicyVersion == known.Version
            ? null
            : $"transaction {id} has {records.Length} reasons instead of the one that no model decided";
    }

    /// <summary>Compares the first row of the metrics: what was stopped of all that was decided.</summary>
    public string? CompareMetrics(ReadOnlySpan<FraudMetric> metrics)
    {
        ulong stopped = (ulong)_decisions.Values.Count(one => one.Outcome == Decision.Review);
        foreach (FraudMetric metric in metrics)
        {
            if (metric is { PolicyVersion: 0, Kind: MetricKind.Stopped })
            {
                return (metric.Decisions, metric.Flagged) == ((ulong)_decisions.Count, stopped)
                    ? null
                    : $"{metric.Flagged} of {metric.Decisions} were stopped instead of {stopped} of {_decisions.Count}";
            }
        }

        return _decisions.Count == 0 ? null : "nothing is told of all decisions";
    }

    private bool IsThere(DeskFile file) => _stored.Contains(file.Name)
        || (_uploads.TryGetValue(file.Name, out (ulong FileBytes, List<byte> Content) upload)
            && (ulong)upload.Content.Count == upload.FileBytes);

    private FraudStatus Note(FraudStatus code)
    {
        _ = Codes.Add(code);
        return code;
    }

    private (FraudStatus Code, ulong Received) Note(FraudStatus code, ulong received) => (Note(code), received);

    /// <summary>A policy that is in force or was.</summary>
    internal sealed record InForce(DeskPolicy Policy, byte[] Hash, ulong Timestamp);

    private sealed record Decided(ulong Id, ulong Merchant, ulong Version, Decision Outcome, ulong Timestamp)
    {
        public Decision? Verdict { get; set; }
    }
}
