using System.Text;
using FastCore.Fraud.Rules;
using FastCore.Fraud.Rules.Program;
using FastCore.Fraud.Rules.Text;
using FastCore.Testing;
using Xunit;

namespace FastCore.Fraud.Tests.Rules;

/// <summary>
/// Random conditions, judged by the compiled program and by walking the tree with three values: false, unknown, true.
/// </summary>
public sealed class RuleTwinTests
{
    private static readonly double[] Numbers = [0, 1, -1, 2, 100, 0.5, double.NaN, double.PositiveInfinity, 1e200];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void F4_Program_EqualsTheTree(ulong seed)
    {
        SeededRandom random = new(seed);
        RandomCondition conditions = new(random);
        int fired = 0;
        int silent = 0;
        for (int i = 0; i < 400; i++)
        {
            string condition = conditions.Next();
            string text = "list \"c\" of card\nlist \"b\" of bin\n"
                + $"rule \"yes\": review if {condition}\nrule \"no\" shadow: review if not ({condition})";
            RuleSet set = RuleTexts.Parse(text);
            using RuleLists lists = new(8);
            RuleEvaluator evaluator = new(set, lists);
            lists.TryOpen("c", RuleKey.Card, out int cards);
            lists.TryOpen("b", RuleKey.Bin, out int bins);
            lists.Add(cards, 1, 0, 0);
            lists.Add(bins, 411111, 0, 0);
            for (int j = 0; j < 40; j++)
            {
                RuleTransaction transaction = Transaction(random);
                double[] features = [.. Enumerable.Range(0, set.Features.Count).Select(_ => random.Pick(Numbers))];
                RuleVerdict verdict = evaluator.Judge(transaction, features);
                NaiveCondition naive = new(set, transaction, features);
                bool? expected = naive.Truth(set.Declared.Single(rule => rule.Name == "yes").Condition);
                Assert.True(
                    verdict.Outcome == (expected == true ? RuleOutcome.Review : RuleOutcome.None)
                        && verdict.Shadows == (expected == false ? 1UL : 0),
                    $"{condition}: {expected}, but {verdict}");
                fired += expected == true ? 1 : 0;
                silent += expected is null ? 1 : 0;
            }

            // What is written canonically means the same.
            RuleSet again = RuleTexts.Parse(set.Content);
            Assert.Equal(set.Content, again.Content);
            Assert.True(set.Program.Code.SequenceEqual(again.Program.Code), condition);
        }

        Assert.InRange(fired, 1_000, 12_000);
        Assert.InRange(silent, 1_000, 12_000);
    }

    private static RuleTransaction Transaction(SeededRandom random) => new()
    {
        Amount = random.Pick<long>([0, 1, 2, 100, 50_000]),
        Score = random.Pick<double>([0, 0.5, 1, double.NaN]),
        Card = (UInt128)(uint)random.Below(3),
        Device = (UInt128)(uint)random.Below(3),
        Currency = (uint)random.Below(3),
        Bin = random.Pick<uint>([0, 411111, 4111112, 42222222]),
    };

    /// <summary>Writes conditions that are well typed.</summary>
    private sealed class RandomCondition(SeededRandom random)
    {
        // By unit: plain numbers, money, seconds.
        private static readonly string[][] Names =
        [
            ["score", "card.count_1h", "feature.all", "night"],
            ["amount", "card.sum_1d", "card.mean_7d"],
            ["card.age"],
        ];

        public string Next() => Truth(4);

        private string Truth(int depth)
        {
            if (depth > 0 && !random.OneIn(4))
            {
                return random.Below(5) switch
                {
                    0 => $"not {Truth(depth - 1)}",
                    1 => $"({Truth(depth - 1)})",
                    2 => $"{Truth(depth - 1)} or {Truth(depth - 1)}",
                    3 => $"({Truth(depth - 1)} or {Truth(depth - 1)}) and {Truth(depth - 1)}",
                    _ => $"{Truth(depth - 1)} and {Truth(depth - 1)}",
                };
            }

            int unit = random.Below(Names.Length);
            return random.Below(10) switch
            {
                0 => random.OneIn(2) ? "true" : "false",
                1 => $"{random.Pick<string>(["card", "device"])} {Equality()} {1 + random.Below(2)}",
                2 => $"bin {Equality()} {random.Pick<string>(["411111", "4111112", "42222222", "422222"])}",
                3 => $"{random.Pick<string>(["card", "currency", "device"])} {In()} (1, 7)",
                4 => random.OneIn(2) ? $"card {In()} list \"c\"" : $"bin {In()} list \"b\"",
                5 => $"{Number(unit, 2)} {In()} (0, -1, 100)",
                6 => $"{Number(unit, 2)} is {(random.OneIn(2) ? "not " : "")}missing",
                7 => $"{random.Pick<string>(["card", "bin", "currency"])} is missing",
                _ => $"{Number(unit, 3)} {Comparison()} {Number(unit, 3)}",
            };
        }

        private string Number(int unit, int depth)
        {
            if (depth == 0 || random.OneIn(3))
            {
                return random.OneIn(3) ? Literal() : random.Pick(Names[unit]);
            }

            return random.Below(6) switch
            {
                0 => $"{Number(unit, depth - 1)} + {Number(unit, depth - 1)}",
                1 => $"{Number(unit, depth - 1)} - {Number(unit, depth - 1)}",
                2 => $"{(unit == 0 ? Number(0, 0) : Literal())} * ({Number(unit, depth - 1)})",
                3 => $"{random.Pick(Names[unit])} / {random.Pick(Names[0])}",
                4 => $"-({Number(unit, depth - 1)})",
                _ => $"({Number(unit, depth - 1)})",
            };
        }

        private string Literal() => random.Pick<string>(["0", "1", "2.50", "50_000", "5%"]);

        private string Equality() => random.OneIn(2) ? "=" : "!=";

        private string In() => random.OneIn(2) ? "in" : "not in";

        private string Comparison() => random.Pick<string>(["=", "!=", "<", "<=", ">", ">="]);
    }

    /// <summary>Walks the tree, the slow and obvious way. No value and no truth are null.</summary>
    private sealed class NaiveCondition(RuleSet set, RuleTransaction transaction, double[] features)
    {
        public bool? Truth(RuleNode node) => node switch
        {
            TruthNode truth => truth.Value,
            NotNode not => !Truth(not.Operand),
            BinaryNode { Operator: RuleOperator.And } and => Truth(and.Left) & Truth(and.Right),
            BinaryNode { Operator: RuleOperator.Or } or => Truth(or.Left) | Truth(or.Right),
            MissingNode { Operand: NameNode { Meaning.IsKey: true } name } => Digits(name) == "",
            MissingNode missing => Value(missing.Operand) is null,
            ListedNode listed => Starts(listed.Operand, listed.List == "c" ? "1" : "411111"),
            AmongNode among => among.Items
                .Select(item => Equal(among.Operand, item))
                .Aggregate((bool?)false, (any, one) => any | one),
            BinaryNode { Operator: RuleOperator.Equal } equal => Equal(equal.Left, equal.Right),
            BinaryNode { Operator: RuleOperator.NotEqual } different => !Equal(different.Left, different.Right),
            BinaryNode binary => Compare(binary),
            _ => throw new InvalidOperationException(),
        };

        private bool? Equal(RuleNode left, RuleNode right) => left is NameNode { Meaning.IsKey: true }
            ? Starts(left, ((NumberNode)right).Number.Whole.ToString())
            : Value(left) is double a && Value(right) is double b ? a == b : null;

        private bool? Compare(BinaryNode node)
        {
            if (Value(node.Left) is not double a || Value(node.Right) is not double b)
            {
                return null;
            }

            return node.Operator switch
            {
                RuleOperator.Less => a < b,
                RuleOperator.LessOrEqual => a <= b,
                RuleOperator.Greater => a > b,
                _ => a >= b,
            };
        }

        // A BIN begins with the digits; anything else is the digits. A BIN that is too short does not tell.
        private bool? Starts(RuleNode node, string digits)
        {
            NameNode name = (NameNode)node;
            string own = Digits(name);
            bool isBin = name.Meaning.Key == RuleKey.Bin;
            return own == "" || (isBin && own.Length < digits.Length) ? null
                : isBin ? own.StartsWith(digits)
                : own == digits;
        }

        private string Digits(NameNode name)
        {
            string digits = (name.Meaning.Key switch
            {
                RuleKey.Card => transaction.Card,
                RuleKey.Device => transaction.Device,
                RuleKey.Currency => transaction.Currency,
                RuleKey.Bin => transaction.Bin,
                _ => throw new InvalidOperationException(),
            }).ToString();
            return digits == "0" ? "" : digits;
        }

        private double? Value(RuleNode node) => node switch
        {
            NumberNode number => double.Parse(number.Number.ToString().TrimEnd('s')),
            NegateNode negate => -Value(negate.Operand),
            NameNode name => Known(Named(name.Name)),
            BinaryNode { Operator: RuleOperator.Add } add => Known(Value(add.Left) + Value(add.Right)),
            BinaryNode { Operator: RuleOperator.Subtract } less => Known(Value(less.Left) - Value(less.Right)),
            BinaryNode { Operator: RuleOperator.Multiply } times => Known(Value(times.Left) * Value(times.Right)),
            BinaryNode { Operator: RuleOperator.Divide } over => Known(Value(over.Left) / Value(over.Right)),
            _ => throw new InvalidOperationException(),
        };

        private double Named(string name)
        {
            if (name is "amount" or "score")
            {
                return name == "amount" ? transaction.Amount : transaction.Score;
            }

            int index = set.Features.Definitions.Select(f => f.Name).ToList().IndexOf(name.Replace("feature.", ""));
            bool isMoney = name is "card.sum_1d" or "card.mean_7d";
            return isMoney ? features[index] * 100 : features[index];
        }

        private static double? Known(double? value) => value is double number && double.IsFinite(number) ? value : null;
    }
}
