using System.Runtime.InteropServices;
using FastCore.Fuzz.Litmus;
using Xunit.Abstractions;

namespace FastCore.Fuzz.Tests;

/// <summary>
/// On real threads. A twin whose bug the processor hides makes a test inconclusive, which its output says; that is no
/// failure, and no proof either.
/// </summary>
public sealed class LitmusTests(ITestOutputHelper output)
{
    private const long Rounds = 40_000;
    private const long HiddenTwinMs = 500;
    private const long VisibleTwinMs = 60_000;

    public static TheoryData<string> Names => [.. All().Select(test => test.GetType().Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void TheRealThing_NeverShowsWhatItsTwinDoes(string name)
    {
        LitmusTest test = All().Single(candidate => candidate.GetType().Name == name);
        bool visible = test.ShowsOnX64 && Environment.ProcessorCount > 1;
        LitmusResult result = test.Run(Rounds, visible ? VisibleTwinMs : HiddenTwinMs);

        output.WriteLine(
            $"{test.Summary}: {result.Outcome} on {RuntimeInformation.ProcessArchitecture}, "
            + $"{result.Rounds} rounds, {result.TwinRounds} of the twin");
        Assert.NotEqual(LitmusOutcome.Failed, result.Outcome);
        if (visible)
        {
            Assert.Equal(LitmusOutcome.Passed, result.Outcome);
        }
    }

    [Fact]
    public void ATestThatSeesNothing_IsInconclusive() =>
        Assert.Equal(LitmusOutcome.Inconclusive, new Blind(0).Run(1, 1).Outcome);

    [Fact]
    public void ARealThingThatFails_Fails() => Assert.Equal(LitmusOutcome.Failed, new Blind(1).Run(1, 1).Outcome);

    private static LitmusTest[] All() => [new FlagLitmus(), new RingLitmus(), new PortLitmus(), new CommitLitmus()];

    private sealed class Blind(int forbidden) : LitmusTest
    {
        public override string Summary => "nothing";

        public override bool ShowsOnX64 => false;

        protected override long Forbidden(bool twin, int rounds) => forbidden;
    }
}
