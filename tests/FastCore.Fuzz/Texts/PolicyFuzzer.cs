using System.Security.Cryptography;
using System.Text;
using FastCore.Fraud.Features;
using FastCore.Fraud.Models;
using FastCore.Fraud.Policies;
using FastCore.Fuzz.Core;
using FastCore.Fuzz.Trees;

namespace FastCore.Fuzz.Texts;

/// <summary>
/// Policy files, an operator's and canonical ones, which name a small model, its vectors and two rule files. The same
/// input is also read as a file of verification vectors.
/// </summary>
public sealed class PolicyFuzzer : Fuzzer
{
    private const string Operators = """
        {"version":3,"models":{"champion":{"file":"m.json","vectors":"m.vectors"},"challenger":{"file":"m.json",
        "vectors":"m.vectors","percent":10},"shadows":[{"file":"m.json","vectors":"m.vectors"}]},
        "rules":["r/a.rules","b.rules"],"thresholds":{"review":0.5,"decline":0.9,"merchants":{"100":{"review":0.4,
        "decline":0.8},"20":{"review":0,"decline":1e-3}}},"failure":{"features":"open","model":"closed"},
        "payments":true}
        """;

    private static readonly string[] Words =
    [
        "{", "}", "[", "]", ":", ",", "\"", "null", "true", "false", "0", "1", "-0", "0.5", "1e-46", "1e39", "NaN",
        "18446744073709551615", "18446744073709551616", "\"version\":", "\"thresholds\":", "\"failure\":",
        "\"payments\":", "\"models\":", "\"rules\":", "\"champion\":", "\"challenger\":", "\"shadows\":",
        "\"percent\":", "\"file\":", "\"vectors\":", "\"sha256\":", "\"vectors_sha256\":", "\"policy\":1",
        "\"features\":", "\"merchants\":", "\"review\":", "\"decline\":", "\"model\":", "\"open\"", "\"closed\"",
        "\"m.json\"", "\"m.vectors\"", "\"b.rules\"", "\"r/a.rules\"", "\"../m.json\"", "\"/m.json\"", "\"r//a\"",
        "\"bad.rules\"", "\\ud800", "\\u0000", "\\n", "// x\n", "FCVEC001",
    ];

    private static readonly FeatureSet Features = FeatureSet.Parse("""
        {"format":1,"features":[{"name":"a","key":"card","aggregate":"count","window":"1h"},
        {"name":"b","key":"card","aggregate":"count","window":"2h"},
        {"name":"c","key":"card","aggregate":"count","window":"3h"}]}
        """u8);

    private readonly Dictionary<string, byte[]> _files = [];
    private readonly Dictionary<string, byte[]> _byHash = [];

    /// <summary>Makes the files that policies may name.</summary>
    public PolicyFuzzer()
    {
        byte[] model = Encoding.UTF8.GetBytes(SmallModels.All()[0]);
        float[] row = [1, 0, float.NaN];
        float margin = new ModelScorer(TreeModel.Read(model)).Score(row);
        _files["m.json"] = model;
        _files["m.vectors"] = VerificationVectors.Write(row.Length, row, [margin]);
        _files["r/a.rules"] = "rule \"a\": review if a > 5\n"u8.ToArray();
        _files["b.rules"] = "list \"stolen\" of card block\n"u8.ToArray();
        _files["bad.rules"] = "rule"u8.ToArray();
        foreach (byte[] file in _files.Values)
        {
            _byHash[Convert.ToHexStringLower(SHA256.HashData(file))] = file;
        }
    }

    /// <inheritdoc/>
    public override string Name => "policies";

    /// <inheritdoc/>
    public override string Summary => "FraudPolicy, VerificationVectors: policy files, as written and canonical.";

    /// <inheritdoc/>
    public override long AllocationMax => 2 << 20;

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Tokens { get; } = [.. Words.Select(Encoding.UTF8.GetBytes)];

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds()
    {
        yield return Encoding.UTF8.GetBytes(Operators);
        yield return """
            {"version":1,"thresholds":{"review":0.5,"decline":0.9},"failure":{"features":"open","model":"open"},
            "payments":false}
            """u8.ToArray();
        _ = FraudPolicy.TryParse(
            Encoding.UTF8.GetBytes(Operators), Features, _files.GetValueOrDefault, out FraudPolicy? policy);
        yield return policy!.Canonical.ToArray();
        yield return _files["m.vectors"];
    }

    /// <inheritdoc/>
    public override Verdict Run(ReadOnlySpan<byte> input)
    {
        if (VerificationVectors.TryRead(input) is { } vectors)
        {
            BrokenPropertyException.Unless(
                (long)(vectors.Columns + 1) * vectors.Count * sizeof(float) + 16 == input.Length,
                "vectors of another size than their file");
            return Verdict.Accepted(-1, vectors.Columns, Verdict.SizeClass(vectors.Count));
        }

        IReadOnlyList<PolicyMistake> mistakes =
            FraudPolicy.TryParse(input, Features, _files.GetValueOrDefault, out FraudPolicy? policy);
        Check(mistakes, policy, input);
        IReadOnlyList<PolicyMistake> others =
            FraudPolicy.TryLoad(input, Features, _byHash.GetValueOrDefault, out FraudPolicy? stored);
        Check(others, stored, input);
        if (stored is not null)
        {
            BrokenPropertyException.Unless(
                stored.Canonical.SequenceEqual(input), "a stored policy that is written in another way");
            return Verdict.Accepted(2, stored.Shadows.Count, stored.Rules.Rules.Count);
        }

        if (policy is null)
        {
            return Verdict.Refused([.. mistakes.Select(mistake => (int)mistake.Code).Distinct().Order().Take(3)]);
        }

        _ = FraudPolicy.TryLoad(policy.Canonical, Features, _byHash.GetValueOrDefault, out FraudPolicy? again);
        BrokenPropertyException.Unless(
            again is not null && again.Hash.SequenceEqual(policy.Hash), "the canonical policy is read as another one");
        for (ulong merchant = 0; merchant < 128; merchant += 20)
        {
            BrokenPropertyException.Unless(
                policy.ThresholdsOf(merchant) == again.ThresholdsOf(merchant)
                    && policy.RoleFor(merchant) == again.RoleFor(merchant),
                "the canonical policy decides differently");
        }

        return Verdict.Accepted(1, policy.Shadows.Count, policy.Rules.Rules.Count, policy.ChallengerPercent / 25);
    }

    private static void Check(IReadOnlyList<PolicyMistake> mistakes, FraudPolicy? policy, ReadOnlySpan<byte> input)
    {
        BrokenPropertyException.Unless(
            policy is null == mistakes.Count > 0, "neither a policy nor a mistake, or both");
        BrokenPropertyException.Unless(mistakes.Count <= PolicyLimits.MistakesMax + 1, "mistakes without end");
        foreach (PolicyMistake mistake in mistakes)
        {
            BrokenPropertyException.Unless(
                mistake.Path.Length > 0 || (mistake.Line > 0 && mistake.Line <= input.Count((byte)'\n') + 1),
                "a mistake outside the file");
            BrokenPropertyException.Unless(!mistake.ToString().Any(char.IsControl), "a mistake of more than a line");
        }
    }
}
