using System.Text;

using FastCore.Fraud.Features;
using FastCore.Fraud.Models;
using FastCore.Fraud.Policies;
using FastCore.Testing;

namespace FastCore.Node.Tests.Fraud;

/// <summary>A temporary folder with an operator's policy, and a data directory beside it.</summary>
internal sealed class PolicyFolder : IDisposable
{
    public PolicyFolder()
    {
        Directory.CreateDirectory(System.IO.Path.Combine(Path, "rules"));
        byte[] model = File.ReadAllBytes(
            System.IO.Path.Combine(RepositoryRoot.Path, "tests", "data", "fraud", "depth1.json"));
        float[] row = [.. Enumerable.Range(0, 12).Select(i => (float)i)];
        float margin = new ModelScorer(TreeModel.Read(model)).Score(row);
        Write("m.json", model);
        Write("m.vectors", VerificationVectors.Write(12, row, [margin]));
        Write("rules/a.rules", "rule \"a\": review if f1 > 5\n"u8);
        Write("policy.json", """
            { "version": 7, "models": { "champion": { "file": "m.json", "vectors": "m.vectors" } },
              "rules": [ "rules/a.rules" ], "thresholds": { "review": 0.5, "decline": 0.9 },
              "failure": { "features": "open", "model": "open" }, "payments": true }
            """u8);
    }

    /// <summary>Twelve features, as many as the model has columns.</summary>
    public static FeatureSet Features { get; } = FeatureSet.Parse(Encoding.UTF8.GetBytes(
        "{\"format\":1,\"features\":["
        + string.Join(',', Enumerable.Range(0, 12).Select(i =>
            $"{{\"name\":\"f{i}\",\"key\":\"card\",\"aggregate\":\"count\",\"window\":\"{i + 1}h\"}}"))
        + "]}"));

    public string Path { get; } = Directory.CreateTempSubdirectory("fastcore-policy-").FullName;

    public string Policy => System.IO.Path.Combine(Path, "policy.json");

    public string Store => System.IO.Path.Combine(Path, "data");

    public void Write(string name, ReadOnlySpan<byte> bytes) =>
        File.WriteAllBytes(System.IO.Path.Combine(Path, name), bytes);

    public string Stored(ReadOnlySpan<byte> hash) =>
        System.IO.Path.Combine(Store, "fraud", Convert.ToHexStringLower(hash));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
