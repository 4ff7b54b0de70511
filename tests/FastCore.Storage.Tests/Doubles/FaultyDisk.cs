using FastCore.Storage.Disk;

namespace FastCore.Storage.Tests.Doubles;

/// <summary>
/// A disk in memory that behaves as badly as a real one may: a power cut loses what was not flushed, keeps any part of
/// what was on its way, and forgets directory changes that were not synced. Also counts space and can be told to fail.
/// </summary>
internal sealed class FaultyDisk : IDisk
{
    public const int SectorBytes = 512;

    private readonly object _gate = new();
    private readonly Dictionary<string, FaultyFile> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, FaultyFile> _stableNames = new(StringComparer.Ordinal);
    private readonly HashSet<string> _locks = new(StringComparer.Ordinal);
    private readonly Random _random;
    private long _operations;

    public FaultyDisk(int seed = 1)
    {
        _random = new Random(seed);
    }

    /// <summary>Bytes that all files together may have.</summary>
    public long Quota { get; set; } = long.MaxValue;

    /// <summary>Power goes at this changing operation (1 = the first), in its middle. 0 = never.</summary>
    public long CutAtOperation { get; set; }

    public bool IsCut { get; private set; }

    /// <summary>Called before a durable write or a flush takes effect, outside the lock; may wait.</summary>
    public Action<string>? BeforeStable { get; set; }

    /// <summary>Makes writes of files whose path contains the text fail.</summary>
    public string? FailWritesOf { get; set; }

    /// <summary>Makes writes of files whose path contains the text find no space.</summary>
    public string? FullFor { get; set; }

    /// <summary>Makes flushes of files whose path contains the text fail.</summary>
    public string? FailFlushesOf { get; set; }

    /// <summary>Makes deletions of files whose path contains the text fail for want of rights.</summary>
    public string? DenyDeletesOf { get; set; }

    public long Operations
    {
        get
        {
            lock (_gate)
            {
                return _operations;
            }
        }
    }

    public IReadOnlyList<string> Paths
    {
        get
        {
            lock (_gate)
            {
                return [.. _names.Keys.Order(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>What a machine finds after the power came back.</summary>
    public FaultyDisk AfterPowerCut(int seed)
    {
        lock (_gate)
        {
            IsCut = true;
            Random random = new(seed);
            FaultyDisk next = new(seed);
            foreach ((string path, FaultyFile file) in _stableNames)
            {
                next.Put(path, file.AfterPowerCut(random));
            }

            // A change of the directory that was not synced may or may not have made it.
            foreach ((string path, FaultyFile file) in _names)
            {
                if (!_stableNames.ContainsKey(path) && random.Next(2) == 0)
                {
                    next.Put(path, file.AfterPowerCut(random));
                }
            }

            return next;
        }
    }

    /// <summary>What a process finds that starts after this one was killed: everything written.</summary>
    public FaultyDisk AfterKill()
    {
        lock (_gate)
        {
            FaultyDisk next = new();
            foreach ((string path, FaultyFile file) in _names)
            {
                next.Put(path, file.Bytes());
            }

            return next;
        }
    }

    public byte[] Bytes(string path)
    {
        lock (_gate)
        {
            return _names[path].Bytes();
        }
    }

    public void Put(string path, byte[] bytes)
    {
        lock (_gate)
        {
            FaultyFile file = new(bytes);
            _names[path] = file;
            _stableNames[path] = file;
        }
    }

    public void FlipBit(string path, long position, int bit)
    {
        lock (_gate)
        {
            _names[path].FlipBit(position, bit);
        }
    }

    public IDiskFile Open(string path, DiskFileMode mode, DiskFileKind kind)
    {
        lock (_gate)
        {
            Check();
            bool exists = _names.TryGetValue(path, out FaultyFile? file);
            if (!exists && mode is DiskFileMode.Read or DiskFileMode.Write && !exists)
            {
                throw new FileNotFoundException(path);
            }

            if (!exists || mode == DiskFileMode.Create)
            {
                Change();
                file = new FaultyFile([]);
                _names[path] = file;
            }

            return new Handle(this, path, file!, mode, kind);
        }
    }

    public bool FileExists(string path)
    {
        lock (_gate)
        {
            return _names.ContainsKey(path);
        }
    }

    public IReadOnlyList<string> ListFiles(string directory)
    {
        string prefix = directory.Length == 0 ? "" : directory + "/";
        lock (_gate)
        {
            return [.. _names.Keys
                .Where(path =>
                    path.StartsWith(prefix, StringComparison.Ordinal) && !path[prefix.Length..].Contains('/'))
                .Select(path => path[prefix.Length..])
                .Order(StringComparer.Ordinal)];
        }
    }

    public IReadOnlyList<string> ListDirectories(string directory)
    {
        string prefix = directory.Length == 0 ? "" : directory + "/";
        lock (_gate)
        {
            return [.. _names.Keys
                .Where(path => path.StartsWith(prefix, StringComparison.Ordinal) && path[prefix.Length..].Contains('/'))
                .Select(path => path[prefix.Length..][..path[prefix.Length..].IndexOf('/')])
                .Distinct()
                .Order(StringComparer.Ordinal)];
        }
    }

    public void CreateDirectory(string directory)
    {
        // Directories exist as soon as a file is in them.
    }

    public void Rename(string source, string target)
    {
        lock (_gate)
        {
            Change();
            if (!_names.Remove(source, out FaultyFile? file))
            {
                throw new FileNotFoundException(source);
            }

            _names[target] = file;
        }
    }

    public void Delete(string path)
    {
        lock (_gate)
        {
            Change();
            if (DenyDeletesOf is string text && path.Contains(text, StringComparison.Ordinal))
            {
                throw new UnauthorizedAccessException(path);
            }

            _names.Remove(path);
        }
    }

    public void SyncDirectory(string directory)
    {
        lock (_gate)
        {
            Change();
            string prefix = directory.Length == 0 ? "" : directory + "/";
            foreach (string path in _stableNames.Keys.Where(path => IsIn(path, prefix)).ToArray())
            {
                _stableNames.Remove(path);
            }

            foreach ((string path, FaultyFile file) in _names.Where(entry => IsIn(entry.Key, prefix)))
            {
                _stableNames[path] = file;
            }
        }
    }

    public IDisposable Lock(string path, bool readOnly)
    {
        lock (_gate)
        {
            if (!_locks.Add(path))
            {
                throw new DataDirectoryException(DataDirectoryError.Locked, path, "in use");
            }

            if (!_names.ContainsKey(path))
            {
                Put(path, []);
            }

            return new Unlock(this, path);
        }
    }

    private static bool IsIn(string path, string prefix) =>
        path.StartsWith(prefix, StringComparison.Ordinal) && !path[prefix.Length..].Contains('/');

    private void Check()
    {
        if (IsCut)
        {
            throw new IOException("The power is gone.");
        }
    }

    private void Change()
    {
        Check();
        if (++_operations == CutAtOperation)
        {
            IsCut = true;
            throw new IOException("The power is gone.");
        }
    }

    private void Grow(FaultyFile file, long length)
    {
        if (length > file.Length && _names.Values.Distinct().Sum(each => each.Length) + length - file.Length > Quota)
        {
            throw new DiskFullException("quota");
        }
    }

    private sealed class Unlock(FaultyDisk disk, string path) : IDisposable
    {
        public void Dispose()
        {
            lock (disk._gate)
            {
                disk._locks.Remove(path);
            }
        }
    }

    private sealed class Handle(
        FaultyDisk disk, string path, FaultyFile file, DiskFileMode mode, DiskFileKind kind) : IDiskFile
    {
        public long Length
        {
            get
            {
                lock (disk._gate)
                {
                    return file.Length;
                }
            }
        }

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            if (kind == DiskFileKind.Durable)
            {
                disk.BeforeStable?.Invoke(path);
            }

            lock (disk._gate)
            {
                CheckWritable();
                if (kind != DiskFileKind.Small
                    && (offset % AlignedBuffer.Alignment != 0 || bytes.Length % AlignedBuffer.Alignment != 0))
                {
                    throw new ArgumentException($"{path}: {offset}+{bytes.Length} is not aligned.");
                }

                disk.Grow(file, offset + bytes.Length);
                bool torn = disk._operations + 1 == disk.CutAtOperation;
                file.Write(offset, bytes);
                if (kind == DiskFileKind.Durable && !torn)
                {
                    file.Flush();
                }

                // A torn write stays dirty: any of its sectors may be found after the power is back.
                disk.Change();
            }
        }

        public int Read(long offset, Span<byte> bytes)
        {
            lock (disk._gate)
            {
                disk.Check();
                return file.Read(offset, bytes);
            }
        }

        public void Flush()
        {
            disk.BeforeStable?.Invoke(path);
            lock (disk._gate)
            {
                disk.Change();
                if (Matches(disk.FailFlushesOf))
                {
                    throw new IOException($"{path}: the sync failed.");
                }

                file.Flush();
            }
        }

        public void Reserve(long length)
        {
            lock (disk._gate)
            {
                CheckWritable();
                disk.Grow(file, length);
                disk.Change();
                file.Reserve(length);
            }
        }

        public void Dispose()
        {
            // The file lives on in the disk.
        }

        private void CheckWritable()
        {
            disk.Check();
            if (mode == DiskFileMode.Read)
            {
                throw new UnauthorizedAccessException($"{path} is open for reading.");
            }

            if (Matches(disk.FailWritesOf))
            {
                throw new IOException($"{path}: the device failed.");
            }

            if (Matches(disk.FullFor))
            {
                throw new DiskFullException(path);
            }
        }

        private bool Matches(string? text) => text is not null && path.Contains(text, StringComparison.Ordinal);
    }
}
