namespace FastCore.Fraud.Features;

/// <summary>A place on the globe, to a millionth of a degree. The default value is unknown.</summary>
public readonly struct FeaturePlace : IEquatable<FeaturePlace>
{
    private const int Quarter = 90_000_000;
    private const double EarthRadiusM = 6_371_008.8;

    // Shifted so that zero stays free for "unknown".
    private readonly uint _latitude;
    private readonly uint _longitude;

    private FeaturePlace(uint latitude, uint longitude)
    {
        _latitude = latitude;
        _longitude = longitude;
    }

    /// <summary>Nobody knows where.</summary>
    public static FeaturePlace Unknown => default;

    /// <summary>Whether the place is known.</summary>
    public bool IsKnown => _latitude != 0;

    /// <summary>A known place.</summary>
    /// <param name="latitudeMicro">Millionths of a degree, −90,000,000 … 90,000,000.</param>
    /// <param name="longitudeMicro">Millionths of a degree, −180,000,000 … 180,000,000.</param>
    /// <param name="place">The place, or an unknown one.</param>
    /// <returns>False when there is no such place on the globe.</returns>
    public static bool TryAt(int latitudeMicro, int longitudeMicro, out FeaturePlace place)
    {
        bool isThere = latitudeMicro is >= -Quarter and <= Quarter
            && longitudeMicro is >= -2 * Quarter and <= 2 * Quarter;
        place = isThere
            ? new FeaturePlace((uint)(latitudeMicro + Quarter + 1), (uint)(longitudeMicro + (2 * Quarter) + 1))
            : default;
        return isThere;
    }

    /// <summary>
    /// Metres along the great circle. Of additions, multiplications, divisions and roots only, whose results are the
    /// same on every machine; the sine of the platform's library is not.
    /// </summary>
    public long MetresTo(FeaturePlace other)
    {
        double latitudeSpan = Math.Abs((double)_latitude - other._latitude);
        double longitudeSpan = Math.Abs((double)_longitude - other._longitude);
        double high = Sine(Radians(latitudeSpan / 2));
        double wide = Sine(Radians(longitudeSpan / 2));
        double squared = (high * high) + (Cosine(_latitude) * Cosine(other._latitude) * wide * wide);
        return (long)((2 * EarthRadiusM * Arcsine(Math.Sqrt(Math.Clamp(squared, 0, 1)))) + 0.5);
    }

    /// <inheritdoc/>
    public bool Equals(FeaturePlace other) => _latitude == other._latitude && _longitude == other._longitude;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is FeaturePlace other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_latitude, _longitude);

    private static double Radians(double micro) => micro * (Math.PI / 180e6);

    // A shifted latitude is a quarter circle more than the latitude, so its sine is the latitude's cosine.
    private static double Cosine(uint latitude) => Sine(Radians(latitude - 1.0));

    // For 0 … π: mirrored to 0 … π/2, where 9 terms of the series leave less than 10^-13.
    private static double Sine(double x)
    {
        x = Math.Min(x, Math.PI - x);
        double square = x * x;
        double sum = 1;
        for (int n = 16; n >= 2; n -= 2)
        {
            sum = 1 - (square / (n * (n + 1)) * sum);
        }

        return x * sum;
    }

    // For 0 … 1: halved until the argument is small, where the series ends quickly.
    private static double Arcsine(double x)
    {
        if (x > 0.5)
        {
            return (Math.PI / 2) - (2 * Arcsine(Math.Sqrt((1 - x) / 2)));
        }

        double square = x * x;
        double sum = 0;
        for (int n = 12; n >= 1; n--)
        {
            double odd = (2 * n) - 1;
            sum = (odd / (2 * n) * square) * ((1 / (odd + 2)) + sum);
        }

        return x * (1 + sum);
    }
}
