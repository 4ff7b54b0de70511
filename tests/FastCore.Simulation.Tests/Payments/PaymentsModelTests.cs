using FastCore.Protocol.Payments;
using Xunit;

namespace FastCore.Simulation.Tests.Payments;

/// <summary>
/// Random requests and connectors' answers against the naive model: every reply, every call, statements, lookups and
/// totals, across crashes.
/// </summary>
public sealed class PaymentsModelTests
{
    private const int ElementsPerRun = 12_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void P1_P9_P16_P19_every_reply_and_every_call_is_the_model_s(int seed) =>
        Agree((ulong)seed, new PaymentsSettings());

    [Theory]
    [InlineData(101)]
    [InlineData(102)]
    [InlineData(103)]
    public void So_they_are_when_tables_are_full(int seed) => Agree((ulong)seed, PaymentsSettings.Small());

    // What never happens in a run was not compared: so the runs together must answer every code but those of screening,
    // which these nodes do not do, and take every step.
    [Fact]
    public void P2_the_runs_answer_every_code_and_go_through_every_change_of_state()
    {
        using PaymentsRun roomy = new(201, new PaymentsSettings());
        using PaymentsRun small = new(202, PaymentsSettings.Small());
        Assert.Null(roomy.Go(4 * ElementsPerRun));
        Assert.Null(small.Go(ElementsPerRun));
        PaymentStatus[] ofScreening = [PaymentStatus.UnderReview, PaymentStatus.ScoredWithDifferentContent];
        Assert.Equal(
            [], Enum.GetValues<PaymentStatus>().Except(ofScreening).Except(roomy.Codes).Except(small.Codes));
        Assert.Equal([], roomy.Transitions.Unseen);
    }

    private static void Agree(ulong seed, PaymentsSettings settings)
    {
        using PaymentsRun run = new(seed, settings);
        string? difference = run.Go(ElementsPerRun);
        Assert.True(difference is null, $"Seed {seed}, element {run.Elements}: {difference}");
    }
}
