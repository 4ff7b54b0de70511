using System.Runtime.InteropServices;
using FastCore.Fraud.Models;
using FastCore.Testing;

namespace FastCore.Fraud.Tests.Models;

/// <summary>A model file with rows, and the margins and probabilities that XGBoost gave for them.</summary>
internal sealed class Fixture
{
    private Fixture(string file, string rows, string margins, string probabilities)
    {
        File = System.IO.File.ReadAllBytes(file);
        Rows = Floats(rows);
        Margins = Floats(margins);
        Probabilities = Floats(probabilities);
    }

    public byte[] File { get; }

    public float[] Rows { get; }

    public float[] Margins { get; }

    public float[] Probabilities { get; }

    /// <summary>The fixtures that travel with the repository; see tests/data/fraud/README.md.</summary>
    public static IEnumerable<string> OwnNames =>
        Directory.GetFiles(OwnFolder).Where(IsModel).Select(path => Path.GetFileName(path)!).Order();

    /// <summary>
    /// Fixtures of real card transactions, which are not ours to ship: those beside the repository, or where the
    /// environment says. None of them is needed.
    /// </summary>
    public static IEnumerable<string> SharedNames => Directory.Exists(SharedFolder)
        ? Directory.GetFiles(SharedFolder)
            .Where(path => IsModel(path) && HasMargins(path))
            .Select(path => Path.GetFileName(path)!)
            .Order()
        : [];

    public static string OwnFolder => Path.Combine(RepositoryRoot.Path, "tests", "data", "fraud");

    private static string SharedFolder => Path.Combine(
        Environment.GetEnvironmentVariable("FASTCORE_SHARED_DATA")
            ?? Path.Combine(RepositoryRoot.Path, "..", "shared", "data"),
        "fraud");

    public static Fixture Own(string name)
    {
        string stem = Path.Combine(OwnFolder, Path.GetFileNameWithoutExtension(name));
        return new Fixture(
            Path.Combine(OwnFolder, name), stem + ".rows.f32", stem + ".margins.f32", stem + ".probabilities.f32");
    }

    public static Fixture Shared(string name)
    {
        string stem = Path.Combine(SharedFolder, Path.GetFileNameWithoutExtension(name));
        return new Fixture(
            Path.Combine(SharedFolder, name),
            Path.Combine(SharedFolder, "X_2000x15.f32"),
            stem + ".margin_2000.f32",
            stem + ".prob_2000.f32");
    }

    /// <summary>XGBoost's contributions for the first rows: one for each feature and the bias a row.</summary>
    public static float[] Contributions(string name) =>
        Floats(Path.Combine(OwnFolder, Path.GetFileNameWithoutExtension(name)) + ".contributions.f32");

    public TreeModel Model() => TreeModel.Read(File);

    private static bool IsModel(string path) => Path.GetExtension(path) is ".json" or ".ubj";

    private static bool HasMargins(string path) => System.IO.File.Exists(
        Path.Combine(SharedFolder, Path.GetFileNameWithoutExtension(path) + ".margin_2000.f32"));

    private static float[] Floats(string path) =>
        MemoryMarshal.Cast<byte, float>(System.IO.File.ReadAllBytes(path)).ToArray();
}
