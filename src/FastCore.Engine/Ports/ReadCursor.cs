using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastCore.Engine.Ports;

/// <summary>
/// Where a sliced read stands: 64 bytes that the state machine lays out as it likes. All zero = not begun.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Size)]
public struct ReadCursor
{
    /// <summary>Bytes of the cursor.</summary>
    public const int Size = 64;

    private ulong _first;

    /// <summary>The cursor seen as the state machine's own struct of at most <see cref="Size"/> bytes.</summary>
    public static ref T As<T>(ref ReadCursor cursor)
        where T : unmanaged
    {
        if (Unsafe.SizeOf<T>() > Size)
        {
            throw new InvalidOperationException("The cursor struct is larger than ReadCursor.");
        }

        return ref Unsafe.As<ulong, T>(ref cursor._first);
    }
}
