using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Simulation.Runs;

namespace FastCore.Simulation.Checks;

/// <summary>
/// Writes of clients that hand them over in the process itself: each is in the journal at most once, in the order of
/// its client and of real time.
/// </summary>
internal sealed class OrderedWrites(int number) : IWriteCheck
{
    private readonly Dictionary<int, Queue<CallPart>> _writes = [];
    private readonly List<CallPart> _journaled = [];
    private readonly List<CallPart> _passedOver = [];
    private long _latestSubmission;

    public void Submitted(CallPart part)
    {
        if (!_writes.TryGetValue(part.Call.Client, out Queue<CallPart>? queue))
        {
            _writes.Add(part.Call.Client, queue = new Queue<CallPart>());
        }

        queue.Enqueue(part);
    }

    public void Executed(in CommandHeader header, ReadOnlySpan<byte> body, ulong sequence, byte[] expected)
    {
        CallPart part = Find(in header, body, sequence);
        part.Expected = expected;
        _journaled.Add(part);
        CheckRealTime(part, sequence);
    }

    public void CompareAnswered(ulong sequence)
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

    public void EndLife(ulong sequence)
    {
        foreach (CallPart part in _writes.Values.SelectMany(queue => queue))
        {
            FailIfAcknowledged(part, "it is not in the journal");
        }

        CompareAnswered(sequence);
        _writes.Clear();
        _journaled.Clear();
        _passedOver.Clear();
        _latestSubmission = 0;
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
            sequence,
            $"the journal holds a command of client {header.Principal} (operation {header.Operation}) that it did not "
            + "send in this life, or not in this order");
    }

    // Whatever was submitted after an answer comes later in the journal than what was answered.
    private void CheckRealTime(CallPart part, ulong sequence)
    {
        if (part.Call.AnsweredAt < _latestSubmission)
        {
            throw Wrong(
                sequence, $"{part} was answered before something was submitted that comes before it in the journal");
        }

        _latestSubmission = Math.Max(_latestSubmission, part.Call.SubmittedAt);
    }

    private void Compare(CallPart part)
    {
        if (part.Reply is null && part.IsCopy)
        {
            return;
        }

        if (part.Reply is not byte[] reply)
        {
            throw Wrong(0, $"{part} was refused with {part.Call.Status} and is in the journal");
        }

        if (!part.Agrees(reply, part.Expected)
            && !(part.LooksRefused(reply, out FrameStatus status) && status == FrameStatus.Unknown))
        {
            throw Wrong(0, Difference.Of(part, reply, part.Expected!));
        }
    }

    private void FailIfAcknowledged(CallPart part, string why)
    {
        if (part.Reply is byte[] reply && !part.LooksRefused(reply, out _))
        {
            throw new AcknowledgedLossException(number, $"{part} was acknowledged, and {why}.");
        }
    }

    private SimulationException Wrong(ulong sequence, string what) =>
        new($"Partition {number}{(sequence == 0 ? "" : $", sequence {sequence}")}: {what}.");
}
