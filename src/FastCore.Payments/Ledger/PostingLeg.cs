using FastCore.Protocol.Ledger;

namespace FastCore.Payments.Ledger;

/// <summary>One leg of a group that another domain of the partition posts. See <see cref="Ledger.PostLegs"/>.</summary>
public struct PostingLeg
{
    /// <summary>Id stored with the transfer, for statements. Not looked up and not indexed.</summary>
    public UInt128 Id;

    /// <summary>Amount. Posting: the largest value means all of the pending amount. Voiding: ignored.</summary>
    public UInt128 Amount;

    /// <summary>The caller's own.</summary>
    public UInt128 UserData128;

    /// <summary>The caller's own.</summary>
    public ulong UserData64;

    /// <summary>Posting or voiding: position of the pending leg. Else ignored.</summary>
    public long PendingPosition;

    /// <summary>Slot of the debit account. Posting or voiding: ignored, the pending leg names it.</summary>
    public int DebitSlot;

    /// <summary>Slot of the credit account. Posting or voiding: ignored, the pending leg names it.</summary>
    public int CreditSlot;

    /// <summary>The caller's own.</summary>
    public uint UserData32;

    /// <summary>Reason of the transfer. Posting or voiding: ignored, that of the pending leg is kept.</summary>
    public ushort Code;

    /// <summary>
    /// None, <see cref="TransferFlags.Pending"/>, <see cref="TransferFlags.PostPendingTransfer"/> or
    /// <see cref="TransferFlags.VoidPendingTransfer"/>; nothing else.
    /// </summary>
    public TransferFlags Kind;
}
