using System.Runtime.InteropServices;
using FastCore.Protocol.Seats;

namespace FastCore.Seats.Shows;

/// <summary>
/// What a booking wants of its merchant's partition, as the payload of an effect: a payment, or its refund. The answer
/// comes back as <see cref="BookingOutcome"/>.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct BookingCall
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 112;

    /// <summary>Kind of the effect.</summary>
    public const uint EffectKind = 20;

    /// <summary>Booking id; also that of the payment and of the refund.</summary>
    [FieldOffset(0)] public UInt128 Id;

    /// <summary>The client's own.</summary>
    [FieldOffset(16)] public UInt128 UserData128;

    /// <summary>Number of the show, where the answer goes.</summary>
    [FieldOffset(32)] public ulong Show;

    /// <summary>Merchant that is paid.</summary>
    [FieldOffset(40)] public ulong Merchant;

    /// <summary>Amount, minor units.</summary>
    [FieldOffset(48)] public ulong Amount;

    /// <summary>Token of the card.</summary>
    [FieldOffset(56)] public ulong Card;

    /// <summary>The client's own.</summary>
    [FieldOffset(64)] public ulong UserData64;

    /// <summary>Terminal, for the screening.</summary>
    [FieldOffset(72)] public ulong Terminal;

    /// <summary>Device, for the screening.</summary>
    [FieldOffset(80)] public ulong Device;

    /// <summary>Currency.</summary>
    [FieldOffset(88)] public uint Currency;

    /// <summary>Connector.</summary>
    [FieldOffset(92)] public ushort Connector;

    /// <summary>Method.</summary>
    [FieldOffset(94)] public ushort Method;

    /// <summary>What is wanted.</summary>
    [FieldOffset(96)] public BookingStep Step;

    /// <summary>Zero.</summary>
    [FieldOffset(97)] public byte Reserved0;

    /// <summary>Zero.</summary>
    [FieldOffset(98)] public ushort Reserved1;

    /// <summary>Zero.</summary>
    [FieldOffset(100)] public uint Reserved2;

    /// <summary>Zero.</summary>
    [FieldOffset(104)] public ulong Reserved3;
}
