namespace FastCore.Seats.Charts.Text;

/// <summary>The charts that come along: examples of the file format, and houses to try things out with.</summary>
public static class ShippedCharts
{
    private static readonly Lazy<ChartFile> LoadedCinema = new(() => Load("cinema"));
    private static readonly Lazy<ChartFile> LoadedTheatre = new(() => Load("theatre"));
    private static readonly Lazy<ChartFile> LoadedStadium = new(() => Load("stadium"));

    /// <summary>200 seats in 13 rows with an aisle, four of them for wheelchairs.</summary>
    public static ChartFile Cinema => LoadedCinema.Value;

    /// <summary>About 1,500 seats: stalls, two balconies, and boxes that are sold by seat or whole.</summary>
    public static ChartFile Theatre => LoadedTheatre.Value;

    /// <summary>More than 100,000 seats in three tiers, and 12,000 places to stand.</summary>
    public static ChartFile Stadium => LoadedStadium.Value;

    /// <summary>The file of a shipped chart, as it would lie on a disk.</summary>
    /// <param name="name"><c>cinema</c>, <c>theatre</c> or <c>stadium</c>.</param>
    /// <exception cref="ArgumentException">There is no such chart.</exception>
    public static byte[] FileOf(string name)
    {
        using Stream? resource = typeof(ShippedCharts).Assembly.GetManifestResourceStream($"charts/{name}.json");
        if (resource is null)
        {
            throw new ArgumentException("There is no such chart.", nameof(name));
        }

        byte[] file = new byte[resource.Length];
        resource.ReadExactly(file);
        return file;
    }

    private static ChartFile Load(string name) =>
        ChartFile.TryRead(FileOf(name), out ChartFile? chart, out IReadOnlyList<ChartMistake> mistakes)
            ? chart!
            : throw new InvalidDataException($"The chart {name} is broken: {mistakes[0]}");
}
