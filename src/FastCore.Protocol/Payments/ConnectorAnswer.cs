using System.Runtime.InteropServices;

namespace FastCore.Protocol.Payments;

/// <summary>What a connector answered to one call; comes back into the partition as an internal command.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct ConnectorAnswer
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 128;

    /// <summary>The payment.</summary>
    [FieldOffset(0)] public UInt128 PaymentId;

    /// <summary>Merchant number; the partition key.</summary>
    [FieldOffset(16)] public ulong Merchant;

    /// <summary>Amount of the call, minor units.</summary>
    [FieldOffset(24)] public ulong Amount;

    /// <summary>The capture, void or refund that the call carries out; 0 for an authorization.</summary>
    [FieldOffset(32)] public UInt128 ActionId;

    /// <summary>Number of the call in its partition.</summary>
    [FieldOffset(48)] public ulong Call;

    /// <summary>Reference that the connector gave; 0 = none.</summary>
    [FieldOffset(56)] public ulong Reference;

    /// <summary>Number of the attempt at the payment, from 1.</summary>
    [FieldOffset(64)] public ushort Attempt;

    /// <summary>The connector.</summary>
    [FieldOffset(66)] public ushort Connector;

    /// <summary>Why it was declined; 0 when it was not.</summary>
    [FieldOffset(68)] public DeclineCode DeclineCode;

    /// <summary>What was asked.</summary>
    [FieldOffset(70)] public ConnectorCallKind Kind;

    /// <summary>What was answered.</summary>
    [FieldOffset(71)] public ConnectorOutcome Outcome;

    /// <summary>Which sending of the call is answered, as the call said it.</summary>
    [FieldOffset(72)] public ushort Send;

    /// <summary>Must be zero.</summary>
    [FieldOffset(74)] public ushort Reserved4;

    /// <summary>Must be zero.</summary>
    [FieldOffset(76)] public uint Reserved0;

    /// <summary>Must be zero.</summary>
    [FieldOffset(80)] public UInt128 Reserved1;

    /// <summary>Must be zero.</summary>
    [FieldOffset(96)] public UInt128 Reserved2;

    /// <summary>Must be zero.</summary>
    [FieldOffset(112)] public ulong Reserved3;

    /// <summary>Must be zero; the server assigns timestamps.</summary>
    [FieldOffset(120)] public ulong Timestamp;
}

/// <summary>What a connector is asked to do.</summary>
public enum ConnectorCallKind : byte
{
    /// <summary>Nothing; refused.</summary>
    None = 0,

    /// <summary>Approve the payment, and with automatic capture charge it.</summary>
    Authorize = 1,

    /// <summary>Charge (a part of) what was approved.</summary>
    Capture = 2,

    /// <summary>Release what was approved and not charged.</summary>
    Void = 3,

    /// <summary>Give back (a part of) what was charged.</summary>
    Refund = 4,
}

/// <summary>What a connector answered.</summary>
public enum ConnectorOutcome : byte
{
    /// <summary>Nothing; refused.</summary>
    None = 0,

    /// <summary>Done.</summary>
    Approved = 1,

    /// <summary>Refused for a business reason; asking again or elsewhere is pointless.</summary>
    Declined = 2,

    /// <summary>Technical failure: it was surely not done.</summary>
    Failed = 3,

    /// <summary>No answer, or one that says nothing: it may or may not have been done.</summary>
    Unknown = 4,

    /// <summary>Asked for the status, the connector says that it never saw the call.</summary>
    NotFound = 5,
}
