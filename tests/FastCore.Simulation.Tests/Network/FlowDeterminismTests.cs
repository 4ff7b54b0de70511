using FastCore.Node.Flows;
using FastCore.Protocol.Payments;
using Xunit;

namespace FastCore.Simulation.Tests.Network;

public sealed class FlowDeterminismTests
{
    private const int Steps = 4_000;

    [Theory]
    [InlineData(FullQueue.Wait)]
    [InlineData(FullQueue.Reject)]
    [InlineData(FullQueue.DropOldest)]
    public void The_same_seed_brings_the_same_answers_in_the_same_order_on_one_thread(FullQueue whenFull)
    {
        FlowRun first = Run(7, whenFull);
        FlowRun second = Run(7, whenFull);
        FlowRun other = Run(8, whenFull);
        Assert.Equal(0, first.Strays + second.Strays + other.Strays);
        Assert.Equal(first.Accepted, second.Accepted);
        Assert.Equal(first.Submitted, second.Submitted);
        Assert.NotEqual(first.Submitted, other.Submitted);

        // The run is worth comparing: every outcome came up, and answers came more than once.
        Assert.Superset(
            new HashSet<ConnectorOutcome>(Enum.GetValues<ConnectorOutcome>().Except([ConnectorOutcome.None])),
            first.Submitted.Select(answer => answer.Outcome).ToHashSet());
        Assert.Contains(
            first.Submitted.GroupBy(answer => answer.Call),
            answers => answers.Select(answer => answer.Outcome).Distinct().Count() > 2);
    }

    [Fact]
    public void Every_call_that_the_flow_took_is_answered_before_it_stopped()
    {
        for (ulong seed = 1; seed <= 5; seed++)
        {
            FlowRun run = Run(seed, FullQueue.Wait);
            HashSet<ulong> answered = [.. run.Submitted.Select(answer => answer.Call)];
            int missing = run.Accepted.Count(call => !answered.Contains(call.Call));
            Assert.True(missing <= run.AnswersRefused, $"Seed {seed}: {missing} of {run.Accepted.Count} were lost.");
        }
    }

    private static FlowRun Run(ulong seed, FullQueue whenFull) => OneThread.Run(() =>
    {
        using FlowRun run = new(seed, whenFull);
        run.Run(Steps);
        return run;
    });
}
