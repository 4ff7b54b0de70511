using FastCore.Fraud.Features;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Protocol.Payments;

namespace FastCore.Fraud.Scoring;

/// <summary>The rules that need no state but the time, in their order of precedence. 0 = none is broken.</summary>
internal static class FraudRules
{
    private const ScoreFlags Known = ScoreFlags.HasPlace | ScoreFlags.StageTimes;

    /// <summary>Checks a transaction.</summary>
    /// <param name="request">The transaction.</param>
    /// <param name="isPayment">It was made from a payment.</param>
    /// <param name="nowNs">The time of the batch.</param>
    public static FraudStatus Check(in ScoreTransaction request, bool isPayment, ulong nowNs)
    {
        FraudStatus envelope = CheckEnvelope(
            request.Timestamp, request.Reserved0, request.Reserved1, request.Reserved2);
        if (envelope != 0)
        {
            return envelope;
        }

        if ((request.Flags & ~Known) != 0)
        {
            return FraudStatus.ReservedFlag;
        }

        if (CheckIds(request.Merchant, request.Id) is not 0 and var broken)
        {
            return broken;
        }

        if (request.Amount > FraudLimits.AmountMax)
        {
            return FraudStatus.AmountTooLarge;
        }

        // A payment's own time is the client's and orders nothing; one that cannot be is left aside.
        if (!isPayment && IsAhead(request.OccurredAt, nowNs))
        {
            return FraudStatus.OccurredAtInFuture;
        }

        return PlaceOf(request, out _) ? 0 : FraudStatus.PlaceOutOfRange;
    }

    public static FraudStatus CheckIds(ulong merchant, UInt128 id) =>
        merchant - 1 >= Limits.BookMax ? FraudStatus.MerchantOutOfRange
        : id == 0 ? FraudStatus.IdMustNotBeZero
        : id == UInt128.MaxValue ? FraudStatus.IdMustNotBeIntMax
        : 0;

    public static FraudStatus Check(in LabelTransaction request)
    {
        FraudStatus broken = CheckEnvelope(
            request.Timestamp, request.Reserved0, request.Reserved1, request.Reserved2);
        broken = broken != 0 ? broken : CheckIds(request.Merchant, request.Id);
        if (broken != 0)
        {
            return broken;
        }

        if (request.Label is TransactionLabel.None or > TransactionLabel.Chargeback)
        {
            return FraudStatus.LabelOutOfRange;
        }

        return request.KnownAt > FeatureLimits.TimeNsMax ? FraudStatus.KnownAtOutOfRange : 0;
    }

    public static FraudStatus Check(in ReviewVerdict request)
    {
        FraudStatus broken = CheckEnvelope(
            request.Timestamp, request.Reserved0, request.Reserved1, request.Reserved2);
        broken = broken != 0 ? broken : CheckIds(request.Merchant, request.Id);
        if (broken != 0)
        {
            return broken;
        }

        return request.Verdict is Decision.Approve or Decision.Decline ? 0 : FraudStatus.VerdictOutOfRange;
    }

    public static FraudStatus Check(in ListChange request)
    {
        if (request.Reserved0 != 0 || request.Reserved1 != 0 || request.Reserved2 != 0 || request.Reserved3 != 0
            || request.Reserved4 != 0)
        {
            return FraudStatus.ReservedField;
        }

        bool isChange = request.Kind == ListChangeKind.Add
            || (request.Kind == ListChangeKind.Remove && request.ExpiresAt == 0);
        return isChange ? 0 : FraudStatus.ListChangeOutOfRange;
    }

    /// <summary>A payment as what is scored.</summary>
    public static ScoreTransaction TransactionOf(in CreatePayment payment) => new()
    {
        Id = payment.Id,
        Merchant = payment.Merchant,
        Card = payment.Card,
        Terminal = payment.Terminal,
        Device = payment.Device,
        Amount = payment.Amount,
        OccurredAt = payment.EffectiveAt,
        Currency = payment.Currency,
    };

    /// <summary>The time that windows take a transaction for.</summary>
    public static ulong TimeOf(in ScoreTransaction request, ulong nowNs) =>
        request.OccurredAt == 0 || IsAhead(request.OccurredAt, nowNs) ? nowNs : request.OccurredAt;

    /// <summary>The place, unknown when none is given.</summary>
    /// <returns>False when there is no such place, or one without its flag.</returns>
    public static bool PlaceOf(in ScoreTransaction request, out FeaturePlace place)
    {
        if ((request.Flags & ScoreFlags.HasPlace) == 0)
        {
            place = FeaturePlace.Unknown;
            return request is { Latitude: 0, Longitude: 0 };
        }

        return FeaturePlace.TryAt(request.Latitude, request.Longitude, out place);
    }

    /// <summary>Whether a repeated id carries the same content: 0, or the first field that differs.</summary>
    public static FraudStatus Compare(in ScoreTransaction request, in ScoreTransaction known)
    {
        const ScoreFlags Compared = ~ScoreFlags.StageTimes;
        return request.Card != known.Card ? FraudStatus.ExistsWithDifferentCard
            : request.Amount != known.Amount ? FraudStatus.ExistsWithDifferentAmount
            : request.Terminal != known.Terminal ? FraudStatus.ExistsWithDifferentTerminal
            : request.Device != known.Device ? FraudStatus.ExistsWithDifferentDevice
            : request.Currency != known.Currency ? FraudStatus.ExistsWithDifferentCurrency
            : request.OccurredAt != known.OccurredAt ? FraudStatus.ExistsWithDifferentOccurredAt
            : request.Latitude != known.Latitude || request.Longitude != known.Longitude
                || (request.Flags & Compared) != (known.Flags & Compared) ? FraudStatus.ExistsWithDifferentPlace
            : request.Bin != known.Bin ? FraudStatus.ExistsWithDifferentBin
            : request.UserData128 != known.UserData128 ? FraudStatus.ExistsWithDifferentUserData128
            : request.UserData64 != known.UserData64 ? FraudStatus.ExistsWithDifferentUserData64
            : 0;
    }

    private static FraudStatus CheckEnvelope(ulong timestamp, ulong reserved0, ulong reserved1, ulong reserved2) =>
        timestamp != 0 ? FraudStatus.TimestampMustBeZero
        : (reserved0 | reserved1 | reserved2) != 0 ? FraudStatus.ReservedField
        : 0;

    private static bool IsAhead(ulong occurredAt, ulong nowNs) => occurredAt > nowNs + FraudLimits.AheadNsMax;
}
