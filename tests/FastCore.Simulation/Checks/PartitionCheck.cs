using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Simulation.Domains;
using FastCore.Simulation.Runs;

namespace FastCore.Simulation.Checks;

/// <summary>
/// Follows the journal of one partition entry by entry, feeds the models with it, and compares what they answer with
/// every answer that a client got. What it checks: an acknowledged write is in the journal, once, in the order of real
/// time and, as far as its way keeps it, of its client; every answer is the one that the journal's order gives, to the
/// byte; a read shows a state between its submission and its answer; what leaves for connectors is what the models say.
/// </summary>
/// <param name="number">The partition.</param>
/// <param name="time">The time of its models.</param>
/// <param name="models">Its models.</param>
/// <param name="keepsOrder">Whether writes arrive in the order in which their clients make them.</param>
internal sealed class PartitionCheck(int number, ModelTime time, IReadOnlyList<IModel> models, bool keepsOrder)
    : IDisposable
{
    private readonly IWriteCheck _writes = keepsOrder ? new OrderedWrites(number) : new UnorderedWrites(number);
    private readonly IStepModel? _steps = models.OfType<IStepModel>().FirstOrDefault();
    private readonly List<CallPart> _stepped = [];
    private readonly List<CallPart> _reads = [];

    /// <summary>Reads the journal, ahead of what is checked.</summary>
    public JournalFollower Journal { get; } = new(number);

    /// <summary>The models of the partition.</summary>
    public IReadOnlyList<IModel> Models => models;

    /// <summary>Sequence of the last entry that was checked.</summary>
    public ulong Sequence { get; private set; }

    /// <summary>Commands checked.</summary>
    public long Commands { get; private set; }

    /// <summary>Reads checked.</summary>
    public long Reads { get; private set; }

    /// <summary>What leaves the partition, held against the models.</summary>
    public EffectCheck Effects { get; } = new(number, models.OfType<IEffectModel>().FirstOrDefault());

    /// <summary>A part was handed over, to the partition or to what brings it there.</summary>
    public void Submitted(CallPart part)
    {
        if (_steps is not null && _steps.TakesSteps(part.Call.Request.Operation))
        {
            _stepped.Add(part);
        }
        else if (part.Call.IsWrite)
        {
            _writes.Submitted(part);
        }
        else
        {
            _reads.Add(part);
        }
    }

    /// <summary>Goes on as far as the journal was read and no open read needs an earlier state.</summary>
    public void Follow()
    {
        ForgetOpenReads(read => read.Call.IsOver);
        ulong until = Journal.Sequence;
        foreach (CallPart read in _reads)
        {
            until = read.Call.IsAnswered ? until : Math.Min(until, read.CommittedBefore);
        }

        FollowUntil(until);
        _writes.CompareAnswered(Sequence);
        CompareStepped();
        Effects.Compare();
    }

    /// <summary>
    /// Goes on to the end of the journal of a node that was opened again. What its last life acknowledged must be
    /// there.
    /// </summary>
    public void FollowAfterEnd()
    {
        ForgetOpenReads(_ => true);
        FollowUntil(Journal.Sequence);
        _writes.EndLife(Sequence);
        CompareStepped();
        _stepped.Clear();
        if (_reads.Count != 0)
        {
            throw new AcknowledgedLossException(
                number, $"{_reads[0]} was answered with a state that is gone.");
        }

        if (models.Select(model => model.CheckInvariants()).FirstOrDefault(broken => broken is not null) is { } wrong)
        {
            throw Wrong(wrong);
        }

        Effects.EndLife();
    }

    /// <inheritdoc/>
    public void Dispose() => Journal.Dispose();

    // What has no answer, and will have none, shows no state.
    private void ForgetOpenReads(Predicate<CallPart> isOver) =>
        _reads.RemoveAll(read => read.Call.IsRefused || (!read.Call.IsAnswered && isOver(read)));

    private void FollowUntil(ulong until)
    {
        TryReads();
        while (Journal.Entries.TryPeek(out JournalEntry? entry) && entry.Sequence <= until)
        {
            Enter(Journal.Entries.Dequeue());
            Sequence = entry.Sequence;
            TryReads();
        }
    }

    private void Enter(JournalEntry entry)
    {
        time.BeginEntry(entry.TimestampNs);
        foreach (IModel model in models)
        {
            model.BeginEntry(entry.TimestampNs);
        }

        ReadOnlySpan<byte> commands = entry.Commands;
        for (int offset = 0; offset < commands.Length;)
        {
            CommandHeader header = PartitionRecovery.CommandAt(
                commands, offset, out ReadOnlySpan<byte> body, out offset);
            Operation operation = (Operation)header.Operation;
            time.Principal = header.Principal;
            byte[] expected = ModelOf(operation).Execute(operation, header.Key, body);
            Commands++;
            if (header.Principal != 0 && _steps?.IsStep(operation) != true)
            {
                _writes.Executed(in header, body, entry.Sequence, expected);
            }
        }
    }

    private void CompareStepped()
    {
        _stepped.RemoveAll(part => part.Call.IsOver && (!part.Call.IsAnswered || part.IsRefused));
        foreach (CallPart part in _stepped)
        {
            if (part.Call.IsAnswered && part.CommittedAfter <= Sequence
                && _steps!.Compare(part.Call.Request.Operation, part.Body, part.Reply) is { } wrong)
            {
                throw Wrong($"{part}: {wrong}");
            }
        }

        _stepped.RemoveAll(part => part.Call.IsAnswered && part.CommittedAfter <= Sequence);
    }

    private void TryReads()
    {
        for (int i = _reads.Count - 1; i >= 0; i--)
        {
            CallPart read = _reads[i];
            if (read.Call.IsRefused)
            {
                _reads.RemoveAt(i);
            }
            else if (read.Call.IsAnswered && read.CommittedBefore <= Sequence)
            {
                byte[] expected = ModelOf(read.Call.Request.Operation).Read(read.Call.Request.Operation, read.Body);
                if (read.Reply.AsSpan().SequenceEqual(expected))
                {
                    _reads.RemoveAt(i);
                    Reads++;
                }
                else if (read.CommittedAfter <= Sequence)
                {
                    throw Wrong(
                        $"{Difference.Of(read, read.Reply!, expected)}; it can show what is between sequence "
                        + $"{read.CommittedBefore} and here");
                }
            }
        }
    }

    private IModel ModelOf(Operation operation) =>
        models.FirstOrDefault(model => model.Knows(operation)) ?? throw Wrong($"no model knows {operation}");

    private SimulationException Wrong(string what) => new($"Partition {number}, after sequence {Sequence}: {what}.");
}
