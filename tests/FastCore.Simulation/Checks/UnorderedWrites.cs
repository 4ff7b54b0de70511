using FastCore.Engine.Ports;
using FastCore.Protocol;
using FastCore.Simulation.Runs;

namespace FastCore.Simulation.Checks;

/// <summary>
/// Writes of clients that send them over a network. A cut leaves the outcome of what was under way unknown, a client
/// asks again with the same bytes, and the first frame may still arrive, before the second or after it. So a command of
/// the journal is any of those that were sent with these bytes; each sending may be there once, never twice. What was
/// acknowledged is there, with this answer, between what was committed when it was sent and when its answer came, which
/// is the order of real time.
/// </summary>
internal sealed class UnorderedWrites(int number) : IWriteCheck
{
    private readonly Dictionary<string, Sendings> _sendings = [];
    private readonly List<(CallPart Part, Sendings Same)> _open = [];

    public void Submitted(CallPart part)
    {
        string content = ContentOf(part.Call.Client, (ushort)part.Call.Request.Operation, part.Body);
        if (!_sendings.TryGetValue(content, out Sendings? same))
        {
            _sendings.Add(content, same = new Sendings());
        }

        same.Parts.Add(part);
        _open.Add((part, same));
    }

    public void Executed(in CommandHeader header, ReadOnlySpan<byte> body, ulong sequence, byte[] expected)
    {
        string content = ContentOf((int)header.Principal, header.Operation, body);
        if (!_sendings.TryGetValue(content, out Sendings? same))
        {
            throw Wrong(
                sequence,
                $"the journal holds a command of client {header.Principal} (operation {header.Operation}) that it did "
                + "not send in this life");
        }

        same.Executed.Add((sequence, expected));
        FailIfTooOften(same, sequence);
    }

    public void CompareAnswered(ulong sequence)
    {
        for (int i = 0; i < _open.Count; i++)
        {
            (CallPart part, Sendings same) = _open[i];
            if (part.Call.IsOver && IsDecided(part, same, sequence))
            {
                _open[i] = default;
            }
        }

        _open.RemoveAll(each => each.Part is null);
    }

    public void EndLife(ulong sequence)
    {
        CompareAnswered(ulong.MaxValue);
        foreach (Sendings same in _sendings.Values)
        {
            FailIfTooOften(same, sequence);
        }

        _sendings.Clear();
        _open.Clear();
    }

    private static string ContentOf(int client, ushort operation, ReadOnlySpan<byte> body) =>
        $"{client} {operation} {Convert.ToBase64String(body)}";

    // Whether everything is known of it: an unknown outcome stays one of those that may be in the journal.
    private bool IsDecided(CallPart part, Sendings same, ulong sequence)
    {
        if (!part.Call.IsAnswered)
        {
            return true;
        }

        byte[]? reply = part.Reply;
        FrameStatus refusal = part.Call.Status;
        if (reply is null || part.LooksRefused(reply, out refusal))
        {
            if (refusal != FrameStatus.Unknown && !part.IsCopy)
            {
                same.Parts.Remove(part);
                FailIfTooOften(same, sequence);
            }

            return true;
        }

        if (part.CommittedAfter > sequence)
        {
            return false;
        }

        Acknowledge(part, reply, same);
        return true;
    }

    private void Acknowledge(CallPart part, byte[] reply, Sendings same)
    {
        byte[]? other = null;
        for (int i = 0; i < same.Executed.Count; i++)
        {
            (ulong sequence, byte[] expected) = same.Executed[i];
            if (sequence <= part.CommittedBefore || sequence > part.CommittedAfter)
            {
                continue;
            }

            if (part.Agrees(reply, expected))
            {
                same.Executed.RemoveAt(i);
                same.Parts.Remove(part);
                return;
            }

            other = expected;
        }

        throw other is not null
            ? Wrong(part.CommittedAfter, Difference.Of(part, reply, other))
            : new AcknowledgedLossException(
                number, $"{part} was acknowledged, and the journal does not hold it between sequence "
                + $"{part.CommittedBefore} and {part.CommittedAfter}.");
    }

    // Of the commands up to each there are not more than sendings that could be one of them.
    private void FailIfTooOften(Sendings same, ulong sequence)
    {
        for (int i = 0; i < same.Executed.Count; i++)
        {
            ulong at = same.Executed[i].Sequence;
            if (same.Parts.Count(part => part.CommittedBefore < at) <= i)
            {
                throw Wrong(
                    sequence,
                    $"the command of sequence {at} is in the journal more often than it was sent, or was refused");
            }
        }
    }

    private SimulationException Wrong(ulong sequence, string what) =>
        new($"Partition {number}, up to sequence {sequence}: {what}.");

    // What was sent with the same bytes by the same client, and what was executed of it, neither matched yet.
    private sealed class Sendings
    {
        public List<CallPart> Parts { get; } = [];

        public List<(ulong Sequence, byte[] Expected)> Executed { get; } = [];
    }
}
