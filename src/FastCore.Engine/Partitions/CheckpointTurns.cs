using FastCore.Engine.Ports;
using FastCore.Engine.Time;

namespace FastCore.Engine.Partitions;

/// <summary>
/// When a partition writes a checkpoint: after so many journal bytes, or when it is asked to; and who waits for it.
/// Partition thread only.
/// </summary>
internal sealed class CheckpointTurns(
    Checkpointer checkpointer, PartitionContext context, PartitionKnobs knobs, PartitionCounters counters, IClock clock)
{
    // How many times as much journal a large state may wait for.
    private const int StretchMax = 4;

    private long _journalBytesAtLast;
    private PartitionControl? _waiter;

    /// <inheritdoc cref="Checkpointer.IsRunning"/>
    public bool IsRunning => checkpointer.IsRunning;

    /// <inheritdoc cref="Checkpointer.HasWork"/>
    public bool HasWork => checkpointer.HasWork;

    /// <inheritdoc cref="Checkpointer.LastFailure"/>
    public string? LastFailure => checkpointer.LastFailure;

    /// <summary>Begins one; none is running.</summary>
    /// <param name="waiter">Who is told how it ended, or null.</param>
    public void Begin(PartitionControl? waiter)
    {
        (long clockNs, long processorNs) = (clock.MonotonicNs, ThreadTime.ProcessorNs);
        _waiter = waiter;
        _journalBytesAtLast = counters.JournalBytes;
        IJournal journal = context.Storage.Journal;
        checkpointer.Begin(journal.TailSequence, context.Time.Last, journal.ChainHash);
        NoteStall(clockNs, processorNs);
    }

    /// <summary>Begins one that is due, or writes a slice of the one that is running.</summary>
    /// <returns>How much was done; 0 = nothing.</returns>
    public int Run()
    {
        if (!checkpointer.IsRunning)
        {
            long journalBytes = knobs.CheckpointJournalBytes;
            if (journalBytes <= 0 || counters.JournalBytes - _journalBytesAtLast < DueBytes(journalBytes))
            {
                return 0;
            }

            Begin(waiter: null);
            return 1;
        }

        (long clockNs, long processorNs) = (clock.MonotonicNs, ThreadTime.ProcessorNs);
        bool? ended = checkpointer.Step(out int work);
        NoteStall(clockNs, processorNs);
        switch (ended)
        {
            case true:
                counters.Checkpoints++;
                _waiter?.Complete(0);
                _waiter = null;
                return 1;
            case false:
                counters.CheckpointFailures++;
                FailWaiter(checkpointer.LastFailure ?? "The checkpoint failed.");
                return 1;
            default:
                return work;
        }
    }

    // A state that is larger than the journal between two checkpoints would be written more often than it changes.
    private long DueBytes(long journalBytes) =>
        Math.Clamp(checkpointer.LastBytes, journalBytes, StretchMax * journalBytes);

    /// <summary>Tells who waits that there will be no checkpoint.</summary>
    public void FailWaiter(string why)
    {
        _waiter?.Fail(why);
        _waiter = null;
    }

    // Two maxima: the clock has in it who else took the core, the processor's time what the work itself cost.
    private void NoteStall(long clockNs, long processorNs)
    {
        counters.CheckpointProcessorMaxNs =
            Math.Max(counters.CheckpointProcessorMaxNs, ThreadTime.ProcessorNs - processorNs);
        counters.CheckpointStallMaxNs = Math.Max(counters.CheckpointStallMaxNs, clock.MonotonicNs - clockNs);
    }
}
