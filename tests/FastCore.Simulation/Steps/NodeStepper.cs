using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Node;
using FastCore.Testing;

namespace FastCore.Simulation.Steps;

/// <summary>
/// Runs everything a node does on the thread of the caller: at each step it draws which of the pieces of work that are
/// ready goes on. Time passes when nothing is ready, or when the caller lets it.
/// </summary>
public sealed class NodeStepper(SimulatedClock clock, SeededRandom random) : INodeSteps
{
    private readonly List<StepWork> _works = [];
    private int _started;

    /// <summary>The time of the node.</summary>
    public SimulatedClock Clock => clock;

    /// <inheritdoc/>
    public long NowMs => clock.MonotonicNs / 1_000_000;

    /// <summary>Time from one duty cycle of a partition to the next, nanoseconds: its speed.</summary>
    public long DutyCycleNs { get; init; }

    /// <summary>
    /// How long after it was woken storage's work that starts from now on goes on at the latest, nanoseconds.
    /// </summary>
    public long LatencyNsMax { get; set; }

    /// <summary>What a step costs at most, nanoseconds; drawn for each.</summary>
    public int StepNsMax { get; init; }

    /// <summary>Steps done.</summary>
    public long Steps { get; private set; }

    /// <summary>Hash over every choice so far: equal for equal runs.</summary>
    public ulong Trace { get; private set; }

    /// <inheritdoc/>
    public IBackgroundWork Start(string name, Func<int> step)
    {
        StepWork work = Add(name, step);
        work.LatencyNsMax = LatencyNsMax;
        return work;
    }

    /// <inheritdoc/>
    public void Post(IThreadPoolWorkItem item) => item.Execute();

    /// <inheritdoc/>
    public void Pause(int us) => clock.Advance(us * 1_000L);

    /// <inheritdoc/>
    public void Wait(ref SpinWait spin)
    {
        if (!TryGoOn())
        {
            throw new DeadlockException(
                $"Something waits, and nothing is ready or due: {string.Join(", ", _works.Select(w => w.Name))}.");
        }
    }

    /// <summary>Does one step, or lets time pass up to the next; false when there will be none.</summary>
    public bool TryGoOn()
    {
        if (RunReady())
        {
            return true;
        }

        long due = NextDueNs;
        if (due != long.MaxValue)
        {
            clock.Advance(due - clock.MonotonicNs);
        }

        return due != long.MaxValue;
    }

    /// <summary>Does one step of a piece of work that is ready; false when none is.</summary>
    public bool RunReady()
    {
        long now = clock.MonotonicNs;
        int ready = 0;
        foreach (StepWork work in _works)
        {
            ready += work.DueNs <= now ? 1 : 0;
        }

        if (ready == 0)
        {
            return false;
        }

        int chosen = ready == 1 ? 0 : random.Below(ready);
        foreach (StepWork work in _works)
        {
            if (work.DueNs <= now && chosen-- == 0)
            {
                Steps++;
                Note((ulong)work.Number);
                work.Step();
                clock.Advance(StepNsMax == 0 ? 0 : random.Below(StepNsMax));
                break;
            }
        }

        return true;
    }

    /// <summary>When the next piece of work is due; <see cref="long.MaxValue"/> when all sleep.</summary>
    public long NextDueNs
    {
        get
        {
            long due = long.MaxValue;
            foreach (StepWork work in _works)
            {
                due = Math.Min(due, work.DueNs);
            }

            return due;
        }
    }

    /// <summary>Does all that is ready or gets due before a moment, and lets the time pass up to it.</summary>
    public void RunUntil(long monotonicNs)
    {
        while (true)
        {
            if (RunReady())
            {
                continue;
            }

            long due = NextDueNs;
            if (due >= monotonicNs)
            {
                break;
            }

            clock.Advance(due - clock.MonotonicNs);
        }

        clock.Advance(Math.Max(0, monotonicNs - clock.MonotonicNs));
    }

    /// <summary>Adds to the trace what else was drawn or seen.</summary>
    public void Note(ulong seen) =>
        Trace = ((Trace ^ seen ^ (ulong)clock.MonotonicNs) * 0x9E3779B97F4A7C15UL) ^ (Trace >> 29);

    IPartitionRunner INodeSteps.Run(Partition partition) => new SteppedPartition(this, partition);

    internal StepWork Add(string name, Func<int> step)
    {
        StepWork work = new(this, ++_started, name, step);
        _works.Add(work);
        return work;
    }

    internal void Remove(StepWork work) => _works.Remove(work);

    internal long WokenAt(long latencyNsMax) =>
        clock.MonotonicNs + (latencyNsMax == 0 ? 0 : (long)random.Below((ulong)latencyNsMax));
}
