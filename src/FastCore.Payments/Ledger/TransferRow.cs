using System.Runtime.InteropServices;
using FastCore.Protocol.Ledger;

namespace FastCore.Payments.Ledger;

/// <summary>What a row of the transfer history is.</summary>
internal enum TransferRowKind : byte
{
    /// <summary>A transfer created by id; the record index has its id.</summary>
    Transfer = 0,

    /// <summary>A leg posted by another domain of the partition; found by statement and query, not by id.</summary>
    Leg = 1,

    /// <summary>Marker: the pending transfer named by the pending id expired. No transfer.</summary>
    Expiry = 2,

    /// <summary>
    /// Marker: the id was used up by a transient failure. The row keeps what was asked and the code. No transfer.
    /// </summary>
    Refusal = 3,
}

/// <summary>
/// A row of the transfer history, 160 bytes: the wire transfer as stored, the chains of both accounts, the book and the
/// kind. A link is a position plus one, so that zero means none.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct TransferRow
{
    public const int Size = 160;

    [FieldOffset(0)] public Transfer Transfer;

    /// <summary>Link to the debit account's transfer before this one.</summary>
    [FieldOffset(128)] public long DebitPrevious;

    /// <summary>Link to the credit account's transfer before this one.</summary>
    [FieldOffset(136)] public long CreditPrevious;

    /// <summary>Post, void, expiry: link to the pending transfer. Refusal: the code.</summary>
    [FieldOffset(144)] public long PendingPosition;

    [FieldOffset(152)] private ulong _bookAndKind;

    public readonly ulong Book => _bookAndKind & ((1UL << 56) - 1);

    public readonly TransferRowKind Kind => (TransferRowKind)(_bookAndKind >> 56);

    /// <summary>Whether the row is a transfer that statements and queries show.</summary>
    public readonly bool IsTransfer => Kind <= TransferRowKind.Leg;

    /// <summary>Whether the record index may have an entry because of this row.</summary>
    public readonly bool IsIndexed => Kind != TransferRowKind.Leg || PendingPosition != 0;

    public void SetBook(ulong book, TransferRowKind kind) => _bookAndKind = book | ((ulong)kind << 56);
}
