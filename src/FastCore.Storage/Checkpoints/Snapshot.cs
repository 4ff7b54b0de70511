using FastCore.Engine.Ports;
using FastCore.Storage.Disk;

namespace FastCore.Storage.Checkpoints;

// A checkpoint whose manifest is whole and whose snapshot was read and checked once from end to end.
internal sealed class Snapshot : ISnapshot
{
    private const int BufferBytes = 1 << 20;

    private readonly CheckpointManifest _manifest;
    private readonly IDiskFile _file;
    private readonly string _path;
    private readonly AlignedBuffer _buffer;
    private Reader? _owner;

    private Snapshot(CheckpointManifest manifest, IDiskFile file, string path)
    {
        _manifest = manifest;
        _file = file;
        _path = path;
        _buffer = new AlignedBuffer(
            (int)Math.Clamp(AlignedBuffer.RoundUp(file.Length), AlignedBuffer.Alignment, BufferBytes));
    }

    public ulong Sequence => _manifest.Sequence;

    public ulong TimestampNs => _manifest.TimestampNs;

    public ulong StateHash => _manifest.StateHash;

    public static Snapshot Open(IDisk disk, string path, CheckpointManifest manifest)
    {
        IDiskFile file;
        try
        {
            file = disk.Open(path, DiskFileMode.Read, DiskFileKind.Bulk);
        }
        catch (FileNotFoundException)
        {
            throw new CorruptStorageException(path, 0, manifest.Sequence, "the file is missing");
        }

        Snapshot snapshot = new(manifest, file, path);
        try
        {
            snapshot.Check();
            return snapshot;
        }
        catch
        {
            snapshot.Dispose();
            throw;
        }
    }

    public ISnapshotReader? TryOpenSection(string name, out uint version)
    {
        foreach (CheckpointManifest.Section section in _manifest.Sections)
        {
            if (section.Name == name)
            {
                version = section.Version;
                return new Reader(this, section);
            }
        }

        version = 0;
        return null;
    }

    public void Dispose()
    {
        _file.Dispose();
        _buffer.Dispose();
    }

    private void Check()
    {
        if (_file.Length != AlignedBuffer.RoundUp(_manifest.SnapshotBytes))
        {
            throw new CorruptStorageException(_path, _file.Length, Sequence, "the file has the wrong length");
        }

        long at = 0;
        foreach (CheckpointManifest.Section section in _manifest.Sections)
        {
            if (section.Offset != at || section.Length < 0 || section.Length > _manifest.SnapshotBytes - at)
            {
                throw new CorruptStorageException(_path, section.Offset, Sequence, "the sections do not fit the file");
            }

            Reader reader = new(this, section);
            uint crc = uint.MaxValue;
            while (reader.Remaining > 0)
            {
                crc = Crc32C.Of(reader.Next(), crc);
            }

            if (crc != section.Checksum)
            {
                throw new CorruptStorageException(
                    _path, section.Offset, Sequence, $"the checksum of section {section.Name} does not match");
            }

            at += section.Length;
        }

        long rest = _file.Length - at;
        Reader end = new(this, new CheckpointManifest.Section("", 0, at, rest, 0));
        Span<byte> padding = stackalloc byte[(int)Math.Min(rest, AlignedBuffer.Alignment)];
        end.Read(padding);
        if (at != _manifest.SnapshotBytes || padding.ContainsAnyExcept((byte)0))
        {
            throw new CorruptStorageException(_path, at, Sequence, "bytes are not zero where nothing was written");
        }
    }

    private sealed class Reader(Snapshot snapshot, CheckpointManifest.Section section) : ISnapshotReader
    {
        private long _at = section.Offset;
        private long _bufferAt;
        private int _bufferLength;

        public long Remaining => section.Offset + section.Length - _at;

        public void Read(Span<byte> bytes)
        {
            if (bytes.Length > Remaining)
            {
                throw new CorruptStorageException(
                    snapshot._path,
                        _at, snapshot.Sequence, $"section {section.Name} is shorter than its reader expects");
            }

            while (!bytes.IsEmpty)
            {
                ReadOnlySpan<byte> part = Next(bytes.Length);
                part.CopyTo(bytes);
                bytes = bytes[part.Length..];
            }
        }

        // What comes next, as much of it as lies in the buffer; valid until anything else of the snapshot is read.
        // Something must remain.
        public ReadOnlySpan<byte> Next(long lengthMax = long.MaxValue)
        {
            if (snapshot._owner != this || _at < _bufferAt || _at >= _bufferAt + _bufferLength)
            {
                Fill();
            }

            int offset = (int)(_at - _bufferAt);
            int length = (int)Math.Min(Math.Min(lengthMax, Remaining), _bufferLength - offset);
            _at += length;
            return snapshot._buffer.Span.Slice(offset, length);
        }

        // One buffer serves all readers, so each fills it anew when it takes its turn.
        private void Fill()
        {
            snapshot._owner = this;
            _bufferAt = AlignedBuffer.RoundDown(_at);
            _bufferLength = snapshot._file.Read(_bufferAt, snapshot._buffer.Span);
            if (_at >= _bufferAt + _bufferLength)
            {
                throw new CorruptStorageException(snapshot._path, _at, snapshot.Sequence, "the file ends too early");
            }
        }
    }
}
