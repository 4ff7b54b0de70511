using System.Security.Cryptography;
using System.Text;
using FastCore.Fraud.Features;
using FastCore.Fraud.Policies;
using FastCore.Fraud.Tests.Models;

namespace FastCore.Fraud.Tests.Policies;

/// <summary>A folder of an operator, in memory: models with vectors, rules, and a policy that names them.</summary>
internal sealed class PolicyRig
{
    public const string Everything = """
        {
          "version": 3,
          "models": {
            "champion": { "file": "depth6.json", "vectors": "depth6.vectors" },
            "challenger": { "file": "m/depth3.json", "vectors": "m/depth3.vectors", "percent": 10 },
            "shadows": [ { "file": "named.json", "vectors": "named.vectors" } ]
          },
          "rules": [ "rules/velocity.rules", "lists.rules" ],
          "thresholds": {
            "review": 0.5, "decline": 0.9,
            "merchants": { "100": { "review": 0.4, "decline": 0.8 }, "20": { "review": 0, "decline": 1e-3 } }
          },
          "failure": { "features": "open", "model": "closed" },
          "payments": true
        }
        """;

    /// <summary>The least that a policy must say; rules and models may go in front.</summary>
    public const string Rest = """
        "thresholds": { "review": 0.5, "decline": 0.9 },
        "failure": { "features": "open", "model": "closed" }, "payments": false }
        """;

    // As many features as the fixtures have columns.
    private static readonly string[] Names =
        ["f0", "f1", "f2", "f3", "f4", "f5", "f6", "f7", "f8", "f9", "f10", "f11"];

    public PolicyRig()
    {
        AddModel("depth6.json", "depth6", text => text);
        AddModel("m/depth3.json", "depth3", text => text);
        AddModel("named.json", "depth3", text => Named(text, ["C2", "f5", .. Names[..2], .. Names[6..], "f3", "f4"]));
        Files["rules/velocity.rules"] = Encoding.UTF8.GetBytes(
            "rule \"fast\": decline if f3 > 5\n  test \"six\" given f3 = 6 expect decline\n");
        Files["lists.rules"] = Encoding.UTF8.GetBytes("list \"stolen\" of card block\n");
    }

    /// <summary>Twelve features; the one called f2 has the column C2.</summary>
    public static FeatureSet Features { get; } = FeatureSet.Parse(Encoding.UTF8.GetBytes(
        "{\"format\":1,\"features\":["
        + string.Join(',', Names.Select((name, i) => $"{{\"name\":\"{name}\",\"column\":\"{(i == 2 ? "C2" : name)}\","
            + $"\"key\":\"card\",\"aggregate\":\"count\",\"window\":\"{i + 1}h\"}}"))
        + "]}"));

    public Dictionary<string, byte[]> Files { get; } = [];

    public List<string> Asked { get; } = [];

    public static string Named(string model, string[] names) => model.Replace(
        "\"feature_names\":[]", $"\"feature_names\":[{string.Join(',', names.Select(name => $"\"{name}\""))}]");

    public FraudPolicy Parse(string text = Everything)
    {
        IReadOnlyList<PolicyMistake> mistakes =
            FraudPolicy.TryParse(Encoding.UTF8.GetBytes(text), Features, File, out FraudPolicy? policy);
        Xunit.Assert.Empty(mistakes);
        return policy!;
    }

    public IReadOnlyList<PolicyMistake> Mistakes(string text) => Mistakes(Encoding.UTF8.GetBytes(text));

    public IReadOnlyList<PolicyMistake> Mistakes(byte[] bytes)
    {
        IReadOnlyList<PolicyMistake> mistakes = FraudPolicy.TryParse(bytes, Features, File, out FraudPolicy? policy);
        Xunit.Assert.Equal(mistakes.Count == 0, policy is not null);
        return mistakes;
    }

    public byte[]? File(string name)
    {
        Asked.Add(name);
        return Files.GetValueOrDefault(name);
    }

    public byte[]? ByHash(string hash) =>
        Files.Values.FirstOrDefault(file => Convert.ToHexStringLower(SHA256.HashData(file)) == hash);

    private void AddModel(string name, string fixtureName, Func<string, string> change)
    {
        Fixture fixture = Fixture.Own(fixtureName + ".json");
        Files[name] = Encoding.UTF8.GetBytes(change(Encoding.UTF8.GetString(fixture.File)));
        Files[Path.ChangeExtension(name, "vectors")] =
            VerificationVectors.Write(12, fixture.Rows.AsSpan(0, 100 * 12), fixture.Margins.AsSpan(0, 100));
    }
}
