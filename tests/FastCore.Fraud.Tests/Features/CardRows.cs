using System.Globalization;
using System.IO.Compression;
using FastCore.Fraud.Features;
using FastCore.Testing;

namespace FastCore.Fraud.Tests.Features;

/// <summary>A line of a card transaction file.</summary>
internal readonly record struct CardRow(UInt128 Id, FeatureTransaction Transaction, bool IsFraud);

/// <summary>Reads card transaction files, ours and those that may lie beside the repository.</summary>
internal static class CardRows
{
    public const ulong Second = 1_000_000_000;
    public const ulong Day = 86_400 * Second;

    /// <summary>Our own 30 days of 300 cards, part of the repository.</summary>
    public static string Small { get; } = Path.Combine(RepositoryRoot.Path, "tests", "data", "cards-small.csv.gz");

    /// <summary>
    /// A file of the data directory that lies beside the repository, or null: the public data set is not ours to ship.
    /// FASTCORE_SHARED_DATA names the directory where it lies elsewhere.
    /// </summary>
    public static string? Beside(params string[] names)
    {
        string? set = Environment.GetEnvironmentVariable("FASTCORE_SHARED_DATA");
        for (DirectoryInfo? at = new(RepositoryRoot.Path); at is not null || set is not null; at = at?.Parent)
        {
            string directory = set ?? Path.Combine(at!.FullName, "shared", "data");
            string path = Path.Combine([directory, .. names]);
            if (File.Exists(path))
            {
                return path;
            }

            if (set is not null)
            {
                return null;
            }
        }

        return null;
    }

    public static IEnumerable<CardRow> Read(string path)
    {
        foreach (string line in Lines(path).Skip(1))
        {
            string[] fields = line.Split(',');
            FeatureTransaction transaction = new()
            {
                TimeNs = ulong.Parse(fields[1], CultureInfo.InvariantCulture) * Second,
                Card = ulong.Parse(fields[2], CultureInfo.InvariantCulture),
                Terminal = ulong.Parse(fields[3], CultureInfo.InvariantCulture),
                Amount = long.Parse(fields[4], CultureInfo.InvariantCulture),
            };
            UInt128 id = ulong.Parse(fields[0], CultureInfo.InvariantCulture) + 1;
            yield return new CardRow(id, transaction, fields[5] == "1");
        }
    }

    public static IEnumerable<string> Lines(string path)
    {
        using GZipStream content = new(File.OpenRead(path), CompressionMode.Decompress);
        using StreamReader reader = new(content);
        while (reader.ReadLine() is string line)
        {
            yield return line;
        }
    }
}
