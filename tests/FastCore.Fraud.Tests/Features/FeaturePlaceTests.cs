using FastCore.Fraud.Features;
using FastCore.Testing;
using Xunit;

namespace FastCore.Fraud.Tests.Features;

/// <summary>Distances on the globe.</summary>
public sealed class FeaturePlaceTests
{
    [Fact]
    public void Distance_IsThatOfTheLibrarysSines()
    {
        SeededRandom random = new(1);
        for (int i = 0; i < 20_000; i++)
        {
            // Near ones too, down to the same place.
            int latitude = random.Between(-90_000_000, 90_000_000);
            int longitude = random.Between(-180_000_000, 180_000_000);
            int spread = (int)(random.Skewed() % 90_000_000) + 1;
            int otherLatitude = Math.Clamp(latitude + random.Between(-spread, spread), -90_000_000, 90_000_000);
            int otherLongitude = Math.Clamp(longitude + random.Between(-spread, spread), -180_000_000, 180_000_000);
            double expected = Haversine(latitude, longitude, otherLatitude, otherLongitude);
            long actual = At(latitude, longitude).MetresTo(At(otherLatitude, otherLongitude));
            Assert.True(Math.Abs(expected - actual) <= 0.51, $"{actual} m, the library has {expected} m");
            Assert.Equal(actual, At(otherLatitude, otherLongitude).MetresTo(At(latitude, longitude)));
        }
    }

    [Fact]
    public void KnownDistances_ComeOut()
    {
        Assert.Equal(0, At(52_520_000, 13_405_000).MetresTo(At(52_520_000, 13_405_000)));
        Assert.Equal(111_195, At(0, 0).MetresTo(At(0, 1_000_000)));
        Assert.Equal(20_015_114, At(0, 0).MetresTo(At(0, 180_000_000)));
        Assert.Equal(20_015_114, At(90_000_000, 0).MetresTo(At(-90_000_000, 77)));
        Assert.InRange(At(51_507_400, -127_800).MetresTo(At(48_856_600, 2_352_200)), 343_000, 344_500);

        // Across the date line it is the short way.
        Assert.InRange(At(0, 179_999_999).MetresTo(At(0, -179_999_999)), 0, 1);
    }

    [Fact]
    public void PlaceOffTheGlobe_IsRefused()
    {
        Assert.False(FeaturePlace.TryAt(90_000_001, 0, out _));
        Assert.False(FeaturePlace.TryAt(0, -180_000_001, out FeaturePlace place));
        Assert.False(place.IsKnown);
        Assert.False(default(FeaturePlace).IsKnown);
        Assert.True(At(-90_000_000, -180_000_000).IsKnown);
    }

    private static FeaturePlace At(int latitudeMicro, int longitudeMicro)
    {
        Assert.True(FeaturePlace.TryAt(latitudeMicro, longitudeMicro, out FeaturePlace place));
        return place;
    }

    private static double Haversine(double latitude, double longitude, double otherLatitude, double otherLongitude)
    {
        double Radians(double micro) => micro / 1e6 * Math.PI / 180;
        double high = Math.Sin(Radians(otherLatitude - latitude) / 2);
        double wide = Math.Sin(Radians(otherLongitude - longitude) / 2);
        double squared = (high * high)
            + (Math.Cos(Radians(latitude)) * Math.Cos(Radians(otherLatitude)) * wide * wide);
        return 2 * 6_371_008.8 * Math.Asin(Math.Sqrt(Math.Clamp(squared, 0, 1)));
    }
}
