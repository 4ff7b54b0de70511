using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

using FastCore.Engine.Ports;

namespace FastCore.Engine.Partitions;

/// <summary>Brings a partition's state back: newest checkpoint, derived state, then the journal after it.</summary>
public static class PartitionRecovery
{
    /// <summary>What a recovery did.</summary>
    /// <param name="SnapshotSequence">Sequence of the checkpoint it began from, 0 = genesis.</param>
    /// <param name="LastSequence">Sequence of the last entry replayed.</param>
    /// <param name="CommandsReplayed">Commands replayed.</param>
    public readonly record struct Outcome(ulong SnapshotSequence, ulong LastSequence, long CommandsReplayed);

    /// <summary>Recovers. The state machine must be new and empty.</summary>
    /// <param name="context">Storage and time of the partition.</param>
    /// <param name="machine">The state machine.</param>
    /// <param name="progress">Called now and then with the sequence reached; may be null.</param>
    public static Outcome Recover(PartitionContext context, IStateMachine machine, Action<ulong>? progress = null)
    {
        new Checkpointer(context.Storage, machine.Parts, int.MaxValue, new StandingClock()).Rehearse();
        ulong sequence = 0;
        using (ISnapshot? snapshot = context.Storage.TryOpenSnapshot())
        {
            if (snapshot is not null)
            {
                foreach (IStatePart part in machine.Parts)
                {
                    // A part younger than the checkpoint starts empty, as it was.
                    if (snapshot.TryOpenSection(part.Name, out uint version) is { } section)
                    {
                        part.Recover(section, version);
                    }
                }

                sequence = snapshot.Sequence;
            }
        }

        machine.RebuildDerived();
        if (sequence == 0 && context.Storage.Journal.BeginSequence > 1)
        {
            throw new CorruptStorageException(
                "checkpoint", 0, context.Storage.Journal.BeginSequence,
                "The journal begins here, but there is no whole checkpoint before it.");
        }

        long commands = 0;
        ulong snapshotSequence = sequence;
        using (IJournalReader reader = context.Storage.Journal.Read(sequence + 1))
        {
            while (reader.MoveNext())
            {
                commands += Replay(context, machine, reader);
                sequence = reader.Sequence;
                if ((sequence & 0xFF) == 0)
                {
                    progress?.Invoke(sequence);
                }
            }
        }

        context.Effects.Clear();
        machine.ResumeEffects();
        return new Outcome(snapshotSequence, sequence, commands);
    }

    /// <summary>Applies one journal entry exactly as the live partition did.</summary>
    /// <returns>Commands in the entry.</returns>
    public static int Replay(PartitionContext context, IStateMachine machine, IJournalReader entry)
    {
        int count;
        BatchRun.Begin(context, machine, entry.TimestampNs);
        try
        {
            count = Replay(machine, entry.Commands);
        }
        finally
        {
            BatchRun.End(context);
        }

        if (count != entry.CommandCount)
        {
            throw new CorruptStorageException(
                "journal", 0, entry.Sequence, $"The entry says {entry.CommandCount} commands and holds {count}.");
        }

        // Effects of the past were delivered, or are emitted again by ResumeEffects.
        context.Effects.Clear();
        return count;
    }

    private static int Replay(IStateMachine machine, ReadOnlySpan<byte> commands)
    {
        for (int offset = 0; offset < commands.Length;)
        {
            CommandHeader header = CommandAt(commands, offset, out ReadOnlySpan<byte> body, out int next);
            machine.Prefetch(in header, body);
            offset = next;
        }

        machine.CompletePrefetch();
        machine.FireTimers();
        byte[] scratch = _replayScratch ??= new byte[2 << 20];
        int count = 0;
        for (int offset = 0; offset < commands.Length; count++)
        {
            CommandHeader header = CommandAt(commands, offset, out ReadOnlySpan<byte> body, out int next);
            _ = machine.Execute(in header, body, scratch);
            offset = next;
        }

        return count;
    }

    /// <summary>Reads the command at an offset of an entry, checking its bounds.</summary>
    public static CommandHeader CommandAt(
        ReadOnlySpan<byte> commands, int offset, out ReadOnlySpan<byte> body, out int next)
    {
        CommandHeader header = MemoryMarshal.Read<CommandHeader>(commands[offset..]);
        if (header.Length < CommandHeader.Size || header.Length > (uint)(commands.Length - offset))
        {
            throw new CorruptStorageException("journal", offset, 0, "A command's length reaches beyond its entry.");
        }

        body = commands.Slice(offset + CommandHeader.Size, (int)header.Length - CommandHeader.Size);
        next = offset + (((int)header.Length + CommandHeader.Alignment - 1) & ~(CommandHeader.Alignment - 1));
        return header;
    }

    [ThreadStatic]
    private static byte[]? _replayScratch;

    // A rehearsal's slices end by bytes only.
    private sealed class StandingClock : IClock
    {
        public ulong NowNs => 0;

        public long MonotonicNs => 0;
    }
}

/// <summary>
/// The first steps of every batch and its end, live or replayed; in one place so that they cannot drift apart.
/// </summary>
internal static class BatchRun
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Begin(PartitionContext context, IStateMachine machine, ulong timestampNs)
    {
        context.Time.BeginBatch(timestampNs);
        machine.BeginBatch();
        context.Storage.Records.BeginBatch();
    }

    // Also after a failure: a thread that still held what the index took could enter nothing any more.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void End(PartitionContext context) => context.Storage.Records.EndBatch();
}
