using System.Text;
using FastCore.Fraud.Features;
using FastCore.Fraud.Rules;
using FastCore.Fuzz.Core;
using FastCore.Testing;

namespace FastCore.Fuzz.Texts;

/// <summary>Rule files: the language in which people say what to do with a transaction.</summary>
public sealed class RulesFuzzer : Fuzzer
{
    private static readonly string[] Words =
    [
        "rule", "list", "test", "all", "priority 1", "priority 9999", "shadow", ":", "approve", "review", "decline",
        "if", "\"a\"", "\"b\"", "of card", "of bin", "of device", "allow", "block", "given", "expect",
        "nothing", "missing",
        "and", "or", "not", "in", "in list \"a\"", "(", ")", ",", "is missing", "is not missing", "true", "false", "=",
        "!=", "<", "<=", ">", ">=", "==", "+", "-", "*", "/", "amount", "score", "card", "bin", "device", "currency",
        "card.count_1d", "card.mean_7d", "feature.amount", "terminal.risk_7d", "0", "1", "0.5", "50_000", "5%", "7d",
        "411111", "0xFF", "9007199254740993", "1e5", "\n", "# ", "\"",
    ];

    private static readonly string[] Examples =
    [
        "list \"a\" of card block\nlist \"b\" of bin\n"
            + "rule \"velocity\" priority 10: decline if amount > 50_000 and card.count_1d > 5\n"
            + "test \"six\" given amount = 60000, card.count_1d = 6 expect decline\n",
        "rule \"x\" shadow: review if not (amount / card.mean_7d - 1 >= 5% or score is missing) # why\n"
            + "test all \"t\" given score = missing expect nothing\n",
        "list \"b\" of bin\nrule \"y\": approve if bin not in list \"b\" and currency in (978, 840)"
            + " or -amount < -1.50\n",
    ];

    private readonly double[] _features = new double[FeatureSet.Default.Count];

    /// <inheritdoc/>
    public override string Name => "rules";

    /// <inheritdoc/>
    public override string Summary => "RuleSet: rule files, their canonical text and their tests.";

    /// <inheritdoc/>
    public override int InputSizeMax => 4096;

    /// <inheritdoc/>
    public override long AllocationMax => 4 << 20;

    /// <inheritdoc/>
    public override IReadOnlyList<byte[]> Tokens { get; } =
        [.. Words.Select(word => Encoding.UTF8.GetBytes($" {word} "))];

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds() => Examples.Select(Encoding.UTF8.GetBytes);

    /// <inheritdoc/>
    public override int Generate(Span<byte> input, SeededRandom random)
    {
        // A rule with a condition made of any words: seldom well formed, but never far from it.
        int length = Encoding.UTF8.GetBytes("list \"a\" of card\nrule \"r\": review if amount > 1 and ", input);
        for (int count = random.Below(24); count > 0; count--)
        {
            byte[] word = random.Pick(Tokens);
            if (length + word.Length > input.Length)
            {
                break;
            }

            word.CopyTo(input[length..]);
            length += word.Length;
        }

        return length;
    }

    /// <inheritdoc/>
    public override Verdict Run(ReadOnlySpan<byte> input)
    {
        RuleFile file = new("a.rules", input.ToArray());
        IReadOnlyList<RuleMistake> mistakes = RuleSet.TryParse([file], FeatureSet.Default, out RuleSet? set);
        BrokenPropertyException.Unless(set is null == mistakes.Count > 0, "neither a set nor a mistake, or both");
        BrokenPropertyException.Unless(mistakes.Count <= RuleLimits.MistakesMax + 1, "mistakes without end");
        foreach (RuleMistake mistake in mistakes)
        {
            BrokenPropertyException.Unless(IsInside(mistake, input), "a mistake outside the file");
        }

        if (set is null)
        {
            return Verdict.Refused([.. mistakes.Select(mistake => (int)mistake.Code).Distinct().Order().Take(3)]);
        }

        RuleSet again = RuleSet.Parse([new RuleFile("b.rules", Encoding.UTF8.GetBytes(set.Content))], set.Features);
        BrokenPropertyException.Unless(again.Content == set.Content, "the canonical text is read as another one");
        BrokenPropertyException.Unless(again.Version == set.Version, "the canonical text has another version");
        using RuleLists lists = new(1);
        RuleEvaluator evaluator = new(set, lists);
        RuleEvaluator evaluatorAgain = new(again, lists);
        for (int i = 0; i < 4; i++)
        {
            RuleTransaction transaction = new() { Amount = 40_000 * i, Card = (uint)i, Bin = 411111, Score = i / 3.0 };
            _features.AsSpan().Fill(i == 3 ? double.NaN : i);
            RuleVerdict verdict = evaluator.Judge(transaction, _features);
            BrokenPropertyException.Unless(
                verdict == evaluatorAgain.Judge(transaction, _features), "the canonical text judges differently");
        }

        int passed = set.RunTests().Count(test => test.IsPassed);
        return Verdict.Accepted(set.Rules.Count, set.Lists.Count, Verdict.SizeClass(set.Content.Length), passed);
    }

    private static bool IsInside(RuleMistake mistake, ReadOnlySpan<byte> input)
    {
        int line = 1;
        int column = 1;
        foreach (byte c in input)
        {
            if (line == mistake.Line && column == mistake.Column)
            {
                return true;
            }

            (line, column) = c == '\n' ? (line + 1, 1) : (line, column + 1);
        }

        return line == mistake.Line && column == mistake.Column;
    }
}
