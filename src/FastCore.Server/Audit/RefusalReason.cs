using System.Runtime.InteropServices;
using FastCore.Node.Access;
using FastCore.Protocol;

namespace FastCore.Server.Audit;

/// <summary>Puts the refusal of a frame into words.</summary>
internal static class RefusalReason
{
    /// <summary>Why a frame was refused, and for which book if that was it.</summary>
    public static Refusal Of(FrameStatus status, in FrameHeader header, ReadOnlySpan<byte> body, Grant grant)
    {
        ulong book = status is FrameStatus.Forbidden && grant.Allows(header.Operation)
            ? FirstForbidden(header.Operation, body, grant)
            : 0;
        string why = book > 0 ? "the key does not name the book"
            : IsForBoxOffice(status, header.Operation, body, grant) ? "the key does not name box_office"
            : status is FrameStatus.Forbidden && grant.Allows(header.Operation) ? "the key does not name every book"
            : Why(status);
        return new Refusal(status, header.Operation, book, why);
    }

    /// <summary>The status in words.</summary>
    public static string Why(FrameStatus status) => status switch
    {
        FrameStatus.Forbidden => "the key does not name the operation",
        FrameStatus.UnknownOperation => "there is no such operation for clients",
        FrameStatus.InvalidBodySize => "the length is not that of a frame, or of whole elements",
        FrameStatus.ReservedNotZero => "a reserved bit is set",
        FrameStatus.InvalidKey => "the book is out of range",
        FrameStatus.ChecksumMismatch => "the checksum is wrong",
        FrameStatus.FrameTooLarge => "the frame is longer than allowed",
        FrameStatus.VersionUnsupported => "the protocol version is not spoken here",
        FrameStatus.HelloExpected => "Hello must come first, and once",
        FrameStatus.Unauthenticated => "the key was removed while connected",
        _ => "refused",
    };

    // A refused request may be a part of one only; what it holds is looked at when its length is right.
    private static bool IsForBoxOffice(
        FrameStatus status, Operation operation, ReadOnlySpan<byte> body, Grant grant) =>
        status is FrameStatus.Forbidden && grant.Allows(operation) && !grant.AllowsBoxOffice
            && BoxOffice.IsAskedFor(operation, body);

    private static ulong FirstForbidden(Operation operation, ReadOnlySpan<byte> body, Grant grant)
    {
        // What goes to every partition belongs to no book.
        if (OperationTable.Find(operation) is not { IsForAll: false } shape)
        {
            return 0;
        }

        int step = shape.PrefixSize > 0 ? body.Length : shape.ElementSize;
        for (int offset = shape.KeyOffset; offset + sizeof(ulong) <= body.Length; offset += step)
        {
            ulong book = MemoryMarshal.Read<ulong>(body[offset..]);
            if (!grant.AllowsBook(book))
            {
                return book;
            }
        }

        return 0;
    }
}
