using FastCore.Simulation.Controls;
using FastCore.Simulation.Runs;
using FastCore.Testing;
using Xunit;
using Xunit.Abstractions;

namespace FastCore.Simulation.Tests.Controls;

/// <summary>A check that cannot fail proves nothing: each way of being wrong is found, and only then.</summary>
public sealed class ControlTests(ITestOutputHelper output)
{
    private const ulong SeedsMax = 40;

    private static readonly Dictionary<string, Func<SeededRandom, Control>> Controls = new()
    {
        ["reply before commit"] = _ => new EarlyReply(),
        ["forget an id"] = random => new ForgottenIds(random),
        ["answer a retry differently"] = _ => new ChangedRetry(),
        ["lose a command"] = random => new LostCommand(random),
        ["apply half of a torn batch"] = _ => new HalfBatch(),
        ["skip the checksum of rows"] = random => new UncheckedRows(random),
        ["expire late"] = random => new LateTimers(random),
        ["lose the timers in a crash"] = _ => new LostTimers(),
        ["lose an effect after a crash"] = random => new LostEffects(random),
        ["forget calls under way in a crash"] = _ => new ForgottenCalls(),
        ["recover the older of two checkpoints"] = _ => new OlderCheckpoint(),
    };

    public static TheoryData<string> Names => [.. Controls.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_control_is_caught_and_its_seeds_pass_without_it(string name)
    {
        SimulationOptions sound = new() { CommandsPerRun = 1_500, DamageOneIn = 0 };
        SimulationOptions broken = sound with { Control = Controls[name] };
        for (ulong seed = 1; seed <= SeedsMax; seed++)
        {
            SimulationReport report = Simulator.Run(seed, broken);
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
