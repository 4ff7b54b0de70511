using FastCore.Fuzz.Core;
using FastCore.Storage.Disk;

namespace FastCore.Fuzz.Storage;

/// <summary>
/// Files in memory that cost nearly nothing to set up, for storage code that reads what a fuzzer made. Counts what is
/// done to it: a parser that goes round in circles ends at the budget instead of never.
/// </summary>
internal sealed class ByteDisk : IDisk
{
    private readonly Dictionary<string, ByteFile> _files = new(StringComparer.Ordinal);
    private readonly int _budget;
    private int _left;

    /// <summary>An empty disk.</summary>
    /// <param name="budget">Uses at most between two changes of a file from outside.</param>
    public ByteDisk(int budget)
    {
        _budget = budget;
        _left = budget;
    }

    /// <summary>Sets a file's content and starts the budget anew.</summary>
    public void Put(string path, ReadOnlySpan<byte> bytes)
    {
        if (!_files.TryGetValue(path, out ByteFile? file))
        {
            _files[path] = file = new ByteFile(this);
        }

        file.Set(bytes);
        _left = _budget;
    }

    /// <summary>Starts the budget anew.</summary>
    public void Refill() => _left = _budget;

    /// <summary>Takes a file away.</summary>
    public void Remove(string path) => _files.Remove(path);

    /// <summary>A file's content.</summary>
    public ReadOnlySpan<byte> Bytes(string path) => _files[path].Bytes;

    public IDiskFile Open(string path, DiskFileMode mode, DiskFileKind kind)
    {
        Spend();
        if (_files.TryGetValue(path, out ByteFile? file))
        {
            return file;
        }

        if (mode is DiskFileMode.Read or DiskFileMode.Write)
        {
            throw new FileNotFoundException(path);
        }

        return _files[path] = new ByteFile(this);
    }

    public bool FileExists(string path)
    {
        Spend();
        return _files.ContainsKey(path);
    }

    public IReadOnlyList<string> ListFiles(string directory)
    {
        Spend();
        string prefix = directory.Length == 0 ? "" : directory + "/";
        return
        [
            .. _files.Keys.Where(path => path.StartsWith(prefix, StringComparison.Ordinal))
                .Select(path => path[prefix.Length..])
                .Where(name => !name.Contains('/'))
                .Order(StringComparer.Ordinal),
        ];
    }

    public IReadOnlyList<string> ListDirectories(string directory) => [];

    public void CreateDirectory(string directory)
    {
    }

    public void Rename(string source, string target)
    {
        _files.Remove(source, out ByteFile? file);
        _files[target] = file!;
    }

    public void Delete(string path) => _files.Remove(path);

    public void SyncDirectory(string directory)
    {
    }

    public IDisposable Lock(string path, bool readOnly) => NoLock.Instance;

    private void Spend() => BrokenPropertyException.Unless(_left-- > 0, $"more than {_budget} uses of the disk");

    private sealed class NoLock : IDisposable
    {
        public static NoLock Instance { get; } = new();

        public void Dispose()
        {
        }
    }

    private sealed class ByteFile(ByteDisk disk) : IDiskFile
    {
        private byte[] _bytes = [];
        private int _length;

        public long Length => _length;

        public ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, _length);

        public void Set(ReadOnlySpan<byte> bytes)
        {
            _length = bytes.Length;
            if (_bytes.Length < _length)
            {
                _bytes = new byte[_length * 2];
            }

            bytes.CopyTo(_bytes);
        }

        public int Read(long offset, Span<byte> bytes)
        {
            disk.Spend();
            BrokenPropertyException.Unless(offset >= 0, "a read before the beginning of a file");
            int count = (int)Math.Clamp(_length - offset, 0, bytes.Length);
            _bytes.AsSpan((int)Math.Min(offset, _length), count).CopyTo(bytes);
            return count;
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            disk.Spend();
            BrokenPropertyException.Unless(offset == 0, "only whole files are written here");
            Set(bytes);
        }

        public void Flush()
        {
        }

        public void Reserve(long length)
        {
        }

        public void Dispose()
        {
        }
    }
}
