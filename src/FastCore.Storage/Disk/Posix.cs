using System.Runtime.InteropServices;

namespace FastCore.Storage.Disk;

// The few system calls of Linux that the class library has no door for.
internal static partial class Posix
{
    public const int ReadOnly = 0;
    public const int ReadWrite = 2;
    public const int Create = 0x40;
    public const int Truncate = 0x200;
    public const int DataSync = 0x1000;
    public const int CloseOnExec = 0x80000;

    public const int ErrorNotFound = 2;
    public const int ErrorWouldBlock = 11;
    public const int ErrorInvalid = 22;
    public const int ErrorNoSpace = 28;
    public const int ErrorNotSupported = 95;
    public const int ErrorQuota = 122;

    public const int LockExclusive = 2;
    public const int LockNonBlocking = 4;

    // The flag has another bit on Arm than on x86, for historical reasons of the kernel.
    public static int Direct =>
        RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x10000 : 0x4000;

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags, int mode);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    public static partial int Flock(int descriptor, int operation);

    [LibraryImport("libc", EntryPoint = "fallocate", SetLastError = true)]
    public static partial int Allocate(int descriptor, int mode, long offset, long length);

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    public static partial int DataSynchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    public static partial int Synchronize(int descriptor);

    [LibraryImport("libc", EntryPoint = "nanosleep", SetLastError = true)]
    public static partial int Sleep(in Duration duration, nint left);

    public static bool IsFull(int error) => error is ErrorNoSpace or ErrorQuota;

    public readonly record struct Duration(nint Seconds, nint Nanoseconds);
}
