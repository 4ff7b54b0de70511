using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FastCore.Storage.Disk;

internal sealed class FileDiskFile : IDiskFile
{
    private const int WindowsDiskFull = unchecked((int)0x80070070);
    private const int WindowsHandleDiskFull = unchecked((int)0x80070027);
    private const int ZeroBytes = 1 << 20;

    private static readonly AlignedBuffer Zeros = new(ZeroBytes);

    private readonly string _path;
    private readonly SafeFileHandle _handle;

    public FileDiskFile(string path, SafeFileHandle handle)
    {
        _path = path;
        _handle = handle;
    }

    public long Length => RandomAccess.GetLength(_handle);

    public void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        try
        {
            RandomAccess.Write(_handle, bytes, offset);
        }
        catch (IOException e) when (IsFull(e))
        {
            throw new DiskFullException(_path, e);
        }
        catch (IOException e)
        {
            throw new IOException($"{_path}: a write failed: {e.Message}", e);
        }
    }

    public int Read(long offset, Span<byte> bytes)
    {
        int total = 0;
        while (total < bytes.Length)
        {
            int read = ReadOnce(offset + total, bytes[total..]);
            if (read == 0)
            {
                break;
            }

            total += read;
        }

        return total;
    }

    // The system's words name no file for a handle that was opened by its number.
    private int ReadOnce(long offset, Span<byte> bytes)
    {
        try
        {
            return RandomAccess.Read(_handle, bytes, offset);
        }
        catch (IOException e)
        {
            throw new IOException($"{_path}: a read failed: {e.Message}", e);
        }
    }

    public void Flush()
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(_handle);
            return;
        }

        // A failed sync may have dropped the pages, so it is never retried as if nothing had happened: the caller
        // fails.
        if (Posix.DataSynchronize((int)_handle.DangerousGetHandle()) != 0)
        {
            int error = Marshal.GetLastPInvokeError();
            throw Posix.IsFull(error)
                ? new DiskFullException(_path)
                : new IOException($"{_path}: the sync failed: {Marshal.GetPInvokeErrorMessage(error)}");
        }
    }

    public void Reserve(long length)
    {
        long present = Length;
        if (present >= length)
        {
            return;
        }

        if (OperatingSystem.IsLinux())
        {
            if (Posix.Allocate((int)_handle.DangerousGetHandle(), 0, present, length - present) == 0)
            {
                return;
            }

            int error = Marshal.GetLastPInvokeError();
            if (Posix.IsFull(error))
            {
                throw new DiskFullException(_path);
            }

            if (error != Posix.ErrorNotSupported)
            {
                throw new IOException($"{_path}: no space could be reserved: {Marshal.GetPInvokeErrorMessage(error)}");
            }
        }

        while (present < length)
        {
            int step = (int)Math.Min(ZeroBytes, length - present);
            Write(present, Zeros.Span[..step]);
            present += step;
        }
    }

    public void Dispose() => _handle.Dispose();

    private static bool IsFull(IOException e) =>
        OperatingSystem.IsWindows() ? e.HResult is WindowsDiskFull or WindowsHandleDiskFull : Posix.IsFull(e.HResult);
}
