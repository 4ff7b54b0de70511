using FastCore.Fraud.Rules;
using FastCore.Testing;
using Xunit;

namespace FastCore.Fraud.Tests.Rules;

/// <summary>Lists: what they decide, when entries expire, and that they are bounded.</summary>
public sealed class RuleListsTests : IDisposable
{
    private const string Declared = """
        list "bad" of card block
        list "bad shops" of merchant block
        list "good" of card allow
        list "prefixes" of bin
        list "phones" of device
        list "tills" of terminal
        rule "prefix" priority 1: review if bin in list "prefixes"
        rule "no prefix" priority 2 shadow: review if bin not in list "prefixes"
        rule "phone" priority 3: decline if device in list "phones" or terminal in list "tills"
        """;

    private readonly RuleLists _lists = new(16);
    private readonly RuleEvaluator _evaluator;

    public RuleListsTests() => _evaluator = new RuleEvaluator(RuleTexts.Parse(Declared), _lists);

    public void Dispose() => _lists.Dispose();

    [Fact]
    public void F9_Block_GoesBeforeAllow_AndBothBeforeRules()
    {
        RuleTransaction transaction = new() { Card = 1, Merchant = 1, Device = 1, Bin = 411111 };
        Add("phones", 1);
        Assert.Equal((RuleReason.Rule, 2), Judge(transaction));
        Add("good", 1);
        Assert.Equal((RuleReason.List, IndexOf("good")), Judge(transaction));
        Add("bad shops", 1);
        Assert.Equal((RuleReason.List, IndexOf("bad shops")), Judge(transaction));
        Add("bad", 1);
        Assert.Equal((RuleReason.List, IndexOf("bad")), Judge(transaction));
        Assert.Equal(RuleListStatus.Removed, _lists.Remove(Open("bad"), 1, 0));
        Assert.Equal(RuleListStatus.NotThere, _lists.Remove(Open("bad"), 1, 0));
        Assert.Equal((RuleReason.List, IndexOf("bad shops")), Judge(transaction));
    }

    [Fact]
    public void F9_Bin_IsAPrefix()
    {
        Add("prefixes", 411111);
        Add("prefixes", 5222222);
        Add("prefixes", 63333333);
        Assert.Equal(RuleReason.Rule, Judge(new() { Bin = 411111 }).Reason);
        Assert.Equal(RuleReason.Rule, Judge(new() { Bin = 4111112 }).Reason);
        Assert.Equal(RuleReason.Rule, Judge(new() { Bin = 41111123 }).Reason);
        Assert.Equal(RuleReason.Rule, Judge(new() { Bin = 52222223 }).Reason);
        Assert.Equal(RuleReason.Rule, Judge(new() { Bin = 63333333 }).Reason);
        Assert.Equal(RuleReason.None, Judge(new() { Bin = 522222 }).Reason);
        Assert.Equal(RuleReason.None, Judge(new() { Bin = 63333334 }).Reason);
        Assert.Equal(1UL, _evaluator.Judge(new() { Bin = 422222 }, RuleTexts.Values()).Shadows);

        // What is not known is in no list, and not outside of one either.
        foreach (uint bin in (uint[])[0, 41111, 411111234])
        {
            RuleVerdict verdict = _evaluator.Judge(new() { Bin = bin }, RuleTexts.Values());
            Assert.Equal((RuleReason.None, 0UL), (verdict.Reason, verdict.Shadows));
        }
    }

    [Fact]
    public void F9_Entry_ExpiresWithTheTimePassedIn()
    {
        int list = Open("phones");
        Assert.Equal(RuleListStatus.Added, _lists.Add(list, 1, expiresNs: 100, nowNs: 50));
        Assert.True(_lists.Contains(list, 1, 99));
        Assert.False(_lists.Contains(list, 1, 100));
        Assert.Equal(RuleReason.Rule, Judge(new() { Device = 1, TimeNs = 99 }).Reason);
        Assert.Equal(RuleReason.None, Judge(new() { Device = 1, TimeNs = 100 }).Reason);

        Assert.Equal(RuleListStatus.Replaced, _lists.Add(list, 1, expiresNs: 101, nowNs: 99));
        Assert.True(_lists.Contains(list, 1, 100));
        Assert.Equal(RuleListStatus.Added, _lists.Add(list, 1, expiresNs: 102, nowNs: 101));
        Assert.Equal(RuleListStatus.NotThere, _lists.Remove(list, 1, 102));
        Assert.Equal(RuleListStatus.Added, _lists.Add(list, 1, expiresNs: 0, nowNs: 103));
        Assert.True(_lists.Contains(list, 1, ulong.MaxValue));
        Assert.Equal(1, _lists.Count);
    }

    [Fact]
    public void F9_WhatCannotBeAdded_IsNamed()
    {
        Assert.Equal(RuleListStatus.AlreadyExpired, _lists.Add(Open("phones"), 1, expiresNs: 50, nowNs: 50));
        Assert.Equal(RuleListStatus.UnknownList, _lists.Add(6, 1, 0, 0));
        Assert.Equal(RuleListStatus.UnknownList, _lists.Remove(-1, 1, 0));
        Assert.Equal(RuleListStatus.BadKey, _lists.Add(Open("phones"), 0, 0, 0));
        Assert.Equal(RuleListStatus.BadKey, _lists.Add(Open("prefixes"), 41111, 0, 0));
        Assert.Equal(RuleListStatus.BadKey, _lists.Add(Open("prefixes"), 411111111, 0, 0));
        Assert.False(_lists.TryOpen("phones", RuleKey.Card, out _));
        Assert.False(_lists.TryOpen("", RuleKey.Card, out _));
        Assert.False(_lists.TryOpen(new string('x', 65), RuleKey.Card, out _));
        Assert.False(_lists.TryOpen("currencies", RuleKey.Currency, out _));
        Assert.Equal(0, _lists.Count);
        Assert.Throws<ArgumentException>(() => new RuleEvaluator(RuleTexts.Parse("list \"bad\" of device"), _lists));
    }

    [Fact]
    public void F9_FullTable_GivesBackWhatExpired()
    {
        int list = Open("phones");
        for (uint key = 1; key <= 16; key++)
        {
            Assert.Equal(RuleListStatus.Added, _lists.Add(list, key, expiresNs: key < 4 ? 100UL : 0, nowNs: 1));
        }

        Assert.Equal(RuleListStatus.Full, _lists.Add(list, 99, 0, nowNs: 99));
        Assert.Equal(RuleListStatus.Replaced, _lists.Add(list, 16, 0, nowNs: 99));
        Assert.Equal(RuleListStatus.Added, _lists.Add(list, 99, 0, nowNs: 100));
        Assert.Equal(15, _lists.Count);
        Assert.Equal(RuleListStatus.Replaced, _lists.Add(list, 99, 0, nowNs: 100));
        Assert.Equal(14, _lists.Count);
        Assert.Equal(
            [4u, 5u, 6u, 7u, 8u, 9u, 10u, 11u, 12u, 13u, 14u, 15u, 16u, 99u],
            _lists.Entries.Select(entry => (uint)entry.Key).Order());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void F9_Lists_EqualADictionary(ulong seed)
    {
        SeededRandom random = new(seed);
        using RuleLists lists = new(64);
        lists.TryOpen("a", RuleKey.Card, out _);
        lists.TryOpen("b", RuleKey.Card, out _);
        Dictionary<(int List, UInt128 Key), ulong> twin = [];
        ulong nowNs = 1;
        for (int i = 0; i < 50_000; i++)
        {
            nowNs += (ulong)random.Below(3);
            (int List, UInt128 Key) key = (random.Below(2), (UInt128)(uint)(1 + random.Below(60)));
            bool isActive = twin.TryGetValue(key, out ulong expiry) && (expiry == 0 || nowNs < expiry);
            Assert.Equal(isActive, lists.Contains(key.List, key.Key, nowNs));
            if (random.OneIn(3))
            {
                Assert.Equal(
                    isActive ? RuleListStatus.Removed : RuleListStatus.NotThere,
                    lists.Remove(key.List, key.Key, nowNs));
                twin.Remove(key);
                continue;
            }

            ulong expiresNs = random.OneIn(4) ? 0 : nowNs + 1 + (ulong)random.Below(200);
            foreach ((int, UInt128) gone in twin.Where(e => e.Value != 0 && e.Value <= nowNs)
                .OrderBy(e => (e.Value, e.Key)).Take(RuleLists.DropsPerAddition).Select(e => e.Key).ToList())
            {
                twin.Remove(gone);
            }

            bool isFull = !twin.ContainsKey(key) && twin.Count == 64;
            Assert.Equal(
                isFull ? RuleListStatus.Full : isActive ? RuleListStatus.Replaced : RuleListStatus.Added,
                lists.Add(key.List, key.Key, expiresNs, nowNs));
            if (!isFull)
            {
                twin[key] = expiresNs;
            }

            Assert.Equal(twin.Count, lists.Count);
        }

        Assert.Equal(
            twin.Select(entry => new RuleListEntry(entry.Key.List, entry.Key.Key, entry.Value)).ToHashSet(),
            lists.Entries.ToHashSet());
    }

    private (RuleReason Reason, int Index) Judge(in RuleTransaction transaction)
    {
        RuleVerdict verdict = _evaluator.Judge(transaction, RuleTexts.Values());
        return (verdict.Reason, verdict.Index);
    }

    private int IndexOf(string name) =>
        _evaluator.Set.Lists.Select(list => list.Name).ToList().IndexOf(name);

    private int Open(string name)
    {
        RuleKey key = _evaluator.Set.Lists.Single(list => list.Name == name).Key;
        Assert.True(_lists.TryOpen(name, key, out int list));
        return list;
    }

    private void Add(string name, uint key) =>
        Assert.Equal(RuleListStatus.Added, _lists.Add(Open(name), key, 0, 0));
}
