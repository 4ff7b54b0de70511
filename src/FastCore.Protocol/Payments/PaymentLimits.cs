namespace FastCore.Protocol.Payments;

/// <summary>Largest values that the payments operations accept.</summary>
public static class PaymentLimits
{
    /// <summary>Largest amount of one element, and largest fixed, minimum or maximum fee: 2^56 − 1.</summary>
    public const ulong AmountMax = (1UL << 56) - 1;

    /// <summary>Largest proportional fee and tax: 100 %.</summary>
    public const uint PpmMax = 1_000_000;

    /// <summary>Longest capture window and order expiry: 366 days.</summary>
    public const uint WindowMaxS = 366 * 24 * 60 * 60;

    /// <summary>Largest connector number.</summary>
    public const ushort ConnectorMax = 255;

    /// <summary>Connectors of a route at most, so also attempts of one payment.</summary>
    public const int RouteMax = 3;
}
