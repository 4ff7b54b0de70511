namespace FastCore.Simulation.Disks;

/// <summary>
/// Knows which journals may be shorter than what was acknowledged without any node being able to tell: where a journal
/// ends, the disk did not keep what it had called stable, and nothing is behind. What is damaged before a journal's
/// end, or is followed by anything, is not forgiven here.
/// </summary>
/// <param name="disk">The disk of all partitions.</param>
/// <param name="partitions">How many there are.</param>
internal sealed class JournalEnds(FaultyDisk disk, int partitions)
{
    private readonly (string Path, long Offset)[] _ends = new (string, long)[partitions];
    private readonly bool[] _areShort = new bool[partitions];

    /// <summary>A node is about to be opened.</summary>
    public void BeforeOpen()
    {
        for (int i = 0; i < partitions; i++)
        {
            _ends[i] = EndOf(i);
            _areShort[i] |= IsUndoneFrom(i, _ends[i]);
        }
    }

    /// <summary>
    /// The node did not come to its opening's end. If it had wiped the end of a damaged journal, nobody can read its
    /// report of that any more.
    /// </summary>
    public void AfterFailedOpen()
    {
        for (int i = 0; i < partitions; i++)
        {
            bool isWiped = Compare(EndOf(i), _ends[i]) < 0;
            _areShort[i] |= isWiped && SegmentsOf(i).Any(path => disk.FileAt(path).HasUndone);
        }
    }

    /// <summary>Everything that was acknowledged is in the journals: from here on they may not be shorter.</summary>
    public void AreWhole()
    {
        Array.Clear(_areShort);
        foreach (string path in disk.Paths)
        {
            disk.FileAt(path).ForgetUndone();
        }
    }

    /// <summary>Whether the last opening could not know that entries are missing at a journal's end.</summary>
    public bool IsShort(int partition) => _areShort[partition];

    // The place of the last byte that is not zero; the begin of the first file when there is none.
    private (string Path, long Offset) EndOf(int partition)
    {
        string[] paths = [.. SegmentsOf(partition)];
        string? last = paths.LastOrDefault(path => disk.FileAt(path).UsedLength > 0);
        return last is null ? (paths.FirstOrDefault(""), 0) : (last, disk.FileAt(last).UsedLength - 1);
    }

    private bool IsUndoneFrom(int partition, (string Path, long Offset) end) => SegmentsOf(partition).Any(path =>
        string.CompareOrdinal(path, end.Path) switch
        {
            0 => disk.FileAt(path).IsUndoneFrom(end.Offset),
            var order => order > 0 && disk.FileAt(path).HasUndone,
        });

    private IEnumerable<string> SegmentsOf(int partition) => disk.Paths.Where(path =>
        path.StartsWith($"p{partition:D3}/journal/", StringComparison.Ordinal)
        && path.EndsWith(".seg", StringComparison.Ordinal));

    private static int Compare((string Path, long Offset) left, (string Path, long Offset) right)
    {
        int order = string.CompareOrdinal(left.Path, right.Path);
        return order != 0 ? order : left.Offset.CompareTo(right.Offset);
    }
}
