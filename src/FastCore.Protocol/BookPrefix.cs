using System.Runtime.InteropServices;

namespace FastCore.Protocol;

/// <summary>
/// The 16 bytes before the elements of every ledger request: the book that all its elements belong to. The book is the
/// partition key of the request, so one request never spans books.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct BookPrefix
{
    /// <summary>Bytes of the prefix.</summary>
    public const int Size = 16;

    /// <summary>Book number, 1 … <see cref="Limits.BookMax"/>.</summary>
    [FieldOffset(0)] public ulong Book;

    /// <summary>Must be zero.</summary>
    [FieldOffset(8)] public ulong Reserved;
}
