using FastCore.Engine.Ports;
using FastCore.Fraud.Rules;
using FastCore.Testing;
using Xunit;

namespace FastCore.Fraud.Tests.Rules;

/// <summary>Lists as state: what a checkpoint brings back answers and hashes as the original does.</summary>
public sealed class RuleListsRecoveryTests
{
    private const int EntriesMax = 300;

    [Theory]
    [InlineData(1UL)]
    [InlineData(2UL)]
    [InlineData(3UL)]
    public void F9_Recovery_GivesTheSameHash_AndTheSameAnswers(ulong seed)
    {
        using RuleLists live = new(EntriesMax);
        using RuleLists recovered = new(EntriesMax);
        Changes before = new(seed);
        before.Make(live, 5_000);
        ulong marked = StateHashes.Of(live.Parts);
        foreach (IStatePart part in live.Parts)
        {
            part.BeginCheckpoint();
        }

        // The checkpoint is written while changes go on, so it must show the state of its mark.
        Changes after = before.Copy();
        List<RuleListStatus> statuses = after.Make(live, 300);
        SnapshotBytes.Recover(recovered.Parts[0], SnapshotBytes.Rest(live.Parts[0], 100));
        SnapshotBytes entries = new();
        while (!live.Parts[1].WriteSlice(entries, 512))
        {
            statuses.AddRange(after.Make(live, 20));
        }

        int rest = 5_000 - statuses.Count;
        statuses.AddRange(after.Make(live, rest));
        SnapshotBytes.Recover(recovered.Parts[1], entries.ToArray());
        Assert.Equal(marked, StateHashes.Of(recovered.Parts));

        Assert.Equal(statuses, before.Make(recovered, 5_000));
        Assert.Contains(RuleListStatus.Full, statuses);
        Assert.Equal(live.Lists, recovered.Lists);
        Assert.Equal(live.Entries, recovered.Entries);
        Assert.Equal(StateHashes.Of(live.Parts), StateHashes.Of(recovered.Parts));
    }

    [Fact]
    public void F9_GivenUpCheckpoint_LeavesTheStateAsItIs()
    {
        using RuleLists lists = new(EntriesMax);
        Changes changes = new(7);
        changes.Make(lists, 1_000);
        ulong hash = StateHashes.Of(lists.Parts);
        foreach (IStatePart part in lists.Parts)
        {
            part.BeginCheckpoint();
            part.AbandonCheckpoint();
        }

        Assert.Equal(hash, StateHashes.Of(lists.Parts));
    }

    [Fact]
    public void F9_WhatGoes_DoesNotDependOnTheOrderOfAdditions()
    {
        ulong[] keys = [.. Enumerable.Range(1, EntriesMax).Select(key => (ulong)key)];
        List<RuleListEntry[]> left = [];
        foreach (IEnumerable<ulong> order in new[] { keys, keys.Reverse(), keys.OrderBy(key => key * 7919 % 307) })
        {
            using RuleLists lists = new(EntriesMax);
            lists.TryOpen("a", RuleKey.Card, out _);
            lists.TryOpen("b", RuleKey.Card, out _);
            foreach (ulong key in order)
            {
                lists.Add((int)(key % 2), key / 2 + 1, 100 + (key / 2 % 3), 1);
            }

            for (uint key = 1; key <= 40; key++)
            {
                Assert.Equal(RuleListStatus.Added, lists.Add(0, key + 1_000_000, 0, 102));
            }

            left.Add([.. lists.Entries.OrderBy(entry => (entry.List, entry.Key))]);
        }

        Assert.Equal(EntriesMax - 40, left[0].Length);
        Assert.Equal(left[0], left[1]);
        Assert.Equal(left[0], left[2]);
    }

    [Fact]
    public void F9_ManyThatExpireAtOnce_CostOneAdditionNoMoreThanTwo()
    {
        using RuleLists lists = new(EntriesMax);
        lists.TryOpen("a", RuleKey.Card, out int list);
        for (uint key = 1; key <= EntriesMax; key++)
        {
            lists.Add(list, key, 100, 1);
        }

        Assert.Equal(RuleListStatus.Added, lists.Add(list, 1_000, 0, 100));
        Assert.Equal(EntriesMax - 1, lists.Count);
    }

    [Fact]
    public void F9_Changes_AllocateNothing()
    {
        using RuleLists lists = new(EntriesMax);
        Changes changes = new(9);
        changes.Make(lists, 2_000);
        lists.TryOpen("a", RuleKey.Card, out int list);
        ulong now = 1_000_000;
        Assert.Equal(0, Allocations.Of(() =>
        {
            for (uint key = 1; key < 200; key++)
            {
                lists.Add(list, key, now + key, now);
                lists.Contains(list, key, now);
                lists.Remove(list, key - 1, now);
                now += 3;
            }
        }));
    }

    [Fact]
    public void F9_BrokenSections_AreRefused()
    {
        using RuleLists lists = new(EntriesMax);
        lists.TryOpen("a", RuleKey.Card, out int list);
        lists.Add(list, 1, 100, 1);
        lists.Add(list, 2, 200, 1);
        byte[] opened = SnapshotBytes.Of(lists.Parts[0]);
        byte[] entries = SnapshotBytes.Of(lists.Parts[1]);
        AssertRefused(0, [.. opened, .. opened[2..]], bytes => bytes[0] = 2);
        AssertRefused(0, opened, bytes => bytes[1] = 2);
        AssertRefused(0, opened, bytes => bytes[2] = (byte)RuleKey.Currency);
        AssertRefused(0, opened, bytes => bytes[3] = 0);
        AssertRefused(0, opened[..^1], _ => { });

        // Place of the first entry, found by what stands before it: key 1, expiry 100, list 0.
        ReadOnlySpan<byte> row = [100, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0];
        int place = entries.AsSpan().IndexOf(row) + 12;
        Assert.True(place > 12);
        AssertRefused(1, entries, bytes => bytes[place] = 2);
        AssertRefused(1, entries, bytes => bytes[place] = 3);
        AssertRefused(1, entries, bytes => bytes[place] = 0);
        AssertRefused(1, entries, bytes => bytes[place - 11] = 1);

        using RuleLists other = new(EntriesMax);
        Assert.Throws<CorruptStorageException>(() => other.Parts[0].Recover(new SnapshotBytes(opened), 2));
        Assert.Throws<CorruptStorageException>(() => other.Parts[1].Recover(new SnapshotBytes(entries), 2));
        using RuleLists small = new(1);
        Assert.Throws<InvalidOperationException>(() => SnapshotBytes.Recover(small.Parts[1], entries));
    }

    private static void AssertRefused(int part, byte[] section, Action<byte[]> damage)
    {
        byte[] damaged = [.. section];
        damage(damaged);
        using RuleLists lists = new(EntriesMax);
        Assert.Throws<CorruptStorageException>(() => lists.Parts[part].Recover(new SnapshotBytes(damaged), 1));
    }

    // Additions, replacements and removals in two lists at first, more later, while time goes on.
    private sealed class Changes(ulong seed)
    {
        private SeededRandom _random = new(seed);
        private ulong _nowNs = 1;
        private int _made;

        // Draws what the original would draw next.
        public Changes Copy()
        {
            ulong next = _random.Next();
            _random = new SeededRandom(next);
            return new Changes(next) { _nowNs = _nowNs, _made = _made };
        }

        public List<RuleListStatus> Make(RuleLists lists, int count)
        {
            List<RuleListStatus> statuses = [];
            for (int i = 0; i < count; i++, _made++)
            {
                lists.TryOpen($"list {_made / 1_000}", RuleKey.Card, out _);
                _nowNs += _random.Below(3UL);
                int list = _random.Below(lists.Lists.Count + 1);
                UInt128 key = (UInt128)(uint)_random.Below(200);
                ulong expiresNs = _random.OneIn(3) ? 0 : _nowNs + _random.Below(300UL);
                statuses.Add(_random.OneIn(4)
                    ? lists.Remove(list, key, _nowNs)
                    : lists.Add(list, key, expiresNs, _nowNs));
            }

            return statuses;
        }
    }
}
