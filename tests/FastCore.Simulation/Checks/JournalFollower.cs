using FastCore.Engine.Ports;
using FastCore.Simulation.Runs;

namespace FastCore.Simulation.Checks;

/// <summary>
/// Reads the journal of one partition through all lives of the node, every committed entry once, and keeps it until the
/// check of the partition has caught up. In each life the last entry read before must still be there: by its hash it
/// speaks for all before it, so they need not be read again.
/// </summary>
/// <param name="number">The partition.</param>
internal sealed class JournalFollower(int number) : IDisposable
{
    private readonly Queue<JournalEntry> _entries = new();
    private readonly byte[] _hash = new byte[32];
    private IJournalReader? _reader;

    /// <summary>Sequence of the last entry read.</summary>
    public ulong Sequence { get; private set; }

    /// <summary>What was read and not yet taken, in the order of the journal.</summary>
    public Queue<JournalEntry> Entries => _entries;

    /// <summary>Told of every entry when it is read.</summary>
    public Action<JournalEntry>? OnRead { get; set; }

    /// <summary>Reads to the end of what is committed.</summary>
    public void Read(IJournal journal)
    {
        ulong until = journal.CommittedSequence;
        if (until <= Sequence)
        {
            return;
        }

        _reader ??= journal.Read(Sequence + 1);
        while (Sequence < until && _reader.MoveNext())
        {
            if (_reader.Sequence != Sequence + 1)
            {
                throw new SimulationException(
                    $"Partition {number}: behind sequence {Sequence} the journal goes on with {_reader.Sequence}.");
            }

            Sequence = _reader.Sequence;
            _reader.Hash.CopyTo(_hash);
            JournalEntry entry = new(Sequence, _reader.TimestampNs, _reader.Commands.ToArray());
            _entries.Enqueue(entry);
            OnRead?.Invoke(entry);
        }

        if (Sequence < until)
        {
            throw new SimulationException(
                $"Partition {number}: the journal ends with sequence {Sequence}, although {until} is committed.");
        }
    }

    /// <summary>The node was opened again: what was committed is still there, as it was.</summary>
    /// <exception cref="AcknowledgedLossException">It is not.</exception>
    public void BeginLife(IJournal journal)
    {
        EndLife();
        if (Sequence == 0)
        {
            return;
        }

        if (journal.CommittedSequence < Sequence)
        {
            throw new AcknowledgedLossException(
                number,
                $"sequence {Sequence} was committed, and the journal ends with {journal.CommittedSequence}.");
        }

        _reader = journal.Read(Sequence);
        if (!_reader.MoveNext() || _reader.Sequence != Sequence || !_reader.Hash.SequenceEqual(_hash))
        {
            throw new AcknowledgedLossException(
                number, $"sequence {Sequence} was committed, and something else is in its place.");
        }
    }

    /// <summary>The node is gone.</summary>
    public void EndLife()
    {
        _reader?.Dispose();
        _reader = null;
    }

    /// <inheritdoc/>
    public void Dispose() => EndLife();
}
