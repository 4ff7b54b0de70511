using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Simulation.Controls;
using FastCore.Simulation.Domains;
using FastCore.Simulation.Fraud;
using FastCore.Simulation.Runs;
using FastCore.Testing;

using Xunit;
using Xunit.Abstractions;

namespace FastCore.Simulation.Tests.Fraud;

/// <summary>Nodes that score, against the naive twin; and ways of scoring wrongly that it must notice.</summary>
public sealed class FraudSimulationTests(ITestOutputHelper output)
{
    private const ulong SeedsMax = 10;

    private static readonly SimulationOptions Options = new()
    {
        CommandsPerRun = 1_500,
        Workloads = [SimulatedDomains.All["fraud"]],
    };

    private static readonly Dictionary<string, Func<SeededRandom, Control>> Controls = new()
    {
        ["decide the elements of a request backwards"] = _ => new ReversedScores(Operation.ScoreTransactions),
        ["count the cards of a request backwards"] = _ => new ReversedScores(Operation.ObserveCards),
        ["take a label for known a second early"] = _ => new EarlyLabels(),
        ["forget an id"] = random => new ForgottenIds(random),
        ["answer a retry differently"] = _ => new ChangedRetry(),
    };

    public static TheoryData<string> Names => [.. Controls.Keys];

    [Fact]
    public void Every_answer_is_that_of_the_twin_and_the_runs_come_by_all_that_it_knows()
    {
        List<FraudModel> models = [];
        SimulationOptions options = Options with
        {
            NewModels = time =>
            {
                IReadOnlyList<IModel> made = SimulatedDomains.NewModels(time);
                models.Add(made.OfType<FraudModel>().Single());
                return made;
            },
        };
        for (ulong seed = 1; seed <= 2 * SeedsMax; seed++)
        {
            Assert.Null(Simulator.Run(seed, options).FailureDetails);
        }

        HashSet<FraudStatus> codes = [.. models.SelectMany(model => model.Seen.Codes)];
        output.WriteLine(string.Join(' ', codes));
        HashSet<FraudStatus> never =
        [
            // No room was missing, no payments were screened, and the gate refuses such merchants as a whole.
            FraudStatus.LabelsFull, FraudStatus.ListsFull, FraudStatus.NotConfigured, FraudStatus.PaymentNoLongerHeld,
            FraudStatus.PaymentUnderWay, FraudStatus.MerchantOutOfRange,

            // The node answers with them by itself, beside its partitions: see DeskRunTests.
            FraudStatus.PolicyNotFound, FraudStatus.PolicyRefused, FraudStatus.PolicyDamaged,
            FraudStatus.PolicyFilesOutOfRange, FraudStatus.UploadOutOfRange, FraudStatus.UploadHasGap,
            FraudStatus.UploadDiffers, FraudStatus.UploadsFull, FraudStatus.NoModelDecided,
            FraudStatus.ModelWithoutReasons, FraudStatus.PolicyForgotten, FraudStatus.MarginDiffers,
        ];
        Assert.Empty(Enum.GetValues<FraudStatus>().Except(codes).Except(never));
        HashSet<(string Rule, bool IsTrue)> shadows = [.. models.SelectMany(model => model.Seen.Shadows)];
        for (int number = 1; number <= 18; number++)
        {
            // The last one asks whether there is no score, and there never is.
            Assert.Contains(($"s{number:D2}", true), shadows);
            Assert.Equal(number != 18, shadows.Contains(($"s{number:D2}", false)));
        }

        (ulong, Decision, DecisionReason)[] outcomes =
        [
            (0, Decision.Approve, DecisionReason.None), (1, Decision.Approve, DecisionReason.List),
            (1, Decision.Approve, DecisionReason.Rule), (1, Decision.Review, DecisionReason.Rule),
            (1, Decision.Decline, DecisionReason.Rule), (1, Decision.Decline, DecisionReason.List),
            (2, Decision.Review, DecisionReason.Rule), (2, Decision.Decline, DecisionReason.List),
            (3, Decision.Decline, DecisionReason.Rule), (4, Decision.Approve, DecisionReason.List),
        ];
        Assert.Empty(outcomes.Except(models.SelectMany(model => model.Seen.Outcomes)));
        Assert.Contains(models, model => model.Seen.Flags.HasFlag(DecisionFlags.ReviewsFull));
        output.WriteLine(
            $"{models.Sum(model => model.Seen.OneSteps)} in one step, "
            + $"{models.Sum(model => model.Seen.OneStepsAfterCount)} of them counted before, "
            + $"{models.Sum(model => model.Seen.CountedByDecision)} asked to be counted afterwards");
        Assert.Contains(models, model => model.Seen.OneSteps > 0);
        Assert.Contains(models, model => model.Seen.OneStepsAfterCount > 0);
        Assert.Contains(models, model => model.Seen.CountedByDecision > 0);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_control_is_caught_and_its_seeds_pass_without_it(string name)
    {
        SimulationOptions sound = Options with { DamageOneIn = 0 };
        for (ulong seed = 1; seed <= SeedsMax; seed++)
        {
            SimulationReport report = Simulator.Run(seed, sound with { Control = Controls[name] });
            if (report.Failure is not null)
            {
                output.WriteLine($"seed {seed}: {report.Failure}");
                Assert.Null(Simulator.Run(seed, sound).FailureDetails);
                return;
            }
        }

        Assert.Fail($"'{name}' was not noticed within {SeedsMax} seeds.");
    }
}
