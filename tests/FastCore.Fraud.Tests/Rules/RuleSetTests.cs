using FastCore.Fraud.Features;
using FastCore.Fraud.Rules;
using FastCore.Testing;
using Xunit;

namespace FastCore.Fraud.Tests.Rules;

/// <summary>What rules say, in which order, and what a set is called.</summary>
public sealed class RuleSetTests
{
    private const double Nan = double.NaN;

    // A condition and whether it is true for the transaction below.
    [Theory]
    [InlineData("amount = 50_000", true)]
    [InlineData("amount > 49_999.99 and card.count_1h > 5", true)]
    [InlineData("amount >= 50000 and amount <= 50000 and not amount != 50000", true)]
    [InlineData("amount < 50000 or amount > 50000", false)]
    [InlineData("1 + 2 * 3 = 7 and (1 + 2) * 3 = 9 and 7 - 2 - 1 = 4 and 8 / 4 / 2 = 1", true)]
    [InlineData("-2 * -3 = 6 and --1 = 1 and 2 - -1 = 3", true)]
    [InlineData("false and false or true", true)]
    [InlineData("false and (false or true)", false)]
    [InlineData("not false and false", false)]
    [InlineData("not (false and false)", true)]
    [InlineData("not not 1 < 2", true)]
    [InlineData("amount = feature.amount", true)]
    [InlineData("amount > 3 * card.mean_7d", true)]
    [InlineData("card.sum_1d = 8629", true)]
    [InlineData("card.mean_7d = 2876.5", true)]
    [InlineData("card.age < 1h and card.age = 30m and card.age = 1800", true)]
    [InlineData("feature.all > 5% and feature.all = 0.07 and 7% = feature.all", true)]
    [InlineData("card.speed / 3 = 300", true)]
    [InlineData("card in (1, 0xFF, 3) and card = 255 and 255 = card and card not in (1, 2)", true)]
    [InlineData("card != 255 or card in (1, 2)", false)]
    [InlineData("currency in (978, 840)", true)]
    [InlineData("amount in (1, 50000) and amount not in (1, -50000) and amount + 1 in (50001, 1)", true)]
    [InlineData("bin = 411122 and bin = 4111223 and bin = 41112233 and bin != 411123", true)]
    [InlineData("bin = 41112234", false)]

    // The score, the device and the night are missing: nothing that depends on them is true, denied or not.
    [InlineData("score > 0 or score <= 0 or score = score or score != 0", false)]
    [InlineData("not (score > 0)", false)]
    [InlineData("not (score in (1, 2)) or score in (1, 2)", false)]
    [InlineData("score > 0 or amount > 0", true)]
    [InlineData("not (score > 0 and amount < 0)", true)]
    [InlineData("score is missing and not score is not missing and score + 1 is missing", true)]
    [InlineData("amount is not missing and device is missing and card is not missing", true)]
    [InlineData("device = 1 or device != 1 or device in (1, 2) or device not in (1, 2)", false)]
    [InlineData("night = 0 or night != 0 or night * 0 = 0", false)]

    // What cannot be computed is missing too.
    [InlineData("amount / (amount - 50000) is missing and (amount - amount) / (amount - amount) is missing", true)]
    [InlineData("amount / (amount - 50000) > 0", false)]
    [InlineData("0 * card.count_1h * card.count_1h is not missing", true)]
    public void F4_Condition_IsTrueOrNot(string condition, bool isTrue)
    {
        RuleSet set = RuleTexts.Parse($"rule \"r\": review if {condition}");
        RuleTransaction transaction = new()
        {
            Amount = 50_000,
            Card = 255,
            Currency = 978,
            Bin = 41112233,
            Score = Nan,
        };
        double[] features = RuleTexts.Values(
            ("amount", 500), ("night", Nan), ("card.count_1h", 6), ("card.sum_1d", 86.29), ("card.mean_7d", 28.765),
            ("card.age", 1800), ("card.speed", 900), ("all", 0.07));
        using RuleLists lists = new(1);
        RuleVerdict verdict = new RuleEvaluator(set, lists).Judge(transaction, features);
        Assert.Equal(
            isTrue
                ? new RuleVerdict(RuleOutcome.Review, RuleReason.Rule, 0, 0)
                : new RuleVerdict(RuleOutcome.None, RuleReason.None, -1, 0),
            verdict);
    }

    [Fact]
    public void Overflow_IsMissing()
    {
        RuleSet set = RuleTexts.Parse("rule \"r\": review if card.count_1h * card.count_1h is missing");
        using RuleLists lists = new(1);
        RuleEvaluator evaluator = new(set, lists);
        Assert.Equal(RuleOutcome.Review, evaluator.Judge(default, RuleTexts.Values(("card.count_1h", 1e200))).Outcome);
        Assert.Equal(RuleOutcome.None, evaluator.Judge(default, RuleTexts.Values(("card.count_1h", 1e100))).Outcome);
    }

    [Fact]
    public void Rules_AreLookedAtByPriorityThenName_WhateverTheFiles()
    {
        string[] rules =
        [
            "rule \"b\" priority 5: review if amount > 10",
            "rule \"a\" priority 5: approve if amount > 20",
            "rule \"z\" priority 1: decline if amount > 30",
            "rule \"B\": decline if amount > 0",
        ];
        RuleSet set = RuleTexts.Parse(rules);
        Assert.Equal(["z", "a", "b", "B"], set.Rules.Select(rule => rule.Name));
        using RuleLists lists = new(1);
        RuleEvaluator evaluator = new(set, lists);
        RuleOutcome[] outcomes =
            [.. new long[] { 40, 30, 20, 10, 0 }.Select(amount =>
                evaluator.Judge(new RuleTransaction { Amount = amount }, RuleTexts.Values()).Outcome)];
        Assert.Equal(
            [RuleOutcome.Decline, RuleOutcome.Approve, RuleOutcome.Review, RuleOutcome.Decline, RuleOutcome.None],
            outcomes);
        Assert.Equal(set.Version, RuleTexts.Parse([.. rules.Reverse()]).Version);
    }

    [Fact]
    public void ShadowRules_OnlySayWhatTheyWouldHaveDone()
    {
        RuleSet set = RuleTexts.Parse("""
            list "blocked" of card block
            rule "s1" priority 1 shadow: decline if amount > 10
            rule "real" priority 2: review if amount > 20
            rule "s2" priority 3 shadow: approve if amount > 30
            """);
        using RuleLists lists = new(4);
        RuleEvaluator evaluator = new(set, lists);
        Assert.Equal([0, 2], set.ShadowRules);
        RuleVerdict Judge(long amount) =>
            evaluator.Judge(new RuleTransaction { Amount = amount, Card = 7 }, RuleTexts.Values());
        Assert.Equal(new RuleVerdict(RuleOutcome.None, RuleReason.None, -1, 0b00), Judge(10));
        Assert.Equal(new RuleVerdict(RuleOutcome.None, RuleReason.None, -1, 0b01), Judge(20));
        Assert.Equal(new RuleVerdict(RuleOutcome.Review, RuleReason.Rule, 1, 0b01), Judge(30));
        Assert.Equal(new RuleVerdict(RuleOutcome.Review, RuleReason.Rule, 1, 0b11), Judge(31));

        // They are asked even where a list decides.
        Assert.True(lists.TryOpen("blocked", RuleKey.Card, out int list));
        lists.Add(list, 7, 0, 0);
        Assert.Equal(new RuleVerdict(RuleOutcome.Decline, RuleReason.List, 0, 0b11), Judge(31));
    }

    [Fact]
    public void Version_IsThatOfTheMeaning()
    {
        string text = "list \"l\" of card\nrule \"r\" priority 7: decline if amount > 5000 and card in list \"l\"\n";
        string version = RuleTexts.Parse(text).Version;
        Assert.Equal(version, RuleTexts.Parse(
            "\uFEFF# layout\nrule \"r\"   priority 7:\r\n  decline if (amount>5_000.0) and ((card in list \"l\"))",
            "list \"l\" of card").Version);
        Assert.Equal(version, RuleTexts.Parse(text + "test all \"t\" given amount = 6 expect nothing").Version);
        Assert.NotEqual(version, RuleTexts.Parse(text.Replace("5000", "5001")).Version);
        Assert.NotEqual(version, RuleTexts.Parse(text.Replace("7", "8")).Version);
        Assert.NotEqual(version, RuleTexts.Parse(text.Replace("decline", "review")).Version);
        Assert.NotEqual(version, RuleTexts.Parse(text.Replace("of card", "of card block")).Version);
        Assert.NotEqual(version, RuleSet.Parse([RuleTexts.File(text)], FeatureSet.Default).Version);

        // Verdicts in a journal name this version; a change of how it is made is a new version of everybody's rules.
        Assert.Equal("1158f6945d3705526879c650861eab4d99043d595b0354a2f206dba594ec7542", version);
    }

    [Fact]
    public void Tests_JudgeTheRuleAboveThem_OrAllRules()
    {
        RuleSet set = RuleTexts.Parse("""
            list "stolen" of card block
            list "watched" of bin
            rule "velocity" priority 10 shadow: decline if amount > 50000 and card.count_1h > 5
            test "blocks velocity" given card.count_1h = 6, amount = 60000 expect decline
            test "few are fine" given card.count_1h = 5, amount = 60000 expect nothing
            test "fails" given card.count_1h = 6, amount = 60000 expect review
            rule "watched" priority 5: review if bin in list "watched" and (score > 90% or score is missing)
            test "listed" given bin in list "watched", score = 0.95 expect review
            test "another" given bin = 411111, score = 0.95 expect nothing
            test "no model" given bin = 411111, bin in list "watched", score = missing expect review
            test all "stolen goes first" given bin in list "watched", card in list "stolen" expect decline
            test all "the lists of other tests are empty" given card = 1 expect nothing
            test all "a shadow decides nothing" given card.count_1h = 6, amount = 60000 expect nothing
              test "money is in minor units" given bin = 411111, score = -1 expect decline
            """);
        IReadOnlyList<RuleTestResult> results = set.RunTests();
        Assert.Equal(10, results.Count);
        Assert.Equal(
            ["money is in minor units", "fails"],
            results.Where(test => !test.IsPassed).Select(test => test.Name));
        Assert.Equal(
            "0.rules: line 14, column 3: test \"money is in minor units\" of rule \"watched\": "
            + "expected decline, got nothing.",
            results.Single(test => test.Name.StartsWith("money")).ToString());
    }

    [Fact]
    public void TheExampleOfTheManual_WorksWithTheShippedFeatures()
    {
        string manual = File.ReadAllText(Path.Combine(RepositoryRoot.Path, "docs", "FRAUD.md"));
        int start = manual.IndexOf("# Comments go to the end of the line.", StringComparison.Ordinal);
        string example = manual[start..manual.IndexOf("```", start, StringComparison.Ordinal)];
        RuleSet set = RuleSet.Parse([RuleTexts.File(example)], FeatureSet.Default);
        Assert.Equal(["velocity", "phone", "habit"], set.Rules.Select(rule => rule.Name));
        IReadOnlyList<RuleTestResult> results = set.RunTests();
        Assert.Equal(5, results.Count);
        Assert.All(results, test => Assert.True(test.IsPassed, test.ToString()));
    }

    [Fact]
    public void Judging_AllocatesNothing()
    {
        RuleSet set = RuleTexts.Parse("""
            list "stolen" of card block
            list "good" of merchant allow
            rule "velocity": decline if amount > 50000 and card.count_1h > 5 or card in list "stolen"
            rule "far" shadow: decline if card.speed * 2 > 900 and not (score < 20%) or bin in (411111, 422222)
            """);
        using RuleLists lists = new(100);
        RuleEvaluator evaluator = new(set, lists);
        double[] features = RuleTexts.Values(("card.count_1h", 6), ("card.speed", 600));
        RuleTransaction transaction = new() { Amount = 60_000, Card = 9, Bin = 411111, Score = 0.5 };
        RuleVerdict verdict = default;
        Assert.Equal(0, Allocations.Of(() => verdict = evaluator.Judge(transaction, features)));
        Assert.Equal(new RuleVerdict(RuleOutcome.Decline, RuleReason.Rule, 1, 1), verdict);
    }
}
