using System.Runtime.InteropServices;

using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Simulation.Domains;

namespace FastCore.Simulation.Fraud;

/// <summary>
/// The naive twin of fraud scoring (docs/FRAUD.md, docs/PROTOCOL.md): what each
/// transaction, label, verdict and change of a list is answered, to the byte, by the policies of
/// <see cref="SimulatedPolicies"/>. With several partitions a transaction takes two steps, unless its card lives with
/// its merchant, and the answers to those that were decided are compared with what is kept.
/// </summary>
/// <remarks>
/// Left out: models and their margins, payments that are screened, tables of windows and lists without room, places,
/// the times of stages, and, with several partitions, codes of refused transactions and of changed lists.
/// </remarks>
/// <param name="time">The partition's time.</param>
public sealed class FraudModel(ModelTime time) : IModel, IStepModel
{
    private readonly Dictionary<(ulong Merchant, UInt128 Id), ModelDecision> _decisions = [];
    private readonly List<ModelDecision> _reviews = [];
    private readonly ModelLists _lists = new();
    private readonly ModelWindows _windows = new();
    private readonly HashSet<(ulong Merchant, UInt128 Id)> _counted = [];
    private CountedCards? _cards;
    private ulong _version;
    private ulong _activatedAt;

    /// <summary>What was answered so far, for those who ask whether a run came by everything.</summary>
    public FraudSights Seen { get; } = new();

    /// <inheritdoc/>
    public bool Knows(Operation operation) => operation
        is (>= Operation.ScoreTransactions and <= Operation.ChangeLists) or Operation.ActivatePolicies
            or Operation.ObserveCards or Operation.ScoreObserved;

    /// <inheritdoc/>
    public bool TakesSteps(Operation operation) =>
        _cards is not null && operation is (Operation.ScoreTransactions or Operation.ChangeLists);

    /// <inheritdoc/>
    public bool IsStep(Operation operation) => operation is Operation.ObserveCards or Operation.ScoreObserved
        || TakesSteps(operation);

    /// <inheritdoc/>
    public string? Compare(Operation operation, ReadOnlySpan<byte> body, ReadOnlySpan<byte> reply)
    {
        ReadOnlySpan<ScoreTransaction> requests = MemoryMarshal.Cast<byte, ScoreTransaction>(body);
        for (int i = 0; i < requests.Length && operation == Operation.ScoreTransactions; i++)
        {
            ScoreResult result = MemoryMarshal.Cast<byte, ScoreResult>(reply)[i];
            if (result.Code != FraudStatus.Ok)
            {
                continue;
            }

            result.ResultFlags &= ~ScoreResultFlags.Duplicate;
            bool isKept = _decisions.TryGetValue((requests[i].Merchant, requests[i].Id), out ModelDecision? decision)
                && FraudChecks.Compare(requests[i], decision.Request) == 0;
            ScoreResult expected = isKept ? decision!.Answer : default;
            if (!MemoryMarshal.AsBytes(new ReadOnlySpan<ScoreResult>(in result))
                .SequenceEqual(MemoryMarshal.AsBytes(new ReadOnlySpan<ScoreResult>(in expected))))
            {
                return $"transaction {requests[i].Id} of merchant {requests[i].Merchant} is kept with another decision";
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public void BeginEntry(ulong timestampNs)
    {
        // Nothing is due: windows and lists go by the time of who looks at them.
    }

    /// <inheritdoc/>
    public byte[] Execute(Operation operation, ulong key, ReadOnlySpan<byte> body) => operation switch
    {
        Operation.ScoreTransactions => Each<ScoreTransaction, ScoreResult>(
            body, request => Seen.Note(Score(request, ofCard: 0))),
        Operation.ObserveCards => Each<ScoreTransaction, CardFeatures>(body, Count),
        Operation.ScoreObserved => Each<ObservedTransaction, ScoreResult>(
            body, request => Seen.Note(Score(request.Transaction, request.Card.Code))),
        Operation.LabelTransactions => Each<LabelTransaction, FraudResult>(body, request => Seen.Note(Label(request))),
        Operation.ResolveReviews => Each<ReviewVerdict, FraudResult>(body, request => Seen.Note(Resolve(request))),
        Operation.ChangeLists => Each<ListChange, FraudResult>(body, request => Seen.Note(Change(request))),
        _ => Each<ActivatePolicy, FraudResult>(body, request => Seen.Note(Activate(request))),
    };

    /// <inheritdoc/>
    public byte[] Read(Operation operation, ReadOnlySpan<byte> body)
    {
        ulong merchant = MemoryMarshal.Read<BookPrefix>(body).Book;
        ReadOnlySpan<byte> asked = body[BookPrefix.Size..];
        List<DecisionRecord> records = [];
        if (operation == Operation.LookupDecisions)
        {
            foreach (UInt128 id in MemoryMarshal.Cast<byte, UInt128>(asked))
            {
                if (_decisions.TryGetValue((merchant, id), out ModelDecision? decision))
                {
                    records.Add(decision.Record);
                }
            }
        }
        else
        {
            ReviewFilter filter = MemoryMarshal.Read<ReviewFilter>(asked);
            bool isAsked = filter.Reserved0 == 0 && filter.Reserved1 == 0;
            records.AddRange(_reviews
                .Where(one => isAsked && one.Request.Merchant == merchant && one.Answer.Timestamp > filter.After)
                .OrderBy(one => one.Answer.Timestamp)
                .Take((int)Math.Min(filter.Limit, Limits.ElementsPerRequestMax))
                .Select(one => one.Record));
        }

        return MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(records)).ToArray();
    }

    /// <inheritdoc/>
    public string? CheckInvariants() =>
        _reviews.Count > SimulatedPolicies.ReviewsMax ? $"{_reviews.Count} reviews wait in the model"
        : _reviews.Exists(one => one.Verdict is not null) ? "a review of the model waits and has a verdict"
        : null;

    /// <summary>The node has several partitions: what cards counted comes from the journals of all of them.</summary>
    internal void Join(CountedCards cards) => _cards = cards;

    private static byte[] Each<TRequest, TResult>(ReadOnlySpan<byte> body, Func<TRequest, TResult> execute)
        where TRequest : unmanaged
        where TResult : unmanaged
    {
        List<TResult> results = [];
        foreach (TRequest element in MemoryMarshal.Cast<byte, TRequest>(body))
        {
            results.Add(execute(element));
        }

        return MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(results)).ToArray();
    }

    // What is handed over is looked at by the merchant's partition; here only its time counts. What was decided in one
    // step is counted, and takes none.
    private CardFeatures Count(ScoreTransaction request)
    {
        if (FraudChecks.Check(request, time.EntryNs) != 0)
        {
            return default;
        }

        if (_decisions.ContainsKey((request.Merchant, request.Id)))
        {
            Seen.NoteCountedByDecision(!_counted.Contains((request.Merchant, request.Id)));
        }
        else if (_counted.Add((request.Merchant, request.Id)))
        {
            _ = time.Next();
        }

        return default;
    }

    private ScoreResult Score(ScoreTransaction request, FraudStatus ofCard)
    {
        FraudStatus broken = FraudChecks.Check(request, time.EntryNs);
        if (broken != 0)
        {
            return new ScoreResult { Code = broken };
        }

        if (_decisions.TryGetValue((request.Merchant, request.Id), out ModelDecision? known))
        {
            broken = FraudChecks.Compare(request, known.Request);
            return broken != 0
                ? new ScoreResult { Code = broken }
                : known.Answer with { ResultFlags = ScoreResultFlags.Duplicate };
        }

        if (ofCard == 0 && _cards is not null)
        {
            ofCard = _cards.Refusal(request);
            Seen.NoteOneStep(_counted.Contains((request.Merchant, request.Id)));
        }

        if (ofCard is not (0 or FraudStatus.Ok))
        {
            return new ScoreResult { Code = ofCard };
        }

        ModelDecision decision = new() { Request = request };
        ulong happened = request.OccurredAt == 0 ? time.EntryNs : request.OccurredAt;
        ModelCard? card = _cards is null ? _windows.ObserveCard(decision, happened) : _cards.Get(request);
        ModelFacts facts = _windows.Observe(
            decision, card, happened, list => _lists.Contains(list, request, time.EntryNs));
        decision.Answer = Decide(request, facts);
        _decisions.Add((request.Merchant, request.Id), decision);
        if (decision.Answer.Decision == Decision.Review)
        {
            decision.IsUnderReview = true;
            _reviews.Add(decision);
        }

        return decision.Answer;
    }

    private ScoreResult Decide(in ScoreTransaction request, ModelFacts facts)
    {
        ScoreResult answer = new()
        {
            Code = FraudStatus.Ok,
            Timestamp = time.Next(),
            Decision = Decision.Approve,
            Rule = ushort.MaxValue,
            Score = float.NaN,
            Margin = float.NaN,
            Flags = DecisionFlags.NoModel
                | (request.Card == 0 ? DecisionFlags.CardUnknown : 0)
                | (request.Terminal == 0 ? DecisionFlags.TerminalUnknown : 0),
            PolicyVersion = _version,
        };
        if (_version == 0)
        {
            answer.Flags |= DecisionFlags.NoPolicy;
            return answer;
        }

        ModelPolicy policy = ModelPolicies.Get(_version);
        answer.ShadowRules = ShadowsOf(policy, facts);
        int list = ListOf(policy, facts, Decision.Decline);
        list = list < 0 ? ListOf(policy, facts, Decision.Approve) : list;
        int rule = policy.Rules.ToList().FindIndex(one => !one.IsShadow && one.Condition(facts));
        if (list >= 0)
        {
            answer.Decision = policy.Lists[list].Effect;
            answer.Reason = DecisionReason.List;
            answer.Rule = (ushort)list;
        }
        else if (rule >= 0)
        {
            answer.Decision = policy.Rules[rule].Outcome;
            answer.Reason = DecisionReason.Rule;
            answer.Rule = (ushort)rule;
        }

        if (answer.Decision == Decision.Review && _reviews.Count == SimulatedPolicies.ReviewsMax)
        {
            answer.Decision = Decision.Decline;
            answer.Flags |= DecisionFlags.ReviewsFull;
        }

        return answer;
    }

    private ulong ShadowsOf(ModelPolicy policy, ModelFacts facts)
    {
        ulong bits = 0;
        int bit = 0;
        foreach (ModelRule rule in policy.Rules.Where(one => one.IsShadow))
        {
            bool isTrue = rule.Condition(facts);
            Seen.Note(rule.Name, isTrue);
            bits |= isTrue ? 1UL << bit : 0;
            bit++;
        }

        return bits;
    }

    private static int ListOf(ModelPolicy policy, ModelFacts facts, Decision effect) =>
        policy.Lists.ToList().FindIndex(list => list.Effect == effect && facts.IsOn(list.Name));

    private FraudResult Label(LabelTransaction request)
    {
        FraudStatus broken = FraudChecks.Check(request);
        if (broken != 0)
        {
            return new FraudResult { Code = broken };
        }

        if (!_decisions.TryGetValue((request.Merchant, request.Id), out ModelDecision? decision))
        {
            return new FraudResult { Code = FraudStatus.TransactionNotFound };
        }

        if (decision.Request.Card != request.Card)
        {
            return new FraudResult { Code = FraudStatus.ExistsWithDifferentCard };
        }

        if (decision.Label is { } known && known.Label == request.Label
            && (request.KnownAt == 0 ? known.IsAtCommit : known.KnownAt == request.KnownAt))
        {
            return known.Answer with { Flags = ScoreResultFlags.Duplicate };
        }

        ulong since = request.KnownAt == 0 ? time.EntryNs : request.KnownAt;
        bool isTooLate = _windows.IsForgotten(decision);
        decision.Tell(since, request.Label);
        if (decision.Label is { } kept && (kept.KnownAt, kept.Label).CompareTo((since, request.Label)) > 0)
        {
            return new FraudResult { Code = FraudStatus.LabelSuperseded };
        }

        FraudResult answer = new()
        {
            Timestamp = time.Next(),
            Code = isTooLate ? FraudStatus.LabelTooLate : FraudStatus.Ok,
        };
        decision.Label = new ModelLabel(request.Label, since, request.KnownAt == 0, answer);
        return answer;
    }

    private FraudResult Resolve(ReviewVerdict request)
    {
        FraudStatus broken = FraudChecks.Check(request);
        if (broken != 0)
        {
            return new FraudResult { Code = broken };
        }

        if (!_decisions.TryGetValue((request.Merchant, request.Id), out ModelDecision? decision))
        {
            return new FraudResult { Code = FraudStatus.TransactionNotFound };
        }

        if (!decision.IsUnderReview)
        {
            return decision.Verdict is not { } known ? new FraudResult { Code = FraudStatus.NotUnderReview }
                : known.Verdict == request.Verdict ? decision.Resolved with { Flags = ScoreResultFlags.Duplicate }
                : new FraudResult { Code = FraudStatus.ResolvedWithDifferentVerdict };
        }

        decision.IsUnderReview = false;
        _ = _reviews.Remove(decision);
        decision.Verdict = request;
        decision.Resolved = new FraudResult { Timestamp = time.Next(), Code = FraudStatus.Ok };
        return decision.Resolved;
    }

    private FraudResult Change(ListChange request)
    {
        FraudStatus code = _lists.Change(request, time.EntryNs);
        return new FraudResult { Timestamp = code == FraudStatus.Ok ? time.Next() : 0, Code = code };
    }

    // One policy for each version, so the version names the content too.
    private FraudResult Activate(ActivatePolicy request)
    {
        if (request.Version == _version)
        {
            return new FraudResult
            {
                Timestamp = _activatedAt,
                Code = FraudStatus.Ok,
                Flags = ScoreResultFlags.Duplicate,
            };
        }

        if (request.Version < _version)
        {
            return new FraudResult { Code = FraudStatus.PolicyVersionNotNewer };
        }

        ModelPolicy policy = ModelPolicies.Get(request.Version);
        if (!_lists.CanOpen(policy))
        {
            return new FraudResult { Code = FraudStatus.PolicyListsConflict };
        }

        _lists.Open(policy);
        _version = request.Version;
        _activatedAt = time.Next();
        return new FraudResult { Timestamp = _activatedAt, Code = FraudStatus.Ok };
    }
}
