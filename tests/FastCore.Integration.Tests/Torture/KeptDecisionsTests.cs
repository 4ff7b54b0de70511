using FastCore.Protocol.Fraud;
using FastCore.Torture;

namespace FastCore.Integration.Tests.Torture;

/// <summary>What the torture counts of scored transactions can fail.</summary>
public sealed class KeptDecisionsTests
{
    private const ulong DayNs = 86_400_000_000_000;

    [Theory]
    [InlineData(2, 1, 2, 0)]
    [InlineData(1, 1, 2, 1)]
    [InlineData(3, 1, 2, 1)]
    [InlineData(2, 0, 2, 1)]
    [InlineData(2, 2, 2, 1)]
    [InlineData(2, 1, 1, 1)]
    [InlineData(2, 1, 3, 1)]
    public void Windows_that_lost_or_doubled_something_are_told(int card, int frauds, int terminal, int found)
    {
        // Two of the card within seven days; a week before that two at the terminal, one of them a fraud.
        ScoredTransaction[] all =
        [
            Transaction(20 * DayNs, 1, 0, 0, TransactionLabel.Chargeback),
            Transaction((20 * DayNs) + 1, 2, 0, 0, TransactionLabel.Cleared),
            Transaction(21 * DayNs, 3, 0, 0, TransactionLabel.Chargeback, merchant: 102),
            Transaction((27 * DayNs) + 1, card, frauds, terminal, TransactionLabel.None),
        ];
        TortureFindings findings = new();
        new KeptDecisions(findings).CheckWindows(all);
        Assert.Equal(found, findings.Contradictions);
    }

    [Theory]
    [InlineData(50_000, Decision.Decline, DecisionReason.Rule, 1)]
    [InlineData(50_000, Decision.Approve, DecisionReason.Model, 0)]
    [InlineData(99_000, Decision.Approve, DecisionReason.Model, 1)]
    [InlineData(99_000, Decision.Decline, DecisionReason.Rule, 0)]
    [InlineData(99_000, Decision.Review, DecisionReason.Rule, 1)]
    public void A_decision_that_its_policy_would_not_make_is_told(
        ulong amount, Decision decision, DecisionReason reason, int found)
    {
        ScoredTransaction one = Transaction(20 * DayNs, 1, 0, 0, TransactionLabel.None, amount: amount);
        one.Answer = one.Answer with { Decision = decision, Reason = reason };
        TortureFindings findings = new();
        new KeptDecisions(findings).CheckWindows([one]);
        Assert.Equal(found, findings.Contradictions);
    }

    [Fact]
    public void Answers_that_differ_in_a_bit_are_not_the_same()
    {
        ScoreResult one = new() { Code = FraudStatus.Ok, Score = float.NaN };
        ScoreResult other = one with
        {
            Score = BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(float.NaN) ^ 1),
        };
        Assert.True(Bits.Same(one, one));
        Assert.False(Bits.Same(one, other));
    }

    private static ScoredTransaction Transaction(
        ulong occurredAt,
        int card,
        int frauds,
        int terminal,
        TransactionLabel label,
        ulong merchant = 101,
        ulong amount = 1_000) => new()
        {
            Request = new ScoreTransaction { Card = 5, Merchant = merchant, Amount = amount, OccurredAt = occurredAt },
            Label = label,
            Answer = new ScoreResult
            {
                Code = FraudStatus.Ok,
                Decision = Decision.Approve,
                Reason = DecisionReason.Model,
                PolicyVersion = 1,
                ShadowRules = TorturePolicy.ShadowsOf(card, frauds, terminal),
            },
            LabelAnswer = new FraudResult { Code = label == TransactionLabel.None ? 0 : FraudStatus.Ok },
        };
}
