using FastCore.Cli.Tests.Terminal;
using FastCore.Fraud.Policies;

namespace FastCore.Cli.Tests.Fraud;

/// <summary>A temporary folder with an operator's policies.</summary>
internal sealed class FraudFiles : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    public string File(string name) => _folder.File(name);

    /// <summary>Writes a policy of rules.</summary>
    public string WritePolicy(string rules, ulong version)
    {
        System.IO.File.WriteAllText(File("all.rules"), rules);
        System.IO.File.WriteAllText(File("policy.json"), $$"""
            {
              "version": {{version}},
              "rules": ["all.rules"],
              "thresholds": { "review": 0.5, "decline": 0.9 },
              "failure": { "features": "open", "model": "closed" },
              "payments": true
            }
            """);
        return File("policy.json");
    }

    /// <summary>The shipped policy as version 2.</summary>
    public string NewerShippedPolicy()
    {
        foreach (string name in (string[])["model.ubj", "model.vectors", "lists.rules"])
        {
            System.IO.File.WriteAllBytes(File(name), ShippedPolicy.File(name)!);
        }

        string document = System.Text.Encoding.UTF8.GetString(ShippedPolicy.Document());
        System.IO.File.WriteAllText(
            File("policy.json"), document.Replace("\"version\": 1", "\"version\": 2", StringComparison.Ordinal));
        return File("policy.json");
    }

    public void Dispose() => _folder.Dispose();
}
