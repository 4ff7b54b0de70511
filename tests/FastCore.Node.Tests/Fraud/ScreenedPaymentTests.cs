using FastCore.Engine.Memory;
using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Protocol.Payments;

using Xunit;

namespace FastCore.Node.Tests.Fraud;

/// <summary>Payments that are screened before their money moves.</summary>
public sealed class ScreenedPaymentTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task Screening_approves_declines_and_holds(int partitions)
    {
        await using FraudRig rig = await OpenAsync(partitions);
        for (ulong id = 1; id <= 3; id++)
        {
            PaymentResult paid = await rig.PayAsync(Payment(id));
            Assert.Equal((PaymentStatus.Ok, (byte)PaymentState.Captured), (paid.Code, paid.State));
        }

        PaymentResult held = await rig.PayAsync(Payment(4));
        Assert.Equal((PaymentStatus.UnderReview, (byte)PaymentState.Authorized), (held.Code, held.State));
        PaymentResult declined = await rig.PayAsync(Payment(5, card: 8, amount: 60_000));
        Assert.Equal(
            (PaymentStatus.Declined, DeclineCode.SuspectedFraud, (byte)PaymentState.Failed),
            (declined.Code, declined.DeclineCode, declined.State));

        Assert.Equal(PaymentResultFlags.Duplicate, (await rig.PayAsync(Payment(4))).Flags);
        Assert.Equal(
            PaymentStatus.ExistsWithDifferentTerminal, (await rig.PayAsync(Payment(4) with { Terminal = 9 })).Code);
        Assert.Equal(
            PaymentStatus.ExistsWithDifferentDevice, (await rig.PayAsync(Payment(4) with { Device = 9 })).Code);
        DecisionRecord record = (await rig.LookupAsync(4))!.Value;
        Assert.Equal((byte)1, record.UnderReview);
        Assert.Equal(DecisionFlags.Payment, record.Flags & DecisionFlags.Payment);
        Assert.Null(await rig.LookupAsync(99));
        await rig.Node.CheckInvariantsAsync();
    }

    [Theory]
    [InlineData(1, Decision.Approve, PaymentState.Captured)]
    [InlineData(3, Decision.Approve, PaymentState.Captured)]
    [InlineData(1, Decision.Decline, PaymentState.Voided)]
    [InlineData(3, Decision.Decline, PaymentState.Voided)]
    public async Task A_verdict_releases_or_voids_the_held_payment_once(
        int partitions, Decision verdict, PaymentState expected)
    {
        await using FraudRig rig = await OpenAsync(partitions);
        for (ulong id = 1; id <= 4; id++)
        {
            await rig.PayAsync(Payment(id));
        }

        PaymentResult[] captured = new PaymentResult[1];
        await rig.Session.CapturePaymentsAsync(
            new[] { new PaymentAction { Id = 1, Merchant = 7, PaymentId = 4 } }, captured);
        Assert.Equal(PaymentStatus.UnderReview, captured[0].Code);
        DecisionRecord[] queue = new DecisionRecord[10];
        Reply reply = await rig.Session.QueryReviewsAsync(7, new ReviewFilter { Limit = 10 }, queue);
        Assert.Equal(1, reply.CountOf<DecisionRecord>());
        Assert.Equal((UInt128)4, queue[0].Id);

        Assert.Equal(FraudStatus.VerdictOutOfRange, (await rig.VerdictAsync(4, Decision.Review)).Code);
        Assert.Equal(FraudStatus.NotUnderReview, (await rig.VerdictAsync(3, verdict)).Code);
        Assert.Equal(FraudStatus.TransactionNotFound, (await rig.VerdictAsync(33, verdict)).Code);
        FraudResult first = await rig.VerdictAsync(4, verdict);
        Assert.Equal(FraudStatus.Ok, first.Code);
        FraudResult again = await rig.VerdictAsync(4, verdict);
        Assert.Equal((first.Timestamp, ScoreResultFlags.Duplicate), (again.Timestamp, again.Flags));
        Decision other = verdict == Decision.Approve ? Decision.Decline : Decision.Approve;
        Assert.Equal(FraudStatus.ResolvedWithDifferentVerdict, (await rig.VerdictAsync(4, other)).Code);

        PaymentRecord[] found = new PaymentRecord[1];
        await rig.Session.LookupPaymentsAsync(7, new UInt128[] { 4 }, found);
        Assert.Equal(expected, found[0].State);
        Assert.Equal(verdict == Decision.Approve ? 500UL : 0, found[0].AmountCaptured);
        reply = await rig.Session.QueryReviewsAsync(7, new ReviewFilter { Limit = 10 }, queue);
        Assert.Equal(0, reply.Length);
        Assert.Equal(verdict, (await rig.LookupAsync(4))!.Value.Verdict);
        await rig.Node.CheckInvariantsAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_held_payment_that_expired_is_released_no_more(int partitions)
    {
        await using FraudRig rig = await OpenAsync(partitions);
        for (ulong id = 1; id <= 4; id++)
        {
            await rig.PayAsync(Payment(id));
        }

        rig.Clock.Advance(TimeSpan.FromDays(400));
        Assert.Equal(FraudStatus.PaymentNoLongerHeld, (await rig.VerdictAsync(4, Decision.Approve)).Code);
        await rig.Node.CheckInvariantsAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task A_policy_that_leaves_payments_alone_lets_them_pass_and_keeps_no_decision(int partitions)
    {
        await using FraudRig rig = await OpenAsync(partitions);
        await rig.ActivateAsync(2, isForPayments: false);
        PaymentResult paid = await rig.PayAsync(Payment(1, amount: 60_000));
        Assert.Equal((PaymentStatus.Ok, (byte)PaymentState.Captured), (paid.Code, paid.State));
        Assert.Null(await rig.LookupAsync(1));
    }

    [Fact]
    public async Task An_id_that_was_scored_with_other_content_is_no_payment()
    {
        await using FraudRig rig = await OpenAsync(3);
        await rig.ScoreAsync(FraudRig.Transaction(1, amount: 1));
        Assert.Equal(PaymentStatus.ScoredWithDifferentContent, (await rig.PayAsync(Payment(1))).Code);
    }

    [Fact]
    public async Task A_payment_whose_cards_partition_is_full_is_told_so_and_goes_through_later()
    {
        MemoryPartitionStorage[] storages = new MemoryPartitionStorage[3];
        await using FraudRig rig = await OpenAsync(3, options => options.WrapStorage = (number, storage) =>
        {
            storages[number] = (MemoryPartitionStorage)storage;
            return storage;
        });
        int merchants = PartitionMap.Of(7, 3);
        ulong[] cards = [CardOf((merchants + 1) % 3), CardOf((merchants + 2) % 3)];
        CreatePayment[] payments = [Payment(1, cards[0]), Payment(2, cards[1])];
        PaymentResult[] results = new PaymentResult[2];
        storages[(merchants + 1) % 3].MemoryJournal.State = StorageState.Full;
        await rig.Session.CreatePaymentsAsync(payments, results);
        Assert.Equal(
            [(PaymentStatus)FrameStatus.StorageFull, PaymentStatus.Ok], results.Select(result => result.Code));

        storages[(merchants + 1) % 3].MemoryJournal.State = StorageState.Ready;
        await rig.Session.CreatePaymentsAsync(payments, results);
        Assert.All(results, result => Assert.Equal(PaymentStatus.Ok, result.Code));
        Assert.Equal(
            [PaymentResultFlags.None, PaymentResultFlags.Duplicate], results.Select(result => result.Flags));
    }

    private static ulong CardOf(int partition) =>
        (ulong)Enumerable.Range(1, 1_000).First(card => PartitionMap.Of((ulong)card, 3) == partition);

    private static CreatePayment Payment(ulong id, ulong card = 42, ulong amount = 500) =>
        new() { Id = id, Merchant = 7, Card = card, Terminal = 3, Amount = amount, Currency = 356 };

    private static async Task<FraudRig> OpenAsync(int partitions, Action<NodeOptions>? adjust = null)
    {
        FraudRig rig = await FraudRig.OpenAsync(partitions, adjust: adjust);
        PaymentResult[] results = new PaymentResult[1];
        await rig.Session.CreateMerchantsAsync(new[] { Requests.Merchant(7) }, results);
        Assert.Equal(PaymentStatus.Ok, results[0].Code);
        return rig;
    }
}
