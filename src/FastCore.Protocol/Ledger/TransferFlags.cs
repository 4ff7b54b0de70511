namespace FastCore.Protocol.Ledger;

/// <summary>What a transfer does and how.</summary>
[Flags]
public enum TransferFlags : ushort
{
    /// <summary>Posts at once.</summary>
    None = 0,

    /// <summary>Succeeds or fails together with the next event of the request.</summary>
    Linked = 1 << 0,

    /// <summary>Reserves the amount until a later transfer posts or voids it, or its timeout passes.</summary>
    Pending = 1 << 1,

    /// <summary>Posts a pending transfer, in full or in part; what is left of it is released.</summary>
    PostPendingTransfer = 1 << 2,

    /// <summary>Voids a pending transfer: releases its whole amount.</summary>
    VoidPendingTransfer = 1 << 3,

    /// <summary>
    /// Moves at most the amount, and no more than keeps the debit account's debits within its credits.
    /// </summary>
    BalancingDebit = 1 << 4,

    /// <summary>
    /// Moves at most the amount, and no more than keeps the credit account's credits within its debits.
    /// </summary>
    BalancingCredit = 1 << 5,

    /// <summary>Closes the debit account; only with <see cref="Pending"/>. Voiding or expiry reopens it.</summary>
    ClosingDebit = 1 << 6,

    /// <summary>Closes the credit account; only with <see cref="Pending"/>. Voiding or expiry reopens it.</summary>
    ClosingCredit = 1 << 7,

    /// <summary>The timestamp is the caller's, in the past.</summary>
    Imported = 1 << 8,
}
