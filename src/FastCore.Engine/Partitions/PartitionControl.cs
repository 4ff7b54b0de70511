using FastCore.Engine.Ports;

namespace FastCore.Engine.Partitions;

/// <summary>Something to run on the partition thread between two batches; completes a task for whoever asked.</summary>
public sealed class PartitionControl
{
    private readonly Func<Partition, PartitionContext, IStateMachine, ulong>? _run;
    private readonly TaskCompletionSource<ulong> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PartitionControl(Func<Partition, PartitionContext, IStateMachine, ulong>? run) => _run = run;

    /// <summary>The result.</summary>
    public Task<ulong> Done => _done.Task;

    /// <summary>Stands where a control would: the partition ended, none will run any more.</summary>
    internal static PartitionControl Ended { get; } = new(null);

    internal bool IsCheckpoint => _run is null;

    /// <summary>Asks for a checkpoint; done when it is published.</summary>
    public static PartitionControl Checkpoint() => new(null);

    /// <summary>Asks for the state hash.</summary>
    public static PartitionControl StateHash() => new(static (_, _, machine) => ComputeStateHash(machine.Parts));

    /// <summary>Asks for the check of the invariants; fails the task with what is broken.</summary>
    public static PartitionControl CheckInvariants() => new(static (_, _, machine) =>
        machine.CheckInvariants() is { } broken ? throw new InvariantException(broken) : 0UL);

    /// <summary>Runs something of the caller's.</summary>
    public static PartitionControl Of(Func<Partition, PartitionContext, IStateMachine, ulong> run) => new(run);

    /// <summary>Hash over all parts as they are now.</summary>
    public static ulong ComputeStateHash(IReadOnlyList<IStatePart> parts)
    {
        StateHash hash = new();
        foreach (IStatePart part in parts)
        {
            hash.BeginSection(part.Name, part.Version);
            part.BeginCheckpoint();
            while (!part.WriteSlice(hash, 1 << 20))
            {
            }
        }

        return hash.Value;
    }

    internal void Run(Partition partition, PartitionContext context, IStateMachine machine)
    {
        try
        {
            _ = _done.TrySetResult(_run!(partition, context, machine));
        }
        catch (InvariantException broken)
        {
            _ = _done.TrySetException(broken);
        }
    }

    internal void Complete(ulong result) => _ = _done.TrySetResult(result);

    internal bool Fail(string why)
    {
        _ = _done.TrySetException(new InvalidOperationException(why));
        return true;
    }
}

/// <summary>An invariant of the state does not hold.</summary>
public sealed class InvariantException(string message) : Exception(message);
