using System.Text;
using FastCore.Fraud.Policies;
using FastCore.Protocol.Fraud;

namespace FastCore.Torture;

/// <summary>
/// The policy that scores under torture: the shipped model, a rule that each version draws elsewhere, and shadow rules
/// that tell in every answer how many transactions and frauds were in the windows. Payments are screened and pass.
/// </summary>
internal static class TorturePolicy
{
    /// <summary>Name of the policy file in its folder.</summary>
    public const string FileName = "policy.json";

    /// <summary>Merchants of scored transactions follow this number; those of payments are below.</summary>
    public const ulong MerchantsAfter = 100;

    /// <summary>How many they are.</summary>
    public const ulong Merchants = 6;

    /// <summary>Largest count that an answer tells, of a card's and of a terminal's transactions.</summary>
    public const int CountMax = 28;

    /// <summary>Largest count of frauds that an answer tells.</summary>
    public const int FraudsMax = 8;

    private const ulong AmountMin = 50_000;
    private const ulong AmountStep = 1_000;
    private const ulong Steps = 40;

    /// <summary>The amount above which a version declines, minor units.</summary>
    public static ulong DeclinedAbove(ulong version) => AmountMin + (AmountStep * (version % Steps));

    /// <summary>
    /// What the shadow rules answer when so much is in the windows: rules are numbered by name.
    /// </summary>
    /// <param name="card">Transactions of the card.</param>
    /// <param name="frauds">Frauds at the terminal.</param>
    /// <param name="terminal">Transactions at the terminal.</param>
    public static ulong ShadowsOf(int card, int frauds, int terminal) =>
        Ones(card, CountMax)
            | (Ones(frauds, FraudsMax) << CountMax)
            | (Ones(terminal, CountMax) << (CountMax + FraudsMax));

    /// <summary>Writes the policy and what it names.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="version">1 or more.</param>
    public static void Write(string folder, ulong version)
    {
        Directory.CreateDirectory(folder);
        foreach (string name in (string[])["model.ubj", "model.vectors"])
        {
            File.WriteAllBytes(Path.Combine(folder, name), ShippedPolicy.File(name)!);
        }

        File.WriteAllText(Path.Combine(folder, "scores.rules"), Rules(version));
        File.WriteAllText(Path.Combine(folder, FileName), Document(version));
    }

    /// <summary>Whether a decision is what the rule of its version says about the amount.</summary>
    public static bool IsRuled(ulong amount, in ScoreResult answer) => amount > DeclinedAbove(answer.PolicyVersion)
        ? (answer.Decision, answer.Reason) == (Decision.Decline, DecisionReason.Rule)
        : answer.Reason == DecisionReason.Model;

    private static ulong Ones(int count, int most) => (1UL << Math.Min(count, most)) - 1;

    // Payments name no terminal, so what asks for one leaves them alone; nor do scores come to 1.
    private static string Rules(ulong version)
    {
        StringBuilder text = new();
        text.AppendLine($"rule \"large\": decline if amount > {DeclinedAbove(version)} and terminal is not missing");
        for (int count = 1; count <= CountMax; count++)
        {
            text.AppendLine($"rule \"c{count:D2}\" shadow: review if card.count_7d >= {count}");
            text.AppendLine($"rule \"t{count:D2}\" shadow: review if terminal.count_7d >= {count}");
        }

        for (int count = 1; count <= FraudsMax; count++)
        {
            text.AppendLine(
                $"rule \"f{count:D2}\" shadow: review if terminal.risk_7d * terminal.count_7d > {count - 1}.5");
        }

        return text.ToString();
    }

    private static string Document(ulong version)
    {
        IEnumerable<string> merchants = Enumerable.Range(1, (int)Merchants)
            .Select(number => $$"""    "{{MerchantsAfter + (ulong)number}}": { "review": 0.02, "decline": 0.5 }""");
        return $$"""
            {
              "version": {{version}},
              "models": { "champion": { "file": "model.ubj", "vectors": "model.vectors" } },
              "rules": ["scores.rules"],
              "thresholds": { "review": 1, "decline": 1, "merchants": {
            {{string.Join(",\n", merchants)}} } },
              "failure": { "features": "closed", "model": "closed" },
              "payments": true
            }
            """;
    }
}
