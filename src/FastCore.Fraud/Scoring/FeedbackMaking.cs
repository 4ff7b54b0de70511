using System.Text;
using FastCore.Fraud.Features;
using FastCore.Fraud.Rules;
using FastCore.Protocol.Fraud;

namespace FastCore.Fraud.Scoring;

/// <summary>
/// What people say about decisions: labels, verdicts, entries of lists; and which policy is in force.
/// </summary>
internal sealed class FeedbackMaking(FraudStore store, IReviewedPayments payments)
{
    /// <summary>Takes a label at the merchant's partition.</summary>
    public FraudResult Label(in LabelTransaction request)
    {
        FraudStatus broken = FraudRules.Check(request);
        if (broken != 0)
        {
            return new FraudResult { Code = broken };
        }

        if (!store.TryFind(request.Id, RecordKinds.Decision, request.Merchant, out long position))
        {
            return new FraudResult { Code = FraudStatus.TransactionNotFound };
        }

        DecisionRow decision = store.Decisions.Get(position);
        if (decision.Request.Card != request.Card)
        {
            return new FraudResult { Code = FraudStatus.ExistsWithDifferentCard };
        }

        FeedbackRow known = default;
        bool isLabelled = store.TryFind(request.Id, RecordKinds.Label, request.Merchant, out long knownAt);
        if (isLabelled)
        {
            known = store.Feedback.Get(knownAt);
            bool isSame = known.Label == request.Label
                && (request.KnownAt == 0 ? known.IsKnownAtCommit != 0 : known.KnownAt == request.KnownAt);
            if (isSame)
            {
                return new FraudResult
                {
                    Timestamp = known.Timestamp,
                    Code = known.Code,
                    Flags = ScoreResultFlags.Duplicate,
                };
            }
        }

        ulong since = request.KnownAt == 0 ? store.Time.BatchNs : request.KnownAt;
        LabelStatus status = Worst(
            Tell(FeatureKey.Terminal, decision.Terminal, request.Label, since),
            Tell(FeatureKey.Merchant, decision.Merchant, request.Label, since));

        // A card that was counted by a step of its own was told by one, and has no place here.
        status = Worst(status, Tell(FeatureKey.Card, decision.Card, request.Label, since));
        if (IsFull(status))
        {
            return new FraudResult { Code = FraudStatus.LabelsFull };
        }

        if (isLabelled && (known.KnownAt, known.Label).CompareTo((since, request.Label)) > 0)
        {
            return new FraudResult { Code = FraudStatus.LabelSuperseded };
        }

        FeedbackRow row = new()
        {
            Id = request.Id,
            Merchant = request.Merchant,
            Kind = RecordKinds.Label,
            Label = request.Label,
            IsKnownAtCommit = request.KnownAt == 0 ? (byte)1 : (byte)0,
            Code = status == LabelStatus.UnknownTransaction ? FraudStatus.LabelTooLate : FraudStatus.Ok,
            KnownAt = since,
            UserData64 = request.UserData64,
            Decision = position,
            Previous = isLabelled ? knownAt : -1,
        };
        return new FraudResult { Timestamp = store.AppendFeedback(ref row), Code = row.Code };
    }

    /// <summary>Takes a label at the card's partition, where features of cards read labels.</summary>
    public FraudResult LabelCard(in LabelTransaction request)
    {
        FraudStatus broken = FraudRules.Check(request);
        if (broken != 0)
        {
            return new FraudResult { Code = broken };
        }

        if (!store.TryFind(request.Id, RecordKinds.Card, request.Merchant, out long position))
        {
            return new FraudResult { Code = FraudStatus.TransactionNotFound };
        }

        ref readonly CardRow row = ref store.Cards.Get(position);
        if (row.Card != request.Card)
        {
            return new FraudResult { Code = FraudStatus.ExistsWithDifferentCard };
        }

        ulong since = request.KnownAt == 0 ? store.Time.BatchNs : request.KnownAt;
        LabelStatus status = Tell(FeatureKey.Card, row.Place, request.Label, since);
        return IsFull(status)
            ? new FraudResult { Code = FraudStatus.LabelsFull }
            : new FraudResult { Timestamp = store.Time.Next(), Code = FraudStatus.Ok };
    }

    /// <summary>Ends a review.</summary>
    public FraudResult Resolve(in ReviewVerdict request)
    {
        FraudStatus broken = FraudRules.Check(request);
        if (broken != 0)
        {
            return new FraudResult { Code = broken };
        }

        if (!store.TryFind(request.Id, RecordKinds.Decision, request.Merchant, out long position))
        {
            return new FraudResult { Code = FraudStatus.TransactionNotFound };
        }

        int slot = store.Reviews.Find(new ReviewKey(request.Id, request.Merchant));
        if (slot < 0)
        {
            return Resolved(request);
        }

        bool isPayment = (store.Decisions.Get(position).Flags & DecisionFlags.Payment) != 0;
        FraudStatus code = isPayment
            ? payments.Resolve(request.Merchant, request.Id, request.Verdict == Decision.Approve)
            : FraudStatus.Ok;
        if (code == FraudStatus.PaymentUnderWay)
        {
            return new FraudResult { Code = code };
        }

        store.Reviews.Remove(slot);
        FeedbackRow row = new()
        {
            Id = request.Id,
            Merchant = request.Merchant,
            Kind = RecordKinds.Verdict,
            Verdict = request.Verdict,
            Code = code,
            UserData128 = request.UserData128,
            UserData64 = request.UserData64,
            Decision = position,
            Previous = -1,
        };
        return new FraudResult { Timestamp = store.AppendFeedback(ref row), Code = code };
    }

    /// <summary>Changes a list.</summary>
    public FraudResult Change(in ListChange request)
    {
        FraudStatus broken = FraudRules.Check(request);
        if (broken != 0)
        {
            return new FraudResult { Code = broken };
        }

        string name = Encoding.UTF8.GetString(((ReadOnlySpan<byte>)request.List).TrimEnd((byte)0));
        int list = store.Lists.Find(name);
        if (list < 0)
        {
            return new FraudResult { Code = FraudStatus.ListNotFound };
        }

        RuleListStatus status = request.Kind == ListChangeKind.Add
            ? store.Lists.Add(list, request.Key, request.ExpiresAt, store.Time.BatchNs)
            : store.Lists.Remove(list, request.Key, store.Time.BatchNs);
        FraudStatus code = status switch
        {
            RuleListStatus.Added or RuleListStatus.Replaced or RuleListStatus.Removed => FraudStatus.Ok,
            RuleListStatus.NotThere => FraudStatus.ListEntryNotFound,
            RuleListStatus.BadKey => FraudStatus.ListKeyOutOfRange,
            RuleListStatus.AlreadyExpired => FraudStatus.ListEntryExpired,
            RuleListStatus.Full => FraudStatus.ListsFull,
            _ => FraudStatus.ListNotFound,
        };
        if (code != FraudStatus.Ok)
        {
            return new FraudResult { Code = code };
        }

        store.Watcher?.ListChanged(name, request, store.Time.BatchNs);
        return new FraudResult { Timestamp = store.Time.Next(), Code = code };
    }

    /// <summary>Puts a policy in force.</summary>
    public FraudResult Activate(in ActivatePolicy request)
    {
        if (store.Policy.Is(request.Hash) && store.Policy.PolicyVersion == request.Version)
        {
            return new FraudResult
            {
                Timestamp = store.Policy.Timestamp,
                Code = FraudStatus.Ok,
                Flags = ScoreResultFlags.Duplicate,
            };
        }

        if (request.Version <= store.Policy.PolicyVersion)
        {
            return new FraudResult { Code = FraudStatus.PolicyVersionNotNewer };
        }

        if (!store.Policy.CanOpen(request.Hash))
        {
            return new FraudResult { Code = FraudStatus.PolicyListsConflict };
        }

        ulong timestamp = store.Time.Next();
        store.Policy.Set(request.Hash, request.Version, timestamp);
        return new FraudResult { Timestamp = timestamp, Code = FraudStatus.Ok };
    }

    private static FraudLabel LabelOf(TransactionLabel label) => label switch
    {
        TransactionLabel.Cleared => FraudLabel.Cleared,
        TransactionLabel.Confirmed => FraudLabel.Confirmed,
        _ => FraudLabel.Fraud,
    };

    // A key that has no room refuses the label for all; one that forgot the transaction only says so.
    private static LabelStatus Worst(LabelStatus one, LabelStatus other) =>
        IsFull(one) || one == LabelStatus.UnknownTransaction && !IsFull(other) ? one : other;

    private static bool IsFull(LabelStatus status) =>
        status is LabelStatus.WaitingFull or LabelStatus.LabelsFull;

    // A key that the transaction did not name, or that had no room for it, has nothing to be told.
    private LabelStatus Tell(FeatureKey key, in EventPlace place, TransactionLabel label, ulong sinceNs) =>
        place.IsNowhere ? LabelStatus.NotNeeded : store.Features.Label(key, place, LabelOf(label), sinceNs);

    private FraudResult Resolved(in ReviewVerdict request)
    {
        if (!store.TryFind(request.Id, RecordKinds.Verdict, request.Merchant, out long position))
        {
            return new FraudResult { Code = FraudStatus.NotUnderReview };
        }

        ref readonly FeedbackRow known = ref store.Feedback.Get(position);
        return known.Verdict == request.Verdict
            ? new FraudResult
            {
                Timestamp = known.Timestamp,
                Code = known.Code,
                Flags = ScoreResultFlags.Duplicate,
            }
            : new FraudResult { Code = FraudStatus.ResolvedWithDifferentVerdict };
    }
}
