using FastCore.Protocol;
using FastCore.Protocol.Fraud;

namespace FastCore.Simulation.Fraud;

/// <summary>What is wrong with a request by itself, in the documented order; 0 = nothing.</summary>
internal static class FraudChecks
{
    private const ulong FiveMinutesNs = 300_000_000_000;

    public static FraudStatus Check(in ScoreTransaction request, ulong nowNs)
    {
        (bool IsBroken, FraudStatus Code)[] rules =
        [
            (request.Timestamp != 0, FraudStatus.TimestampMustBeZero),
            (request.Reserved0 != 0 || request.Reserved1 != 0 || request.Reserved2 != 0, FraudStatus.ReservedField),
            (((ushort)request.Flags & ~3) != 0, FraudStatus.ReservedFlag),
            .. Ids(request.Merchant, request.Id),
            (request.Amount >= 1UL << 53, FraudStatus.AmountTooLarge),
            (request.OccurredAt > nowNs + FiveMinutesNs, FraudStatus.OccurredAtInFuture),
            (IsNowhere(request), FraudStatus.PlaceOutOfRange),
        ];
        return First(rules);
    }

    public static FraudStatus Check(in LabelTransaction request) => First(
    [
        (request.Timestamp != 0, FraudStatus.TimestampMustBeZero),
        (request.Reserved0 != 0 || request.Reserved1 != 0 || request.Reserved2 != 0, FraudStatus.ReservedField),
        .. Ids(request.Merchant, request.Id),
        ((byte)request.Label is 0 or > 3, FraudStatus.LabelOutOfRange),
        (request.KnownAt > long.MaxValue, FraudStatus.KnownAtOutOfRange),
    ]);

    public static FraudStatus Check(in ReviewVerdict request) => First(
    [
        (request.Timestamp != 0, FraudStatus.TimestampMustBeZero),
        (request.Reserved0 != 0 || request.Reserved1 != 0 || request.Reserved2 != 0, FraudStatus.ReservedField),
        .. Ids(request.Merchant, request.Id),
        (request.Verdict is not (Decision.Approve or Decision.Decline), FraudStatus.VerdictOutOfRange),
    ]);

    /// <summary>The first field in which a repeated id differs.</summary>
    public static FraudStatus Compare(in ScoreTransaction request, in ScoreTransaction known) => First(
    [
        (request.Card != known.Card, FraudStatus.ExistsWithDifferentCard),
        (request.Amount != known.Amount, FraudStatus.ExistsWithDifferentAmount),
        (request.Terminal != known.Terminal, FraudStatus.ExistsWithDifferentTerminal),
        (request.Device != known.Device, FraudStatus.ExistsWithDifferentDevice),
        (request.Currency != known.Currency, FraudStatus.ExistsWithDifferentCurrency),
        (request.OccurredAt != known.OccurredAt, FraudStatus.ExistsWithDifferentOccurredAt),
        ((request.Latitude, request.Longitude, request.Flags) != (known.Latitude, known.Longitude, known.Flags),
            FraudStatus.ExistsWithDifferentPlace),
        (request.Bin != known.Bin, FraudStatus.ExistsWithDifferentBin),
        (request.UserData128 != known.UserData128, FraudStatus.ExistsWithDifferentUserData128),
        (request.UserData64 != known.UserData64, FraudStatus.ExistsWithDifferentUserData64),
    ]);

    /// <summary>The first field in which a repeated id differs that matters to its card.</summary>
    public static FraudStatus CompareCounted(in ScoreTransaction request, in ScoreTransaction known) => First(
    [
        (request.Card != known.Card, FraudStatus.ExistsWithDifferentCard),
        (request.Amount != known.Amount, FraudStatus.ExistsWithDifferentAmount),
        (request.Terminal != known.Terminal, FraudStatus.ExistsWithDifferentTerminal),
        (request.OccurredAt != known.OccurredAt, FraudStatus.ExistsWithDifferentOccurredAt),
        ((request.Latitude, request.Longitude) != (known.Latitude, known.Longitude),
            FraudStatus.ExistsWithDifferentPlace),
    ]);

    private static (bool, FraudStatus)[] Ids(ulong merchant, UInt128 id) =>
    [
        (merchant == 0 || merchant > Limits.BookMax, FraudStatus.MerchantOutOfRange),
        (id == 0, FraudStatus.IdMustNotBeZero),
        (id == UInt128.MaxValue, FraudStatus.IdMustNotBeIntMax),
    ];

    private static bool IsNowhere(in ScoreTransaction request) => request.Flags.HasFlag(ScoreFlags.HasPlace)
        ? Math.Abs((long)request.Latitude) > 90_000_000 || Math.Abs((long)request.Longitude) > 180_000_000
        : request.Latitude != 0 || request.Longitude != 0;

    private static FraudStatus First((bool IsBroken, FraudStatus Code)[] rules) =>
        rules.FirstOrDefault(rule => rule.IsBroken).Code;
}
