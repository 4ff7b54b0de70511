using FastCore.Engine.Ports;
using FastCore.Simulation.Steps;
using FastCore.Testing;
using Xunit;

namespace FastCore.Simulation.Tests.Steps;

public sealed class NodeStepperTests
{
    private readonly NodeStepper _stepper = new(new SimulatedClock(), new SeededRandom(1));

    [Fact]
    public void Waiting_for_work_that_nobody_will_do_is_a_deadlock()
    {
        using IBackgroundWork work = _stepper.Start("sleeper", () => Timeout.Infinite);
        SpinWait spin = default;
        _stepper.Wait(ref spin);
        Assert.Throws<DeadlockException>(() => _stepper.Wait(ref spin));
        work.Wake();
        _stepper.Wait(ref spin);
    }

    [Fact]
    public void Time_passes_up_to_what_is_due_and_no_further()
    {
        List<long> at = [];
        long start = _stepper.NowMs;
        using IBackgroundWork work = _stepper.Start("ticker", () =>
        {
            at.Add(_stepper.NowMs - start);
            return 7;
        });
        _stepper.RunUntil(_stepper.Clock.MonotonicNs + 20_000_000);
        Assert.Equal([0, 7, 14], at);
        Assert.Equal(20, _stepper.NowMs - start);
    }

    [Fact]
    public void Work_woken_during_its_own_step_is_stepped_again()
    {
        int steps = 0;
        IBackgroundWork? work = null;
        work = _stepper.Start("self", () =>
        {
            if (++steps < 3)
            {
                work!.Wake();
            }

            return Timeout.Infinite;
        });
        _stepper.RunUntil(_stepper.Clock.MonotonicNs + 1);
        Assert.Equal(3, steps);
    }

    [Fact]
    public void The_end_of_work_is_one_more_step_and_then_none()
    {
        int steps = 0;
        int left = 3;
        IBackgroundWork work = _stepper.Start("ending", () =>
        {
            steps++;
            return left-- > 0 ? 0 : Timeout.Infinite;
        });
        work.Dispose();
        work.Wake();
        Assert.False(_stepper.RunReady());
        Assert.Equal(4, steps);
    }
}
