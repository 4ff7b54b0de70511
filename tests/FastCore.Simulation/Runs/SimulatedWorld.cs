using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Simulation.Checks;
using FastCore.Simulation.Fraud;

namespace FastCore.Simulation.Runs;

/// <summary>What clients and checks of a run share: the order of everything seen, and counts.</summary>
internal sealed class SimulatedWorld(IReadOnlyList<PartitionCheck> checks)
{
    private readonly ulong[] _committedAtEnd = new ulong[checks.Count];
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

    /// <summary>Writes whose outcome stayed unknown.</summary>
    public long Unknown { get; private set; }

    /// <summary>Calls answered.</summary>
    public long Answers { get; private set; }

    /// <summary>Elements of the calls that were answered Ok.</summary>
    public long Elements { get; private set; }

    /// <summary>Calls answered with anything else.</summary>
    public long RefusedLater { get; private set; }

    /// <summary>The node of the moment; null while there is none.</summary>
    public SimulatedNode? Node { get; private set; }

    /// <summary>
    /// Follows all journals, and then checks each: what cards counted is there before any check needs it.
    /// </summary>
    public void Follow(Func<int, IJournal> journalOf)
    {
        for (int partition = 0; partition < checks.Count; partition++)
        {
            checks[partition].Journal.Read(journalOf(partition));
        }

        foreach (PartitionCheck check in checks)
        {
            check.Follow();
        }
    }

    /// <summary>Follows the journals of a node that was opened again to their ends.</summary>
    public void FollowAfterEnd(Func<int, IJournal> journalOf)
    {
        for (int partition = 0; partition < checks.Count; partition++)
        {
            checks[partition].Journal.BeginLife(journalOf(partition));
            checks[partition].Journal.Read(journalOf(partition));
        }

        foreach (PartitionCheck check in checks)
        {
            check.FollowAfterEnd();
        }
    }

    /// <summary>A node is open.</summary>
    public void Begin(SimulatedNode node) => Node = node;

    /// <summary>The node is gone; what it had committed is remembered for answers that still come.</summary>
    public void End()
    {
        for (int i = 0; i < checks.Count && Node is not null; i++)
        {
            _committedAtEnd[i] = Node.Journal(i).CommittedSequence;
            checks[i].Journal.EndLife();
        }

        Node = null;
    }

    /// <summary>What a partition has committed, or had when its node was gone.</summary>
    public ulong CommittedOf(int partition) =>
        Node?.Journal(partition).CommittedSequence ?? _committedAtEnd[partition];

    public ulong NextCall() => ++_calls;

    public void Admit() => Admitted++;

    /// <summary>The next moment in the order of what clients saw.</summary>
    public long Tick() => ++_ticks;

    public void Refused(FrameStatus status)
    {
        RefusedAtOnce++;
        if (!IsExpected(status)
            && status is not (FrameStatus.InvalidBodySize or FrameStatus.InvalidKey or FrameStatus.ReservedNotZero))
        {
            throw new SimulationException($"A request was refused with {status}.");
        }
    }

    public void Answered(Call call)
    {
        if (call.Status is not (FrameStatus.Ok or FrameStatus.Unknown) && !IsExpected(call.Status))
        {
            throw new SimulationException($"Call {call.Number} of client {call.Client} was answered {call.Status}.");
        }

        Answers++;
        Unknown += call.IsWrite && call.Status == FrameStatus.Unknown ? 1 : 0;
        Acknowledged += call.IsWrite && call.Status == FrameStatus.Ok ? 1 : 0;
        Elements += call.Status == FrameStatus.Ok ? call.Elements : 0;
        RefusedLater += call.Status == FrameStatus.Ok ? 0 : 1;
    }

    // What says that a request was not executed, for a reason that any client may meet. Of a damaged Hello the version
    // is looked at first, and then the client says that its server speaks another one.
    private static bool IsExpected(FrameStatus status) => status is FrameStatus.Overloaded
        or FrameStatus.TooManyInFlight or FrameStatus.ShuttingDown or FrameStatus.DeadlineExceeded
        or FrameStatus.StorageFull or FrameStatus.PartitionStopped or FrameStatus.VersionUnsupported;
}
