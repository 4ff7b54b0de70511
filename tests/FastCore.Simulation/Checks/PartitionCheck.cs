using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Simulation.Domains;
using FastCore.Simulation.Runs;

namespace FastCore.Simulation.Checks;

/// <summary>
/// Follows the journal of one partition entry by entry, feeds the models with it, and compares what they answer with
/// every answer that a client got. What it checks: an acknowledged write is in the journal, once, in the order of its
/// client and of real time; every answer is the one that the journal's order gives, to the byte; a read shows a state
/// between its submission and its answer.
/// </summary>
public sealed class PartitionCheck(int number, ModelTime time, IReadOnlyList<IModel> models)
{
    private readonly Dictionary<int, Queue<CallPart>> _writes = [];
    private readonly List<CallPart> _reads = [];
    private readonly List<CallPart> _journaled = [];
    private readonly List<CallPart> _passedOver = [];
    private long _latestSubmission;

    /// <summary>Sequence of the last entry that was checked.</summary>
    public ulong Sequence { get; private set; }

    /// <summary>Commands checked.</summary>
    public long Commands { get; private set; }

    /// <summary>Reads checked.</summary>
    public long Reads { get; private set; }

    /// <summary>A part was handed to the partition.</summary>
    public void Submitted(CallPart part)
    {
        if (!part.Call.IsWrite)
        {
            _reads.Add(part);
            return;
        }

        if (!_writes.TryGetValue(part.Call.Client, out Queue<CallPart>? queue))
        {
            _writes.Add(part.Call.Client, queue = new Queue<CallPart>());
        }

        queue.Enqueue(part);
    }

    /// <summary>Follows the journal as far as no open read needs an earlier state.</summary>
    public void Follow(IJournal journal)
    {
        ulong until = journal.CommittedSequence;
        foreach (CallPart read in _reads)
        {
            until = read.Call.IsAnswered ? until : Math.Min(until, read.CommittedBefore);
        }

        FollowUntil(journal, until);
        CompareAnswered();
    }

    /// <summary>
    /// Follows the journal of a node that was opened again to its end. What its last life acknowledged must be there.
    /// </summary>
    public void FollowAfterEnd(IJournal journal)
    {
        _reads.RemoveAll(read => !read.Call.IsAnswered || read.Call.IsRefused);
        FollowUntil(journal, journal.CommittedSequence);
        foreach (CallPart part in _writes.Values.SelectMany(queue => queue))
        {
            FailIfAcknowledged(part, "it is not in the journal");
        }

        CompareAnswered();
        if (_reads.Count != 0)
        {
            throw new AcknowledgedLossException(
                $"Partition {number}: {_reads[0]} was answered with a state that is gone.");
        }

        _writes.Clear();
        _journaled.Clear();
        _passedOver.Clear();
        _latestSubmission = 0;
        if (models.Select(model => model.CheckInvariants()).FirstOrDefault(broken => broken is not null) is { } wrong)
        {
            throw Wrong(wrong);
        }
    }

    private void FollowUntil(IJournal journal, ulong until)
    {
        TryReads();
        if (until <= Sequence)
        {
            return;
        }

        using IJournalReader reader = journal.Read(Sequence + 1);
        while (Sequence < until && reader.MoveNext())
        {
            if (reader.Sequence != Sequence + 1)
            {
                throw Wrong($"the journal goes on with sequence {reader.Sequence}");
            }

            Enter(reader);
            Sequence = reader.Sequence;
            TryReads();
        }

        if (Sequence < until)
        {
            throw Wrong($"the journal ends although {until} is committed");
        }
    }

    private void Enter(IJournalReader entry)
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
            CallPart? part = header.Principal == 0 ? null : Find(in header, body, entry.Sequence);
            byte[] expected = ModelOf(operation).Execute(operation, header.Key, body);
            Commands++;
            if (part is not null)
            {
                part.Expected = expected;
                _journaled.Add(part);
                CheckRealTime(part);
            }
        }
    }

    // The client's next part that is this command. Those before it were not executed; none of them may say it was.
    private CallPart Find(in CommandHeader header, ReadOnlySpan<byte> body, ulong sequence)
    {
        if (_writes.TryGetValue((int)header.Principal, out Queue<CallPart>? queue))
        {
            while (queue.TryDequeue(out CallPart? part))
            {
                if (!part.IsRefused && (ushort)part.Call.Request.Operation == header.Operation
                    && part.Body.AsSpan().SequenceEqual(body))
                {
                    return part;
                }

                FailIfAcknowledged(part, $"sequence {sequence} of the journal goes on without it");
                _passedOver.Add(part);
            }
        }

        throw Wrong(
            $"sequence {sequence} holds a command of client {header.Principal} (operation {header.Operation}) that it "
            + "did not send in this life, or not in this order");
    }

    // Whatever was submitted after an answer comes later in the journal than what was answered.
    private void CheckRealTime(CallPart part)
    {
        if (part.Call.AnsweredAt < _latestSubmission)
        {
            throw Wrong($"{part} was answered before something was submitted that comes before it in the journal");
        }

        _latestSubmission = Math.Max(_latestSubmission, part.Call.SubmittedAt);
    }

    private void CompareAnswered()
    {
        foreach (CallPart part in _journaled)
        {
            if (part.Call.IsAnswered)
            {
                Compare(part);
            }
        }

        _journaled.RemoveAll(part => part.Call.IsAnswered);
        foreach (CallPart part in _passedOver)
        {
            FailIfAcknowledged(part, "the journal went on without it");
        }

        _passedOver.RemoveAll(part => part.Call.IsAnswered);
    }

    private void Compare(CallPart part)
    {
        if (part.Reply is not byte[] reply)
        {
            throw Wrong($"{part} was refused with {part.Call.Status} and is in the journal");
        }

        if (!reply.AsSpan().SequenceEqual(part.Expected)
            && !(part.LooksRefused(reply, out FrameStatus status) && status == FrameStatus.Unknown))
        {
            throw Wrong(Difference.Of(part, reply, part.Expected!));
        }
    }

    private void FailIfAcknowledged(CallPart part, string why)
    {
        if (part.Reply is byte[] reply && !part.LooksRefused(reply, out _))
        {
            throw new AcknowledgedLossException($"Partition {number}: {part} was acknowledged, and {why}.");
        }
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
