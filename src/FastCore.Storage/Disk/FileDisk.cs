using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace FastCore.Storage.Disk;

/// <summary>The disk of the operating system below one root directory.</summary>
public sealed class FileDisk : IDisk
{
    private readonly string _root;

    /// <summary>Makes a disk over a directory, which need not exist yet.</summary>
    public FileDisk(string root)
    {
        _root = Path.GetFullPath(root);
    }

    /// <inheritdoc/>
    public IDiskFile Open(string path, DiskFileMode mode, DiskFileKind kind)
    {
        string full = Full(path);
        return OperatingSystem.IsLinux() ? OpenLinux(path, full, mode, kind) : OpenPortable(path, full, mode, kind);
    }

    /// <inheritdoc/>
    public bool FileExists(string path) => File.Exists(Full(path));

    /// <inheritdoc/>
    public IReadOnlyList<string> ListFiles(string directory) => Names(directory, Directory.EnumerateFiles);

    /// <inheritdoc/>
    public IReadOnlyList<string> ListDirectories(string directory) => Names(directory, Directory.EnumerateDirectories);

    /// <inheritdoc/>
    public void CreateDirectory(string directory)
    {
        string full = Full(directory);
        Stack<string> missing = new();
        for (string? at = full; at is not null && !Directory.Exists(at); at = Path.GetDirectoryName(at))
        {
            missing.Push(at);
        }

        Directory.CreateDirectory(full);

        // A file's name is only as stable as the names of all directories above it.
        foreach (string made in missing)
        {
            SyncDirectory(Path.GetDirectoryName(made)!);
        }
    }

    /// <inheritdoc/>
    public void Rename(string source, string target) => File.Move(Full(source), Full(target), overwrite: true);

    /// <inheritdoc/>
    public void Delete(string path) => File.Delete(Full(path));

    /// <inheritdoc/>
    public void SyncDirectory(string directory)
    {
        if (!OperatingSystem.IsLinux())
        {
            // Other systems offer no such call; their file systems journal directory changes by themselves.
            return;
        }

        using SafeFileHandle handle = OpenDescriptor(directory, Full(directory), Posix.ReadOnly | Posix.CloseOnExec);
        if (Posix.Synchronize((int)handle.DangerousGetHandle()) != 0)
        {
            throw new IOException(
                $"{directory}: the directory could not be synced, error {Marshal.GetLastPInvokeError()}");
        }
    }

    /// <inheritdoc/>
    public IDisposable Lock(string path, bool readOnly) =>
        OperatingSystem.IsLinux() ? LockLinux(path, readOnly) : LockPortable(path, readOnly);

    private static FileDiskFile OpenLinux(string path, string full, DiskFileMode mode, DiskFileKind kind)
    {
        int flags = Posix.CloseOnExec | (mode == DiskFileMode.Read ? Posix.ReadOnly : Posix.ReadWrite);
        flags |= mode switch
        {
            DiskFileMode.OpenOrCreate => Posix.Create,
            DiskFileMode.Create => Posix.Create | Posix.Truncate,
            _ => 0,
        };
        if (kind == DiskFileKind.Durable && mode != DiskFileMode.Read)
        {
            flags |= Posix.DataSync;
        }

        if (kind != DiskFileKind.Small)
        {
            int descriptor = Posix.Open(full, flags | Posix.Direct, OctalMode);
            if (descriptor >= 0)
            {
                return new FileDiskFile(path, new SafeFileHandle(descriptor, ownsHandle: true));
            }

            // Memory file systems and some network ones refuse direct I/O; durability does not depend on it.
            if (Marshal.GetLastPInvokeError() != Posix.ErrorInvalid)
            {
                throw Failure(path, Marshal.GetLastPInvokeError());
            }
        }

        return new FileDiskFile(path, OpenDescriptor(path, full, flags));
    }

    private const int OctalMode = 0x1A0; // rw-r----- : what lies here is money

    private static FileDiskFile OpenPortable(string path, string full, DiskFileMode mode, DiskFileKind kind)
    {
        FileMode fileMode = mode switch
        {
            DiskFileMode.OpenOrCreate => FileMode.OpenOrCreate,
            DiskFileMode.Create => FileMode.Create,
            _ => FileMode.Open,
        };
        FileAccess access = mode == DiskFileMode.Read ? FileAccess.Read : FileAccess.ReadWrite;
        FileOptions options = kind == DiskFileKind.Durable ? FileOptions.WriteThrough : FileOptions.None;
        return new FileDiskFile(
            path, File.OpenHandle(full, fileMode, access, FileShare.ReadWrite | FileShare.Delete, options));
    }

    private static SafeFileHandle OpenDescriptor(string path, string full, int flags)
    {
        int descriptor = Posix.Open(full, flags, OctalMode);
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw Failure(path, Marshal.GetLastPInvokeError());
    }

    private static IOException Failure(string path, int error) =>
        error == Posix.ErrorNotFound ? new FileNotFoundException($"{path} does not exist", path)
        : Posix.IsFull(error) ? new DiskFullException(path)
        : new IOException($"{path} could not be opened: {Marshal.GetPInvokeErrorMessage(error)}");

    private SafeFileHandle LockLinux(string path, bool readOnly)
    {
        SafeFileHandle handle = OpenDescriptor(
            path,
            Full(path),
            Posix.CloseOnExec | (readOnly ? Posix.ReadOnly : Posix.ReadWrite | Posix.Create));
        if (Posix.Flock((int)handle.DangerousGetHandle(), Posix.LockExclusive | Posix.LockNonBlocking) != 0)
        {
            Span<byte> text = stackalloc byte[32];
            int length = RandomAccess.Read(handle, text, 0);
            handle.Dispose();
            throw new DataDirectoryException(
                DataDirectoryError.Locked,
                path,
                $"the data directory is in use by process {Encoding.ASCII.GetString(text[..length]).Trim()}");
        }

        if (!readOnly)
        {
            WriteProcessId(handle);
        }

        return handle;
    }

    private SafeFileHandle LockPortable(string path, bool readOnly)
    {
        try
        {
            SafeFileHandle handle = File.OpenHandle(
                Full(path),
                readOnly ? FileMode.Open : FileMode.OpenOrCreate,
                readOnly ? FileAccess.Read : FileAccess.ReadWrite,
                FileShare.None);
            if (!readOnly)
            {
                WriteProcessId(handle);
            }

            return handle;
        }
        catch (IOException e) when (e is not FileNotFoundException and not DirectoryNotFoundException)
        {
            throw new DataDirectoryException(
                DataDirectoryError.Locked, path, "the data directory is in use by another process");
        }
    }

    private static void WriteProcessId(SafeFileHandle handle)
    {
        string text = Environment.ProcessId.ToString(CultureInfo.InvariantCulture).PadRight(16) + "\n";
        RandomAccess.Write(handle, Encoding.ASCII.GetBytes(text), 0);
    }

    private string[] Names(string directory, Func<string, IEnumerable<string>> enumerate)
    {
        string full = Full(directory);
        if (!Directory.Exists(full))
        {
            return [];
        }

        string[] names = [.. enumerate(full).Select(entry => Path.GetFileName(entry)!)];
        Array.Sort(names, StringComparer.Ordinal);
        return names;
    }

    private string Full(string path) => Path.Combine(_root, path);
}
