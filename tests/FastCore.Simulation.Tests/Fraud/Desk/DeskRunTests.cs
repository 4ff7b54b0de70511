using FastCore.Protocol.Fraud;
using FastCore.Simulation.Fraud.Desk;
using FastCore.Simulation.Runs;

using Xunit;
using Xunit.Abstractions;

namespace FastCore.Simulation.Tests.Fraud.Desk;

/// <summary>The desk of a node against the naive twin; and ways of answering wrongly that it must notice.</summary>
public sealed class DeskRunTests(ITestOutputHelper output)
{
    private const int Actions = 400;
    private const ulong Seeds = 30;

    public static TheoryData<string> Names => [.. DeskControls.All.Keys];

    [Fact]
    public void Every_answer_is_that_of_the_twin_over_crashes_and_the_runs_come_by_all_that_it_knows()
    {
        HashSet<FraudStatus> codes = [];
        int lives = 0;
        int unanswered = 0;
        int policies = 0;
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            DeskRun run = Of(seed);
            codes.UnionWith(run.Codes);
            lives += run.Lives;
            unanswered += run.Unanswered;
            policies += run.Policies;
        }

        output.WriteLine($"{lives} lives, {unanswered} without an answer, {policies} policies");
        output.WriteLine(string.Join(' ', codes));
        Assert.Empty(new HashSet<FraudStatus>
        {
            FraudStatus.Ok, FraudStatus.UploadOutOfRange, FraudStatus.UploadHasGap, FraudStatus.UploadDiffers,
            FraudStatus.PolicyNotFound, FraudStatus.PolicyRefused, FraudStatus.PolicyVersionNotNewer,
            FraudStatus.NotUnderReview, FraudStatus.ResolvedWithDifferentVerdict, FraudStatus.TransactionNotFound,
            FraudStatus.NoModelDecided,
        }.Except(codes));
        Assert.True(lives > (int)Seeds * 5);
        Assert.NotEqual(0, unanswered);
        Assert.True(policies > (int)Seeds * 5);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_control_is_caught_and_its_seeds_pass_without_it(string name)
    {
        for (ulong seed = 1; seed <= Seeds; seed++)
        {
            try
            {
                _ = DeskRun.Of(seed, Actions, DeskControls.All[name]);
            }
            catch (SimulationException noticed)
            {
                output.WriteLine($"seed {seed}: {noticed.Message}");
                _ = Of(seed);
                return;
            }
        }

        Assert.Fail($"'{name}' was not noticed within {Seeds} seeds.");
    }

    [Fact]
    public void The_same_seed_is_the_same_run()
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            Assert.Equal(Of(seed).Trace, Of(seed).Trace);
        }
    }

    private static DeskRun Of(ulong seed)
    {
        try
        {
            return DeskRun.Of(seed, Actions);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"seed {seed}: {failure.Message}", failure);
        }
    }
}
