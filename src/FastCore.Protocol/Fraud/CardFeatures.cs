using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastCore.Protocol.Fraud;

/// <summary>
/// What the partition of a card knows about a transaction: handed over to the partition of its merchant. All zero where
/// that is the same partition, which counts the card itself. Internal to a node; in its journal.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct CardFeatures
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 112;

    /// <summary>When it was counted, nanoseconds.</summary>
    [FieldOffset(0)] public ulong Timestamp;

    /// <summary>
    /// <see cref="FraudStatus.Ok"/>, or why the transaction is refused; 0 = nothing was handed over.
    /// </summary>
    [FieldOffset(8)] public FraudStatus Code;

    /// <summary>Missing features of the card.</summary>
    [FieldOffset(12)] public DecisionFlags Flags;

    /// <summary>Zero.</summary>
    [FieldOffset(14)] public ushort Reserved;

    /// <summary>The whole numbers that the card's features are computed from.</summary>
    [FieldOffset(16)] public CardValues Values;

    /// <summary>Nothing was handed over: the card lives with the merchant, and is counted by the decision.</summary>
    public readonly bool IsCardHere => Code == 0;
}

/// <summary>
/// Whole numbers of a card: counts, minor units, nanoseconds, metres, as the feature set orders them.
/// </summary>
[InlineArray(FraudLimits.CardValuesMax)]
public struct CardValues
{
    private long _first;
}

/// <summary>A transaction with what its card's partition handed over. Internal to a node; in its journal.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct ObservedTransaction
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = ScoreTransaction.Size + CardFeatures.Size;

    /// <summary>The transaction.</summary>
    [FieldOffset(0)] public ScoreTransaction Transaction;

    /// <summary>Its card.</summary>
    [FieldOffset(ScoreTransaction.Size)] public CardFeatures Card;
}

/// <summary>A payment with what its card's partition handed over. Internal to a node; in its journal.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct ObservedPayment
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = Payments.CreatePayment.Size + CardFeatures.Size;

    /// <summary>The payment.</summary>
    [FieldOffset(0)] public Payments.CreatePayment Payment;

    /// <summary>Its card.</summary>
    [FieldOffset(Payments.CreatePayment.Size)] public CardFeatures Card;
}
