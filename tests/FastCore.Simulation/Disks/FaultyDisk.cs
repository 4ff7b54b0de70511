using FastCore.Storage;
using FastCore.Storage.Disk;
using FastCore.Testing;

namespace FastCore.Simulation.Disks;

/// <summary>
/// A disk in memory that behaves as badly as a real one may: a power cut loses what was not flushed, keeps any part of
/// what was on its way, and forgets directory changes that were not synced. Also counts space and can be told to fail,
/// or fails by itself as <see cref="Faults"/> says.
/// </summary>
public sealed class FaultyDisk : IDisk
{
    /// <summary>Bytes that are written whole or not at all.</summary>
    public const int SectorBytes = 512;

    private readonly HashSet<string> _locks = new(StringComparer.Ordinal);
    private DirectoryChanges _directory = new();
    private Dictionary<string, FaultyFile> _names;
    private long _operations;

    /// <summary>Makes an empty disk.</summary>
    public FaultyDisk()
    {
        _names = _directory.Names;
    }

    /// <summary>Bytes that all files together may have.</summary>
    public long Quota { get; set; } = long.MaxValue;

    /// <summary>Power goes at this changing operation (1 = the first), in its middle. 0 = never.</summary>
    public long CutAtOperation { get; set; }

    /// <summary>Whether the power is gone.</summary>
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

    /// <summary>Changing operations so far.</summary>
    public long Operations
    {
        get
        {
            lock (Gate)
            {
                return _operations;
            }
        }
    }

    /// <summary>All files, in ordinal order.</summary>
    public IReadOnlyList<string> Paths
    {
        get
        {
            lock (Gate)
            {
                return [.. _names.Keys.Order(StringComparer.Ordinal)];
            }
        }
    }

    /// <summary>What goes wrong by itself; null = nothing.</summary>
    public DiskFaults? Faults { get; set; }

    /// <summary>What a machine finds after the power came back, on a copy; this disk stays cut.</summary>
    public FaultyDisk AfterPowerCut(int seed)
    {
        lock (Gate)
        {
            IsCut = true;
            FaultyDisk next = Copy();
            next._directory.CutPower(new SeededRandom((ulong)seed));
            return next;
        }
    }

    /// <summary>
    /// What a process finds, on a copy, that starts after this one was killed: everything written.
    /// </summary>
    public FaultyDisk AfterKill()
    {
        lock (Gate)
        {
            return Copy();
        }
    }

    /// <summary>No operation does anything from now on; whoever has the disk open loses it for ever.</summary>
    public void Stop()
    {
        lock (Gate)
        {
            IsCut = true;
        }
    }

    /// <summary>Is there again after a kill, with everything written, stable or not.</summary>
    public void Return()
    {
        lock (Gate)
        {
            IsCut = false;
            CutAtOperation = 0;
            PowerOns++;
            _locks.Clear();
        }
    }

    /// <summary>Is there again after a power cut, with what that left.</summary>
    public void ReturnAfterPowerCut(SeededRandom random)
    {
        lock (Gate)
        {
            _directory.CutPower(random);
            Return();
        }
    }

    /// <summary>A file as it is read now.</summary>
    public byte[] Bytes(string path)
    {
        lock (Gate)
        {
            return _names[path].Bytes();
        }
    }

    /// <summary>Makes a file outside of any failure.</summary>
    public void Put(string path, byte[] bytes)
    {
        lock (Gate)
        {
            _directory.Put(path, new FaultyFile(bytes));
        }
    }

    /// <summary>A sector becomes unreadable until it is written again.</summary>
    public void BreakSector(string path, long position)
    {
        lock (Gate)
        {
            _names[path].BreakSector(position);
        }
    }

    /// <summary>Bytes that all files together have.</summary>
    public long Used
    {
        get
        {
            lock (Gate)
            {
                return _names.Values.Distinct().Sum(each => each.Length);
            }
        }
    }

    /// <summary>Takes a file away outside of any failure.</summary>
    public void Remove(string path)
    {
        lock (Gate)
        {
            _directory.Delete(path);
            _directory.Sync(Path.GetDirectoryName(path)!);
        }
    }

    /// <summary>Bytes of a file.</summary>
    public long LengthOf(string path)
    {
        lock (Gate)
        {
            return _names[path].Length;
        }
    }

    /// <summary>A bit of any file turns over.</summary>
    public void FlipAnyBit(SeededRandom random)
    {
        string path = random.Pick(Paths);
        if (LengthOf(path) is > 0 and long length)
        {
            FlipBit(path, (long)random.Below((ulong)length), random.Below(8));
        }
    }

    /// <summary>A bit turns over, stable or not.</summary>
    public void FlipBit(string path, long position, int bit)
    {
        lock (Gate)
        {
            _names[path].FlipBit(position, bit);
        }
    }

    /// <inheritdoc/>
    public IDiskFile Open(string path, DiskFileMode mode, DiskFileKind kind)
    {
        lock (Gate)
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
                _directory.Create(path, file);
            }

            return new FaultyHandle(this, path, file!, mode, kind);
        }
    }

    /// <inheritdoc/>
    public bool FileExists(string path)
    {
        lock (Gate)
        {
            return _names.ContainsKey(path);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFiles(string directory)
    {
        string prefix = directory.Length == 0 ? "" : directory + "/";
        lock (Gate)
        {
            return [.. _names.Keys
                .Where(path =>
                    path.StartsWith(prefix, StringComparison.Ordinal) && !path[prefix.Length..].Contains('/'))
                .Select(path => path[prefix.Length..])
                .Order(StringComparer.Ordinal)];
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ListDirectories(string directory)
    {
        string prefix = directory.Length == 0 ? "" : directory + "/";
        lock (Gate)
        {
            return [.. _names.Keys
                .Where(path => path.StartsWith(prefix, StringComparison.Ordinal) && path[prefix.Length..].Contains('/'))
                .Select(path => path[prefix.Length..][..path[prefix.Length..].IndexOf('/')])
                .Distinct()
                .Order(StringComparer.Ordinal)];
        }
    }

    /// <inheritdoc/>
    public void CreateDirectory(string directory)
    {
        // Directories exist as soon as a file is in them.
    }

    /// <inheritdoc/>
    public void Rename(string source, string target)
    {
        lock (Gate)
        {
            Change();
            _directory.Rename(source, target);
        }
    }

    /// <inheritdoc/>
    public void Delete(string path)
    {
        lock (Gate)
        {
            Change();
            if (DenyDeletesOf is string text && path.Contains(text, StringComparison.Ordinal))
            {
                throw new UnauthorizedAccessException(path);
            }

            _directory.Delete(path);
        }
    }

    /// <inheritdoc/>
    public void SyncDirectory(string directory)
    {
        lock (Gate)
        {
            Change();
            _directory.Sync(directory);
        }
    }

    /// <inheritdoc/>
    public IDisposable Lock(string path, bool readOnly)
    {
        lock (Gate)
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

    private FaultyDisk Copy()
    {
        FaultyDisk copy = new() { _directory = _directory.Clone() };
        copy._names = copy._directory.Names;
        return copy;
    }

    internal object Gate { get; } = new();

    internal int PowerOns { get; private set; }

    internal bool IsNextCut => _operations + 1 == CutAtOperation;

    internal FaultyFile FileAt(string path) => _names[path];

    internal void Check()
    {
        if (IsCut)
        {
            throw new IOException("The power is gone.");
        }
    }

    internal void Change()
    {
        Check();
        if (++_operations == CutAtOperation)
        {
            IsCut = true;
            throw new IOException("The power is gone.");
        }
    }

    internal void Grow(FaultyFile file, long length)
    {
        if (Quota != long.MaxValue && length > file.Length
            && Used + length - file.Length > Quota)
        {
            throw new DiskFullException("quota");
        }
    }

    private sealed class Unlock(FaultyDisk disk, string path) : IDisposable
    {
        public void Dispose()
        {
            lock (disk.Gate)
            {
                disk._locks.Remove(path);
            }
        }
    }
}
