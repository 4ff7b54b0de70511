namespace FastCore.Storage.Journal;

// Which sequence is the first of each kept segment. Small: one line per segment file. Guarded by a lock because the
// partition adds to it while the checkpoint's thread asks for retention.
internal sealed class JournalMap
{
    private readonly List<Line> _lines = [];

    public void Add(int segment, ulong sequence, ulong timestampNs, ReadOnlySpan<byte> previousHash)
    {
        lock (_lines)
        {
            if (_lines.Count == 0 || _lines[^1].Segment < segment)
            {
                _lines.Add(new Line(segment, sequence, timestampNs, previousHash.ToArray()));
            }
        }
    }

    // 0 while nothing was written.
    public long FirstSegment
    {
        get
        {
            lock (_lines)
            {
                return _lines.Count == 0 ? 0 : _lines[0].Segment;
            }
        }
    }

    // The last segment whose first entry is at or before the sequence; null when the map knows none.
    public Line? Find(ulong sequence)
    {
        lock (_lines)
        {
            Line? best = null;
            foreach (Line line in _lines)
            {
                if (line.Sequence <= sequence)
                {
                    best = line;
                }
            }

            return best;
        }
    }

    public Line[] Lines()
    {
        lock (_lines)
        {
            return [.. _lines];
        }
    }

    public void RemoveBefore(int segment)
    {
        lock (_lines)
        {
            _lines.RemoveAll(line => line.Segment < segment);
        }
    }

    // What was noted of files in which the scan found nothing: their headers are no entries of this journal.
    public void RemoveFrom(int segment)
    {
        lock (_lines)
        {
            _lines.RemoveAll(line => line.Segment >= segment);
        }
    }

    public sealed record Line(int Segment, ulong Sequence, ulong TimestampNs, byte[] PreviousHash);
}
