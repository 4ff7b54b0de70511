using System.Runtime.InteropServices;
using FastCore.Engine.Tables;
using FastCore.Protocol.Ledger;

namespace FastCore.Payments.Ledger;

/// <summary>
/// An account as the partition holds it, 192 bytes: the wire account, then where its statement, its balances and its
/// neighbours in the book are. A link is a position or slot plus one, so that zero means none.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct AccountRow : ITableRow<AccountKey>
{
    /// <summary>Bytes of a row.</summary>
    public const int Size = 192;

    /// <summary>The account as a lookup answers it.</summary>
    [FieldOffset(0)] public Account Account;

    /// <summary>The book.</summary>
    [FieldOffset(128)] public ulong Book;

    /// <summary>Link to the newest transfer of the account.</summary>
    [FieldOffset(136)] public long StatementHead;

    /// <summary>Link to the oldest transfer of the account.</summary>
    [FieldOffset(144)] public long StatementFoot;

    /// <summary>Transfers of the account: the length of its statement.</summary>
    [FieldOffset(152)] public long TransferCount;

    /// <summary>Link to the newest balance (flag <c>history</c>).</summary>
    [FieldOffset(160)] public long BalanceHead;

    /// <summary>Link to the account of the book opened next.</summary>
    [FieldOffset(168)] public int NextInBook;

    /// <summary>Link to the account of the book opened before.</summary>
    [FieldOffset(172)] public int PreviousInBook;

    /// <summary>Slot of the totals of the account's book and ledger.</summary>
    [FieldOffset(176)] public int TotalsSlot;

    /// <summary>Zero.</summary>
    [FieldOffset(180)] public uint Reserved0;

    /// <summary>Balances kept (flag <c>history</c>): the length of the chain at <see cref="BalanceHead"/>.</summary>
    [FieldOffset(184)] public long BalanceCount;

    /// <inheritdoc/>
    public readonly AccountKey Key => new(Book, Account.Id);
}
