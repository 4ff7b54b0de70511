using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FastCore.Fraud.Features;

/// <summary>
/// A validated and compiled set of features, named by the hash of its content. Immutable; any thread may use it.
/// </summary>
/// <remarks>
/// A transaction's features are computed in two steps, because its keys may live on different partitions. Each
/// partition writes the whole numbers of its keys (counts, hundredths, nanoseconds) into its part of one raw vector;
/// whoever has the whole raw vector computes the features from it, with one division each.
/// </remarks>
public sealed class FeatureSet
{
    private readonly FeatureDefinition[] _definitions;
    private readonly FeatureFormula[] _formulas;
    private readonly FeatureCompiler _compiled;
    private readonly byte[] _hash;

    internal FeatureSet(IReadOnlyList<FeatureDefinition> definitions)
    {
        _definitions = [.. definitions];
        _compiled = new FeatureCompiler(_definitions);
        _formulas = _compiled.Formulas;
        _hash = SHA256.HashData(Encoding.UTF8.GetBytes(Content(_definitions)));
    }

    /// <summary>
    /// The shipped set: the 15 features of the handbook, in its order, then amount ÷ mean of 7 and of 30 days.
    /// </summary>
    public static FeatureSet Default { get; } = Parse(DefaultFile());

    /// <summary>The features in the order of the vector.</summary>
    public IReadOnlyList<FeatureDefinition> Definitions => _definitions;

    /// <summary>Values of a vector.</summary>
    public int Count => _definitions.Length;

    /// <summary>Values of a raw vector.</summary>
    public int RawLength => _compiled.RawLength;

    /// <summary>
    /// SHA-256 of what the file means. Layout and comments of the file do not matter; names and order do.
    /// </summary>
    public ReadOnlySpan<byte> Hash => _hash;

    /// <summary>The hash as 64 hexadecimal digits.</summary>
    public string Version => Convert.ToHexStringLower(_hash);

    /// <summary>Reads a feature file and names every mistake in it.</summary>
    /// <param name="json">The file.</param>
    /// <param name="set">The compiled set, or null when there are mistakes.</param>
    /// <returns>The mistakes, in the order of the file.</returns>
    public static IReadOnlyList<FeatureMistake> TryParse(ReadOnlySpan<byte> json, out FeatureSet? set)
    {
        List<FeatureMistake> mistakes = [];
        List<DeclaredFeature> declared = new FeatureFileReader(json, mistakes).Read();
        List<FeatureDefinition> definitions = new FeatureChecker(mistakes).Check(declared);
        if (mistakes.Count == 0 && definitions.Count == 0)
        {
            mistakes.Add(new FeatureMistake(
                FeatureMistakeCode.NoFeatures, "", "features", 1, 1, "The file declares no feature."));
        }

        set = mistakes.Count == 0 ? new FeatureSet(definitions) : null;
        mistakes.Sort((a, b) => (a.Line, a.Column).CompareTo((b.Line, b.Column)));
        return mistakes;
    }

    /// <summary>Reads a feature file.</summary>
    /// <exception cref="FeatureFileException">The file has mistakes; the exception names all.</exception>
    public static FeatureSet Parse(ReadOnlySpan<byte> json)
    {
        IReadOnlyList<FeatureMistake> mistakes = TryParse(json, out FeatureSet? set);
        return set ?? throw new FeatureFileException(mistakes);
    }

    /// <summary>The shipped feature file, to begin an own one with.</summary>
    public static byte[] DefaultFile()
    {
        using Stream stream = typeof(FeatureSet).Assembly.GetManifestResourceStream("default-features.json")
            ?? throw new InvalidOperationException("The default features are missing from the assembly.");
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>The part of a raw vector that the partition of a key fills in.</summary>
    public Span<long> PartOf(FeatureKey key, Span<long> raw) => key == FeatureKey.Transaction
        ? raw[..TransactionRaw.Length]
        : raw.Slice(_compiled.PlanOf(key).RawStart, _compiled.PlanOf(key).RawLength);

    /// <summary>Raw values of the part of a raw vector that the partition of a key fills in.</summary>
    public int RawLengthOf(FeatureKey key) =>
        key == FeatureKey.Transaction ? TransactionRaw.Length : _compiled.PlanOf(key).RawLength;

    /// <summary>Whether a feature of a kind of key reads labels, so that its events have places.</summary>
    public bool NeedsLabels(FeatureKey key) => key != FeatureKey.Transaction && _compiled.PlanOf(key).HasLabels;

    /// <summary>Fills in the part of a raw vector that comes from the transaction alone.</summary>
    public void WriteTransaction(in FeatureTransaction transaction, Span<long> raw) =>
        TransactionRaw.Write(transaction, PartOf(FeatureKey.Transaction, raw));

    /// <summary>Computes the features in full precision.</summary>
    /// <param name="raw">A whole raw vector.</param>
    /// <param name="values">Room for <see cref="Count"/> values.</param>
    public void Compute(ReadOnlySpan<long> raw, Span<double> values)
    {
        FeatureFormula[] formulas = _formulas;
        values = values[..formulas.Length];
        for (int i = 0; i < formulas.Length; i++)
        {
            values[i] = Value(formulas[i], raw);
        }
    }

    /// <summary>Computes the features as models read them: rounded to single precision last.</summary>
    /// <param name="raw">A whole raw vector.</param>
    /// <param name="values">Room for <see cref="Count"/> values.</param>
    public void Compute(ReadOnlySpan<long> raw, Span<float> values)
    {
        FeatureFormula[] formulas = _formulas;
        values = values[..formulas.Length];
        for (int i = 0; i < formulas.Length; i++)
        {
            values[i] = (float)Value(formulas[i], raw);
        }
    }

    internal KeyPlan PlanOf(FeatureKey key) => _compiled.PlanOf(key);

    // Products first: whole numbers stay exact below 2^53, and the division rounds once.
    private static double Value(in FeatureFormula formula, ReadOnlySpan<long> raw)
    {
        double over = (double)raw[formula.Left] * raw[formula.Right] * formula.Multiplier;
        double under = raw[formula.Under] * formula.Divisor;
        return under == 0 ? 0 : over / under;
    }

    // One line per feature. The order of fields is part of what the hash means and never changes.
    private static string Content(FeatureDefinition[] definitions)
    {
        StringBuilder text = new("fastcore features 1\n");
        foreach (FeatureDefinition d in definitions)
        {
            text.Append(CultureInfo.InvariantCulture, $"{d.Name}|{d.Column}|{FeatureWords.Of(d.Key)}|")
                .Append(CultureInfo.InvariantCulture, $"{FeatureWords.Of(d.Aggregate)}|{d.WindowNs}|{d.DelayNs}|")
                .Append(FeatureWords.Of(d.Of))
                .Append('\n');
        }

        return text.ToString();
    }
}
