using System.Diagnostics;
using FastCore.Simulation.Disks;
using FastCore.Simulation.Runs;
using Xunit;
using Xunit.Abstractions;

namespace FastCore.Simulation.Tests.Runs;

public sealed class SimulatorTests(ITestOutputHelper output)
{
    private const int FreshSeeds = 6;

    [Fact]
    public void A_seed_repeats_its_run_step_by_step()
    {
        SimulationOptions options = new() { CommandsPerRun = 1_000 };
        SimulationTotals totals = new();
        for (ulong seed = 1; seed <= 4; seed++)
        {
            SimulationReport first = Simulator.Run(seed, options);
            SimulationReport second = Simulator.Run(seed, options);
            Assert.Null(first.FailureDetails);
            Assert.Equal(
                (first.Trace, first.Steps, first.Commands, first.SimulatedTime),
                (second.Trace, second.Steps, second.Commands, second.SimulatedTime));
            Assert.NotEqual(first.Trace, Simulator.Run(seed + 100, options).Trace);
            totals.Add(first);
        }

        // Of every kind there was something to repeat.
        Assert.InRange(totals.NetworkRuns, 1, totals.Runs - 1);
        Assert.True(totals.ConnectionsCut > 0 && totals.Unknown > 0 && totals.ConnectorCalls > 0);
    }

    [Fact]
    public void Clients_over_a_network_and_banks_that_err_are_compared_across_crashes()
    {
        SimulationOptions options = new() { CommandsPerRun = 1_500, DamageOneIn = 0 };
        SimulationTotals overNetwork = new();
        for (ulong seed = 1; overNetwork.NetworkRuns < 3 || overNetwork.Charges == 0; seed++)
        {
            Assert.True(seed < 40, "The seeds draw no network, or no honest banks.");
            SimulationReport report = Simulator.Run(seed, options);
            Assert.True(report.Failure is null, $"Seed {seed}: {report.FailureDetails}");
            if (report.Connections > 0)
            {
                overNetwork.Add(report);
            }
        }

        Assert.True(overNetwork.Acknowledged > 1_000 && overNetwork.Reads > 300);
        Assert.True(overNetwork.Lives > 10 && overNetwork.ConnectionsCut > 10 && overNetwork.Unknown > 10);
        Assert.True(overNetwork.ConnectorCalls > 100);
    }

    [Fact]
    public void Damage_is_found_with_its_place_or_changes_nothing()
    {
        SimulationOptions options = new() { CommandsPerRun = 600, DamageOneIn = 1 };
        SimulationTotals totals = new();
        bool isEnough = false;
        for (ulong seed = 1; !isEnough; seed++)
        {
            Assert.True(seed < 80, $"Of {totals.Runs} runs {totals.DamagedRuns} were damaged: too few of each kind.");
            SimulationReport report = Simulator.Run(seed, options);
            totals.Add(report);
            Assert.True(report.Failure is null, $"Seed {seed}: {report.FailureDetails}");
            Assert.True(report.DidDamage || report.Detections == 0, $"Seed {seed}: {report.FirstDetection}");
            Assert.Equal(report.Detections > 0, report.FirstDetection is not null);
            Assert.True(report.Detections > 0 || !report.DidRefuse, $"Seed {seed}: it ended and nobody knows why.");
            isEnough = DiskFaults.Damages.All(kind => totals.FaultsOf(kind) > 0)
                && totals.Detections >= 5 && totals.DamageSurvived > 0;
        }
    }

    [Fact]
    public void Fresh_seeds_find_nothing()
    {
        ulong first = (ulong)Stopwatch.GetTimestamp();
        output.WriteLine($"seeds from {first}");
        SimulationTotals totals = new();
        for (ulong i = 0; i < FreshSeeds; i++)
        {
            SimulationReport report = Simulator.Run(first + i, new SimulationOptions());
            totals.Add(report);
            Assert.True(
                report.Failure is null, $"fastcore simulate --seed {report.Seed}: {report.FailureDetails}");
        }

        // A simulator in which nothing happens finds nothing either.
        Assert.True(totals.Commands > FreshSeeds * 100, $"{totals.Commands} commands");
        Assert.True(totals.Reads > FreshSeeds * 50, $"{totals.Reads} reads");
        Assert.True(totals.ConnectorCalls > FreshSeeds, $"{totals.ConnectorCalls} calls to connectors");
        Assert.True(totals.Checkpoints > 0 && totals.Hashes > 0);
        Assert.True(totals.FaultsOf(DiskFault.PowerCut) + totals.FaultsOf(DiskFault.Kill) > 0);
        Assert.True(totals.Lives > FreshSeeds, $"{totals.Lives} lives");
    }
}
