using FastCore.Protocol.Ledger;

namespace FastCore.Simulation.Ledger;

/// <summary>
/// One leg of a group that another domain posts into a book (docs/PAYMENTS.md, "Accounts of a merchant"): moved at
/// once, held, or a held leg taken or released.
/// </summary>
public sealed record ModelLeg
{
    /// <summary>None, pending, post or void.</summary>
    public TransferFlags Kind { get; init; }

    /// <summary>Id shown in statements; cannot be looked up and may repeat.</summary>
    public UInt128 Id { get; init; }

    /// <summary>Account debited; ignored when a held leg is taken or released.</summary>
    public UInt128 DebitAccountId { get; init; }

    /// <summary>Account credited; ignored when a held leg is taken or released.</summary>
    public UInt128 CreditAccountId { get; init; }

    /// <summary>Amount; of a held leg taken: the part taken, the rest is released. Ignored for a release.</summary>
    public UInt128 Amount { get; init; }

    /// <summary>The held leg that is taken or released.</summary>
    public ModelTransfer? Held { get; init; }

    /// <summary>Zero: that of the held leg.</summary>
    public UInt128 UserData128 { get; init; }

    /// <summary>Zero: that of the held leg.</summary>
    public ulong UserData64 { get; init; }

    /// <summary>Reason; a held leg taken or released keeps its own.</summary>
    public ushort Code { get; init; }

    /// <summary>An amount that moves at once.</summary>
    public static ModelLeg Move(UInt128 debitAccountId, UInt128 creditAccountId, UInt128 amount, ushort code) => new()
    {
        DebitAccountId = debitAccountId,
        CreditAccountId = creditAccountId,
        Amount = amount,
        Code = code,
    };

    /// <summary>An amount that is reserved until taken or released.</summary>
    public static ModelLeg Hold(UInt128 debitAccountId, UInt128 creditAccountId, UInt128 amount, ushort code) =>
        Move(debitAccountId, creditAccountId, amount, code) with { Kind = TransferFlags.Pending };

    /// <summary>Takes a part of a held leg, or all of it, and releases the rest.</summary>
    public static ModelLeg Take(ModelTransfer held, UInt128 amount) => new()
    {
        Kind = TransferFlags.PostPendingTransfer,
        Held = held,
        Amount = amount,
    };

    /// <summary>Releases a held leg.</summary>
    public static ModelLeg Release(ModelTransfer held) => new()
    {
        Kind = TransferFlags.VoidPendingTransfer,
        Held = held,
    };
}
