using FastCore.Node.Verification;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;

using Xunit;

namespace FastCore.Node.Tests.Fraud;

/// <summary>
/// Scores with one partition, where it takes one step, and with several, where cards take a step first.
/// </summary>
public sealed class ScoringTests
{
    private const ulong DayNs = 86_400_000_000_000;

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Rules_decide_and_a_card_is_counted_across_merchants(int partitions)
    {
        await using FraudRig rig = await FraudRig.OpenAsync(partitions);
        for (ulong id = 1; id <= 5; id++)
        {
            ScoreResult result = (await rig.ScoreAsync(FraudRig.Transaction(id, merchant: 100 + id)))[0];
            Assert.Equal(FraudStatus.Ok, result.Code);
            Assert.Equal(id > 3 ? Decision.Review : Decision.Approve, result.Decision);
            Assert.Equal(id > 3 ? DecisionReason.Rule : DecisionReason.None, result.Reason);
            Assert.Equal(id > 3 ? 1 : ushort.MaxValue, result.Rule);
            Assert.Equal(0UL, result.ShadowRules);
            Assert.Equal(1UL, result.PolicyVersion);
            Assert.Equal(DecisionFlags.NoModel, result.Flags);
            Assert.True(float.IsNaN(result.Score));
        }

        ScoreResult large = (await rig.ScoreAsync(FraudRig.Transaction(6, card: 5, amount: 50_001)))[0];
        Assert.Equal((Decision.Decline, (ushort)0, 1UL), (large.Decision, large.Rule, large.ShadowRules));
        await rig.Node.CheckInvariantsAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_transaction_counts_once_however_often_it_is_sent(int partitions)
    {
        await using FraudRig rig = await FraudRig.OpenAsync(partitions);
        ScoreTransaction one = FraudRig.Transaction(1);
        ScoreResult[] twice = await rig.ScoreAsync(one, one, FraudRig.Transaction(2));
        Assert.Equal(ScoreResultFlags.None, twice[0].ResultFlags);
        Assert.Equal(ScoreResultFlags.Duplicate, twice[1].ResultFlags);
        Assert.Equal(twice[0].Timestamp, twice[1].Timestamp);
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(twice[0].Timestamp, (await rig.ScoreAsync(one))[0].Timestamp);
        }

        // Two were counted: the next two are the third and the fourth.
        ScoreResult[] next = await rig.ScoreAsync(FraudRig.Transaction(3), FraudRig.Transaction(4));
        Assert.Equal([Decision.Approve, Decision.Review], next.Select(result => result.Decision));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task The_same_id_with_other_content_is_refused_by_the_first_field_that_differs(int partitions)
    {
        await using FraudRig rig = await FraudRig.OpenAsync(partitions);
        ScoreTransaction first = FraudRig.Transaction(1) with
        {
            Device = 9,
            Currency = 978,
            Bin = 411_111,
            OccurredAt = rig.Clock.NowNs - DayNs,
            UserData64 = 1,
            UserData128 = 2,
        };
        Assert.Equal(FraudStatus.Ok, (await rig.ScoreAsync(first))[0].Code);
        (ScoreTransaction Changed, FraudStatus Expected)[] cases =
        [
            (first with { Card = 43 }, FraudStatus.ExistsWithDifferentCard),
            (first with { Amount = 501 }, FraudStatus.ExistsWithDifferentAmount),
            (first with { Terminal = 4 }, FraudStatus.ExistsWithDifferentTerminal),
            (first with { Device = 4 }, FraudStatus.ExistsWithDifferentDevice),
            (first with { Currency = 4 }, FraudStatus.ExistsWithDifferentCurrency),
            (first with { OccurredAt = 4 }, FraudStatus.ExistsWithDifferentOccurredAt),
            (first with { Latitude = 4, Flags = ScoreFlags.HasPlace }, FraudStatus.ExistsWithDifferentPlace),
            (first with { Flags = ScoreFlags.HasPlace }, FraudStatus.ExistsWithDifferentPlace),
            (first with { Bin = 4 }, FraudStatus.ExistsWithDifferentBin),
            (first with { UserData128 = 4 }, FraudStatus.ExistsWithDifferentUserData128),
            (first with { UserData64 = 4 }, FraudStatus.ExistsWithDifferentUserData64),
        ];
        foreach ((ScoreTransaction changed, FraudStatus expected) in cases)
        {
            Assert.Equal(expected, (await rig.ScoreAsync(changed))[0].Code);
        }

        Assert.Equal(
            ScoreResultFlags.Duplicate,
            (await rig.ScoreAsync(first with { Flags = ScoreFlags.StageTimes }))[0].ResultFlags);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Bad_input_has_a_code_and_records_nothing(int partitions)
    {
        await using FraudRig rig = await FraudRig.OpenAsync(partitions);
        ScoreTransaction good = FraudRig.Transaction(1);
        (ScoreTransaction Bad, FraudStatus Expected)[] cases =
        [
            (good with { Timestamp = 1 }, FraudStatus.TimestampMustBeZero),
            (good with { Reserved0 = 1 }, FraudStatus.ReservedField),
            (good with { Reserved1 = 1 }, FraudStatus.ReservedField),
            (good with { Reserved2 = 1 }, FraudStatus.ReservedField),
            (good with { Flags = (ScoreFlags)0x8000 }, FraudStatus.ReservedFlag),
            (good with { Id = 0 }, FraudStatus.IdMustNotBeZero),
            (good with { Id = UInt128.MaxValue }, FraudStatus.IdMustNotBeIntMax),
            (good with { Amount = FraudLimits.AmountMax + 1 }, FraudStatus.AmountTooLarge),
            (good with { OccurredAt = rig.Clock.NowNs + (2 * FraudLimits.AheadNsMax) },
                FraudStatus.OccurredAtInFuture),
            (good with { Latitude = 1 }, FraudStatus.PlaceOutOfRange),
            (good with { Latitude = 90_000_001, Flags = ScoreFlags.HasPlace }, FraudStatus.PlaceOutOfRange),
        ];
        foreach ((ScoreTransaction bad, FraudStatus expected) in cases)
        {
            Assert.Equal(expected, (await rig.ScoreAsync(bad))[0].Code);
        }

        Assert.Null(await rig.LookupAsync(1));
        ScoreResult[] results = await rig.ScoreAsync([.. Enumerable.Range(1, 3)
            .Select(id => FraudRig.Transaction((ulong)id))]);
        Assert.All(results, result => Assert.Equal(Decision.Approve, result.Decision));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Lists_block_and_allow_in_every_partition_until_they_expire(int partitions)
    {
        await using FraudRig rig = await FraudRig.OpenAsync(partitions);
        ulong expiresAt = rig.Clock.NowNs + DayNs;
        Assert.Equal(FraudStatus.Ok, (await rig.ChangeListAsync("stolen", 42, expiresAt: expiresAt)).Code);
        Assert.Equal(FraudStatus.Ok, (await rig.ChangeListAsync("friends", 77)).Code);
        Assert.Equal(FraudStatus.ListNotFound, (await rig.ChangeListAsync("nobody", 77)).Code);
        Assert.Equal(FraudStatus.ListKeyOutOfRange, (await rig.ChangeListAsync("friends", 0)).Code);
        Assert.Equal(
            FraudStatus.ListChangeOutOfRange, (await rig.ChangeListAsync("friends", 1, ListChangeKind.None)).Code);
        Assert.Equal(
            FraudStatus.ListEntryNotFound, (await rig.ChangeListAsync("friends", 1, ListChangeKind.Remove)).Code);
        Assert.Equal(FraudStatus.ListEntryExpired, (await rig.ChangeListAsync("stolen", 1, expiresAt: 5)).Code);
        for (ulong merchant = 1; merchant <= 8; merchant++)
        {
            ScoreResult[] results = await rig.ScoreAsync(
                FraudRig.Transaction(1, merchant), FraudRig.Transaction(2, merchant, card: 77, amount: 60_000));
            Assert.Equal([Decision.Decline, Decision.Approve], results.Select(result => result.Decision));
            Assert.All(results, result => Assert.Equal(DecisionReason.List, result.Reason));
        }

        rig.Clock.NowNs = expiresAt;
        Assert.NotEqual(
            DecisionReason.List, (await rig.ScoreAsync(FraudRig.Transaction(3)))[0].Reason);
        Assert.Equal(FraudStatus.Ok, (await rig.ChangeListAsync("friends", 77, ListChangeKind.Remove)).Code);
        Assert.Equal(
            Decision.Decline, (await rig.ScoreAsync(FraudRig.Transaction(4, card: 77, amount: 60_000)))[0].Decision);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_policy_is_swapped_between_two_commands_and_never_back(int partitions)
    {
        await using FraudRig rig = await FraudRig.OpenAsync(partitions);
        const string Strict = """
            rule "any": decline if amount > 0
              test "one" given amount = 1 expect decline
            """;
        Assert.Equal(FraudStatus.Ok, await rig.ActivateAsync(2, isForPayments: false, Strict));
        ScoreResult result = (await rig.ScoreAsync(FraudRig.Transaction(1)))[0];
        Assert.Equal((Decision.Decline, 2UL), (result.Decision, result.PolicyVersion));
        Assert.Equal(FraudStatus.Ok, await rig.ActivateAsync(2, isForPayments: false, Strict));
        bool wasScreening = rig.Node.IsScreeningPayments;
        Assert.Equal(FraudStatus.PolicyVersionNotNewer, await rig.ActivateAsync(2, isForPayments: false));
        Assert.Equal(FraudStatus.PolicyVersionNotNewer, await rig.ActivateAsync(1, isForPayments: true));
        Assert.True(rig.Node.IsScreeningPayments == wasScreening, "a refused policy changed the way of payments");
        Assert.Equal(
            FraudStatus.PolicyListsConflict,
            await rig.ActivateAsync(3, isForPayments: false, "list \"stolen\" of device block"));
        Assert.Equal(Decision.Decline, (await rig.ScoreAsync(FraudRig.Transaction(2)))[0].Decision);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Labels_reach_the_terminal_from_their_known_at_on(int partitions)
    {
        await using FraudRig rig = await FraudRig.OpenAsync(partitions);
        const string Risk = """
            rule "terminal": decline if terminal.risk_30d > 40%
              test "half" given terminal.risk_30d = 0.5 expect decline
            """;
        await rig.ActivateAsync(2, isForPayments: false, Risk);
        ulong start = rig.Clock.NowNs;
        await rig.ScoreAsync(FraudRig.Transaction(1, card: 1), FraudRig.Transaction(2, card: 2));
        LabelTransaction label = new()
        {
            Id = 1,
            Merchant = 7,
            Card = 1,
            KnownAt = start + (9 * DayNs),
            Label = TransactionLabel.Chargeback,
        };
        Assert.Equal(FraudStatus.Ok, await LabelAsync(rig, label));
        Assert.Equal(FraudStatus.Ok, await LabelAsync(rig, label));
        Assert.Equal(
            FraudStatus.LabelSuperseded,
            await LabelAsync(rig, label with { KnownAt = start, Label = TransactionLabel.Cleared }));
        Assert.Equal(FraudStatus.TransactionNotFound, await LabelAsync(rig, label with { Id = 99 }));
        Assert.Equal(FraudStatus.ExistsWithDifferentCard, await LabelAsync(rig, label with { Card = 2 }));
        Assert.Equal(FraudStatus.LabelOutOfRange, await LabelAsync(rig, label with { Label = 0 }));

        rig.Clock.NowNs = start + (8 * DayNs);
        Assert.Equal(Decision.Approve, (await rig.ScoreAsync(FraudRig.Transaction(3, card: 3)))[0].Decision);
        rig.Clock.NowNs = start + (9 * DayNs);
        Assert.Equal(Decision.Decline, (await rig.ScoreAsync(FraudRig.Transaction(4, card: 4)))[0].Decision);
        DecisionRecord found = (await rig.LookupAsync(1))!.Value;
        Assert.Equal((TransactionLabel.Chargeback, label.KnownAt), (found.Label, found.KnownAt));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Decisions_windows_lists_and_policy_survive_a_restart_and_the_journal_proves_them(int partitions)
    {
        await using FraudRig rig = await FraudRig.OpenAsync(partitions, Durability.Fsync);
        await rig.ChangeListAsync("stolen", 1000);
        ScoreTransaction[] before = [.. Enumerable.Range(1, 300)
            .Select(i => FraudRig.Transaction((ulong)i, (ulong)(i % 7) + 1, (ulong)(i % 40) + 1, (ulong)i * 10))];
        ScoreResult[] results = await rig.ScoreAsync(before);
        await rig.Node.CheckpointAsync();
        ScoreTransaction[] after = [.. before.Select(one => one with { Id = one.Id + 1000 })];
        ScoreResult[] later = await rig.ScoreAsync(after);
        await rig.ReopenAsync();
        ScoreResult[] repeated = await rig.ScoreAsync([.. before, .. after]);
        Assert.Equal(
            [.. results, .. later],
            repeated.Select(result => result with { ResultFlags = ScoreResultFlags.None }));
        Assert.All(repeated, result => Assert.Equal(ScoreResultFlags.Duplicate, result.ResultFlags));
        Assert.Equal(
            DecisionReason.List, (await rig.ScoreAsync(FraudRig.Transaction(5000, card: 1000)))[0].Reason);
        await rig.Node.CheckInvariantsAsync();

        // What was recovered goes into a checkpoint, and a replay of the whole journal must come to the same.
        await rig.Node.CheckpointAsync();
        await rig.CloseAsync();
        VerificationReport report = JournalVerifier.Verify(rig.DataDirectory);
        Assert.True(report.IsSound, string.Join(' ', report.Partitions.Select(found => found.Failure)));
        Assert.All(report.Partitions, found => Assert.True(found.CheckpointMatches));
        await rig.ReopenAsync();
    }

    private static async Task<FraudStatus> LabelAsync(FraudRig rig, LabelTransaction label)
    {
        FraudResult[] results = new FraudResult[1];
        Reply reply = await rig.Session.LabelTransactionsAsync(new[] { label }, results);
        Assert.Equal(FrameStatus.Ok, reply.Status);
        return results[0].Code;
    }
}
