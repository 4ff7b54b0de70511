using System.Text;
using FastCore.Fraud.Rules;
using Xunit;

namespace FastCore.Fraud.Tests.Rules;

/// <summary>Rule files: every mistake has its code, its place and a sentence.</summary>
public sealed class RuleMistakeTests
{
    private const string Lists = "list \"cards\" of card\nlist \"bins\" of bin block\n";
    private const string Rule = "rule \"r\": review if amount > 5\n";

    // Code, and a file in which a ^ marks the place of the mistake.
    public static TheoryData<string, string> Rows => new()
    {
        { "UnexpectedCharacter", "rule \"r\": review if amount > 5 ^; # and so on" },
        { "UnexpectedCharacter", "rule \"r\": review if amount ^! 5" },
        { "UnexpectedCharacter", "rule \"r\": review if amount > ^é" },
        { "UnclosedText", "rule ^\"r: review if amount > 5\nrule \"s\": review if amount > 5" },
        { "BadText", "rule ^\"\": review if true" },
        { "BadText", "rule ^\"a\u202Eb\": review if true" },
        { "BadText", "rule ^\"a\tb\": review if true" },
        { "BadText", $"rule ^\"{new string('x', 65)}\": review if true" },
        { "BadNumber", "rule \"r\": review if amount > ^5w" },
        { "BadNumber", "rule \"r\": review if amount > ^1.2.3" },
        { "BadNumber", "rule \"r\": review if amount > ^1." },
        { "BadNumber", "rule \"r\": review if amount > ^1__0" },
        { "BadNumber", "rule \"r\": review if amount > ^5_" },
        { "BadNumber", "rule \"r\": review if card = ^0xfg" },
        { "BadNumber", "rule \"r\": review if card = ^0x" },
        { "NumberTooLarge", "rule \"r\": review if card = ^340282366920938463463374607431768211456" },
        { "NumberTooLarge", $"rule \"r\": review if card = ^0x1{new string('0', 32)}" },
        { "NumberTooLarge", "rule \"r\": review if amount > ^9007199254740993" },
        { "NumberTooLarge", "rule \"r\": review if amount > ^0.1234567890123456" },
        { "NumberTooLarge", "rule \"r\": review if card.age > ^9007199254740992d" },
        { "NumberTooLarge", Rule + "test \"t\" given ^amount = 9007199254740993 expect review" },
        { "UnexpectedToken", "^amount > 5" },
        { "UnexpectedToken", "rule ^r: review if amount > 5" },
        { "UnexpectedToken", "rule \"r\" ^review if amount > 5" },
        { "UnexpectedToken", "rule \"r\" priority ^high: review if amount > 5" },
        { "UnexpectedToken", "rule \"r\" priority ^1.5: review if amount > 5" },
        { "UnexpectedToken", "rule \"r\": ^refuse if amount > 5" },
        { "UnexpectedToken", "rule \"r\": ^nothing if amount > 5" },
        { "UnexpectedToken", "rule \"r\": review ^when amount > 5" },
        { "UnexpectedToken", "rule \"r\": review if amount > 5 ^5" },
        { "UnexpectedToken", "rule \"r\": review if amount ^== 5" },
        { "UnexpectedToken", "rule \"r\": review if (amount > 5^" },
        { "UnexpectedToken", "rule \"r\": review if ^> 5" },
        { "UnexpectedToken", "rule \"r\": review if amount is ^known" },
        { "UnexpectedToken", "rule \"r\": review if card not ^= 5" },
        { "UnexpectedToken", "rule \"r\": review if card in ^\"cards\"" },
        { "UnexpectedToken", "rule \"r\": review if card in list ^cards" },
        { "UnexpectedToken", "rule \"r\": review if ^all > 5" },
        { "UnexpectedToken", "list \"l\" of ^currency" },
        { "UnexpectedToken", "list \"l\" ^card" },
        { "UnexpectedToken", Rule + "test \"t\" given amount ^> 5 expect review" },
        { "UnexpectedToken", Rule + "test \"t\" given amount = ^\"5\" expect review" },
        { "UnexpectedToken", Rule + "test \"t\" given amount = 6 expect ^maybe" },
        { "TooDeep", $"rule \"r\": review if {new string('(', 32)}^(amount > 5" },
        { "TooLong", $"rule \"r\": review if amount{string.Concat(Enumerable.Repeat(" + 1", 255))} ^> 5 and true" },
        { "ChainedComparison", "rule \"r\": review if 1 < amount ^< 5" },
        { "PriorityOutOfRange", "rule \"r\" priority ^10000: review if true" },
        { "RepeatedName", Rule + "^" + Rule },
        { "RepeatedName", Lists + "^list \"cards\" of device" },
        {
            "RepeatedName",
            Rule + "test \"t\" given amount = 6 expect review\n^test \"t\" given amount = 7 expect review"
        },
        { "TooManyRules", Many(1024, i => $"rule \"{i}\": review if true") + "^rule \"r\": review if true" },
        {
            "TooManyShadowRules",
            Many(64, i => $"rule \"{i}\" shadow: review if true") + "^rule \"r\" shadow: review if true"
        },
        { "TooManyLists", Many(64, i => $"list \"{i + 10}\" of card") + "^list \"99\" of card" },
        {
            "TooManyTests",
            Rule + Many(4096, i => $"test \"{i}\" given amount = 6 expect review") + "^test all \"t\" expect nothing"
        },
        {
            "TooManyTests",
            Rule + "test \"t\" given amount = 1" + Many(63, _ => ", amount = 1") + ", ^amount = 1 expect review"
        },
        { "UnknownName", "rule \"r\": review if ^card.count_1m > 5" },
        { "UnknownName", "rule \"r\": review if ^Amount > 5" },
        { "UnknownName", "rule \"r\": review if ^feature.score > 5" },
        { "UnknownName", Rule + "test \"t\" given amount = 6, ^amout = 5 expect review" },
        { "UnknownList", Lists + "rule \"r\": review if card in list ^\"vip\"" },
        { "UnknownList", Rule + "test \"t\" given amount = 6, card in list ^\"vip\" expect review" },
        { "ListOfOtherKind", Lists + "rule \"r\": review if device in list ^\"cards\"" },
        { "ListOfOtherKind", Lists + Rule + "test \"t\" given amount = 6, bin in list ^\"cards\" expect review" },
        { "TypeMismatch", "rule \"r\": review if ^amount" },
        { "TypeMismatch", "rule \"r\": review if not ^amount" },
        { "TypeMismatch", "rule \"r\": review if amount > 5 and ^card" },
        { "TypeMismatch", "rule \"r\": review if ^card > 5" },
        { "TypeMismatch", "rule \"r\": review if ^card + 1 = 5" },
        { "TypeMismatch", "rule \"r\": review if -^card = 5" },
        { "TypeMismatch", "rule \"r\": review if card ^= device" },
        { "TypeMismatch", "rule \"r\": review if card ^= -5" },
        { "TypeMismatch", "rule \"r\": review if (amount ^> 5) + 1 > 2" },
        { "TypeMismatch", "rule \"r\": review if (amount > 5) ^is missing" },
        { "TypeMismatch", "rule \"r\": review if ^true = 5" },
        { "TypeMismatch", "rule \"r\": review if amount in (5, ^score)" },
        { "TypeMismatch", "rule \"r\": review if card in (5, ^device)" },
        { "TypeMismatch", Lists + "rule \"r\": review if amount ^in list \"cards\"" },
        { "TypeMismatch", Lists + Rule + "test \"t\" given amount = 6, ^score in list \"cards\" expect review" },
        { "UnitMismatch", "rule \"r\": review if amount ^> card.count_1h" },
        { "UnitMismatch", "rule \"r\": review if card.age ^< card.sum_1d" },
        { "UnitMismatch", "rule \"r\": review if amount ^+ card.age > 5" },
        { "UnitMismatch", "rule \"r\": review if amount ^* card.sum_1d > 5" },
        { "UnitMismatch", "rule \"r\": review if card.speed ^/ amount > 5" },
        { "UnitMismatch", "rule \"r\": review if amount ^> 1h" },
        { "UnitMismatch", "rule \"r\": review if amount in (5, ^1h)" },
        { "UnitMismatch", Rule + "test \"t\" given ^amount = 1h expect review" },
        { "DivisionByZero", "rule \"r\": review if amount / ^0.0 > 5" },
        { "BadValue", "rule \"r\": review if card = ^0" },
        { "BadValue", "rule \"r\": review if merchant = ^1.5" },
        { "BadValue", "rule \"r\": review if device != ^1h" },
        { "BadValue", "rule \"r\": review if bin in (411111, ^41111)" },
        { "BadValue", "rule \"r\": review if ^012345 = bin" },
        { "BadValue", "rule \"r\": review if bin = ^411111111" },
        { "BadValue", "rule \"r\": review if currency = ^4294967296" },
        { "BadValue", "rule \"r\": review if card = 1\ntest \"t\" given ^card = -1 expect review" },
        { "TestWithoutRule", "^test \"t\" given amount = 6 expect review\n" + Rule },
        { "MissingGiven", Rule + "^test \"t\" expect review" },
        { "MissingGiven", Lists + "rule \"r\": review if card in list \"cards\"\n^test \"t\" expect nothing" },
        { "RepeatedGiven", Rule + "test \"t\" given amount = 6, ^amount = 6 expect review" },
        { "RepeatedGiven", Rule + "test \"t\" given amount = 6, night = 1, ^feature.night = 6 expect review" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void F4_Mistake_IsNamedWithItsPlace(string code, string marked)
    {
        int at = marked.IndexOf('^');
        IReadOnlyList<RuleMistake> mistakes = RuleTexts.Mistakes(marked.Remove(at, 1));
        RuleMistake mistake = Assert.Single(mistakes);
        Assert.Equal(code, mistake.Code.ToString());
        Assert.Equal(marked[..at].Count(c => c == '\n') + 1, mistake.Line);
        Assert.Equal(at - marked.LastIndexOf('\n', at), mistake.Column);
        Assert.Matches("[.?]$", mistake.Sentence);
        Assert.StartsWith($"a.rules: line {mistake.Line}, column {mistake.Column}: ", mistake.ToString());
    }

    [Fact]
    public void EveryCode_IsProducedByARow()
    {
        IEnumerable<string> produced = Rows.Select(row => (string)row[0])
            .Concat(["FilesTooLarge", "NotUtf8", "TooManyMistakes"]);
        Assert.Empty(Enum.GetNames<RuleMistakeCode>().Except(produced));
    }

    [Fact]
    public void BytesThatAreNoText_AreNamedWithTheirPlace()
    {
        RuleFile file = new("a.rules", new byte[] { (byte)'#', (byte)'\n', (byte)' ', 0xC3, 0x28 });
        RuleMistake mistake = Assert.Single(RuleSet.TryParse([file], RuleTexts.Features, out _));
        Assert.Equal((RuleMistakeCode.NotUtf8, 2, 2), (mistake.Code, mistake.Line, mistake.Column));
    }

    [Fact]
    public void LargeSets_AreRefused()
    {
        RuleFile large = new("a", new byte[RuleLimits.BytesMax + 1]);
        RuleFile[] many = [.. Enumerable.Range(0, RuleLimits.FilesMax + 1).Select(i => RuleTexts.File("", $"{i}"))];
        Assert.Equal(RuleMistakeCode.FilesTooLarge, RuleSet.TryParse([large], RuleTexts.Features, out _)[0].Code);
        Assert.Equal(RuleMistakeCode.FilesTooLarge, RuleSet.TryParse(many, RuleTexts.Features, out _)[0].Code);

        string condition = "amount" + string.Concat(Enumerable.Repeat(" + 1", 254)) + " > 5";
        string[] rules = [.. Enumerable.Range(0, 33).Select(i => $"rule \"{i}\": review if {condition}\n")];
        Assert.Empty(RuleTexts.Mistakes(string.Concat(rules[..32])));
        RuleMistake tooLong = Assert.Single(RuleTexts.Mistakes(string.Concat(rules)));
        Assert.Equal((RuleMistakeCode.TooLong, 33), (tooLong.Code, tooLong.Line));
    }

    [Fact]
    public void AllMistakes_AreNamedAtOnce_InTheOrderOfTheFile()
    {
        IReadOnlyList<RuleMistake> mistakes = RuleTexts.Mistakes("""
            # A broken rule does not hide those behind it, and its tests are not blamed.
            rule "a": decline if amont > 5 and bin = 5
            rule "b" priority x: decline if true
            test "t" given amount = 5 expect decline
            rule "c": decline if card in
              list "cards" and amount > 1h
            rule "d": decline if amount > 5
            test "t" given amount = 6 expect decline, 7
            """);
        Assert.Equal(
            [
                "2:22 UnknownName", "2:42 BadValue", "3:19 UnexpectedToken", "6:8 UnknownList", "6:27 UnitMismatch",
                "8:41 UnexpectedToken",
            ],
            mistakes.Select(mistake => $"{mistake.Line}:{mistake.Column} {mistake.Code}"));
    }

    [Fact]
    public void MistakesWithoutEnd_AreNamedUpToALimit()
    {
        IReadOnlyList<RuleMistake> mistakes = RuleTexts.Mistakes(Many(5000, i => $"rule {i}"));
        Assert.Equal(RuleLimits.MistakesMax + 1, mistakes.Count);
        Assert.Equal(RuleMistakeCode.TooManyMistakes, mistakes[^1].Code);
    }

    private static string Many(int count, Func<int, string> line)
    {
        StringBuilder text = new();
        for (int i = 0; i < count; i++)
        {
            text.Append(line(i)).Append('\n');
        }

        return text.ToString();
    }
}
