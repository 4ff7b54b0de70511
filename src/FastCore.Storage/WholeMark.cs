using FastCore.Engine.Ports;
using FastCore.Storage.Disk;

namespace FastCore.Storage;

// The file that says every partition has been made: from then on one that is missing was taken away. A node opens its
// partitions side by side, so two may be the last at the same time: who notes holds the gate.
internal sealed class WholeMark
{
    private const string WholeFile = "whole";
    private const string NewWholeFile = "whole.new";

    private readonly Lock _gate = new();
    private readonly HashSet<int> _made = [];
    private readonly IDisk _disk;
    private readonly int _partitions;
    private volatile bool _isSet;

    public WholeMark(IDisk disk, int partitions)
    {
        _disk = disk;
        _partitions = partitions;
        _isSet = Read(disk);
    }

    public bool IsSet => _isSet;

    private static ReadOnlySpan<byte> Text => "Every partition was made; one that is missing is damage.\n"u8;

    public void NoteMade(int partition)
    {
        lock (_gate)
        {
            _made.Add(partition);
            if (!_isSet && _made.Count == _partitions)
            {
                SmallFile.Replace(_disk, "", WholeFile, NewWholeFile, Text);
                _isSet = true;
            }
        }
    }

    private static bool Read(IDisk disk)
    {
        if (!disk.FileExists(WholeFile))
        {
            return false;
        }

        Span<byte> text = stackalloc byte[Text.Length + 1];
        using IDiskFile file = disk.Open(WholeFile, DiskFileMode.Read, DiskFileKind.Small);
        return text[..file.Read(0, text)].SequenceEqual(Text)
            ? true
            : throw new CorruptStorageException(WholeFile, 0, 0, "the file does not say what it has to");
    }
}
