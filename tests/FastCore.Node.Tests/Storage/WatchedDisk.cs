using System.Collections.Concurrent;

using FastCore.Storage.Disk;

namespace FastCore.Node.Tests.Storage;

/// <summary>
/// A real disk that notes the reads that somebody waits for: those of the thread that made it, and those of the record
/// index, which reads on other threads. What is left out is reading ahead.
/// </summary>
internal sealed class WatchedDisk(IDisk disk) : IDisk
{
    private readonly ConcurrentQueue<string> _reads = new();
    private readonly int _thread = Environment.CurrentManagedThreadId;

    /// <summary>Takes the reads since the last call: path and offset of each.</summary>
    public string[] TakeReads()
    {
        List<string> reads = [];
        while (_reads.TryDequeue(out string? read))
        {
            reads.Add(read);
        }

        return [.. reads];
    }

    public IDiskFile Open(string path, DiskFileMode mode, DiskFileKind kind) =>
        new WatchedFile(this, path, disk.Open(path, mode, kind));

    public bool FileExists(string path) => disk.FileExists(path);

    public IReadOnlyList<string> ListFiles(string directory) => disk.ListFiles(directory);

    public IReadOnlyList<string> ListDirectories(string directory) => disk.ListDirectories(directory);

    public void CreateDirectory(string directory) => disk.CreateDirectory(directory);

    public void Rename(string source, string target) => disk.Rename(source, target);

    public void Delete(string path) => disk.Delete(path);

    public void SyncDirectory(string directory) => disk.SyncDirectory(directory);

    public IDisposable Lock(string path, bool readOnly) => disk.Lock(path, readOnly);

    private sealed class WatchedFile(WatchedDisk disk, string path, IDiskFile file) : IDiskFile
    {
        public long Length => file.Length;

        public void Write(long offset, ReadOnlySpan<byte> bytes) => file.Write(offset, bytes);

        public int Read(long offset, Span<byte> bytes)
        {
            if (Environment.CurrentManagedThreadId == disk._thread
                || path.Contains("scratch", StringComparison.Ordinal))
            {
                disk._reads.Enqueue($"{path} at {offset}");
            }

            return file.Read(offset, bytes);
        }

        public void Flush() => file.Flush();

        public void Reserve(long length) => file.Reserve(length);

        public void Dispose() => file.Dispose();
    }
}
