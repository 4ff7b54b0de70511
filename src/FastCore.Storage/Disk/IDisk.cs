namespace FastCore.Storage.Disk;

/// <summary>
/// All file access of the storage room goes through here, so that a test or a simulator can own the disk: lose what was
/// not flushed, tear writes, run out of space. Paths are relative to the data directory, with forward slashes.
/// Members may be called from several threads at once.
/// </summary>
public interface IDisk
{
    /// <summary>Opens a file. Throws <see cref="FileNotFoundException"/> when it must exist and does not.</summary>
    IDiskFile Open(string path, DiskFileMode mode, DiskFileKind kind);

    /// <summary>Whether a file exists.</summary>
    bool FileExists(string path);

    /// <summary>Names of the files in a directory, in ordinal order; empty when the directory does not exist.</summary>
    IReadOnlyList<string> ListFiles(string directory);

    /// <summary>Names of the directories in a directory, in ordinal order.</summary>
    IReadOnlyList<string> ListDirectories(string directory);

    /// <summary>
    /// Creates a directory and its parents, stable when this returns; does nothing when it exists.
    /// </summary>
    void CreateDirectory(string directory);

    /// <summary>Renames a file atomically, replacing the target. Stable after <see cref="SyncDirectory"/>.</summary>
    void Rename(string source, string target);

    /// <summary>Deletes a file. Stable after <see cref="SyncDirectory"/>.</summary>
    void Delete(string path);

    /// <summary>Makes creations, renames and deletions of files in the directory stable.</summary>
    void SyncDirectory(string directory);

    /// <summary>
    /// Takes the exclusive lock of a file until the result is disposed, and writes the process id into it unless
    /// <paramref name="readOnly"/>. Throws <see cref="DataDirectoryException"/> when somebody else has it.
    /// </summary>
    IDisposable Lock(string path, bool readOnly);
}

/// <summary>An open file. Reads and writes of <see cref="DiskFileKind.Bulk"/> and <see cref="DiskFileKind.Durable"/>
/// files
/// take offsets, lengths and memory that are multiples of <see cref="AlignedBuffer.Alignment"/>.</summary>
public interface IDiskFile : IDisposable
{
    /// <summary>Bytes of the file.</summary>
    long Length { get; }

    /// <summary>
    /// Writes all bytes. A <see cref="DiskFileKind.Durable"/> file has them on stable storage when this returns.
    /// Throws <see cref="DiskFullException"/> when there is no space, <see cref="IOException"/> when the device fails.
    /// </summary>
    void Write(long offset, ReadOnlySpan<byte> bytes);

    /// <summary>Fills the span as far as the file reaches; returns the bytes read.</summary>
    int Read(long offset, Span<byte> bytes);

    /// <summary>Makes everything written so far stable.</summary>
    void Flush();

    /// <summary>
    /// Makes sure the file reaches to the length and has its space on the disk; new bytes read as zero.
    /// </summary>
    void Reserve(long length);
}

/// <summary>What a file is opened for.</summary>
public enum DiskFileMode
{
    /// <summary>Reading an existing file.</summary>
    Read,

    /// <summary>Reading and writing an existing file.</summary>
    Write,

    /// <summary>Reading and writing a file that is made when it does not exist and kept when it does.</summary>
    OpenOrCreate,

    /// <summary>Reading and writing a new file; what was there before is emptied.</summary>
    Create,
}

/// <summary>How a file is written.</summary>
public enum DiskFileKind
{
    /// <summary>Small, through the page cache, any alignment; stable after a flush.</summary>
    Small,

    /// <summary>Large blocks past the page cache where the file system allows; stable after a flush.</summary>
    Bulk,

    /// <summary>As <see cref="Bulk"/>, and every write is stable when it returns.</summary>
    Durable,
}
