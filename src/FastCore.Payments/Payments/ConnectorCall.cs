using System.Runtime.InteropServices;
using FastCore.Protocol.Payments;

namespace FastCore.Payments.Payments;

/// <summary>
/// What leaves the partition for a connector, as the payload of an effect of kind <see cref="EffectKind"/>. It can
/// leave more than once; a connector recognises it by merchant, payment, attempt, kind and action.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct ConnectorCall
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 128;

    /// <summary>Kind of the effect that carries it.</summary>
    public const uint EffectKind = 200;

    /// <summary>The payment.</summary>
    [FieldOffset(0)] public UInt128 PaymentId;

    /// <summary>Merchant number.</summary>
    [FieldOffset(16)] public ulong Merchant;

    /// <summary>Amount, minor units.</summary>
    [FieldOffset(24)] public ulong Amount;

    /// <summary>The capture, void or refund that the call carries out; 0 for an authorization.</summary>
    [FieldOffset(32)] public UInt128 ActionId;

    /// <summary>Number of the call in its partition; travels back in the answer.</summary>
    [FieldOffset(48)] public ulong Call;

    /// <summary>Token of the card; only in an authorization.</summary>
    [FieldOffset(56)] public ulong Card;

    /// <summary>Currency.</summary>
    [FieldOffset(64)] public uint Currency;

    /// <summary>Number of the attempt at the payment, from 1.</summary>
    [FieldOffset(68)] public ushort Attempt;

    /// <summary>The connector.</summary>
    [FieldOffset(70)] public ushort Connector;

    /// <summary>What to do, or what to ask about.</summary>
    [FieldOffset(72)] public ConnectorCallKind Kind;

    /// <summary>1 = ask for the status of the call, do not do it.</summary>
    [FieldOffset(73)] public byte IsSync;

    /// <summary>1 = an authorization that charges at once.</summary>
    [FieldOffset(74)] public byte IsSale;

    /// <summary>
    /// 1 = sent again after a recovery: it may have been done before, so even a failure to send it proves nothing.
    /// </summary>
    [FieldOffset(75)] public byte IsResumed;

    /// <summary>Payment method; only in an authorization.</summary>
    [FieldOffset(76)] public ushort Method;

    /// <summary>Which sending of the call this is, from 1; travels back in the answer.</summary>
    [FieldOffset(78)] public ushort Send;

    /// <summary>
    /// The process that sent it, a number of the flow; zero until then. A connector's notification brings it back.
    /// </summary>
    [FieldOffset(80)] public ulong Run;

    /// <summary>Zero.</summary>
    [FieldOffset(88)] public ulong Reserved2;

    /// <summary>Zero.</summary>
    [FieldOffset(96)] public UInt128 Reserved3;

    /// <summary>Zero.</summary>
    [FieldOffset(112)] public UInt128 Reserved4;
}
