using System.Text;
using FastCore.Fraud.Features;
using FastCore.Fuzz.Core;
using FastCore.Testing;

namespace FastCore.Fuzz.Texts;

/// <summary>Feature files: what is counted of cards, terminals and merchants.</summary>
public sealed class FeaturesFuzzer : Fuzzer
{
    private static readonly string[] Words =
    [
        "{", "}", "[", "]", ":", ",", "\"", "null", "true", "1", "1.0", "1e0", "\"format\":1", "\"format\":",
        "\"features\":[", "\"name\":", "\"column\":", "\"key\":", "\"aggregate\":", "\"window\":", "\"delay\":",
        "\"of\":", "\"card\"", "\"terminal\"", "\"merchant\"", "\"transaction\"", "\"count\"", "\"sum\"", "\"mean\"",
        "\"distinct\"", "\"risk\"", "\"night\"", "\"amount\"", "\"first_seen\"", "\"1s\"", "\"30d\"", "\"31d\"",
        "\"7d\"", "\"1h\"", "\"18446744073709551615s\"", "\"213503982334601d\"", "\"0s\"", "\"-1d\"", "\"a.b_1\"",
        "\\ud800", "\\u0000", "\\n", "\\u0061", "/* x */", "// x\n", "\uFEFF",
    ];

    private static readonly string[] Keys = ["card", "terminal", "merchant", "transaction"];

    private static readonly string[] Aggregates =
        ["count", "sum", "mean", "distinct", "risk", "night", "weekend", "amount", "first_seen", "ratio"];

    private readonly float[] _values = new float[FeatureLimits.FeaturesMax];

    /// <inheritdoc/>
    public override string Name => "features";

    /// <inheritdoc/>
    public override string Summary => "FeatureSet: feature files.";

    /// <inheritdoc/>
    public override long AllocationMax => 1 << 20;

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Tokens { get; } = [.. Words.Select(Encoding.UTF8.GetBytes)];

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds()
    {
        byte[] shipped = FeatureSet.DefaultFile();
        yield return shipped.Length <= InputSizeMax ? shipped : shipped[..InputSizeMax];
        yield return """
            {"format":1,"features":[{"name":"a","column":"A","key":"card","aggregate":"count","window":"1d"},
            {"name":"b","key":"terminal","aggregate":"distinct","of":"card","window":"90s"},
            {"name":"c","key":"merchant","aggregate":"sum","window":"7d","delay":"1d"},
            {"name":"d","key":"transaction","aggregate":"night"}]}
            """u8.ToArray();
    }

    /// <inheritdoc/>
    public override int Generate(Span<byte> input, SeededRandom random)
    {
        // A few features of any words for any fields: seldom right, but never far from it.
        StringBuilder text = new("{\"format\":1,\"features\":[");
        for (int i = random.Below(6); i >= 0; i--)
        {
            text.Append($"{{\"name\":\"f{(random.OneIn(8) ? 0 : i)}\",\"key\":\"{random.Pick(Keys)}\"");
            text.Append($",\"aggregate\":\"{random.Pick(Aggregates)}\"");
            string unit = random.Pick(["s", "m", "h", "d"]);
            text.Append(random.OneIn(4) ? "" : $",\"window\":\"{random.Below(40)}{unit}\"");
            text.Append(random.OneIn(4) ? $",\"delay\":\"{random.Below(40)}d\"" : "");
            text.Append(random.OneIn(4) ? $",\"of\":\"{random.Pick(Keys)}\"" : "");
            text.Append(i == 0 ? "}]}" : "},");
        }

        return Encoding.UTF8.GetBytes(text.ToString(), input);
    }

    /// <inheritdoc/>
    public override Verdict Run(ReadOnlySpan<byte> input)
    {
        IReadOnlyList<FeatureMistake> mistakes = FeatureSet.TryParse(input, out FeatureSet? set);
        BrokenPropertyException.Unless(set is null == mistakes.Count > 0, "neither a set nor a mistake, or both");
        foreach (FeatureMistake mistake in mistakes)
        {
            BrokenPropertyException.Unless(
                mistake.Line > 0 && mistake.Line <= input.Count((byte)'\n') + 1
                    && mistake.Column > 0 && mistake.Column <= input.Length + 1,
                "a mistake outside the file");
            BrokenPropertyException.Unless(!mistake.ToString().Any(char.IsControl), "a mistake of more than a line");
        }

        if (set is null)
        {
            return Verdict.Refused([.. mistakes.Select(mistake => (int)mistake.Code).Distinct().Order().Take(3)]);
        }

        BrokenPropertyException.Unless(
            set.Count is > 0 and <= FeatureLimits.FeaturesMax, "a set of no features or too many");
        Span<float> values = _values.AsSpan(0, set.Count);
        set.Compute(new long[set.RawLength], values);
        BrokenPropertyException.Unless(!values.ContainsAnyExcept(0f), "nothing was seen, and something counted");
        _ = FeatureSet.TryParse(input, out FeatureSet? again);
        BrokenPropertyException.Unless(again!.Version == set.Version, "the same file has another version");
        return Verdict.Accepted(set.Count, set.RawLength);
    }
}
