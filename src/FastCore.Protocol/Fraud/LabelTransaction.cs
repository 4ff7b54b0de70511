using System.Runtime.InteropServices;

namespace FastCore.Protocol.Fraud;

/// <summary>Tells what somebody found out about a transaction. Idempotent by its content.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct LabelTransaction
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 64;

    /// <summary>Id of the transaction, or of the payment.</summary>
    [FieldOffset(0)] public UInt128 Id;

    /// <summary>Its merchant; the partition key.</summary>
    [FieldOffset(16)] public ulong Merchant;

    /// <summary>Its card, 0 when it named none.</summary>
    [FieldOffset(24)] public ulong Card;

    /// <summary>
    /// Since when it is known, nanoseconds since 1970 UTC; 0 = the commit time. Features never see it earlier.
    /// </summary>
    [FieldOffset(32)] public ulong KnownAt;

    /// <summary>What it was.</summary>
    [FieldOffset(40)] public TransactionLabel Label;

    /// <summary>Must be zero.</summary>
    [FieldOffset(41)] public byte Reserved0;

    /// <summary>Must be zero.</summary>
    [FieldOffset(42)] public ushort Reserved1;

    /// <summary>Must be zero.</summary>
    [FieldOffset(44)] public uint Reserved2;

    /// <summary>The client's own.</summary>
    [FieldOffset(48)] public ulong UserData64;

    /// <summary>Must be zero; the server assigns timestamps.</summary>
    [FieldOffset(56)] public ulong Timestamp;
}

/// <summary>What a transaction was found to be.</summary>
public enum TransactionLabel : byte
{
    /// <summary>No label.</summary>
    None = 0,

    /// <summary>Genuine.</summary>
    Cleared = 1,

    /// <summary>Fraud, as an investigation found.</summary>
    Confirmed = 2,

    /// <summary>Fraud, as its cardholder says: a chargeback.</summary>
    Chargeback = 3,
}

/// <summary>What labels mean.</summary>
public static class TransactionLabels
{
    /// <summary>Whether it says that the transaction was fraud.</summary>
    public static bool IsFraud(this TransactionLabel label) =>
        label is TransactionLabel.Confirmed or TransactionLabel.Chargeback;
}
