namespace FastCore.Fraud.Rules.Text;

/// <summary>The words of the language.</summary>
internal static class RuleWords
{
    /// <summary>Begins the name of a feature that is also a word of the language or a field.</summary>
    public const string FeaturePrefix = "feature.";

    public const string Amount = "amount";
    public const string Score = "score";

    private static readonly string[] Reserved =
    [
        "rule", "priority", "shadow", "if", "and", "or", "not", "in", "list", "is", "missing", "test", "all", "given",
        "expect", "nothing", "of", "allow", "block", "approve", "review", "decline", "true", "false",
    ];

    private static readonly (string Word, RuleKey Key)[] Keys =
    [
        ("card", RuleKey.Card),
        ("merchant", RuleKey.Merchant),
        ("terminal", RuleKey.Terminal),
        ("device", RuleKey.Device),
        ("bin", RuleKey.Bin),
        ("currency", RuleKey.Currency),
    ];

    private static readonly (string Word, RuleOutcome Outcome)[] Outcomes =
        [("approve", RuleOutcome.Approve), ("review", RuleOutcome.Review), ("decline", RuleOutcome.Decline)];

    private static readonly (string Sign, RuleOperator Operator)[] Operators =
    [
        ("or", RuleOperator.Or),
        ("and", RuleOperator.And),
        ("=", RuleOperator.Equal),
        ("!=", RuleOperator.NotEqual),
        ("<", RuleOperator.Less),
        ("<=", RuleOperator.LessOrEqual),
        (">", RuleOperator.Greater),
        (">=", RuleOperator.GreaterOrEqual),
        ("+", RuleOperator.Add),
        ("-", RuleOperator.Subtract),
        ("*", RuleOperator.Multiply),
        ("/", RuleOperator.Divide),
    ];

    public static bool IsReserved(string word) => Reserved.Contains(word);

    /// <summary>Words with which a rule, a test or a list begins.</summary>
    public static bool Begins(string word) => word is "rule" or "test" or "list";

    /// <summary>Names of the fields.</summary>
    public static IEnumerable<string> Fields => [Amount, Score, .. Keys.Select(pair => pair.Word)];

    public static bool TryKey(string word, out RuleKey key)
    {
        int index = Array.FindIndex(Keys, pair => pair.Word == word);
        key = index < 0 ? default : Keys[index].Key;
        return index >= 0;
    }

    public static bool TryOutcome(string word, out RuleOutcome outcome)
    {
        int index = Array.FindIndex(Outcomes, pair => pair.Word == word);
        outcome = index < 0 ? default : Outcomes[index].Outcome;
        return index >= 0;
    }

    public static bool TryOperator(string sign, out RuleOperator op)
    {
        int index = Array.FindIndex(Operators, pair => pair.Sign == sign);
        op = index < 0 ? default : Operators[index].Operator;
        return index >= 0;
    }

    public static string Of(RuleKey key) => Array.Find(Keys, pair => pair.Key == key).Word;

    public static string Of(RuleOutcome outcome) =>
        outcome == RuleOutcome.None ? "nothing" : Array.Find(Outcomes, pair => pair.Outcome == outcome).Word;

    public static string Of(RuleOperator op) => Array.Find(Operators, pair => pair.Operator == op).Sign;

    public static string Of(RuleUnit unit) => unit switch
    {
        RuleUnit.Money => "money",
        RuleUnit.Seconds => "time",
        RuleUnit.Speed => "speed",
        _ => "a plain number",
    };
}
