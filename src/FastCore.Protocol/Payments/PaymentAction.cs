using System.Runtime.InteropServices;

namespace FastCore.Protocol.Payments;

/// <summary>
/// Something done to a payment (capture, void, refund), or to a merchant (fund). Idempotent by its own id.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct PaymentAction
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 64;

    /// <summary>Id of the action, unique among the merchant's actions of the same operation.</summary>
    [FieldOffset(0)] public UInt128 Id;

    /// <summary>Merchant number; the partition key.</summary>
    [FieldOffset(16)] public ulong Merchant;

    /// <summary>Amount, minor units; 0 = all that is left. A void takes 0 only, a fund never 0.</summary>
    [FieldOffset(24)] public ulong Amount;

    /// <summary>The payment; 0 for a fund.</summary>
    [FieldOffset(32)] public UInt128 PaymentId;

    /// <summary>The client's own.</summary>
    [FieldOffset(48)] public ulong UserData64;

    /// <summary>Details of the action.</summary>
    [FieldOffset(56)] public PaymentActionFlags Flags;

    /// <summary>Must be zero.</summary>
    [FieldOffset(58)] public ushort Reserved0;

    /// <summary>Must be zero.</summary>
    [FieldOffset(60)] public uint Reserved1;
}

/// <summary>Details of an action.</summary>
[Flags]
public enum PaymentActionFlags : ushort
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>Capture only: releases what this capture leaves of the authorization.</summary>
    FinalCapture = 1,
}
