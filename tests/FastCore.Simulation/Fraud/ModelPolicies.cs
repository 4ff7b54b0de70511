using FastCore.Protocol.Fraud;

namespace FastCore.Simulation.Fraud;

/// <summary>
/// What a rule knows of a transaction; what is missing is null. Amounts are minor units, times nanoseconds.
/// </summary>
internal sealed record ModelFacts
{
    public required ulong Amount { get; init; }

    public required uint Currency { get; init; }

    public required uint Bin { get; init; }

    public required bool IsNight { get; init; }

    public ModelWindow? CardMinute { get; init; }

    public ModelWindow? CardTenMinutes { get; init; }

    public ulong? CardFirstSeenNs { get; init; }

    public ModelWindow? TerminalLate { get; init; }

    public ModelWindow? TerminalHour { get; init; }

    public ModelWindow? TerminalTenMinutes { get; init; }

    public required ModelWindow MerchantTenSeconds { get; init; }

    public required ModelWindow MerchantMinute { get; init; }

    public required Func<string, bool> IsOn { get; init; }
}

/// <summary>What is in a window.</summary>
/// <param name="Count">Transactions.</param>
/// <param name="Sum">Sum of their amounts, minor units.</param>
/// <param name="Terminals">Different terminals.</param>
/// <param name="Frauds">Those labelled as fraud.</param>
internal sealed record ModelWindow(ulong Count, ulong Sum, int Terminals, ulong Frauds);

internal sealed record ModelRule(
    string Name, int Priority, bool IsShadow, Decision Outcome, Func<ModelFacts, bool> Condition);

/// <summary>A list: <c>Effect</c> is what it decides by itself, if anything.</summary>
internal sealed record ModelListDeclaration(string Name, string Key, Decision Effect);

internal sealed record ModelPolicy(IReadOnlyList<ModelListDeclaration> Lists, IReadOnlyList<ModelRule> Rules);

/// <summary>The meaning of the policies of <see cref="SimulatedPolicies"/>, written once more.</summary>
internal static class ModelPolicies
{
    private const ulong MinuteNs = 60_000_000_000;
    private const int DefaultPriority = 100;

    private static readonly ModelRule[] Shadows =
    [
        Shadow("s01", facts => facts.CardMinute?.Count > 1),
        Shadow("s02", facts => facts.CardMinute?.Count > 2),
        Shadow("s03", facts => facts.CardMinute?.Count > 4),
        Shadow("s04", facts => facts.CardTenMinutes?.Sum > 100_000),
        Shadow("s05", facts => facts.CardTenMinutes is { } window
            && (UInt128)window.Sum > (UInt128)20_000 * window.Count),
        Shadow("s06", facts => facts.CardTenMinutes is { Sum: > 0 } window
            && (UInt128)2 * facts.Amount * window.Count > (UInt128)3 * window.Sum),
        Shadow("s07", facts => facts.CardTenMinutes?.Terminals > 1),
        Shadow("s08", facts => facts.CardFirstSeenNs < 10 * MinuteNs),
        Shadow("s09", facts => facts.TerminalLate?.Count > 0),
        Shadow("s10", facts => facts.TerminalLate?.Count > 2),
        Shadow("s11", facts => facts.TerminalHour?.Frauds > 0),
        Shadow("s12", facts => facts.TerminalTenMinutes is { } window && 4 * window.Frauds > window.Count),
        Shadow("s13", facts => facts.MerchantTenSeconds.Count > 5),
        Shadow("s14", facts => facts.MerchantMinute.Sum > 200_000),
        Shadow("s15", facts => facts.IsNight),
        Shadow("s16", facts => facts.Currency == 978 || facts.Bin == 411_111),
        Shadow("s17", facts => facts.IsOn("watched")),
        Shadow("s18", _ => true),
    ];

    private static readonly ModelPolicy[] All =
    [
        Of(
            [new("stolen", "card", Decision.Decline), new("trusted", "merchant", Decision.Approve),
                new("watched", "device", Decision.None)],
            new ModelRule("large", 10, false, Decision.Decline, facts => facts.Amount > 80_000),
            new ModelRule("fraud", 20, false, Decision.Decline, facts => facts.TerminalHour?.Frauds > 1),
            new ModelRule("often", 30, false, Decision.Review, facts => facts.CardMinute?.Count > 3),
            new ModelRule("pass", 40, false, Decision.Approve, facts => facts.Amount < 100),
            new ModelRule(
                "shop", DefaultPriority, false, Decision.Review, facts => facts.MerchantTenSeconds.Count > 8)),
        Of(
            [new("stolen", "card", Decision.Decline), new("phones", "device", Decision.Decline),
                new("watched", "device", Decision.None)],
            new ModelRule("large", 10, false, Decision.Review, facts => facts.Amount > 60_000),
            new ModelRule(
                "first", 20, false, Decision.Review,
                facts => facts.CardFirstSeenNs < MinuteNs && facts.Amount > 20_000)),
        Of(
            [new("stolen", "merchant", Decision.Decline), new("watched", "device", Decision.None)],
            new ModelRule(
                "late", DefaultPriority, false, Decision.Decline, facts => facts.TerminalLate?.Count > 1)),
        Of(
            [new("stolen", "card", Decision.Decline), new("bins", "bin", Decision.Decline),
                new("watched", "device", Decision.Approve)],
            new ModelRule("large", 10, false, Decision.Review, facts => facts.Amount > 1_000)),
    ];

    /// <summary>A policy by its version.</summary>
    public static ModelPolicy Get(ulong version) => All[version - 1];

    private static ModelRule Shadow(string name, Func<ModelFacts, bool> condition) =>
        new(name, DefaultPriority, true, Decision.Review, condition);

    // The smallest priority first, equal ones by name; lists by name.
    private static ModelPolicy Of(ModelListDeclaration[] lists, params ModelRule[] rules) => new(
        [.. lists.OrderBy(list => list.Name, StringComparer.Ordinal)],
        [.. rules.Concat(Shadows).OrderBy(rule => rule.Priority).ThenBy(rule => rule.Name, StringComparer.Ordinal)]);
}
