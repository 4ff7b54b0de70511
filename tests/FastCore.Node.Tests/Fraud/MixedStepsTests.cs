using System.Runtime.InteropServices;

using FastCore.Node.Sessions;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Protocol.Payments;

using Xunit;

namespace FastCore.Node.Tests.Fraud;

/// <summary>
/// Requests of cards that live with their merchants, which take one step, and of others, which take two: whatever the
/// way, each is counted once and in the order of the request.
/// </summary>
public sealed class MixedStepsTests
{
    private const int Partitions = 3;
    private const ulong Merchant = 7;

    private static readonly int Here = PartitionMap.Of(Merchant, Partitions);
    private static readonly ulong Elsewhere = KeyOf((Here + 1) % Partitions, from: 100);
    private static readonly ulong CardHere = KeyOf(Here, from: 1_000);
    private static readonly ulong CardElsewhere = KeyOf((Here + 1) % Partitions, from: 1_000);

    [Fact]
    public async Task A_card_that_lives_with_its_merchant_takes_one_step_and_another_one_takes_two()
    {
        Counts counts = new();
        await using FraudRig rig = await FraudRig.OpenAsync(
            Partitions, adjust: options => options.WrapMachine = (machine, _) => new CountingMachine(machine, counts));
        Assert.Equal(FraudStatus.Ok, (await rig.ScoreAsync(Transaction(1, Merchant, CardHere)))[0].Code);
        Assert.Equal((1, 0, 0), Scored(counts));

        // A transaction that names no card asks none.
        Assert.Equal(
            DecisionFlags.CardUnknown | DecisionFlags.NoModel,
            (await rig.ScoreAsync(Transaction(2, Merchant, 0)))[0].Flags);
        Assert.Equal((2, 0, 0), Scored(counts));

        Assert.Equal(FraudStatus.Ok, (await rig.ScoreAsync(Transaction(3, Merchant, CardElsewhere)))[0].Code);
        Assert.Equal((2, 1, 1), Scored(counts));

        // All that is decided at the merchant is one command; only the cards elsewhere were asked before.
        ScoreResult[] mixed = await rig.ScoreAsync(
            Transaction(4, Merchant, CardHere), Transaction(5, Merchant, CardElsewhere), Transaction(6, Merchant, 0));
        Assert.All(mixed, result => Assert.Equal(FraudStatus.Ok, result.Code));
        Assert.Equal((2, 2, 4), Scored(counts));
        Assert.Equal([mixed[0].Timestamp + 1, mixed[0].Timestamp + 2], mixed[1..].Select(result => result.Timestamp));
        await rig.Node.CheckInvariantsAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_card_sees_the_elements_of_a_request_in_order_at_whatever_merchants(bool beginsHere)
    {
        await using FraudRig rig = await FraudRig.OpenAsync(Partitions);
        ulong[] merchants = beginsHere ? [Merchant, Elsewhere] : [Elsewhere, Merchant];

        // The rule reviews from the card's fourth on.
        ScoreResult[] results = await rig.ScoreAsync(
            [.. Enumerable.Range(0, 6).Select(i => Transaction((ulong)i + 1, merchants[i % 2], CardHere))]);
        Assert.Equal(
            [
                Decision.Approve, Decision.Approve, Decision.Approve,
                Decision.Review, Decision.Review, Decision.Review,
            ],
            results.Select(result => result.Decision));
    }

    [Fact]
    public async Task A_merchant_sees_the_elements_of_a_request_in_order_of_whatever_cards()
    {
        const string Features = """
            {
              "format": 1,
              "features": [
                { "name": "terminal.count_1d", "key": "terminal", "aggregate": "count", "window": "1d" },
                { "name": "card.count_1d", "key": "card", "aggregate": "count", "window": "1d" }
              ]
            }
            """;
        await using FraudRig rig = await FraudRig.OpenAsync(
            Partitions, adjust: options => options.Fraud!.Features = Features);
        const string Busy = """
            rule "busy": decline if terminal.count_1d > 3
              test "fourth" given terminal.count_1d = 4 expect decline
            """;
        await rig.ActivateAsync(2, isForPayments: false, Busy);
        ScoreResult[] results = await rig.ScoreAsync([.. Enumerable.Range(0, 6).Select(
            i => Transaction((ulong)i + 1, Merchant, i % 2 == 0 ? CardHere : CardElsewhere))]);
        Assert.Equal(
            [
                Decision.Approve, Decision.Approve, Decision.Approve,
                Decision.Decline, Decision.Decline, Decision.Decline,
            ],
            results.Select(result => result.Decision));
    }

    [Fact]
    public async Task What_was_decided_in_one_step_is_not_counted_again_when_it_comes_with_others_of_its_card()
    {
        await using FraudRig rig = await FraudRig.OpenAsync(Partitions);
        ScoreTransaction one = Transaction(1, Merchant, CardHere);
        ScoreResult first = (await rig.ScoreAsync(one))[0];
        for (int i = 0; i < 3; i++)
        {
            // The other merchant's element takes the first one along to the card.
            ScoreResult[] again = await rig.ScoreAsync(one, Transaction(2, Elsewhere, CardHere));
            Assert.Equal((first.Timestamp, ScoreResultFlags.Duplicate), (again[0].Timestamp, again[0].ResultFlags));
            Assert.Equal(
                FraudStatus.ExistsWithDifferentAmount,
                (await rig.ScoreAsync(one with { Amount = 501 }, Transaction(2, Elsewhere, CardHere)))[0].Code);
        }

        // Two were counted: the next two are the third and the fourth.
        ScoreResult[] next = await rig.ScoreAsync(
            Transaction(3, Merchant, CardHere), Transaction(4, Merchant, CardHere));
        Assert.Equal([Decision.Approve, Decision.Review], next.Select(result => result.Decision));
        await rig.Node.CheckInvariantsAsync();
    }

    [Fact]
    public async Task What_was_counted_by_a_step_whose_request_was_lost_is_not_counted_again_in_one_step()
    {
        await using FraudRig rig = await FraudRig.OpenAsync(Partitions);
        ScoreTransaction lost = Transaction(1, Merchant, CardHere);
        await ObserveAsync(rig, lost);
        Assert.Equal(
            FraudStatus.ExistsWithDifferentAmount, (await rig.ScoreAsync(lost with { Amount = 501 }))[0].Code);
        Assert.Null(await rig.LookupAsync(1));
        Assert.Equal(FraudStatus.Ok, (await rig.ScoreAsync(lost))[0].Code);
        ScoreResult[] next = await rig.ScoreAsync(
            [.. Enumerable.Range(2, 3).Select(id => Transaction((ulong)id, Merchant, CardHere))]);
        Assert.Equal([Decision.Approve, Decision.Approve, Decision.Review], next.Select(result => result.Decision));
        await rig.Node.CheckInvariantsAsync();
    }

    [Fact]
    public async Task Labels_reach_cards_that_were_counted_either_way()
    {
        const string Features = """
            {
              "format": 1,
              "features": [
                { "name": "card.frauds", "key": "card", "aggregate": "fraud_count", "window": "1d" },
                { "name": "card.count_1d", "key": "card", "aggregate": "count", "window": "1d" }
              ]
            }
            """;
        await using FraudRig rig = await FraudRig.OpenAsync(
            Partitions, adjust: options => options.Fraud!.Features = Features);
        const string Burnt = """
            rule "burnt": decline if card.frauds > 0
              test "one" given card.frauds = 1 expect decline
            """;
        await rig.ActivateAsync(2, isForPayments: false, Burnt);
        foreach (ulong card in (ulong[])[CardHere, CardElsewhere])
        {
            ulong id = card;
            Assert.Equal(Decision.Approve, (await rig.ScoreAsync(Transaction(id, Merchant, card)))[0].Decision);
            FraudResult[] results = new FraudResult[1];
            LabelTransaction label = new()
            {
                Id = id,
                Merchant = Merchant,
                Card = card,
                Label = TransactionLabel.Chargeback,
            };
            _ = await rig.Session.LabelTransactionsAsync(new[] { label }, results);
            Assert.Equal(FraudStatus.Ok, results[0].Code);
            Assert.Equal(
                Decision.Decline, (await rig.ScoreAsync(Transaction(id + 1_000, Merchant, card)))[0].Decision);
        }
    }

    [Fact]
    public async Task Screened_payments_take_the_same_ways()
    {
        Counts counts = new();
        await using FraudRig rig = await FraudRig.OpenAsync(
            Partitions, adjust: options => options.WrapMachine = (machine, _) => new CountingMachine(machine, counts));
        PaymentResult[] merchants = new PaymentResult[2];
        _ = await rig.Session.CreateMerchantsAsync(
            new[] { Requests.Merchant(Merchant), Requests.Merchant(Elsewhere) }, merchants);
        CreatePayment[] payments = [.. Enumerable.Range(0, 6).Select(
            i => Payment((ulong)i + 1, i % 2 == 0 ? Merchant : Elsewhere, CardHere))];
        PaymentResult[] results = new PaymentResult[6];
        for (int i = 0; i < 2; i++)
        {
            _ = await rig.Session.CreatePaymentsAsync(payments, results);
            Assert.Equal(
                [
                    PaymentStatus.Ok, PaymentStatus.Ok, PaymentStatus.Ok,
                    PaymentStatus.UnderReview, PaymentStatus.UnderReview, PaymentStatus.UnderReview,
                ],
                results.Select(result => result.Code));
        }

        counts.Clear();
        Assert.Equal(PaymentStatus.UnderReview, (await rig.PayAsync(Payment(7, Merchant, CardHere))).Code);
        Assert.Equal(PaymentStatus.Ok, (await rig.PayAsync(Payment(8, Merchant, CardElsewhere))).Code);
        Assert.Equal(
            (1, 1, 1),
            (counts[Operation.CreatePayments], counts[Operation.ObservePaymentCards],
                counts[Operation.CreateObservedPayments]));
        await rig.Node.CheckInvariantsAsync();
    }

    private static (int InOneStep, int Observed, int Decided) Scored(Counts counts) =>
        (counts[Operation.ScoreTransactions], counts[Operation.ObserveCards], counts[Operation.ScoreObserved]);

    private static ulong KeyOf(int partition, ulong from)
    {
        ulong key = from;
        while (PartitionMap.Of(key, Partitions) != partition)
        {
            key++;
        }

        return key;
    }

    private static ScoreTransaction Transaction(ulong id, ulong merchant, ulong card) =>
        FraudRig.Transaction(id, merchant, card);

    private static CreatePayment Payment(ulong id, ulong merchant, ulong card) => new()
    {
        Id = id,
        Merchant = merchant,
        Card = card,
        Terminal = 3,
        Amount = 500,
        Currency = 356,
    };

    // The first step of a request whose second one never came.
    private static async Task ObserveAsync(FraudRig rig, ScoreTransaction transaction)
    {
        await using EmbeddedSession session = rig.Node.OpenOwnSession();
        byte[] reply = new byte[CardFeatures.Size];
        Reply answer = await session.SendAsync(Operation.ObserveCards, BytesOf(transaction), reply);
        Assert.Equal(FrameStatus.Ok, answer.Status);
    }

    private static byte[] BytesOf(ScoreTransaction transaction) =>
        MemoryMarshal.AsBytes(new ReadOnlySpan<ScoreTransaction>(in transaction)).ToArray();
}
