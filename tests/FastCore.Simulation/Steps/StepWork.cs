using FastCore.Engine.Ports;

namespace FastCore.Simulation.Steps;

/// <summary>One piece of work that a <see cref="NodeStepper"/> steps.</summary>
internal sealed class StepWork(NodeStepper stepper, int number, string name, Func<int> step) : IBackgroundWork
{
    private const long Never = long.MaxValue;
    private const long NsPerMs = 1_000_000;

    private long _notBeforeNs;
    private bool _isRunning;
    private bool _wasWoken;
    private bool _hasEnded;

    public int Number => number;

    public string Name => name;

    /// <summary>
    /// When it wants its next step; <see cref="long.MaxValue"/> while it sleeps or stands on the stack.
    /// </summary>
    public long DueNs { get; private set; } = stepper.Clock.MonotonicNs;

    /// <summary>Shortest time from one step to the next, nanoseconds: what a step costs.</summary>
    public long PauseNs { get; set; }

    /// <summary>Longest time from being woken to the step, nanoseconds; drawn each time.</summary>
    public long LatencyNsMax { get; set; }

    public void Wake()
    {
        if (_isRunning)
        {
            _wasWoken = true;
        }
        else if (!_hasEnded)
        {
            DueNs = Math.Min(DueNs, Math.Max(_notBeforeNs, stepper.WokenAt(LatencyNsMax)));
        }
    }

    public void Step()
    {
        _isRunning = true;
        _wasWoken = false;
        DueNs = Never;
        int waitMs;
        try
        {
            waitMs = step();
        }
        finally
        {
            _isRunning = false;
        }

        if (waitMs == IBackgroundWork.Ended)
        {
            End();
        }
        else if (!_hasEnded)
        {
            long now = stepper.Clock.MonotonicNs;
            _notBeforeNs = now + PauseNs;
            DueNs = waitMs < 0 ? Never : Math.Max(_notBeforeNs, now + (waitMs * NsPerMs));
            if (_wasWoken)
            {
                Wake();
            }
        }
    }

    public void Dispose()
    {
        while (!_hasEnded)
        {
            int waitMs = step();
            if (waitMs != 0)
            {
                End();
            }
        }
    }

    /// <summary>Is never stepped again.</summary>
    public void End()
    {
        if (!_hasEnded)
        {
            _hasEnded = true;
            DueNs = Never;
            stepper.Remove(this);
        }
    }
}
