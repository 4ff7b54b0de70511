using FastCore.Protocol;
using FastCore.Simulation.Checks;

namespace FastCore.Simulation.Runs;

/// <summary>What clients and checks of a run share: the order of everything seen, and counts.</summary>
internal sealed class SimulatedWorld(IReadOnlyList<PartitionCheck> checks)
{
    private ulong _calls;
    private long _ticks;

    /// <summary>The checks, by partition.</summary>
    public IReadOnlyList<PartitionCheck> Checks => checks;

    /// <summary>Calls that the node took in.</summary>
    public long Admitted { get; private set; }

    /// <summary>Calls that were refused before they reached a partition.</summary>
    public long RefusedAtOnce { get; private set; }

    /// <summary>Writes answered Ok: none of them may ever be lost.</summary>
    public long Acknowledged { get; private set; }

    /// <summary>Calls answered.</summary>
    public long Answers { get; private set; }

    /// <summary>Elements of the calls that were answered Ok.</summary>
    public long Elements { get; private set; }

    /// <summary>Calls answered with anything else.</summary>
    public long RefusedLater { get; private set; }

    public ulong NextCall() => ++_calls;

    public void Admit() => Admitted++;

    /// <summary>The next moment in the order of what clients saw.</summary>
    public long Tick() => ++_ticks;

    public void Refused(FrameStatus status)
    {
        RefusedAtOnce++;
        if (status is not (FrameStatus.Overloaded or FrameStatus.TooManyInFlight or FrameStatus.ShuttingDown
            or FrameStatus.InvalidBodySize or FrameStatus.InvalidKey or FrameStatus.ReservedNotZero))
        {
            throw new SimulationException($"A request was refused with {status}.");
        }
    }

    public void Answered(Call call)
    {
        Answers++;
        Acknowledged += call.IsWrite && call.Status == FrameStatus.Ok ? 1 : 0;
        Elements += call.Status == FrameStatus.Ok ? call.Elements : 0;
        RefusedLater += call.Status == FrameStatus.Ok ? 0 : 1;
    }
}
