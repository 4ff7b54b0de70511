using FastCore.Storage.Disk;

namespace FastCore.Integration.Tests.Torture;

/// <summary>
/// The disk of the operating system with a hand on it: it can hold back writes that are to be stable, and have no space
/// left. What was written lies in real files, so that another opening reads them without it.
/// </summary>
internal sealed class WatchedDisk(string root) : IDisk, IDisposable
{
    private readonly FileDisk _disk = new(root);
    private readonly ManualResetEventSlim _pass = new(true);
    private volatile string _heldPrefix = "";
    private volatile bool _isFull;
    private int _held;

    /// <summary>While true, no file can grow; what has its space already can be written.</summary>
    public bool IsFull
    {
        get => _isFull;
        set => _isFull = value;
    }

    /// <summary>Writes that wait now.</summary>
    public int Held => Volatile.Read(ref _held);

    /// <summary>From now on, stable writes of the files whose paths begin so do not finish until the release.</summary>
    public void Hold(string prefix)
    {
        _heldPrefix = prefix;
        _pass.Reset();
    }

    /// <summary>Lets everything pass again.</summary>
    public void Release() => _pass.Set();

    public IDiskFile Open(string path, DiskFileMode mode, DiskFileKind kind) =>
        new WatchedFile(this, path, kind, _disk.Open(path, mode, kind));

    public bool FileExists(string path) => _disk.FileExists(path);

    public IReadOnlyList<string> ListFiles(string directory) => _disk.ListFiles(directory);

    public IReadOnlyList<string> ListDirectories(string directory) => _disk.ListDirectories(directory);

    public void CreateDirectory(string directory) => _disk.CreateDirectory(directory);

    public void Rename(string source, string target) => _disk.Rename(source, target);

    public void Delete(string path) => _disk.Delete(path);

    public void SyncDirectory(string directory) => _disk.SyncDirectory(directory);

    public IDisposable Lock(string path, bool readOnly) => _disk.Lock(path, readOnly);

    public void Dispose() => _pass.Dispose();

    private void BeforeStable(string path)
    {
        if (!_pass.IsSet && path.StartsWith(_heldPrefix, StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _held);
            _pass.Wait();
            Interlocked.Decrement(ref _held);
        }
    }

    private sealed class WatchedFile(WatchedDisk disk, string path, DiskFileKind kind, IDiskFile file) : IDiskFile
    {
        public long Length => file.Length;

        public void Write(long offset, ReadOnlySpan<byte> bytes)
        {
            ThrowIfFull(offset + bytes.Length);
            if (kind == DiskFileKind.Durable)
            {
                disk.BeforeStable(path);
            }

            file.Write(offset, bytes);
        }

        public int Read(long offset, Span<byte> bytes) => file.Read(offset, bytes);

        public void Flush()
        {
            disk.BeforeStable(path);
            file.Flush();
        }

        public void Reserve(long length)
        {
            ThrowIfFull(length);
            file.Reserve(length);
        }

        public void Dispose() => file.Dispose();

        private void ThrowIfFull(long until)
        {
            if (disk.IsFull && until > file.Length)
            {
                throw new DiskFullException(path);
            }
        }
    }
}
